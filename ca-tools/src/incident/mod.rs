//! An incident (事故・障害, 誓約事項①): what is written down of it, until when what is to be reported, and why not.
//!
//! Everything here decides and waits for nothing: `number` names one, `duty` counts the days that the law gives, `form` says
//! what is to be told when one is opened, `held` what is kept for it, `refusal` why something of it cannot be.

mod duty;
mod form;
mod held;
mod number;
mod refusal;

pub use duty::{Duty, DutyDone};
pub use form::{IncidentForm, IncidentWhom};
pub use number::{IncidentNo, NotAnIncident};
pub use refusal::IncidentRefusal;
pub use refusal::ToldPart;

pub(crate) use form::told;
pub(crate) use held::held_from;
