//! A moment as people type it: a day in any of its spellings, or an instant of a log.

use certs::Timestamp;

use super::error::CliError;
use crate::application::{Day, moment_of};
use crate::language::Text;
use crate::spelling;

/// The first second of what was typed for this option.
pub(super) fn first((option, typed): (&str, &str)) -> Result<Timestamp, CliError> {
    read((option, typed), Day::begins)
}

/// The last second of it: of a day, or of that very moment.
pub(super) fn last((option, typed): (&str, &str)) -> Result<Timestamp, CliError> {
    read((option, typed), Day::last_second)
}

fn read((option, typed): (&str, &str), of: fn(Day) -> Timestamp) -> Result<Timestamp, CliError> {
    let plain = spelling::code(typed).unwrap_or_else(|_| typed.to_owned());
    if let Ok(day) = plain.parse::<Day>() {
        return Ok(of(day));
    }
    moment_of(typed).map_err(|_| {
        CliError::Usage(Text::new(
            format!("{option} に「{typed}」は使えません。日付は 2026-11-28、日時は 2026-11-28 09:00 か 2026-11-28T09:00:00+09:00 のように書いてください。"),
            format!("{option}: {typed:?} is no time; write 2026-11-28, 2026-11-28 09:00 or 2026-11-28T09:00:00+09:00"),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_first_second_or_its_last_in_japan_and_an_instant_is_itself() {
        let begins = "2026-11-28T00:00:00+09:00";
        for typed in ["2026-11-28", "2026/11/28", "２０２６－１１－２８", "令和8年11月28日", begins] {
            assert_eq!(first(("--since", typed)).unwrap().to_string(), begins, "{typed}");
        }
        assert_eq!(last(("--until", "2026-11-28")).unwrap().to_string(), "2026-11-28T23:59:59+09:00");
        assert_eq!(last(("--until", begins)).unwrap().to_string(), begins);
        // As a work plan has it.
        assert_eq!(first(("--from", "2026年11月28日 22時30分")).unwrap().to_string(), "2026-11-28T22:30:00+09:00");
        assert!(
            matches!(first(("--since", "28.11.")), Err(CliError::Usage(why)) if why.ja.contains("--since に「28.11.」"))
        );
    }
}
