//! One thing that was found.

use crate::language::Text;

/// How bad it is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The house is sound; somebody should look at this in time.
    Notice,
    /// The house is not sound.
    Wrong,
}

/// One thing that was found, with what to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// One word for programs.
    pub code: &'static str,
    /// What it is about: a device, a serial, a file.
    pub subject: String,
    /// For people: what is wrong and what to do.
    pub text: Text,
}

impl Finding {
    pub(super) fn notice(code: &'static str, subject: impl Into<String>, text: Text) -> Self {
        Self { severity: Severity::Notice, code, subject: subject.into(), text }
    }

    pub(super) fn wrong(code: &'static str, subject: impl Into<String>, text: Text) -> Self {
        Self { severity: Severity::Wrong, code, subject: subject.into(), text }
    }
}
