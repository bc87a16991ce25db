//! What opens the CA's key.

use std::fmt;

use zeroize::Zeroizing;

use crate::language::Text;

/// Against somebody who has the file and 600,000 rounds to each guess, twelve drawn characters hold.
const SHORTEST: usize = 12;
/// Longer than any sentence somebody would type.
const LONGEST: usize = 1024;

/// A passphrase. It does not print and is wiped when dropped.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// A passphrase that somebody chooses for a new key.
    ///
    /// # Errors
    /// Shorter than 12 characters, or not one line of text.
    pub fn choose(text: Zeroizing<String>) -> Result<Self, PassphraseRefusal> {
        let chosen = Self::given(text)?;
        if chosen.0.chars().count() < SHORTEST {
            return Err(PassphraseRefusal::TooShort);
        }
        Ok(chosen)
    }

    /// A passphrase that somebody gives to open a key; a line's end, as a file has one, is left out.
    ///
    /// # Errors
    /// Empty, too long, or not one line of text.
    pub fn given(mut text: Zeroizing<String>) -> Result<Self, PassphraseRefusal> {
        let kept = text.strip_suffix('\n').map_or(text.len(), |line| line.strip_suffix('\r').unwrap_or(line).len());
        text.truncate(kept);
        if text.is_empty() {
            return Err(PassphraseRefusal::Empty);
        }
        if text.len() > LONGEST || text.chars().any(char::is_control) {
            return Err(PassphraseRefusal::NotOneLine);
        }
        Ok(Self(text))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// Why a passphrase was not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PassphraseRefusal {
    /// Nothing there.
    #[error("the passphrase is empty")]
    Empty,
    /// Several lines, control characters, or a kilobyte and more.
    #[error("a passphrase is one line of text")]
    NotOneLine,
    /// Too short for a new key.
    #[error("a passphrase has at least {SHORTEST} characters")]
    TooShort,
}

impl PassphraseRefusal {
    /// For people.
    #[must_use]
    pub fn text(self) -> Text {
        let ja = match self {
            Self::Empty => "パスフレーズが空です。".to_owned(),
            Self::NotOneLine => "パスフレーズは、改行や制御文字のない1行にしてください。".to_owned(),
            Self::TooShort => format!("パスフレーズは{SHORTEST}文字以上にしてください。"),
        };
        Text::new(ja, self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Result<String, PassphraseRefusal> {
        Passphrase::given(text.to_owned().into()).map(|passphrase| passphrase.0.to_string())
    }

    #[test]
    fn the_end_of_a_file_s_line_is_no_part_of_a_passphrase() {
        for text in ["合言葉 with spaces ", "合言葉 with spaces \n", "合言葉 with spaces \r\n"] {
            assert_eq!(given(text).as_deref(), Ok("合言葉 with spaces "));
        }
        assert_eq!(given("\n"), Err(PassphraseRefusal::Empty));
        assert_eq!(given("two\nlines"), Err(PassphraseRefusal::NotOneLine));
        assert_eq!(given("two\n\n"), Err(PassphraseRefusal::NotOneLine));
    }

    #[test]
    fn a_passphrase_is_never_printed() {
        let passphrase = Passphrase::choose("correct horse battery".to_owned().into()).unwrap();
        assert_eq!(format!("{passphrase:?}"), "Passphrase(…)");
        assert_eq!(Passphrase::choose("eleven char".to_owned().into()).err(), Some(PassphraseRefusal::TooShort));
    }
}
