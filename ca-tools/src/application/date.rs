//! Which day? As people write it: 2026-04-01, 2026/4/1, 2026年4月1日, 令和8年4月1日, R8.4.1.

use std::fmt;
use std::str::FromStr;

use certs::Timestamp;
use pages::{Language, calendar};
use time::format_description::well_known::Rfc3339;
use time::macros::{offset, time};
use time::{Date, Month, OffsetDateTime};

use crate::spelling;

/// A day of the calendar in Japan.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Day(Date);

/// Not a day that is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a day looks like 2026-04-01")]
pub struct NotADay;

/// Years that somebody means. Others are slips of a finger, and the last of a calendar is over in Japan before it is elsewhere.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2200;

/// Reiwa 1 is 2019.
const BEFORE_REIWA: i32 = 2018;

impl Day {
    /// The day that a calendar in Kashiwa shows.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self(at.in_japan().date())
    }

    /// How many days from `self` until `later`; negative if that has passed.
    #[must_use]
    pub fn days_until(self, later: Self) -> i64 {
        (later.0 - self.0).whole_days()
    }

    /// Its first second in Japan.
    pub(crate) fn begins(self) -> Timestamp {
        self.last_second().plus(-86_399)
    }

    /// Its last second in Japan.
    pub(crate) fn last_second(self) -> Timestamp {
        let end = self.0.with_time(time!(23:59:59)).assume_offset(offset!(+9));
        Timestamp::from_unix(end.unix_timestamp())
    }

    /// 「2026年4月1日」.
    #[must_use]
    pub fn japanese(self) -> String {
        self.read(Language::Japanese)
    }

    /// The same, for a reader of this language.
    #[must_use]
    pub fn read(self, language: Language) -> String {
        calendar::date(language, self.0)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl FromStr for Day {
    type Err = NotADay;

    /// Reads what `spelling::code` made of it.
    fn from_str(text: &str) -> Result<Self, NotADay> {
        let reiwa = ["令和", "R", "r"].iter().find_map(|era| text.strip_prefix(era));
        let (rest, offset) = reiwa.map_or((text, 0), |rest| (rest, BEFORE_REIWA));
        let rest = rest.strip_suffix('日').unwrap_or(rest).replace('元', "1");
        let parts: Vec<_> = rest.split(['-', '/', '.', '年', '月']).collect();
        let [year, month, day] = parts[..] else { return Err(NotADay) };
        let number = |part: &str, most: usize| {
            let fits = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            if fits { part.parse::<u16>().map_err(|_| NotADay) } else { Err(NotADay) }
        };
        let year = i32::from(number(year, 4)?) + offset;
        if !YEARS.contains(&year) {
            return Err(NotADay);
        }
        let small = |part| number(part, 2).and_then(|n| u8::try_from(n).map_err(|_| NotADay));
        let month = Month::try_from(small(month)?).map_err(|_| NotADay)?;
        Date::from_calendar_date(year, month, small(day)?).map(Self).map_err(|_| NotADay)
    }
}

/// The first second after what was typed: after that day, or that very moment.
///
/// # Errors
/// Neither a day nor a moment.
pub(crate) fn end_of(typed: &str) -> Result<Timestamp, NotADay> {
    let plain = spelling::code(typed).unwrap_or_else(|_| typed.to_owned());
    plain.parse::<Day>().map(|day| day.last_second().plus(1)).or_else(|_| moment_of(typed))
}

/// A moment as people type it, and as a field of a browser has it: `2026-11-28 9:05`, `2026年11月28日 9時05分`,
/// `2026-11-28T09:05`, `2026-11-28T09:05:30+09:00`. In Japan, where it does not say.
///
/// # Errors
/// No moment.
pub(crate) fn moment_of(typed: &str) -> Result<Timestamp, NotADay> {
    let typed = typed.trim();
    if let Ok(instant) = OffsetDateTime::parse(typed, &Rfc3339) {
        let is_near = YEARS.contains(&instant.year());
        return is_near.then(|| Timestamp::from_unix(instant.unix_timestamp())).ok_or(NotADay);
    }
    let (day, clock) = typed.split_once([' ', '\u{3000}', 'T']).ok_or(NotADay)?;
    let plain = |text: &str| spelling::code(text).unwrap_or_else(|_| text.to_owned());
    let day: Day = plain(day).parse()?;
    let clock = plain(clock).replace(['時', '分'], ":").replace('秒', "");
    let parts: Vec<_> = clock.trim_end_matches(':').split(':').collect();
    let number = |text: &str, below: i64| {
        let fits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i64>().ok().filter(|number| fits && *number < below).ok_or(NotADay)
    };
    let (hours, minutes, seconds) = match parts[..] {
        [hours, minutes] => (hours, minutes, "0"),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return Err(NotADay),
    };
    Ok(day.begins().plus(number(hours, 24)? * 3_600 + number(minutes, 60)? * 60 + number(seconds, 60)?))
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_second_of_a_day_is_its_and_the_next_is_not() {
        let day: Day = "2026-04-01".parse().unwrap();
        assert_eq!(Day::of(day.last_second()), day);
        assert_eq!(day.days_until(Day::of(day.last_second().plus(1))), 1);
    }

    #[test]
    fn a_moment_is_read_as_people_write_it_and_an_end_is_the_second_after_a_day() {
        let at = moment_of("2026-11-28T09:05:00+09:00").unwrap();
        for typed in [
            "2026-11-28 9:05",
            "2026-11-28T09:05",
            "2026年11月28日 9時05分",
            "R8.11.28　09:05:00",
            "２０２６－１１－２８ ９：０５",
        ] {
            assert_eq!(moment_of(typed), Ok(at), "{typed}");
        }
        for typed in [
            "2026-11-28",
            "9:05",
            "2026-11-28 24:00",
            "2026-11-28 9",
            "2026-11-28 9:5:70",
            "2026-11-28 9:05 x",
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00+09:00",
        ] {
            assert_eq!(moment_of(typed), Err(NotADay), "{typed}");
        }
        let next = "2026-11-29".parse::<Day>().unwrap().begins();
        assert_eq!((end_of("2026年11月28日"), end_of("2026-11-28 9:05")), (Ok(next), Ok(at)));
    }

    #[test]
    fn a_day_is_read_as_people_write_it() {
        for text in ["2026-04-01", "2026/4/1", "2026.4.1", "2026年4月1日", "令和8年4月1日", "R8.4.1", "r8/04/01"]
        {
            assert_eq!(text.parse::<Day>().map(|day| day.to_string()).as_deref(), Ok("2026-04-01"), "{text}");
        }
        assert_eq!("令和元年5月1日".parse::<Day>().unwrap().to_string(), "2019-05-01");
        for text in ["", "2026-02-30", "2026-4", "8年4月1日", "2026-13-01", "2026-04-01-", "+2026-4-1", "4/1/2026"] {
            assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
        }
    }
}
