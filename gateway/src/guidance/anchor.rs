//! How is a link written where its address may not be configured?

use std::fmt;

use askama::filters::{Html, HtmlSafe, escape};
use pages::Language;

/// A link in a sentence; without an address its words alone, in brackets, so that the sentence still reads.
pub(super) struct Anchor {
    pub(super) words: &'static str,
    pub(super) address: Option<String>,
    pub(super) language: Language,
}

/// The same, as a button.
pub(super) struct Button {
    pub(super) anchor: Anchor,
    /// One that stands behind another.
    pub(super) plain: bool,
}

impl HtmlSafe for Button {}

impl fmt::Display for Button {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(address) = &self.anchor.address else { return self.anchor.fmt(f) };
        let words = escape(self.anchor.words, Html).map_err(|_| fmt::Error)?;
        let address = escape(address, Html).map_err(|_| fmt::Error)?;
        let class = if self.plain { "button plain" } else { "button" };
        write!(f, "<a class=\"{class}\" href=\"{address}\">{words}</a>")
    }
}

/// What it writes is escaped here.
impl HtmlSafe for Anchor {}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = escape(self.words, Html).map_err(|_| fmt::Error)?;
        match (&self.address, self.language) {
            (Some(address), _) => {
                let address = escape(address, Html).map_err(|_| fmt::Error)?;
                write!(f, "<a href=\"{address}\">{words}</a>")
            }
            (None, Language::Japanese) => write!(f, "「{words}」"),
            (None, Language::English) => write!(f, "“{words}”"),
        }
    }
}
