//! What does a person read when the gate stops them, lets them log in, or helps them along?
//!
//! Facts in, a page out: nothing here waits, reads a clock or decides who may pass. Every page is one
//! response, works without script, and carries its own content security policy.

mod absence;
mod anchor;
mod check;
mod derived;
mod device_cookie;
#[cfg(test)]
mod easy_tests;
mod facts;
mod frame;
mod help;
mod login;
mod notice;
mod page;
mod password;
mod refused;
#[cfg(test)]
mod refused_tests;
mod settings;
mod unsent;

pub use check::{Checked, Present};
pub use derived::NotDerivable;
pub use device_cookie::{DeviceCookies, Remembered};
pub use facts::{Facts, Window};
pub use login::{Login, LoginFailure, LoginNotice, renewal_opens};
pub use notice::{Notice, Notices, Told};
pub use page::{Page, StrictTransport};
pub use password::{Occasion, PasswordForm, PasswordMistake};
pub use settings::{Handbook, Link, LinkRefusal, Settings};
pub use unsent::Unsent;

/// The desk where pages are written. One for the process; a page takes some microseconds.
#[derive(Clone, Debug, Default)]
pub struct Guidance {
    settings: Settings,
}

impl Guidance {
    /// Pages that name these telephone numbers and lead to these addresses.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }
}
