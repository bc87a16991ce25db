//! How often in the last ten seconds? Counted by the second, in so many numbers and no more.

/// Seconds that count, the running one among them.
const SECONDS: usize = 10;

/// A sliding count. What is older than ten seconds is forgotten; it takes the same memory whatever is counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct SlidingWindow {
    slots: [u16; SECONDS],
    newest: u64,
}

impl SlidingWindow {
    /// Counts one more at this moment, in milliseconds; says how many there are now.
    pub fn note(&mut self, now: u64) -> u64 {
        let second = now / 1000;
        // A clock that goes back counts on where it was.
        for passed in (self.newest + 1..=second).rev().take(SECONDS) {
            self.slots[slot(passed)] = 0;
        }
        self.newest = self.newest.max(second);
        let running = &mut self.slots[slot(self.newest)];
        *running = running.saturating_add(1);
        self.count(now)
    }

    /// How many there were in the seconds before this moment.
    #[must_use]
    pub fn count(&self, now: u64) -> u64 {
        let oldest = (now / 1000 + 1).saturating_sub(SECONDS as u64);
        let counts = oldest.max((self.newest + 1).saturating_sub(SECONDS as u64))..=self.newest;
        counts.map(|second| u64::from(self.slots[slot(second)])).sum()
    }
}

fn slot(second: u64) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "a remainder of ten")]
    let slot = (second % SECONDS as u64) as usize;
    slot
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_older_than_ten_seconds_counts_no_more() {
        let mut window = SlidingWindow::default();
        assert_eq!((window.note(1_000), window.note(1_999), window.note(9_000)), (1, 2, 3));
        assert_eq!(window.count(10_999), 3);
        assert_eq!(window.count(11_000), 1, "the first second is over");
        assert_eq!(window.count(19_000), 0);
        assert_eq!(window.note(500_000), 1, "after a long while");
        assert_eq!(window.note(499_000), 2, "a clock that went back takes nothing away");
    }

    proptest! {
        #[test]
        fn it_counts_what_a_list_of_all_moments_would(steps in prop::collection::vec(0u64..4_000, 0..80)) {
            let (mut window, mut all, mut now) = (SlidingWindow::default(), Vec::new(), 0);
            for step in steps {
                now += step;
                all.push(now);
                let there = all.iter().filter(|moment| **moment / 1000 + SECONDS as u64 > now / 1000).count() as u64;
                prop_assert_eq!(window.note(now), there);
            }
        }
    }
}
