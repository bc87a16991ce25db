//! Is what was typed the password that was kept?

use crate::password;

/// A password was typed, and is the one. Made only by comparing them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PasswordShown {
    _matched: (),
}

impl PasswordShown {
    /// Where what was typed is what was kept.
    pub(super) fn compared((typed, hash): (&str, &str)) -> Option<Self> {
        password::matches(typed, hash).then_some(Self { _matched: () })
    }
}
