//! `[approvals]`: until when a device is approved, what follows from that, and when one that nobody can use any more goes by
//! itself.

use certs::Timestamp;
use time::{Date, Month};

use super::read::Reader;
use crate::application::Day;

/// Of `[approvals]`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Approvals {
    month: Month,
    day: u8,
    /// Whether a device is not let in any more once its approval has ended.
    pub lapse: bool,
    /// A device whose last certificate ended so many days ago goes out of use by itself; `None`: never.
    pub retire_days: Option<i64>,
}

impl Default for Approvals {
    /// When the 現況届 of spring is done, which says what is used still. Nobody is shut out by a date that nobody set.
    fn default() -> Self {
        Self { month: Month::May, day: 31, lapse: false, retire_days: Some(RETIRED_AFTER) }
    }
}

/// Half a year: longer than any renewal takes.
const RETIRED_AFTER: i64 = 180;

impl Approvals {
    /// The same where a device is not let in any more once its approval has ended.
    #[must_use]
    pub fn lapsing(self) -> Self {
        Self { lapse: true, ..self }
    }

    /// The same where a device goes out of use by itself so many days after its last certificate; `None`: never.
    #[must_use]
    pub fn retiring(self, retire_days: Option<i64>) -> Self {
        Self { retire_days, ..self }
    }

    /// The last second of an approval that is given, or continued, now: its day after the next 1 April, by which the 現況届
    /// asks what is used still.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Timestamp {
        let year = now.fiscal_year() + 1;
        // A day that the registry cannot hold is none that anybody waits for.
        let of = |year: i64| {
            let year = i32::try_from(year).unwrap_or(i32::MAX);
            let last = self.month.length(year.min(9_998));
            Date::from_calendar_date(year, self.month, self.day.min(last))
                .map_or(now, |date| Day::from(date).last_second())
        };
        let due = of(year);
        // A day before April is one of the year that has begun by then.
        if due.fiscal_year() < year { of(year + 1) } else { due }
    }
}

impl Reader {
    /// Everything in `[approvals]`.
    pub(super) fn approvals(&mut self) -> Approvals {
        let usual = Approvals::default();
        let (month, day) = match self.text("approvals", "end") {
            None => (usual.month, usual.day),
            Some(text) => month_and_day(&text).unwrap_or_else(|| {
                self.wrong(
                    "approvals.end",
                    "月と日を「05-31」の形で、引用符で囲んで書いてください。",
                    "a month and a day in quotes, like \"05-31\"",
                );
                (usual.month, usual.day)
            }),
        };
        let lapse = match self.take("approvals", "lapse") {
            None => usual.lapse,
            Some(value) => value.as_bool().unwrap_or_else(|| {
                self.wrong(
                    "approvals.lapse",
                    "true（期限を過ぎた端末は使えない）か false を、引用符なしで書いてください。",
                    "true (a device whose approval has ended is not let in) or false, without quotes",
                );
                usual.lapse
            }),
        };
        let retire_days = match self.take("approvals", "retire_days") {
            None => usual.retire_days,
            Some(value) => match value.as_integer() {
                Some(0) => None,
                Some(days) if (30..=3_650).contains(&days) => Some(days),
                Some(_) | None => {
                    self.wrong(
                        "approvals.retire_days",
                        "30 から 3650 までの日数か、0（自動では使用終了にしない）を、引用符なしで書いてください。",
                        "a number of days from 30 to 3650, or 0 for never, without quotes",
                    );
                    usual.retire_days
                }
            },
        };
        Approvals { month, day, lapse, retire_days }
    }
}

fn month_and_day(text: &str) -> Option<(Month, u8)> {
    let (month, day) = text.split_once('-')?;
    let number = |text: &str| text.parse::<u8>().ok().filter(|_| (1..=2).contains(&text.len()));
    let month = Month::try_from(number(month)?).ok()?;
    let day = number(day)?;
    // A leap year has every day there is.
    (1..=month.length(2024)).contains(&day).then_some((month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(settings: Approvals, now: &str) -> String {
        Day::of(settings.due(now.parse::<Day>().unwrap().begins())).to_string()
    }

    #[test]
    fn an_approval_lasts_until_the_report_of_the_next_spring() {
        let usual = Approvals::default();
        for (now, until) in [
            ("2026-11-28", "2027-05-31"),
            ("2027-03-31", "2027-05-31"),
            ("2027-04-01", "2028-05-31"),
            ("2027-05-31", "2028-05-31"),
            ("2027-06-01", "2028-05-31"),
        ] {
            assert_eq!(due(usual, now), until, "{now}");
        }
    }

    #[test]
    fn a_city_may_set_another_day() {
        let of = |text: &str| {
            let (month, day) = month_and_day(text).unwrap();
            Approvals { month, day, ..Approvals::default() }
        };
        assert_eq!(due(of("07-31"), "2026-11-28"), "2027-07-31");
        assert_eq!(due(of("03-31"), "2026-11-28"), "2028-03-31");
        assert_eq!(due(of("04-01"), "2026-11-28"), "2027-04-01");
        assert_eq!(due(of("02-29"), "2025-05-01"), "2027-02-28", "2027 has no such day");
        for wrong in ["", "5/31", "13-01", "02-30", "00-10", "05-00", "05-031"] {
            assert_eq!(month_and_day(wrong), None, "{wrong}");
        }
    }
}
