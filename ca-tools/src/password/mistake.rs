//! What is wrong with a password that someone chose.

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
