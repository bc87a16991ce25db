//! What somebody sent as their session had ended: not taken, and not lost either. The page gives it back as a form, so that
//! it can be sent once more after the login, without the browser's question whether to send a form again.

use pages::Language;

use super::Facts;

/// What a request carried that was refused because of its session.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unsent<'a> {
    /// Nothing: a page was asked for.
    Nothing,
    /// A form. `to` is the path it was sent to, with its query.
    Kept {
        /// Where it goes.
        to: &'a str,
        /// Name and value, in their order.
        fields: &'a [(String, String)],
    },
    /// More than we hold in a page, files, or a password: the browser still has it, and sends it again on a reload.
    NotKept,
}

/// The part of the page about it.
pub(super) struct GivenBack<'a> {
    pub(super) to: &'a str,
    pub(super) fields: &'a [(String, String)],
}

impl<'a> GivenBack<'a> {
    pub(super) fn of(facts: &Facts<'a>) -> Option<Self> {
        match facts.unsent {
            Unsent::Kept { to, fields } => Some(Self { to, fields }),
            Unsent::Nothing | Unsent::NotKept => None,
        }
    }

    /// What a person wrote, as far as it can be told from what a page put in: text with a blank, a new line, or letters
    /// that no program's token has.
    pub(super) fn written(&self) -> impl Iterator<Item = &'a str> {
        let human = |text: &&str| !text.trim().is_empty() && text.chars().any(|c| c.is_whitespace() || !c.is_ascii());
        self.fields.iter().map(|(_, value)| value.as_str()).filter(human)
    }
}

impl Unsent<'_> {
    pub(super) fn is_something(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Kept { .. } | Self::NotKept => true,
        }
    }
}

/// The words over it.
pub(super) fn told(language: Language, facts: &Facts<'_>) -> &'static str {
    match facts.unsent {
        Unsent::Nothing => "",
        Unsent::Kept { .. } => language.pick(
            "書いた内容は、まだ送られていません。この画面に残してあります。",
            "What you wrote has not been sent yet. It is kept on this page.",
        ),
        Unsent::NotKept => language.pick("内容は、まだ送られていません。", "It has not been sent yet."),
    }
}
