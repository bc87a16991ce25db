//! From when until when is a new certificate good?
//!
//! Certificates end with a whole day in Japan, the day before the day of the month on which they
//! were issued, so that people can be told a date. Around the change of the fiscal year nobody
//! should have to renew: such an expiry moves on by whole months, which keeps the renewals of
//! different days apart.

use time::{Date, Month, OffsetDateTime, Time};

use super::checked::Profile;
use super::config::{KeepOutConfig, ValidityConfig};
use super::mistake::ProfileMistake;
use super::purpose::Purpose;
use crate::{Timestamp, Validity};

/// Seconds by which a certificate begins before it is issued, for readers whose clocks are behind.
pub const BACKDATED_SECONDS: i64 = 3_600;
const DAY: i64 = 86_400;

/// How long certificates of a profile last.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Term {
    months: u32,
    keep_out: Option<KeepOut>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct KeepOut {
    first: (u8, u8),
    last: (u8, u8),
    most_months: u32,
}

impl Term {
    pub(super) fn check(purpose: Purpose, config: &ValidityConfig, mistakes: &mut Vec<ProfileMistake>) -> Option<Self> {
        let before = mistakes.len();
        let longest =
            config.keep_out.as_ref().map_or(config.months, |keep_out| keep_out.most_months.max(config.months));
        let (most, rule) = purpose.most_months();
        if config.months == 0 {
            mistakes.push(ProfileMistake::NoMonths);
        }
        if longest > most {
            mistakes.push(ProfileMistake::Months { months: longest, most, rule });
        }
        let keep_out = config.keep_out.as_ref().and_then(|keep_out| KeepOut::check(keep_out, config.months, mistakes));
        (mistakes.len() == before).then_some(Self { months: config.months, keep_out })
    }

    /// The most months a certificate may last.
    pub(crate) fn most_months(&self) -> u32 {
        self.keep_out.as_ref().map_or(self.months, |keep_out| keep_out.most_months)
    }

    /// The last second of a certificate issued at `now`, the issuer aside.
    fn not_after(&self, now: Timestamp) -> Option<Timestamp> {
        let end = end_after(now, self.months)?;
        let Some(keep_out) = &self.keep_out else {
            return Some(end);
        };
        // The check of the profile has shown that one of these is outside.
        (self.months..=keep_out.most_months)
            .map_while(|months| end_after(now, months))
            .find(|end| !keep_out.holds(end.in_japan().date()))
    }
}

impl KeepOut {
    fn check(config: &KeepOutConfig, months: u32, mistakes: &mut Vec<ProfileMistake>) -> Option<Self> {
        let (Some(first), Some(last)) = (month_and_day(&config.first), month_and_day(&config.last)) else {
            mistakes.push(ProfileMistake::KeepOutDays);
            return None;
        };
        // A period that leaves less than a month free could not be left by whole months.
        if last < first || last.0 - first.0 >= 11 {
            mistakes.push(ProfileMistake::KeepOutDays);
            return None;
        }
        // From the first day on it takes as many months as the period touches.
        let needed = months + u32::from(last.0 - first.0) + 1;
        if config.most_months < needed {
            mistakes.push(ProfileMistake::KeepOutTooShort(config.most_months, needed));
            return None;
        }
        Some(Self { first, last, most_months: config.most_months })
    }

    fn holds(&self, day: Date) -> bool {
        let day = (u8::from(day.month()), day.day());
        self.first <= day && day <= self.last
    }
}

impl Profile {
    /// From when until when a certificate issued at `now` is good: never past `issuer_not_after`
    /// (`None` for a root), and only `asked_days` days where somebody asks for less.
    ///
    /// # Errors
    /// Zero days, more days than the profile gives, or an issuer that has expired.
    pub fn validity(
        &self,
        now: Timestamp,
        issuer_not_after: Option<Timestamp>,
        asked_days: Option<u32>,
    ) -> Result<Validity, ValidityRefusal> {
        let latest = self.term.not_after(now).ok_or(ValidityRefusal::BeyondCalendar)?;
        let not_after = match asked_days {
            None => latest,
            Some(0) => return Err(ValidityRefusal::NoDays),
            Some(days) => {
                let asked = now.plus(i64::from(days) * DAY);
                if asked > latest {
                    let most = now.days_until(latest);
                    return Err(ValidityRefusal::LongerThanProfile { days, most });
                }
                asked
            }
        };
        let not_after = issuer_not_after.map_or(not_after, |issuer| not_after.min(issuer));
        if not_after <= now {
            return Err(ValidityRefusal::IssuerExpired);
        }
        Ok(Validity { not_before: now.plus(-BACKDATED_SECONDS), not_after })
    }

    /// Whether a certificate lasts no longer than this profile gives.
    pub(crate) fn gives(&self, validity: Validity) -> bool {
        let issued = validity.not_before.plus(BACKDATED_SECONDS);
        end_after(issued, self.term.most_months()).is_some_and(|latest| validity.not_after <= latest)
    }
}

/// The last second, in Japan, of the day before the one `months` months after `now`.
fn end_after(now: Timestamp, months: u32) -> Option<Timestamp> {
    let today = now.in_japan().date();
    let months = i32::try_from(months).ok()?.checked_add(i32::from(u8::from(today.month())) - 1)?;
    let year = today.year().checked_add(months.div_euclid(12))?;
    let month = Month::try_from(u8::try_from(months.rem_euclid(12) + 1).ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, today.day().min(month.length(year))).ok()?;
    let midnight = OffsetDateTime::new_in_offset(date, Time::MIDNIGHT, now.in_japan().offset());
    Some(Timestamp::from_unix(midnight.unix_timestamp() - 1))
}

fn month_and_day(text: &str) -> Option<(u8, u8)> {
    let (month, day) = text.split_once('-')?;
    if month.len() != 2 || day.len() != 2 {
        return None;
    }
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // A leap year, so that 29 February can be named.
    Date::from_calendar_date(2024, Month::try_from(month).ok()?, day).ok()?;
    Some((month, day))
}

/// Why there are no dates for such a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ValidityRefusal {
    /// The clock says a year that no calendar holds.
    #[error("the clock is wrong: the certificate would end beyond the calendar")]
    BeyondCalendar,
    /// The issuing CA has expired, or does so now.
    #[error("the issuing CA has expired; add another with `ca-tools ca add-issuing`")]
    IssuerExpired,
    /// More than the profile gives; a shorter life is all one may ask for.
    #[error("{days} days is longer than the profile gives; ask for at most {most}, or leave --days out")]
    LongerThanProfile {
        /// What was asked.
        days: u32,
        /// What may be.
        most: i64,
    },
    /// Zero days.
    #[error("a certificate lasts at least one day")]
    NoDays,
}
