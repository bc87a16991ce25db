//! In which language does this person read?

use crate::quality::wishes;

/// The languages in which our pages and commands speak: Japanese where nothing else is wished for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub enum Language {
    /// 日本語.
    #[default]
    #[value(name = "ja")]
    Japanese,
    /// English.
    #[value(name = "en")]
    English,
}

/// One sentence in both languages.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Text {
    /// 日本語.
    pub ja: String,
    /// English.
    pub en: String,
}

/// How much one language is wished for.
#[derive(Clone, Copy, Default)]
struct Wish {
    named: Option<u16>,
}

impl Language {
    /// Both, for what shows or checks every page.
    pub const ALL: [Self; 2] = [Self::Japanese, Self::English];

    /// The better liked of our two by `Accept-Language` (RFC 9110 §12.5.4). Liked alike, the one that
    /// stands first; neither named, Japanese, unless it is ruled out with `q=0`.
    #[must_use]
    pub fn preferred(accept_language: Option<&str>) -> Self {
        let (mut japanese, mut english) = (Wish::default(), Wish::default());
        let mut first = None;
        let mut others = 0;
        for (range, weight) in wishes(accept_language.unwrap_or_default()) {
            let primary = range.split('-').next().unwrap_or_default();
            if primary.eq_ignore_ascii_case("ja") {
                japanese.hear(weight);
                first = first.or(Some(Self::Japanese));
            } else if primary.eq_ignore_ascii_case("en") {
                english.hear(weight);
                first = first.or(Some(Self::English));
            } else if primary == "*" {
                others = weight;
            }
        }
        let ruled_out = japanese.named == Some(0) && english.named != Some(0);
        let (japanese, english) = (japanese.named.unwrap_or(others), english.named.unwrap_or(others));
        match english.cmp(&japanese) {
            std::cmp::Ordering::Greater => Self::English,
            std::cmp::Ordering::Less => Self::Japanese,
            std::cmp::Ordering::Equal if ruled_out => Self::English,
            std::cmp::Ordering::Equal if english > 0 => first.unwrap_or_default(),
            std::cmp::Ordering::Equal => Self::Japanese,
        }
    }

    /// The tag for `lang` and `Content-Language` (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Japanese => "ja",
            Self::English => "en",
        }
    }

    /// One of two texts, by language.
    #[must_use]
    pub const fn pick(self, japanese: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Japanese => japanese,
            Self::English => english,
        }
    }
}

impl Text {
    /// A sentence said twice.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }

    /// What a reader of this language is shown.
    #[must_use]
    pub fn read(&self, language: Language) -> &str {
        match language {
            Language::Japanese => &self.ja,
            Language::English => &self.en,
        }
    }
}

impl Wish {
    /// `en-GB;q=0.5, en;q=0.9` wishes for English with the larger weight.
    fn hear(&mut self, weight: u16) {
        self.named = Some(self.named.map_or(weight, |known| known.max(weight)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_unless_english_is_wished_for_more() {
        use Language::{English, Japanese};
        for (header, expected) in [
            (None, Japanese),
            (Some(""), Japanese),
            (Some("ja"), Japanese),
            (Some("ja,en-US;q=0.9,en;q=0.8"), Japanese),
            (Some("en-US,en;q=0.9"), English),
            (Some("en-US,en;q=0.9,ja;q=0.8"), English),
            (Some("en;q=0.5, JA-jp;q=0.7"), Japanese),
            (Some("en;q=0.700,ja;q=0.7"), English),
            (Some("ja;q=0.7,en;q=0.7"), Japanese),
            (Some("fr-FR,fr;q=0.9"), Japanese),
            (Some("fr,en;q=0.1"), English),
            (Some("*"), Japanese),
            (Some("en;q=0"), Japanese),
            (Some("ja;q=0"), English),
            (Some("ja;q=0,en;q=0"), Japanese),
            (Some("ja;q=0, *"), English),
            (Some("en, *;q=0.5"), English),
            (Some("en;q=0.3, *;q=0.5"), Japanese),
            (Some("en;q=9,ja;q=0.1"), Japanese),
            (Some("english"), Japanese),
        ] {
            assert_eq!(Language::preferred(header), expected, "{header:?}");
        }
    }
}
