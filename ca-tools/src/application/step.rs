//! What may become of an application, and when?

use certs::Timestamp;
use registry::change::Inspection;

use super::date::Day;
use super::kind::ApplicationState;
use crate::language::Text;

/// Where an application stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Standing {
    /// How far it came.
    pub state: ApplicationState,
    /// The last second of its inspection.
    pub inspection_until: Option<Timestamp>,
    /// The first day on which what it asks for holds.
    pub effective: Option<Day>,
}

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
    #[error("it has not passed its inspection: record a passed one first (application inspect --result pass)")]
    NotInspected,
    /// What it asks for holds from a later day.
    #[error("it takes effect on {0}: approve it on that day or later")]
    NotYet(Day),
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
                Some(day) if Day::of(now) < day => Err(IllegalStep::NotYet(day)),
                Some(_) | None => Ok(ApplicationState::Approved),
            },
        }
    }
}

impl IllegalStep {
    /// For people.
    #[must_use]
    pub fn text(self) -> Text {
        let ja = match self {
            Self::Decided(state) => {
                format!(
                    "すでに「{}」です。application show で、だれがいつ決めたかを確かめてください。",
                    state.japanese()
                )
            }
            Self::InspectionLapsed => {
                "検査の期限が切れています。もう一度 application inspect で検査してください。".to_owned()
            }
            Self::NotInspected => {
                "検査に合格していません。先に application inspect --result pass で検査結果を登録してください。"
                    .to_owned()
            }
            Self::NotYet(day) => {
                format!("{} から有効になる申請です。その日になってから承認してください。", day.japanese())
            }
        };
        Text::new(ja, self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
    const APPROVE: Step = Step::Approve(NOW);

    fn at(state: ApplicationState) -> Standing {
        Standing { state, inspection_until: Some(NOW), effective: None }
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
        let early = Standing { effective: Some(tomorrow), ..at(ApplicationState::Inspected) };
        assert_eq!(early.after(APPROVE), Err(IllegalStep::NotYet(tomorrow)));
        let today = Standing { effective: Some(Day::of(NOW)), ..early };
        assert_eq!(today.after(APPROVE), Ok(ApplicationState::Approved));
    }
}
