//! What does the line say of an answer that did not come whole?

use access_log::{OpenLine, Outcome};

use crate::live::cancel_signal::CloseReason;
use crate::refusal::Refusal;

/// What the line says of an answer that was ended from outside: where the backend fell silent it is the backend's failure,
/// though it was we who hung up.
pub(super) fn ended_by(why: CloseReason) -> Outcome {
    match why {
        CloseReason::SlowBackend => Outcome::Failed,
        CloseReason::Device
        | CloseReason::Person
        | CloseReason::Session
        | CloseReason::Trust
        | CloseReason::SlowClient
        | CloseReason::Registry
        | CloseReason::Budget
        | CloseReason::Stopping => Outcome::Cut,
    }
}

/// Writes the line of an answer or an upgrade; where the backend failed, with the reason.
pub(super) fn close(line: OpenLine, outcome: Outcome) {
    if outcome == Outcome::Failed {
        line.learn(|facts| facts.reason = Some(Refusal::BackendUnavailable.reason()));
    }
    line.close(outcome);
}
