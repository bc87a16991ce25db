//! How a thing stands, as a label: its word, and how much it matters.

use registry::{OfficeState, SystemUserState};

use crate::application::ApplicationState;
use crate::language::Language;
use crate::words::said;

/// A label. `class` is how it looks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct StateLabel {
    pub(crate) said: String,
    pub(crate) class: &'static str,
}

impl StateLabel {
    /// A person's.
    pub(crate) fn of_person(state: &str) -> Self {
        let class = match state.parse() {
            Ok(SystemUserState::Active) => "",
            Ok(SystemUserState::Suspended) => "care",
            Ok(SystemUserState::Deleted) | Err(_) => "stop",
        };
        Self { said: said("state", state, &["login_id"], Language::Japanese), class }
    }

    /// An office's.
    pub(crate) fn of_office(state: &str) -> Self {
        let class = match state.parse() {
            Ok(OfficeState::Registered) => "",
            Ok(OfficeState::Suspended) => "care",
            Ok(OfficeState::Withdrawn | OfficeState::Replaced) | Err(_) => "stop",
        };
        Self { said: said("state", state, &["office"], Language::Japanese), class }
    }

    /// An application's.
    pub(crate) fn of_application(state: &str) -> Self {
        let class = match state.parse() {
            Ok(ApplicationState::Received | ApplicationState::Inspected) => "care",
            Ok(ApplicationState::Approved) => "",
            Ok(ApplicationState::Rejected) | Err(_) => "stop",
        };
        Self { said: said("state", state, &["application"], Language::Japanese), class }
    }

    /// A room's.
    pub(crate) fn of_room(state: &str) -> Self {
        let class = if state == "open" { "" } else { "stop" };
        Self { said: said("state", state, &["room"], Language::Japanese), class }
    }
}
