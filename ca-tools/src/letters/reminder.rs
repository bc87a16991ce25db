//! Is a notice of renewal due, and which?
//!
//! 90, 60, 30 and 15 days before the end, then every day from 7 to the last (更新, ca-tools/README.md#letters). Days
//! are those of a calendar in Kashiwa. A notice that was missed goes out once, as the nearest step.

use certs::{Timestamp, Validity};
use time::macros::offset;
use time::{Date, OffsetDateTime};

/// Days before the end, the nearest last.
const STEPS: [i64; 12] = [90, 60, 30, 15, 7, 6, 5, 4, 3, 2, 1, 0];

/// What a notice says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Reminder {
    /// The step it is recorded as.
    pub step: i64,
    /// The days that are left in truth.
    pub days: i64,
}

/// The notice that is due now, for a certificate of which these steps were sent.
#[must_use]
pub fn due(validity: Validity, now: Timestamp, already_sent: &[i64]) -> Option<Reminder> {
    if now < validity.not_before || now > validity.not_after {
        return None;
    }
    let (begin, today, end) = (day(validity.not_before)?, day(now)?, day(validity.not_after)?);
    let days = (end - today).whole_days();
    let step = STEPS.into_iter().rev().find(|step| *step >= days)?;
    // Whoever took a certificate for a few days needs no notice on the day of taking it.
    let fits = (end - begin).whole_days() > step;
    let told = already_sent.iter().any(|sent| *sent <= step);
    (fits && !told).then_some(Reminder { step, days })
}

fn day(at: Timestamp) -> Option<Date> {
    Some(OffsetDateTime::from_unix_timestamp(at.unix()).ok()?.to_offset(offset!(+9)).date())
}

/// From how many days before its end on a certificate is looked at.
pub(crate) const WINDOW: i64 = STEPS[0];

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    /// 2027-01-15 00:00:00 in Kashiwa.
    const BEGIN: i64 = 1_799_938_800;

    /// Taken at noon, ends with the last second of a day.
    fn of_days(days: i64) -> Validity {
        Validity {
            not_before: Timestamp::from_unix(BEGIN + DAY / 2),
            not_after: Timestamp::from_unix(BEGIN + (days + 1) * DAY - 1),
        }
    }

    /// Everything sent by a desk that looks every hour from `from` to `to`, days after the beginning.
    fn sent(validity: Validity, (from, to): (i64, i64)) -> Vec<(i64, i64)> {
        let (mut already, mut sent) = (Vec::new(), Vec::new());
        for hour in from * 24..to * 24 {
            let now = Timestamp::from_unix(BEGIN + hour * 3_600);
            if let Some(Reminder { step, days }) = due(validity, now, &already) {
                already.push(step);
                sent.push((step, days));
            }
        }
        sent
    }

    #[test]
    fn two_years_bring_each_step_once_and_on_its_day() {
        let expected: Vec<_> = STEPS.into_iter().map(|step| (step, step)).collect();
        assert_eq!(sent(of_days(730), (0, 800)), expected);
    }

    #[test]
    fn what_was_missed_goes_out_once_as_the_nearest_step() {
        for (away_until, first) in [(690, (60, 40)), (720, (15, 10)), (723, (7, 7)), (729, (1, 1)), (730, (0, 0))] {
            let sent = sent(of_days(730), (away_until, 800));
            assert_eq!(sent.first(), Some(&first), "{away_until}: {sent:?}");
            let rest = STEPS.into_iter().filter(|step| *step < first.0).count();
            assert_eq!(sent.len(), 1 + rest, "{away_until}: {sent:?}");
        }
        assert_eq!(sent(of_days(730), (731, 800)), []);
    }

    #[test]
    fn a_certificate_for_a_few_days_is_not_announced_on_the_day_of_taking_it() {
        assert_eq!(sent(of_days(60), (0, 100))[0], (30, 30));
        assert_eq!(sent(of_days(10), (0, 100))[0], (7, 7));
        assert_eq!(sent(of_days(1), (0, 100)), [(0, 0)]);
        assert_eq!(sent(of_days(0), (0, 100)), []);
    }

    #[test]
    fn the_day_is_one_of_kashiwa() {
        let validity = of_days(730);
        let midnight = Timestamp::from_unix(BEGIN + 640 * DAY);
        assert_eq!(due(validity, midnight.plus(-1), &[]), None);
        assert_eq!(due(validity, midnight, &[]), Some(Reminder { step: 90, days: 90 }));
    }
}
