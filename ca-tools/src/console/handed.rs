//! What is shown once: a new ID's initial password, to be read out, and a slip of paper for each person.
//!
//! It is the answer of the form that made it, and of no other address: a reload gets the same answer for a while, and then
//! none. On paper, only the slips come out.

use askama::Template;
use zeroize::Zeroizing;

use super::frame::Frame;
use crate::password::reading;

/// One person's.
#[derive(Clone, Debug)]
pub(crate) struct Slip {
    pub(crate) name: String,
    pub(crate) login_id: String,
    /// Name and number.
    pub(crate) office: String,
    pub(crate) password: ShownOnce,
}

/// A password that is shown.
#[derive(Clone)]
pub(crate) struct ShownOnce(Zeroizing<String>);

impl std::fmt::Debug for ShownOnce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShownOnce(…)")
    }
}

impl ShownOnce {
    pub(crate) fn of(password: &str) -> Self {
        Self(Zeroizing::new(password.to_owned()))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// As it is read out over the telephone.
    pub(crate) fn reading(&self) -> String {
        reading(&self.0)
    }
}

/// A ticket's two halves, as far as they are told here.
#[derive(Clone, Debug)]
pub(crate) struct TicketShown {
    pub(crate) device: String,
    pub(crate) code: ShownOnce,
    /// Where no mail carries it.
    pub(crate) number: Option<ShownOnce>,
    pub(crate) until: String,
}

/// The answer.
#[derive(Template)]
#[template(path = "console/handed.html")]
pub(crate) struct Handed<'a> {
    pub(crate) frame: Frame<'a>,
    /// What was done beside, a line each.
    pub(crate) lines: Vec<String>,
    pub(crate) slips: Vec<Slip>,
    pub(crate) ticket: Option<TicketShown>,
    /// The thing's page, with what was done.
    pub(crate) next: String,
}
