//! How is a date or a time of day written for a reader in Japan?

use certs::Timestamp;
use time::{Date, Month};

use crate::Language;

/// `2026年11月22日`, `22 November 2026`.
#[must_use]
pub fn day(language: Language, moment: Timestamp) -> String {
    date(language, moment.in_japan().date())
}

/// As [`day`], of a day of the calendar.
#[must_use]
pub fn date(language: Language, date: Date) -> String {
    let (year, month, day) = date.to_calendar_date();
    match language {
        Language::Japanese => format!("{year}年{}月{day}日", u8::from(month)),
        Language::English => format!("{day} {} {year}", english(month)),
    }
}

/// `2026年11月22日 18時05分`, `22 November 2026, 18:05`.
#[must_use]
pub fn minute(language: Language, moment: Timestamp) -> String {
    let clock = moment.in_japan();
    let (hour, minute) = (clock.hour(), clock.minute());
    let day = day(language, moment);
    match language {
        Language::Japanese => format!("{day} {hour}時{minute:02}分"),
        Language::English => format!("{day}, {hour}:{minute:02}"),
    }
}

/// The first full minute from which something holds: a reader who waits for it has waited long enough.
#[must_use]
pub fn opening(language: Language, moment: Timestamp, now: Timestamp) -> String {
    let rounded = Timestamp::from_unix(moment.unix().saturating_add(59).div_euclid(60).saturating_mul(60));
    let clock = rounded.in_japan();
    if clock.date() != now.in_japan().date() {
        return minute(language, rounded);
    }
    let (hour, minute) = (clock.hour(), clock.minute());
    match language {
        Language::Japanese => format!("{hour}時{minute:02}分"),
        Language::English => format!("{hour}:{minute:02}"),
    }
}

/// How many times one sleeps until then; 0 is today, also when it has passed.
#[must_use]
pub fn days_left(now: Timestamp, until: Timestamp) -> u64 {
    (until.in_japan().date() - now.in_japan().date()).whole_days().try_into().unwrap_or(0)
}

fn english(month: Month) -> &'static str {
    match month {
        Month::January => "January",
        Month::February => "February",
        Month::March => "March",
        Month::April => "April",
        Month::May => "May",
        Month::June => "June",
        Month::July => "July",
        Month::August => "August",
        Month::September => "September",
        Month::October => "October",
        Month::November => "November",
        Month::December => "December",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22 18:05:30 in Japan.
    const NOW: Timestamp = Timestamp::from_unix(1_795_338_330);

    #[test]
    fn times_are_written_as_a_clock_in_kashiwa_shows_them() {
        assert_eq!(minute(Language::Japanese, NOW), "2026年11月22日 18時05分");
        assert_eq!(minute(Language::English, NOW), "22 November 2026, 18:05");
        assert_eq!(day(Language::Japanese, NOW.plus(6 * 3600)), "2026年11月23日");
    }

    #[test]
    fn a_lock_opens_at_a_full_minute_not_before_it_does() {
        assert_eq!(opening(Language::Japanese, NOW.plus(1800), NOW), "18時36分");
        assert_eq!(opening(Language::English, NOW.plus(1770), NOW), "18:35");
        assert_eq!(opening(Language::Japanese, NOW.plus(6 * 3600), NOW), "2026年11月23日 0時06分");
    }

    #[test]
    fn days_are_counted_by_midnights_in_japan() {
        for (later, days) in [(0, 0), (5 * 3600, 0), (6 * 3600, 1), (90 * 86_400, 90), (-86_400, 0)] {
            assert_eq!(days_left(NOW, NOW.plus(later)), days, "{later}");
        }
    }
}
