//! What is done about those who do not answer: warned, put on hold, deleted; each after the one before it, none before its day,
//! and each undone until the next.

use std::fmt;
use std::str::FromStr;

use certs::Timestamp;
use registry::LoginId;

use super::answer::words;
use super::{Campaign, CampaignDates};
use crate::application::{Day, NotInList};

/// A step.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum StepKind {
    /// A letter tells what follows, and when.
    Warn,
    /// What is not answered is put on hold.
    Suspend,
    /// What is on hold for it is deleted.
    Delete,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StepState {
    /// Two decided it; what it deletes is on hold until its time.
    Waiting,
    /// It was done.
    Done,
    /// It was undone.
    Undone,
}

words!(StepKind {
    Warn "warn" "予告",
    Suspend "suspend" "一時停止",
    Delete "delete" "削除",
});

words!(StepState {
    Waiting "waiting" "実行待ち",
    Done "done" "実行済み",
    Undone "undone" "取消し済み",
});

/// Two decide that something is deleted; so long, in seconds, it is only on hold, and one takes it back. A deleted ID never
/// comes back.
pub const DELETED_AFTER: i64 = 86_400;

/// A step that was taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CampaignStep {
    /// Counted in its campaign from 1.
    pub number: i64,
    /// Which.
    pub step: StepKind,
    /// How far it is.
    pub state: StepState,
    /// The offices that it warned, or the IDs and devices that it stopped.
    pub touches: Vec<String>,
    /// Who approved it, or did it alone where there was nobody else.
    pub taken_by: LoginId,
    /// When.
    pub taken_at: Timestamp,
    /// Of a deletion: until then it is undone.
    pub until: Option<Timestamp>,
    /// Who undid it, and when.
    pub undone: Option<(LoginId, Timestamp)>,
    /// The registry's version that wrote it last.
    pub version: i64,
}

/// Why a step is not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StepFault {
    /// It was taken, and stands.
    Taken(StepKind),
    /// The one before it was not.
    Before(StepKind),
    /// The city set no day for it.
    NotSet(StepKind),
    /// Its day has not come.
    NotYet(StepKind, Day),
}

impl CampaignStep {
    /// Whether what it deletes is to be deleted now.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.state == StepState::Waiting && self.until.is_some_and(|until| until <= now)
    }
}

impl StepKind {
    /// The one before it.
    #[must_use]
    pub const fn before(self) -> Option<Self> {
        match self {
            Self::Warn => None,
            Self::Suspend => Some(Self::Warn),
            Self::Delete => Some(Self::Suspend),
        }
    }
}

impl Campaign {
    /// Whether this step may be taken now, after those that were.
    ///
    /// # Errors
    /// The city set no day for it, or that has not come; it stands already, or the one before it does not.
    pub fn may_step(&self, step: StepKind, taken: &[CampaignStep], now: Timestamp) -> Result<(), StepFault> {
        let stands = |kind| taken.iter().any(|one| one.step == kind && one.state != StepState::Undone);
        let day = self.dates.of_step(step).ok_or(StepFault::NotSet(step))?;
        if stands(step) {
            return Err(StepFault::Taken(step));
        }
        if let Some(before) = step.before().filter(|before| !stands(*before)) {
            return Err(StepFault::Before(before));
        }
        if now < day.begins() { Err(StepFault::NotYet(step, day)) } else { Ok(()) }
    }
}

/// The step that comes next, and its day, where the city set one.
#[must_use]
pub fn next_step(dates: &CampaignDates, taken: &[CampaignStep]) -> Option<(StepKind, Day)> {
    let stands = |kind| taken.iter().any(|one| one.step == kind && one.state != StepState::Undone);
    let next = StepKind::ALL.iter().copied().find(|kind| !stands(*kind))?;
    dates.of_step(next).map(|day| (next, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENED: Timestamp = Timestamp::from_unix(1_775_000_000);

    fn campaign() -> Campaign {
        let day = |text: &str| text.parse().unwrap();
        let dates = CampaignDates {
            due: day("2026-05-15"),
            reminders: Vec::new(),
            warn_on: Some(day("2026-05-18")),
            suspend_on: Some(day("2026-06-01")),
            delete_on: None,
        };
        let opened_by = "sato.clerk".parse().unwrap();
        Campaign { no: "C-2026".parse().unwrap(), opened_at: OPENED, opened_by, dates, closed_at: None }
    }

    fn taken(step: StepKind, state: StepState) -> CampaignStep {
        let (touches, taken_by) = (Vec::new(), "ito.approver".parse().unwrap());
        CampaignStep {
            number: 1,
            step,
            state,
            touches,
            taken_by,
            taken_at: OPENED,
            until: None,
            undone: None,
            version: 1,
        }
    }

    #[test]
    fn no_step_before_its_day_nor_before_the_one_before_it_nor_where_the_city_set_none() {
        let campaign = campaign();
        let day: Day = "2026-05-18".parse().unwrap();
        let may = |step, taken: &[CampaignStep], now| campaign.may_step(step, taken, now);
        let eve = day.begins().plus(-1);
        assert_eq!(may(StepKind::Warn, &[], eve), Err(StepFault::NotYet(StepKind::Warn, day)));
        assert_eq!(may(StepKind::Warn, &[], day.begins()), Ok(()));
        let june = "2026-06-01".parse::<Day>().unwrap().begins();
        assert_eq!(may(StepKind::Suspend, &[], june), Err(StepFault::Before(StepKind::Warn)));
        let warned = [taken(StepKind::Warn, StepState::Done)];
        assert_eq!(may(StepKind::Suspend, &warned, june), Ok(()));
        assert_eq!(may(StepKind::Warn, &warned, june), Err(StepFault::Taken(StepKind::Warn)));
        let undone = [taken(StepKind::Warn, StepState::Undone)];
        assert_eq!(may(StepKind::Suspend, &undone, june), Err(StepFault::Before(StepKind::Warn)));
        assert_eq!(may(StepKind::Warn, &undone, june), Ok(()));
        assert_eq!(may(StepKind::Delete, &warned, june), Err(StepFault::NotSet(StepKind::Delete)));
        assert_eq!(next_step(&campaign.dates, &warned), "2026-06-01".parse().ok().map(|day| (StepKind::Suspend, day)));
    }
}
