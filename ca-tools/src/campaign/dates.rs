//! The city's days: until when offices answer, when they are reminded, when something is done about who does not.

use certs::Timestamp;

use crate::application::Day;

/// A campaign's days. What is not set is not done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CampaignDates {
    /// The last day on which an office is asked to answer.
    pub due: Day,
    /// On these days whoever has something left to answer is reminded.
    pub reminders: Vec<Day>,
    /// From this day on those who did not answer can be warned.
    pub warn_on: Option<Day>,
    /// From this day on what is not answered can be put on hold.
    pub suspend_on: Option<Day>,
    /// From this day on it can be deleted.
    pub delete_on: Option<Day>,
}

/// Days that cannot be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DateFault {
    /// A day has passed, or is more than a year away.
    Far(Day),
    /// This day does not come after that one.
    Order(Day, Day),
    /// A step has a day and the one before it has none.
    Without(super::StepKind),
    /// More reminders than anybody reads.
    TooMany,
}

/// A day that is further away has a wrong year in it.
const A_YEAR: i64 = 366;
/// More letters than anybody reads.
const MOST_REMINDERS: usize = 12;

impl CampaignDates {
    /// The same, in order, where they can be: today or later, within a year, each step after the one before it, and nothing
    /// done to anybody before the last day for answers has passed.
    ///
    /// # Errors
    /// The first that cannot.
    pub fn judged(mut self, now: Timestamp) -> Result<Self, DateFault> {
        use super::StepKind::{Suspend, Warn};
        self.reminders.sort_unstable();
        self.reminders.dedup();
        if self.reminders.len() > MOST_REMINDERS {
            return Err(DateFault::TooMany);
        }
        let today = Day::of(now);
        let steps = [self.warn_on, self.suspend_on, self.delete_on];
        let all = std::iter::once(self.due).chain(self.reminders.iter().copied()).chain(steps.into_iter().flatten());
        if let Some(far) = all.into_iter().find(|day| !(0..=A_YEAR).contains(&today.days_until(*day))) {
            return Err(DateFault::Far(far));
        }
        if let Some(late) = self.reminders.iter().find(|day| **day > self.due) {
            return Err(DateFault::Order(*late, self.due));
        }
        match steps {
            [None, Some(_), _] | [None, None, Some(_)] => return Err(DateFault::Without(Warn)),
            [Some(_), None, Some(_)] => return Err(DateFault::Without(Suspend)),
            [_, _, _] => {}
        }
        let in_order: Vec<_> = std::iter::once(self.due).chain(steps.into_iter().flatten()).collect();
        for pair in in_order.windows(2) {
            if pair[0] >= pair[1] {
                return Err(DateFault::Order(pair[0], pair[1]));
            }
        }
        Ok(self)
    }

    /// The day on which a step may be taken, where the city set one.
    #[must_use]
    pub fn of_step(&self, step: super::StepKind) -> Option<Day> {
        match step {
            super::StepKind::Warn => self.warn_on,
            super::StepKind::Suspend => self.suspend_on,
            super::StepKind::Delete => self.delete_on,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::StepKind;

    const NOW: Timestamp = Timestamp::from_unix(1_775_000_000); // 2026-04-01 in Kashiwa

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn dates() -> CampaignDates {
        CampaignDates {
            due: day("2026-05-15"),
            reminders: vec![day("2026-05-08"), day("2026-04-24"), day("2026-05-08")],
            warn_on: Some(day("2026-05-18")),
            suspend_on: Some(day("2026-06-01")),
            delete_on: Some(day("2026-07-01")),
        }
    }

    #[test]
    fn the_citys_days_are_taken_in_their_order_and_none_that_cannot_be() {
        let judged = dates().judged(NOW).unwrap();
        assert_eq!(judged.reminders, [day("2026-04-24"), day("2026-05-08")]);
        assert_eq!(judged.of_step(StepKind::Suspend), Some(day("2026-06-01")));
        let past = CampaignDates { due: day("2026-03-31"), ..dates() };
        assert_eq!(past.judged(NOW), Err(DateFault::Far(day("2026-03-31"))));
        let early = CampaignDates { warn_on: Some(day("2026-05-15")), ..dates() };
        assert_eq!(early.judged(NOW), Err(DateFault::Order(day("2026-05-15"), day("2026-05-15"))));
        let turned = CampaignDates { delete_on: Some(day("2026-05-20")), ..dates() };
        assert_eq!(turned.judged(NOW), Err(DateFault::Order(day("2026-06-01"), day("2026-05-20"))));
        let late = CampaignDates { reminders: vec![day("2026-05-16")], ..dates() };
        assert_eq!(late.judged(NOW), Err(DateFault::Order(day("2026-05-16"), day("2026-05-15"))));
        let unwarned = CampaignDates { warn_on: None, ..dates() };
        assert_eq!(unwarned.judged(NOW), Err(DateFault::Without(StepKind::Warn)));
        let unheld = CampaignDates { suspend_on: None, ..dates() };
        assert_eq!(unheld.judged(NOW), Err(DateFault::Without(StepKind::Suspend)));
        let mild = CampaignDates { warn_on: None, suspend_on: None, delete_on: None, ..dates() };
        assert!(mild.judged(NOW).is_ok(), "a city that ends nobody sets no days for it");
    }
}
