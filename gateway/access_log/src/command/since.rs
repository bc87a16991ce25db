//! From when on? `2026-11-22T18:30:00+09:00`, `2026-11-22`, `10m`, `2h`, `3d`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::format_description::well_known::Rfc3339;
use time::macros::{format_description, offset};
use time::{Date, OffsetDateTime};

use super::super::clock::Clockface;

/// A moment as the lines spell it, so that times are compared as texts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Since(String);

impl Since {
    /// What was typed at this moment.
    pub(super) fn read(typed: &str, now: SystemTime) -> Result<Self, String> {
        let moment = back(typed, now).or_else(|| day(typed)).or_else(|| instant(typed)).ok_or_else(|| {
            format!("{typed:?} is no time; write 10m, 2h, 3d, 2026-11-22 or 2026-11-22T18:30:00+09:00")
        })?;
        let mut text = Vec::new();
        Clockface::new().write(moment, &mut text);
        Ok(Self(String::from_utf8_lossy(&text).into_owned()))
    }

    /// Is a line of this time wanted?
    pub(super) fn admits(&self, time: &str) -> bool {
        self.0.as_str() <= time
    }
}

fn back(typed: &str, now: SystemTime) -> Option<SystemTime> {
    let (number, unit) = typed.split_at_checked(typed.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let ago = number.parse::<u64>().ok()?.checked_mul(seconds)?;
    Some(now.checked_sub(Duration::from_secs(ago)).unwrap_or(UNIX_EPOCH))
}

/// A day begins at midnight in Japan.
fn day(typed: &str) -> Option<SystemTime> {
    let date = Date::parse(typed, format_description!("[year]-[month]-[day]")).ok()?;
    Some(date.midnight().assume_offset(offset!(+9)).into())
}

fn instant(typed: &str) -> Option<SystemTime> {
    OffsetDateTime::parse(typed, &Rfc3339).ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_understood_however_people_write_it() {
        let now = UNIX_EPOCH + Duration::from_secs(1_795_340_399);
        for (typed, meant) in [
            ("0s", "2026-11-22T18:39:59.000000+09:00"),
            ("10m", "2026-11-22T18:29:59.000000+09:00"),
            ("2h", "2026-11-22T16:39:59.000000+09:00"),
            ("1d", "2026-11-21T18:39:59.000000+09:00"),
            ("2026-11-22", "2026-11-22T00:00:00.000000+09:00"),
            ("2026-11-22T00:00:00Z", "2026-11-22T09:00:00.000000+09:00"),
            ("2026-11-22T18:30:00.5+09:00", "2026-11-22T18:30:00.500000+09:00"),
        ] {
            assert_eq!(Since::read(typed, now), Ok(Since(meant.to_owned())), "{typed}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused_with_an_example() {
        for typed in ["", "m", "-1h", "10", "1w", "22.11.2026", "2026-13-01", "99999999999999999999d", "１h"] {
            assert!(Since::read(typed, UNIX_EPOCH).unwrap_err().contains("10m"), "{typed}");
        }
    }
}
