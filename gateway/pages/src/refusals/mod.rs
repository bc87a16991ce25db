//! Why was a reader stopped, and what do they see? One table for the gateway, which shows the page, and for the desk, which
//! tells whoever answers the telephone what the caller sees: the words cannot differ.
//!
//! What a page adds of its own facts (a day, a button, a picture) stands in the gateway's templates; the sentences here stand
//! on it as they are written.

mod access;
mod device;
mod house;
mod person;
mod reason;

pub use reason::Reason;

use http::StatusCode;

use super::Language;

/// What is fixed of one reason.
struct RefusalWords {
    /// Of the answer.
    status: StatusCode,
    /// Stands on the page, and is read out on the telephone.
    code: &'static str,
    /// Stands in the access line.
    reason: &'static str,
    japanese: Words,
    english: Words,
}

/// What its page says.
struct Words {
    heading: &'static str,
    /// What this means.
    lead: &'static str,
    /// What to do next.
    steps: &'static [&'static str],
}

impl RefusalWords {
    const fn of(status: StatusCode, code: &'static str, reason: &'static str) -> Self {
        Self { status, code, reason, japanese: Words::NONE, english: Words::NONE }
    }

    const fn ja(self, heading: &'static str, lead: &'static str, steps: &'static [&'static str]) -> Self {
        Self { japanese: Words { heading, lead, steps }, ..self }
    }

    const fn en(self, heading: &'static str, lead: &'static str, steps: &'static [&'static str]) -> Self {
        Self { english: Words { heading, lead, steps }, ..self }
    }

    const fn words(&self, language: Language) -> &Words {
        match language {
            Language::Japanese => &self.japanese,
            Language::English => &self.english,
        }
    }
}

impl Words {
    const NONE: Self = Self { heading: "", lead: "", steps: &[] };
}

impl Reason {
    /// The status of the answer.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.row().status
    }

    /// The code that stands on the page and is read out on the telephone.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The word in the access line and the metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().reason
    }

    /// What its page says first.
    #[must_use]
    pub fn heading(self, language: Language) -> &'static str {
        self.row().words(language).heading
    }

    /// What that means.
    #[must_use]
    pub fn lead(self, language: Language) -> &'static str {
        self.row().words(language).lead
    }

    /// What its reader is asked to do next.
    #[must_use]
    pub fn steps(self, language: Language) -> &'static [&'static str] {
        self.row().words(language).steps
    }

    /// The reason that an access line gives by this word, with this status; none of a word that no release of ours had.
    #[must_use]
    pub fn read(reason: &str, status: Option<u16>) -> Option<Self> {
        let mut known = Self::ALL.into_iter().filter(|each| each.as_str() == reason);
        let first = known.next()?;
        // One word, several things that can be wrong with a request: the status tells them apart.
        Some(known.find(|each| Some(each.status().as_u16()) == status).unwrap_or(first))
    }

    /// The reasons whose pages show this code.
    pub fn of_code(code: &str) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |each| each.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_code_and_words_in_both_languages() {
        for reason in Reason::ALL {
            assert!(reason.code().starts_with("KW-"), "{reason:?}");
            for language in Language::ALL {
                assert!(!reason.heading(language).is_empty(), "{reason:?}");
                assert!(!reason.lead(language).is_empty(), "{reason:?}");
                assert!(!reason.steps(language).is_empty(), "{reason:?}");
            }
            assert_eq!(Reason::of_code(reason.code()).filter(|each| *each == reason).count(), 1);
        }
    }

    #[test]
    fn a_line_s_word_and_status_lead_back_to_its_reason() {
        for reason in Reason::ALL {
            assert_eq!(Reason::read(reason.as_str(), Some(reason.status().as_u16())), Some(reason));
        }
        assert_eq!(Reason::read("locked", None), Some(Reason::Locked));
        assert_eq!(Reason::read("bad_request", None), Some(Reason::Malformed));
        assert_eq!(Reason::read("no_such_reason", Some(403)), None);
    }
}
