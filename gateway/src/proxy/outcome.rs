//! What does the line say of an answer that did not come whole?

use crate::live::cancel_signal::Why;
use crate::refusal::Refusal;
use access_log::{OpenLine, Outcome};

/// What the line says of an answer that was ended from outside: where the backend fell silent it is the backend's failure,
/// though it was we who hung up.
pub(super) fn ended_by(why: Why) -> Outcome {
    match why {
        Why::SlowBackend => Outcome::Failed,
        Why::Device
        | Why::Person
        | Why::Session
        | Why::Trust
        | Why::SlowClient
        | Why::Registry
        | Why::Budget
        | Why::Stopping => Outcome::Cut,
    }
}

/// Writes the line of an answer or an upgrade; where the backend failed, with the reason.
pub(super) fn close(line: OpenLine, outcome: Outcome) {
    if outcome == Outcome::Failed {
        line.learn(|facts| facts.reason = Some(Refusal::BackendUnavailable.reason()));
    }
    line.close(outcome);
}
