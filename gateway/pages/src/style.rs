//! How does every page look?

/// What every page has.
const EVERY_PAGE: &str = include_str!("../templates/style.css");

/// The style sheet of one program's pages, inline in each of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Style(String);

impl Style {
    /// What every page has, and what only this program shows: nobody is sent the rules of the other's pages.
    #[must_use]
    pub fn with(own: &str) -> Self {
        Self([EVERY_PAGE, own].concat())
    }

    /// The sheet.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
