//! What is wrong with a password that someone chose.

use crate::language::Text;

/// One thing wrong with a password.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Mistake {
    TooShort,
    TooLong,
    NeedsLetter,
    NeedsDigit,
    NeedsSymbol,
    SameAsId,
    TooCommon,
    UsedBefore,
}

impl Mistake {
    /// For people.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::TooShort => Text::new("短すぎます", "it is too short"),
            Self::TooLong => Text::new("長すぎます", "it is too long"),
            Self::NeedsLetter => Text::new("文字を含めてください", "it needs a letter"),
            Self::NeedsDigit => Text::new("数字を含めてください", "it needs a digit"),
            Self::NeedsSymbol => Text::new("記号を含めてください", "it needs a symbol"),
            Self::SameAsId => Text::new("IDを含めないでください", "it holds the ID"),
            Self::TooCommon => Text::new("推測されやすい語です", "it is too easy to guess"),
            Self::UsedBefore => Text::new("以前使ったパスワードです", "it was used before"),
        }
    }
}
