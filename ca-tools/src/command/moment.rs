//! A moment as people type it: a day in any of its spellings, or an instant of a log.

use certs::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::application::Day;
use crate::spelling;

/// The first second of what was typed.
pub(super) fn first(typed: &str) -> Result<Timestamp, String> {
    read(typed, Day::begins)
}

/// The last second of it.
pub(super) fn last(typed: &str) -> Result<Timestamp, String> {
    read(typed, Day::ends)
}

fn read(typed: &str, of: fn(Day) -> Timestamp) -> Result<Timestamp, String> {
    let plain = spelling::code(typed).unwrap_or_else(|_| typed.to_owned());
    if let Ok(day) = plain.parse::<Day>() {
        return Ok(of(day));
    }
    let instant = OffsetDateTime::parse(&plain, &Rfc3339).map_err(|_| {
        "日付は 2026-11-28、時刻は 2026-11-28T09:00:00+09:00 のように書いてください / write 2026-11-28 or 2026-11-28T09:00:00+09:00".to_owned()
    })?;
    Ok(Timestamp::from_unix(instant.unix_timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_first_second_or_its_last_in_japan_and_an_instant_is_itself() {
        let begins = "2026-11-28T00:00:00+09:00";
        for typed in ["2026-11-28", "2026/11/28", "２０２６－１１－２８", "令和8年11月28日", begins] {
            assert_eq!(first(typed).unwrap().to_string(), begins, "{typed}");
        }
        assert_eq!(last("2026-11-28").unwrap().to_string(), "2026-11-28T23:59:59+09:00");
        assert_eq!(last(begins), first(begins));
        assert!(first("28.11.").unwrap_err().contains("2026-11-28"));
    }
}
