//! What is gone through part by part for several at once: who comes later joins in where it stands, and goes round once.

use std::collections::VecDeque;

/// The parts' order, and for whom it is gone round.
#[derive(Debug)]
pub(super) struct RoundRobin<D> {
    parts: usize,
    next: usize,
    open: bool,
    due: VecDeque<(D, usize)>,
}

impl<D> RoundRobin<D> {
    /// So many parts, and nobody to go round for.
    pub(super) fn of(parts: usize) -> Self {
        Self { parts, next: 0, open: false, due: VecDeque::new() }
    }

    /// One more goes round. A part that was begun before does not count for it.
    pub(super) fn join(&mut self, one: D) {
        self.due.push_back((one, self.parts + usize::from(self.open)));
    }

    /// Whether nobody is due.
    pub(super) fn is_idle(&self) -> bool {
        self.due.is_empty()
    }

    /// For whom it is gone round, who joined first first.
    pub(super) fn due(&mut self) -> impl DoubleEndedIterator<Item = &mut D> + ExactSizeIterator {
        self.due.iter_mut().map(|(one, _)| one)
    }

    /// Begins the next part, where anybody is due.
    pub(super) fn begin(&mut self) -> Option<usize> {
        if self.due.is_empty() {
            return None;
        }
        let part = self.next;
        self.next = (part + 1) % self.parts;
        self.open = true;
        Some(part)
    }

    /// The part that was begun, if one was, is done; says who has been round.
    pub(super) fn done(&mut self) -> Vec<D> {
        if !std::mem::take(&mut self.open) {
            return Vec::new();
        }
        self.due.iter_mut().for_each(|(_, left)| *left -= 1);
        let round = self.due.iter().take_while(|(_, left)| *left == 0).count();
        self.due.drain(..round).map(|(one, _)| one).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn who_comes_later_overtakes_and_shares_what_is_left_of_the_way() {
        let mut rota = RoundRobin::of(4);
        rota.join("older");
        assert_eq!((rota.begin(), rota.done()), (Some(0), vec![]));
        assert_eq!(rota.begin(), Some(1));
        rota.join("newer");
        assert_eq!(rota.done(), Vec::<&str>::new());
        let rest: Vec<_> = std::iter::from_fn(|| rota.begin().map(|part| (part, rota.done()))).collect();
        let (none, older, newer) = (vec![], vec!["older"], vec!["newer"]);
        assert_eq!(rest, [(2, none.clone()), (3, older), (0, none), (1, newer)], "six parts for both, and not eight");
    }

    proptest! {
        /// However often somebody joins: each is told only when every part was begun and done after they joined, in
        /// their order, and no part waits for longer than a round.
        #[test]
        fn nobody_is_done_early_and_no_part_is_put_off_by_who_comes_later(
            joins in prop::collection::vec((0usize..3, 0usize..3), 0..60)
        ) {
            const PARTS: usize = 5;
            let mut rota = RoundRobin::of(PARTS);
            let (mut seen, mut next, mut told) = (Vec::<HashSet<usize>>::new(), 0, 0);
            for (before, during) in joins.into_iter().chain([(0, 0); 2 * PARTS]) {
                for _ in 0..before {
                    rota.join(seen.len());
                    seen.push(HashSet::new());
                }
                let waiting = seen.len();
                let Some(part) = rota.begin() else { continue };
                prop_assert_eq!(part, next % PARTS);
                next += 1;
                for _ in 0..during {
                    rota.join(seen.len());
                    seen.push(HashSet::new());
                }
                seen[..waiting].iter_mut().for_each(|parts| { parts.insert(part); });
                for one in rota.done() {
                    prop_assert_eq!(one, told);
                    prop_assert_eq!(seen[one].len(), PARTS);
                    told += 1;
                }
            }
            prop_assert_eq!(told, seen.len());
        }
    }
}
