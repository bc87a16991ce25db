//! Which of our numbers could this be? As people read them out: 123 for DEV-000123, without hyphens, with or without zeros.

use crate::application::FiscalYear;
use crate::campaign::CampaignNo;
use crate::ledger::Noun;

/// Which number a text could be that is written shorter than we print it.
pub(super) fn numbers(sought: &str) -> Vec<(Noun, String)> {
    let mut found = Vec::new();
    let digits = |text: &str, most: usize| {
        let plain = text.trim_start_matches('0');
        let fits = !plain.is_empty() && plain.len() <= most && plain.bytes().all(|sign| sign.is_ascii_digit());
        fits.then(|| plain.to_owned())
    };
    // Alone, digits are a device: no other number is read out so often.
    if let Some(number) = digits(sought.strip_prefix("dev").unwrap_or(sought), 7) {
        found.push((Noun::Device, format!("DEV-{number:0>6}")));
    }
    if let Some(number) = sought.strip_prefix('t').and_then(|rest| digits(rest, 9)) {
        found.push((Noun::Ticket, format!("T-{number:0>6}")));
    }
    if let Some(number) = sought.strip_prefix('p').and_then(|rest| digits(rest, 9)) {
        found.push((Noun::Proposal, format!("P-{number:0>6}")));
    }
    // 現況届: a year, and which of that year where it is not the first.
    if let Some((year, nth)) =
        sought.strip_prefix('c').filter(|rest| rest.is_ascii()).and_then(|rest| rest.split_at_checked(4))
    {
        let no = if nth.is_empty() { format!("C-{year}") } else { format!("C-{year}-{nth}") };
        if no.parse::<CampaignNo>().is_ok() {
            found.push((Noun::Campaign, no));
        }
    }
    if let Some(number) = sought.strip_prefix('i').and_then(|rest| digits(rest, 6)) {
        found.push((Noun::Incident, format!("I-{number:0>6}")));
    }
    for word in ["mail", "める"] {
        if let Some(number) = sought.strip_prefix(word).and_then(|rest| digits(rest, 12)) {
            found.push((Noun::Letter, number));
        }
    }
    if let Some(year) = sought.ends_with("年度").then(|| sought.parse::<FiscalYear>()).and_then(Result::ok) {
        found.push((Noun::Training, year.to_string()));
    }
    let of_year = sought.strip_prefix('a').unwrap_or(sought);
    if of_year.len() == 10 && of_year.starts_with("20") && of_year.bytes().all(|sign| sign.is_ascii_digit()) {
        found.push((Noun::Application, format!("A-{}-{}", &of_year[..4], &of_year[4..])));
    }
    found
}

/// An event's number: 第12版, 記録12, v12; alone, digits could be one, too.
pub(super) fn event(sought: &str) -> Option<(i64, Named)> {
    let version = |text: &str| text.parse::<i64>().ok().filter(|version| *version > 0);
    if let Some(version) = version(sought) {
        return Some((version, Named::ByDigits));
    }
    let named = ["第", "記録", "操作記録", "event", "v"].into_iter().find_map(|word| sought.strip_prefix(word));
    named.and_then(|rest| version(rest.trim_end_matches(['版', '番', '号']))).map(|version| (version, Named::InWords))
}

/// How an event was named.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Named {
    InWords,
    ByDigits,
}

/// A support code as our pages write it; of what could be one.
pub(super) fn support_code(sought: &str) -> Option<String> {
    // No 0 and O, no 1 and I.
    let fits = |sign: u8| matches!(sign, b'2'..=b'9' | b'a'..=b'h' | b'j'..=b'n' | b'p'..=b'z');
    let is_one = sought.len() == 8 && sought.bytes().all(fits);
    is_one.then(|| {
        let code = sought.to_ascii_uppercase();
        format!("{}-{}", &code[..4], &code[4..])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spelling::sought;

    #[test]
    fn each_spelling_is_the_number_it_is_read_out_as() {
        for (typed, noun, number) in [
            ("123", Noun::Device, "DEV-000123"),
            ("０００１２３", Noun::Device, "DEV-000123"),
            ("dev-123", Noun::Device, "DEV-000123"),
            ("ＤＥＶー０００１２３", Noun::Device, "DEV-000123"),
            ("dev 1234567", Noun::Device, "DEV-1234567"),
            ("t-7", Noun::Ticket, "T-000007"),
            ("T 000007", Noun::Ticket, "T-000007"),
            ("p1", Noun::Proposal, "P-000001"),
            ("c-2026", Noun::Campaign, "C-2026"),
            ("Ｃ ２０２６－２", Noun::Campaign, "C-2026-2"),
            ("i-12", Noun::Incident, "I-000012"),
            ("a-2026-000012", Noun::Application, "A-2026-000012"),
            ("2026-000012", Noun::Application, "A-2026-000012"),
            ("メール 12", Noun::Letter, "12"),
            ("２０２６ 年度", Noun::Training, "2026"),
            ("令和8年度", Noun::Training, "2026"),
            ("mail 12", Noun::Letter, "12"),
        ] {
            assert!(numbers(&sought(typed)).contains(&(noun, number.to_owned())), "{typed}");
        }
        for none in ["", "0", "dev", "t", "12345678", "deva1", "2026-00001", "佐藤"] {
            assert_eq!(numbers(&sought(none)), [], "{none}");
        }
    }

    #[test]
    fn an_event_and_a_support_code_are_known_by_their_form() {
        for (typed, expected) in [
            ("第12版", Some((12, Named::InWords))),
            ("操作記録 12", Some((12, Named::InWords))),
            ("v12", Some((12, Named::InWords))),
            ("12", Some((12, Named::ByDigits))),
            ("0", None),
            ("第版", None),
            ("佐藤", None),
        ] {
            assert_eq!(event(&sought(typed)), expected, "{typed}");
        }
        for typed in ["K7P3-W9QX", "k7p3w9qx", "ｋ７ｐ３　ｗ９ｑｘ"] {
            assert_eq!(support_code(&sought(typed)).as_deref(), Some("K7P3-W9QX"), "{typed}");
        }
        for none in ["K7P3-W9Q", "K7P3-W9Q0", "hidamari", "佐藤佐藤佐藤佐藤"] {
            assert_eq!(support_code(&sought(none)), None, "{none}");
        }
    }
}
