//! What is answered: one screen.

use certs::{DeviceNo, Timestamp};

use super::standing::CallerStanding;
use super::story::Story;
use crate::ledger::{Counted, DeviceFacts, OfficeFacts, PersonFacts};

/// Everything there is to say.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// What was asked, as it was understood.
    pub(crate) asked: String,
    pub(crate) about: About,
    /// The refusal that has this code.
    pub(crate) met: Option<Met>,
    /// The first is told to the caller. None: nothing stands in the way.
    pub(crate) stories: Vec<Story>,
    /// What stands in the way of an office's devices and people.
    pub(crate) within: Vec<Within>,
    /// There are more of them than were looked at.
    pub(crate) cut: bool,
    /// In the last days, by reason.
    pub(crate) refused: Vec<Counted>,
    pub(crate) logins: Vec<Login>,
    /// So many lines of those days were told and not kept.
    pub(crate) not_kept: i64,
}

/// Whom it is about, as far as they are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    pub(crate) office: Option<OfficeFacts>,
    pub(crate) device: Option<DeviceFacts>,
    pub(crate) person: Option<PersonFacts>,
}

/// A refusal that was told.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Met {
    /// As the caller read it out.
    pub(crate) reference: String,
    pub(crate) at: Timestamp,
    pub(crate) gateway: String,
    /// The word in the access line.
    pub(crate) reason: String,
}

/// A device or a person of an office, and what stands in their way.
#[derive(Clone, Debug)]
pub(crate) struct Within {
    /// `DEV-000001`, an ID.
    pub(crate) subject: String,
    /// What it is called.
    pub(crate) name: String,
    pub(crate) story: Story,
}

/// A login that went well.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Login {
    pub(crate) at: Timestamp,
    pub(crate) login: Option<String>,
    pub(crate) device: Option<DeviceNo>,
}

impl About {
    /// Those that a standing rests on.
    pub(super) fn of(standing: &CallerStanding) -> Self {
        Self { office: standing.office().cloned(), device: standing.device.clone(), person: standing.person.clone() }
    }

    /// For the event that says who was looked up: the device, else the person, else the office.
    pub(crate) fn subject(&self) -> Option<String> {
        let device = self.device.as_ref().map(|device| device.no.to_string());
        let person = self.person.as_ref().map(|person| person.id.to_string());
        device.or(person).or(self.office.as_ref().map(|office| office.no.to_string()))
    }
}
