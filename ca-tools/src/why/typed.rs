//! What does the operator mean by what they typed? Read as people read it out: any case, full width, with or without a
//! hyphen. A sign that no code has is refused by name: 0 and O, 1 and I are never guessed.

use access_log::Reference;
use certs::DeviceNo;

use crate::spelling::{Strange, kept, matched};

/// What was asked about, as far as its spelling tells. Several readings of one word are tried in the registry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Asked {
    /// A device.
    Device(DeviceNo),
    /// The code of a kind of refusal, `KW-101`: the same on every such page.
    Code(String),
    /// Anything else: whichever of these there is.
    Word {
        /// The support code that it may be, as it is printed.
        reference: Option<String>,
        /// In small letters: an ID.
        id: String,
        /// In capitals: an office's number.
        office: String,
        /// The digits of a telephone number.
        digits: Option<String>,
        /// As it is kept: a name.
        name: String,
    },
}

/// Why it cannot be looked up.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum NotAsked {
    /// Nothing was typed.
    Nothing,
    /// More than any of these has.
    TooLong,
    /// A sign that may not stand.
    Strange(Strange),
}

/// A support code has so many.
const LENGTH: usize = 8;
/// Longer than any name.
const LONGEST: usize = 100;

impl Asked {
    /// Reads what was typed.
    pub(crate) fn read(text: &str) -> Result<Self, NotAsked> {
        let name = kept(text).map_err(NotAsked::Strange)?;
        let word = matched(&name);
        if word.is_empty() {
            return Err(NotAsked::Nothing);
        }
        if word.chars().count() > LONGEST {
            return Err(NotAsked::TooLong);
        }
        if word.starts_with("dev")
            && let Ok(device) = DeviceNo::typed(&word)
        {
            return Ok(Self::Device(device));
        }
        if let Some(code) = code(&word) {
            return Ok(Self::Code(code));
        }
        Ok(Self::Word {
            reference: reference(&word),
            office: word.to_uppercase(),
            digits: digits(&word),
            id: word,
            name,
        })
    }
}

/// `KW-101`.
fn code(word: &str) -> Option<String> {
    let digits = word.strip_prefix("kw")?.trim_start_matches('-');
    (digits.len() == 3 && digits.bytes().all(|digit| digit.is_ascii_digit())).then(|| format!("KW-{digits}"))
}

/// A support code as it is printed.
fn reference(word: &str) -> Option<String> {
    word.parse::<Reference>().ok().map(|reference| reference.to_string())
}

/// Whether it has the length of a support code, and a sign that none has: it was misheard.
pub(super) fn misheard(word: &str) -> bool {
    let signs = word.chars().filter(|sign| *sign != '-');
    reference(word).is_none()
        && signs.clone().count() == LENGTH
        && signs.clone().all(|sign| sign.is_ascii_alphanumeric())
}

/// The digits of a telephone number, which begins with 0 or with +81.
fn digits(word: &str) -> Option<String> {
    let national = match word.strip_prefix("+81") {
        Some(rest) => format!("0{}", rest.trim_start_matches('-')),
        None => word.to_owned(),
    };
    let known = |sign: char| sign.is_ascii_digit() || matches!(sign, '-' | '(' | ')');
    if !national.chars().all(known) {
        return None;
    }
    let digits: String = national.chars().filter(char::is_ascii_digit).collect();
    (digits.starts_with('0') && (9..=11).contains(&digits.len())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> (Option<String>, String, Option<String>) {
        match Asked::read(text).unwrap() {
            Asked::Word { reference, id, digits, .. } => (reference, id, digits),
            other @ (Asked::Device(_) | Asked::Code(_)) => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_code_is_found_however_it_was_read_out() {
        for typed in
            ["K7P3-W9QX", "k7p3w9qx", "ｋ７ｐ３－ｗ９ｑｘ", "K7P3 W9QX", "Ｋ７Ｐ３ーＷ９ＱＸ", " k 7 p 3 w 9 q x　"]
        {
            assert_eq!(word(typed).0.as_deref(), Some("K7P3-W9QX"), "{typed}");
        }
        for typed in ["K7P3-W9Q", "K7P3-W9QXX", "K7P3-W9Q0", "K7P3-W9QO", "K7P3-W9Q1", "K7P3-W9QI"] {
            assert_eq!(word(typed).0, None, "{typed}");
            assert_eq!(misheard(&matched(typed)), typed.len() == 9, "{typed}");
        }
    }

    #[test]
    fn a_device_a_kind_and_a_telephone_are_what_they_look_like() {
        for typed in ["DEV-000004", "dev-4", "ＤＥＶ－４", "dev 4"] {
            assert_eq!(Asked::read(typed), Ok(Asked::Device(DeviceNo::new(4).unwrap())), "{typed}");
        }
        for typed in ["KW-101", "kw101", "ＫＷ－１０１"] {
            assert_eq!(Asked::read(typed), Ok(Asked::Code("KW-101".into())), "{typed}");
        }
        for typed in ["04-7167-1111", "0471671111", "０４ー７１６７ー１１１１", "04(7167)1111", "+81-4-7167-1111"]
        {
            assert_eq!(word(typed).2.as_deref(), Some("0471671111"), "{typed}");
        }
        assert_eq!(word("1272200001").2, None, "an office's number");
        assert_eq!(word("Ｋ.Sato").1, "k.sato");
    }

    #[test]
    fn what_is_nothing_or_cannot_be_looked_up_is_refused() {
        assert_eq!(Asked::read(" 　"), Err(NotAsked::Nothing));
        assert_eq!(Asked::read(&"あ".repeat(101)), Err(NotAsked::TooLong));
        assert!(matches!(Asked::read("a\u{202e}b"), Err(NotAsked::Strange(_))));
    }
}
