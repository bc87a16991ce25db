//! What can be done on a page: a button where its reader may, and who can where they may not.

use super::may::{May, Right};

/// A button, or a link that looks like one.
#[derive(Clone, Debug)]
pub(crate) struct Button {
    pub(crate) words: &'static str,
    pub(crate) path: String,
}

/// `console/offers.html` shows them.
#[derive(Clone, Debug)]
pub(crate) struct Offers {
    may: May,
    /// What the reader may do.
    pub(crate) buttons: Vec<Button>,
    /// What others may do, and who they are.
    pub(crate) others: Vec<String>,
}

impl Offers {
    /// To a reader who may do this; nothing yet.
    pub(crate) fn to(may: May) -> Self {
        Self { may, buttons: Vec::new(), others: Vec::new() }
    }

    /// One more.
    #[must_use]
    pub(crate) fn offering(mut self, right: Right, words: &'static str, path: String) -> Self {
        if self.may.has(right) {
            self.buttons.push(Button { words, path });
        } else {
            self.others.push(format!("{words}：{}", right.who()));
        }
        self
    }

    /// One more, where it can be done as things stand.
    #[must_use]
    pub(crate) fn offering_if(self, can: bool, right: Right, words: &'static str, path: String) -> Self {
        if can { self.offering(right, words, path) } else { self }
    }

    /// Whether nothing can be done by anybody.
    pub(crate) fn is_empty(&self) -> bool {
        self.buttons.is_empty() && self.others.is_empty()
    }
}
