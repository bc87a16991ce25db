//! What every page tells: whom people may ask, and where they go.

use crate::config::{Contact, Links};

/// The house's own words.
#[derive(Clone, Debug, Default)]
pub struct CityWords {
    /// Whom people may ask.
    pub contact: Contact,
    /// Where people go.
    pub links: Links,
}

impl CityWords {
    /// The telephone number as a link dials it.
    pub(super) fn dial(&self) -> String {
        self.contact.telephone.chars().filter(|sign| sign.is_ascii_digit() || *sign == '+').collect()
    }
}
