//! Numbers and codes that people read out and type: drawn, spelled, read again however they were typed.

use std::fmt;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::digest::sha256;
use crate::password::{self, HashRefusal};

/// One case, and nothing that looks like something else (no 0, 1, l, o): thirty-two signs, five bits each.
pub(super) const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// As it was typed: full-width signs and capitals are read as what they stand for, blanks and hyphens left out.
#[must_use]
pub fn fold(typed: &str) -> Zeroizing<String> {
    let mut folded = Zeroizing::new(String::with_capacity(typed.len()));
    for sign in typed.chars() {
        let sign = match sign {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
            _ => sign,
        };
        let separates = sign.is_whitespace() || matches!(sign, '-' | 'ー' | '‐' | '‑' | '–' | '—' | '−' | '─');
        if !separates {
            folded.extend(sign.to_lowercase());
        }
    }
    folded
}

fn spelled(octets: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(octets.iter().map(|octet| char::from(SIGNS[usize::from(octet % 32)])).collect())
}

fn read(typed: &str, signs: usize) -> Result<Zeroizing<String>, CodeRefusal> {
    let folded = fold(typed);
    let fits = folded.len() == signs && folded.bytes().all(|sign| SIGNS.contains(&sign));
    if fits { Ok(folded) } else { Err(CodeRefusal) }
}

fn grouped(text: &str, group: usize) -> String {
    let signs: Vec<char> = text.chars().collect();
    signs.chunks(group).map(|signs| signs.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, HashRefusal> {
    let mut octets = Zeroizing::new([0; N]);
    SystemRandom::new().fill(octets.as_mut_slice()).map_err(|_| HashRefusal::no_randomness())?;
    Ok(octets)
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $signs:literal in $group:literal) => {
        $(#[$doc])*
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// Reads what was typed.
            ///
            /// # Errors
            /// It cannot be one: another length, or a sign that none has.
            pub fn typed(text: &str) -> Result<Self, CodeRefusal> {
                read(text, $signs).map(Self)
            }

            pub(super) fn of(octets: &[u8; $signs]) -> Self {
                Self(spelled(octets))
            }

            /// As it is printed and told, in groups.
            #[must_use]
            pub fn reveal(&self) -> String {
                grouped(&self.0, $group)
            }

            /// The signs alone.
            pub(crate) fn signs(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

code! {
    /// 取得用番号: 16 signs, 80 bits. It does not print and is wiped when dropped.
    TicketNumber, 16 in 4
}
code! {
    /// 確認コード: 10 signs, 50 bits, told another way than the number.
    ConfirmationCode, 10 in 5
}
code! {
    /// 利用停止コード: 10 signs, told at pick-up; with it a lost device is put on hold, and nothing else.
    LossCode, 10 in 5
}

impl TicketNumber {
    /// By which the registry knows it: SHA-256, 64 hex digits.
    #[must_use]
    pub fn known_by(&self) -> String {
        sha256(self.0.as_bytes())
    }
}

/// What a new ticket is made of.
#[derive(Debug)]
pub struct Secrets {
    /// By mail, or on paper.
    pub number: TicketNumber,
    /// Another way.
    pub code: ConfirmationCode,
    /// Argon2id of the code, PHC string.
    pub code_hash: String,
}

impl Secrets {
    /// Draws a number and a code; takes some 20 ms of a core.
    ///
    /// # Errors
    /// No random numbers, or no memory, from the system.
    pub fn draw() -> Result<Self, HashRefusal> {
        Self::with(ConfirmationCode::of(&*random()?))
    }

    /// Draws a number to this code.
    ///
    /// # Errors
    /// As [`Self::draw`].
    pub(crate) fn with(code: ConfirmationCode) -> Result<Self, HashRefusal> {
        let number = TicketNumber::of(&*random()?);
        let code_hash = password::hash(code.signs())?;
        Ok(Self { number, code, code_hash })
    }
}

/// A text that is no number or code of ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no number or code of ours looks like this")]
pub struct CodeRefusal;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbers_and_codes_are_drawn_from_all_their_signs_and_never_twice() {
        let mut numbers = HashSet::new();
        let mut signs = HashSet::new();
        for _ in 0..200 {
            let number = TicketNumber::of(&random().unwrap());
            assert_eq!(number.reveal().split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4]);
            signs.extend(number.signs().bytes().collect::<Vec<_>>());
            assert!(numbers.insert(number.known_by()));
            assert_eq!(format!("{number:?}"), "TicketNumber(…)");
        }
        assert_eq!(signs.len(), 32, "16 signs of 32 are 80 bits");
        assert!(!signs.contains(&b'0') && !signs.contains(&b'o') && !signs.contains(&b'1') && !signs.contains(&b'l'));
    }

    #[test]
    fn however_a_code_was_typed_it_is_read_as_the_same() {
        let code = ConfirmationCode::of(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 31]);
        assert_eq!(code.reveal(), "abcde-fghi9");
        for typed in
            ["abcdefghi9", " ABCDE-FGHI9 ", "ａｂｃｄｅ－ｆｇｈｉ９", "abcde ー fghi９", "Ａｂｃｄｅ　ｆｇｈｉ9"]
        {
            assert_eq!(ConfirmationCode::typed(typed).unwrap().signs(), code.signs(), "{typed}");
        }
        for typed in ["", "abcde-fghi", "abcde-fghi99", "abcde-fghi0", "abcde-fgho9", "あいうえおかきくけこ"]
        {
            assert_eq!(ConfirmationCode::typed(typed).err(), Some(CodeRefusal), "{typed}");
        }
    }

    #[test]
    fn the_registry_learns_neither_the_number_nor_the_code() {
        let secrets = Secrets::draw().unwrap();
        let kept = format!("{} {}", secrets.number.known_by(), secrets.code_hash);
        assert!(!kept.contains(secrets.number.signs()) && !kept.contains(secrets.code.signs()));
        assert!(password::matches(secrets.code.signs(), &secrets.code_hash));
        assert!(secrets.code_hash.starts_with("$argon2id$"));
    }
}
