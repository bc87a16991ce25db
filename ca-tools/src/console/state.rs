//! How an office, a person, an application, a room stands, as a label.

use registry::{OfficeState, SystemUserState};

use super::label::{Label, Tone};
use crate::application::ApplicationState;
use crate::language::Language;
use crate::words::said;

impl Label {
    /// A person's.
    pub(crate) fn of_person(state: &str) -> Self {
        let tone = match state.parse() {
            Ok(SystemUserState::Active) => Tone::Calm,
            Ok(SystemUserState::Suspended) => Tone::Care,
            Ok(SystemUserState::Deleted) | Err(_) => Tone::Stop,
        };
        Self::new(said("state", state, &["login_id"], Language::Japanese), tone)
    }

    /// An office's.
    pub(crate) fn of_office(state: &str) -> Self {
        let tone = match state.parse() {
            Ok(OfficeState::Registered) => Tone::Calm,
            Ok(OfficeState::Suspended) => Tone::Care,
            Ok(OfficeState::Withdrawn | OfficeState::Replaced) | Err(_) => Tone::Stop,
        };
        Self::new(said("state", state, &["office"], Language::Japanese), tone)
    }

    /// An application's.
    pub(crate) fn of_application(state: &str) -> Self {
        let tone = match state.parse() {
            Ok(ApplicationState::Received | ApplicationState::Inspected) => Tone::Care,
            Ok(ApplicationState::Approved) => Tone::Calm,
            Ok(ApplicationState::Rejected) | Err(_) => Tone::Stop,
        };
        Self::new(said("state", state, &["application"], Language::Japanese), tone)
    }

    /// A room's.
    pub(crate) fn of_room(state: &str) -> Self {
        let tone = if state == "open" { Tone::Calm } else { Tone::Stop };
        Self::new(said("state", state, &["room"], Language::Japanese), tone)
    }
}
