//! What may become of an application, and when?

use certs::Timestamp;
use registry::change::Inspection;

use super::date::Day;
use super::kind::ApplicationState;

/// Where an application stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Standing {
    /// How far it came.
    pub state: ApplicationState,
    /// The last second of its inspection.
    pub inspection_until: Option<Timestamp>,
    /// The first day on which what it asks for holds.
    pub effective: Option<Day>,
    /// Whether it takes something away, which is not done before that day.
    pub takes: bool,
}

/// Days before its day on which an ID may be given: who starts on Monday morning has it on Friday, on the desk in front
/// of them. Until the first login it is locked by a password that opens the page for a new one and nothing else, and
/// its device has to be there as well.
pub(crate) const DAYS_AHEAD: i64 = 14;

/// What is done to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// Inspected, with this result.
    Inspect(Inspection),
    /// What it asks for is granted at this moment.
    Approve(Timestamp),
    /// Turned down.
    Reject,
}

/// Why this may not be done.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IllegalStep {
    /// Decided already, perhaps by another operator a moment ago.
    #[error("it is already {0}")]
    Decided(ApplicationState),
    /// The inspection is too old.
    #[error("its inspection has lapsed: inspect it again")]
    InspectionLapsed,
    /// Approval asks for a passed inspection.
    #[error("it has not passed its inspection")]
    NotInspected,
    /// What it asks for holds from a later day.
    #[error("it takes effect on {0}: approve it in the {DAYS_AHEAD} days before, or later")]
    NotYet(Day),
    /// IDs go on a later day.
    #[error(
        "IDs go on {0}: approve it on that day or later (what is to be added may be asked for in a form of its own)"
    )]
    NotGoneYet(Day),
}

impl Standing {
    /// The state after this step. A failed inspection leaves it received: it may be put right and inspected again.
    ///
    /// # Errors
    /// It is decided already; it has not passed its inspection, or that has lapsed; its day has not come.
    pub fn after(self, step: Step) -> Result<ApplicationState, IllegalStep> {
        match self.state {
            ApplicationState::Approved | ApplicationState::Rejected => return Err(IllegalStep::Decided(self.state)),
            ApplicationState::Received | ApplicationState::Inspected => {}
        }
        match step {
            Step::Inspect(Inspection::Passed) => Ok(ApplicationState::Inspected),
            Step::Inspect(Inspection::Failed) => Ok(ApplicationState::Received),
            Step::Reject => Ok(ApplicationState::Rejected),
            Step::Approve(_) if self.state == ApplicationState::Received => Err(IllegalStep::NotInspected),
            Step::Approve(now) if self.inspection_until.is_some_and(|until| until < now) => {
                Err(IllegalStep::InspectionLapsed)
            }
            Step::Approve(now) => match self.effective {
                Some(day) if self.takes && Day::of(now) < day => Err(IllegalStep::NotGoneYet(day)),
                Some(day) if Day::of(now).days_until(day) > DAYS_AHEAD => Err(IllegalStep::NotYet(day)),
                Some(_) | None => Ok(ApplicationState::Approved),
            },
        }
    }

    /// The state after it is turned down no more: what it was before.
    ///
    /// # Errors
    /// It is not turned down, or nothing that was decided was.
    pub fn reopened(self, was: ApplicationState) -> Result<ApplicationState, IllegalStep> {
        match (self.state, was) {
            (ApplicationState::Rejected, ApplicationState::Received | ApplicationState::Inspected) => Ok(was),
            (ApplicationState::Rejected, ApplicationState::Approved | ApplicationState::Rejected) => {
                Err(IllegalStep::Decided(was))
            }
            (state, _) => Err(IllegalStep::Decided(state)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
    const APPROVE: Step = Step::Approve(NOW);

    fn at(state: ApplicationState) -> Standing {
        Standing { state, inspection_until: Some(NOW), effective: None, takes: false }
    }

    #[test]
    fn approval_asks_for_a_passed_inspection_that_has_not_lapsed() {
        assert_eq!(at(ApplicationState::Received).after(APPROVE), Err(IllegalStep::NotInspected));
        assert_eq!(at(ApplicationState::Inspected).after(APPROVE), Ok(ApplicationState::Approved));
        let lapsed = Standing { inspection_until: Some(NOW.plus(-1)), ..at(ApplicationState::Inspected) };
        assert_eq!(lapsed.after(APPROVE), Err(IllegalStep::InspectionLapsed));
        let failed = at(ApplicationState::Inspected).after(Step::Inspect(Inspection::Failed));
        assert_eq!(failed, Ok(ApplicationState::Received));
    }

    #[test]
    fn what_is_decided_stays_decided() {
        for state in [ApplicationState::Approved, ApplicationState::Rejected] {
            for step in [APPROVE, Step::Reject, Step::Inspect(Inspection::Passed), Step::Inspect(Inspection::Failed)] {
                assert_eq!(at(state).after(step), Err(IllegalStep::Decided(state)));
            }
        }
    }

    #[test]
    fn nobody_is_deleted_before_the_day_they_leave() {
        let tomorrow = Day::of(NOW.plus(86_400));
        let early = Standing { effective: Some(tomorrow), takes: true, ..at(ApplicationState::Inspected) };
        assert_eq!(early.after(APPROVE), Err(IllegalStep::NotGoneYet(tomorrow)));
        let today = Standing { effective: Some(Day::of(NOW)), ..early };
        assert_eq!(today.after(APPROVE), Ok(ApplicationState::Approved));
    }

    #[test]
    fn who_starts_on_monday_has_an_id_on_friday_and_nobody_has_one_in_spring_for_autumn() {
        let on = |days: i64| Day::of(NOW.plus(days * 86_400));
        let starting = |days| Standing { effective: Some(on(days)), ..at(ApplicationState::Inspected) };
        for days in [-3, 0, 3, DAYS_AHEAD] {
            assert_eq!(starting(days).after(APPROVE), Ok(ApplicationState::Approved), "{days}");
        }
        for days in [DAYS_AHEAD + 1, 200] {
            assert_eq!(starting(days).after(APPROVE), Err(IllegalStep::NotYet(on(days))), "{days}");
        }
    }
}
