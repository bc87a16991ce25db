//! What a request carried whose session had ended, kept for the page that refuses it.

use crate::guidance::Unsent;

/// What was sent and not taken.
#[derive(Debug)]
pub(super) enum Sent {
    Form(Vec<(String, String)>),
    Other,
}

impl Sent {
    /// As the page tells it. `target` is where it was sent.
    pub(super) fn to<'a>(&'a self, target: &'a str) -> Unsent<'a> {
        match self {
            Self::Form(fields) => Unsent::Kept { to: target, fields },
            Self::Other => Unsent::NotKept,
        }
    }
}
