//! Who waits for a thread to hash on, who is next, and who gives way when the line is full?
//!
//! Whose requests are few is served before those who have many in the line, then who has not guessed wrong before who has,
//! and of equals the one who waits longest. So a source that sends a thousand makes nobody wait but itself, and a thousand
//! sources that guess make nobody wait for more than their first guess.

use std::collections::{BTreeMap, HashMap};

use super::source::{Party, Source};

/// A person's browser sends no more at once, even where it is impatient; an office's people share an address.
const MODEST: usize = 4;

/// Threads, and a line of `W` before them.
#[derive(Debug)]
pub(super) struct WaitingLine<W> {
    threads: usize,
    most: usize,
    working: usize,
    waiting: BTreeMap<u64, Waiting<W>>,
    next: u64,
}

#[derive(Debug)]
struct Waiting<W> {
    source: Source,
    record: i64,
    waiter: W,
}

/// What became of a newcomer.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Entered<W> {
    /// There is no room for one more of that source.
    Refused,
    /// Its number in the line, and who gave way to it.
    Waits(u64, Option<W>),
    /// It has a thread.
    Works,
}

impl<W> WaitingLine<W> {
    /// So many threads, and so many who may wait.
    pub(super) fn new(threads: usize, most: usize) -> Self {
        Self { threads, most, working: 0, waiting: BTreeMap::new(), next: 0 }
    }

    /// Somebody comes, of a source with this record: how much it has guessed wrong.
    pub(super) fn enter(&mut self, (source, record): (&Source, i64), waiter: W) -> Entered<W> {
        if self.working < self.threads {
            self.working += 1;
            return Entered::Works;
        }
        let number = self.next;
        self.next += 1;
        self.waiting.insert(number, Waiting { source: source.clone(), record, waiter });
        if self.waiting.len() <= self.most {
            return Entered::Waits(number, None);
        }
        let Some(gives_way) = self.gives_way().filter(|gives_way| *gives_way != number) else {
            self.waiting.remove(&number);
            return Entered::Refused;
        };
        Entered::Waits(number, self.waiting.remove(&gives_way).map(|gone| gone.waiter))
    }

    /// A thread is free: it is this one's now.
    pub(super) fn freed(&mut self) -> Option<W> {
        let next = self.greed().into_iter().min_by_key(|(number, greed)| (*greed, *number));
        let next = next.and_then(|(number, _)| self.waiting.remove(&number));
        if next.is_none() {
            self.working = self.working.saturating_sub(1);
        }
        next.map(|next| next.waiter)
    }

    /// It waits no longer.
    pub(super) fn leave(&mut self, number: u64) {
        self.waiting.remove(&number);
    }

    #[cfg(test)]
    pub(super) fn waits(&self) -> usize {
        self.waiting.len()
    }

    /// The newest of the greediest; where all are modest, whose record is the worst, and of these who has waited longest.
    fn gives_way(&self) -> Option<u64> {
        let greed = self.greed();
        let most = greed.iter().map(|(_, greed)| *greed).max()?;
        let mut greediest = greed.into_iter().filter(|(_, greed)| *greed == most).map(|(number, _)| number);
        if most.0 > MODEST { greediest.next_back() } else { greediest.next() }
    }

    /// Everybody who waits, in order, with their record and how many their source has in the line: its widest network, counted
    /// as one that may have four times as many, if that is more.
    fn greed(&self) -> Vec<(u64, (usize, i64))> {
        let mut held: HashMap<Party, usize> = HashMap::new();
        for party in self.waiting.values().flat_map(|waiting| waiting.source.each()) {
            *held.entry(*party).or_default() += 1;
        }
        let greed = |source: &Source| {
            let each = source.each().iter().enumerate();
            let each = each.map(|(width, party)| held.get(party).map_or(0, |held| held.div_ceil(1 << width)));
            each.max().unwrap_or(0).max(MODEST)
        };
        self.waiting.iter().map(|(number, waiting)| (*number, (greed(&waiting.source), waiting.record))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: &str) -> Source {
        Source::of_address(address)
    }

    /// A line behind one busy thread.
    fn busy(most: usize) -> WaitingLine<&'static str> {
        let mut line = WaitingLine::new(1, most);
        assert_eq!(line.enter((&from("192.0.2.99"), 0), "at work"), Entered::Works);
        line
    }

    #[test]
    fn as_many_work_as_there_are_threads_and_the_others_in_the_order_in_which_they_came() {
        let mut line = WaitingLine::new(2, 8);
        let enter = |line: &mut WaitingLine<&'static str>, last: &str, name| line.enter((&from(last), 0), name);
        assert_eq!(enter(&mut line, "192.0.2.1", "a"), Entered::Works);
        assert_eq!(enter(&mut line, "192.0.2.2", "b"), Entered::Works);
        assert_eq!(enter(&mut line, "192.0.2.3", "c"), Entered::Waits(0, None));
        assert_eq!(enter(&mut line, "192.0.2.4", "d"), Entered::Waits(1, None));
        assert_eq!([line.freed(), line.freed(), line.freed(), line.freed()], [Some("c"), Some("d"), None, None]);
        assert_eq!(enter(&mut line, "192.0.2.5", "e"), Entered::Works);
    }

    #[test]
    fn who_sends_much_waits_for_itself_alone() {
        let mut line = busy(32);
        for number in 0..20_u32 {
            let _ = line.enter((&from(&format!("2001:db8:7:{number:x}::1")), 0), "greedy");
        }
        let _ = line.enter((&from("2001:db8:8::1"), 0), "honest");
        assert_eq!(line.freed(), Some("honest"));
        assert_eq!(line.freed(), Some("greedy"));
    }

    #[test]
    fn of_a_full_line_the_newest_of_the_greediest_gives_way_and_that_may_be_the_newcomer() {
        let mut line = busy(8);
        for name in ["1", "2", "3", "4", "5", "6"] {
            let _ = line.enter((&from("192.0.2.1"), 0), name);
        }
        let _ = line.enter((&from("192.0.2.2"), 0), "neighbour");
        let _ = line.enter((&from("192.0.2.3"), 0), "neighbour");
        assert_eq!(line.enter((&from("192.0.2.1"), 0), "7"), Entered::Refused);
        assert_eq!(line.enter((&from("192.0.2.4"), 0), "newcomer"), Entered::Waits(9, Some("6")));
        assert_eq!(line.enter((&from("192.0.2.5"), 0), "newcomer"), Entered::Waits(10, Some("5")));
    }

    #[test]
    fn where_all_are_modest_the_newcomer_is_let_in_all_the_same() {
        let mut line = busy(4);
        for name in ["1", "2", "3", "4"] {
            let _ = line.enter((&from(&format!("192.0.2.{name}")), 0), name);
        }
        assert_eq!(line.enter((&from("198.51.100.1"), 0), "newcomer"), Entered::Waits(4, Some("1")));
    }

    #[test]
    fn a_thousand_sources_that_guess_make_nobody_wait_for_more_than_their_first_guess() {
        let mut line = busy(8);
        for number in 0..8 {
            let _ = line.enter((&from(&format!("198.18.0.{number}")), 5 + number), "has guessed");
        }
        assert_eq!(line.enter((&from("192.0.2.1"), 0), "honest"), Entered::Waits(8, Some("has guessed")));
        let worse = line.enter((&from("198.18.1.1"), 100), "guessed most");
        assert_eq!(worse, Entered::Refused);
        assert_eq!([line.freed(), line.freed()], [Some("honest"), Some("has guessed")]);
    }

    #[test]
    fn who_leaves_is_never_next() {
        let mut line = busy(4);
        let Entered::Waits(number, None) = line.enter((&from("192.0.2.1"), 0), "gone") else { panic!("there is room") };
        let _ = line.enter((&from("192.0.2.2"), 0), "next");
        line.leave(number);
        assert_eq!(line.freed(), Some("next"));
        line.leave(number);
        assert_eq!(line.freed(), None);
        assert_eq!(line.enter((&from("192.0.2.3"), 0), "works"), Entered::Works);
    }
}
