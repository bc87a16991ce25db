//! What may become of a device?

use certs::Timestamp;

use crate::change::{CertificateStage, IllegalChange};
use crate::record::{DeviceStage, OfficeState};

/// Where a device stands: its stage, and whether it is on hold. The hold is a thing of its own, so
/// that lifting it gives back exactly the stage that was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DeviceStanding {
    /// How far it came.
    pub stage: DeviceStage,
    /// On hold.
    pub suspended: bool,
}

/// What is done to a device.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DeviceChange {
    /// Approved, or the approval continued, at `now` until `until`; `None` has no end.
    Approve {
        /// The moment of the approval.
        now: Timestamp,
        /// Its last second.
        until: Option<Timestamp>,
    },
    /// An inspection with this result was recorded.
    Inspect(Inspection),
    /// Turned down.
    Reject,
    /// Reported lost or stolen: on hold at once, also where it already is.
    ReportLost,
    /// The hold is lifted.
    Resume,
    /// Out of use for good: replaced, its office gone, or its owner.
    Retire,
    /// Put on hold.
    Suspend,
    /// Its label, its operating system or the people it serves changed.
    Update,
}

/// An inspection's result (安全性の検査).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Inspection {
    /// Not all items hold.
    Failed,
    /// Every item holds.
    Passed,
}

impl DeviceStanding {
    /// The standing after this change. A failed inspection takes any device back to `applied`, an
    /// approved one too: it needs a passed inspection and an approval again. A passed one leaves an
    /// approved device approved.
    ///
    /// # Errors
    /// The stage is final; the inspection was not passed; the hold is already there, or not; the
    /// approval would be over already; or a device in service would be turned down.
    pub fn after(self, change: DeviceChange) -> Result<Self, IllegalChange> {
        let Self { stage, suspended } = self;
        match stage {
            DeviceStage::Rejected | DeviceStage::Retired => return Err(IllegalChange::DeviceOver(stage)),
            DeviceStage::Applied | DeviceStage::Inspected | DeviceStage::Approved => {}
        }
        match change {
            DeviceChange::Inspect(Inspection::Failed) => Ok(Self { stage: DeviceStage::Applied, suspended }),
            DeviceChange::Inspect(Inspection::Passed) if stage == DeviceStage::Approved => Ok(self),
            DeviceChange::Inspect(Inspection::Passed) => Ok(Self { stage: DeviceStage::Inspected, suspended }),
            DeviceChange::Approve { .. } if stage == DeviceStage::Applied => Err(IllegalChange::NotInspected),
            DeviceChange::Approve { now, until: Some(until) } if until <= now => {
                Err(IllegalChange::ApprovalWouldBeOver)
            }
            DeviceChange::Approve { .. } => Ok(Self { stage: DeviceStage::Approved, suspended }),
            DeviceChange::Reject if stage == DeviceStage::Approved => Err(IllegalChange::TooLateToReject),
            DeviceChange::Reject => Ok(Self { stage: DeviceStage::Rejected, suspended }),
            DeviceChange::Retire => Ok(Self { stage: DeviceStage::Retired, suspended }),
            DeviceChange::Suspend if suspended => Err(IllegalChange::DeviceSuspended),
            DeviceChange::Suspend | DeviceChange::ReportLost => Ok(Self { stage, suspended: true }),
            DeviceChange::Resume if !suspended => Err(IllegalChange::DeviceNotSuspended),
            DeviceChange::Resume => Ok(Self { stage, suspended: false }),
            DeviceChange::Update => Ok(self),
        }
    }

    /// The standing after it is turned down no more: where it was before, and no further.
    ///
    /// # Errors
    /// It is not turned down; no device that was this far is turned down.
    pub fn reopened(self, was: DeviceStage) -> Result<Self, IllegalChange> {
        match (self.stage, was) {
            (DeviceStage::Rejected, DeviceStage::Applied | DeviceStage::Inspected) => Ok(Self { stage: was, ..self }),
            (DeviceStage::Rejected, DeviceStage::Approved | DeviceStage::Rejected | DeviceStage::Retired) => {
                Err(IllegalChange::TooLateToReject)
            }
            (stage, _) => Err(IllegalChange::DeviceOver(stage)),
        }
    }

    /// The state of a certificate about to be signed for this device of an office in this state,
    /// where the device's approval ends at `approved_until` (`None`: never).
    ///
    /// # Errors
    /// The office is on hold or gone; the device is not approved, no longer approved, or on hold.
    pub fn intend_certificate(
        self,
        office: OfficeState,
        approved_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<CertificateStage, IllegalChange> {
        office.in_use()?;
        match self.stage {
            DeviceStage::Approved => {}
            DeviceStage::Applied | DeviceStage::Inspected | DeviceStage::Rejected | DeviceStage::Retired => {
                return Err(IllegalChange::DeviceNotApproved(self.stage));
            }
        }
        if self.suspended {
            return Err(IllegalChange::DeviceSuspended);
        }
        if approved_until.is_some_and(|until| until < now) {
            return Err(IllegalChange::ApprovalLapsed);
        }
        Ok(CertificateStage::Intended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
    const APPLIED: DeviceStanding = DeviceStanding { stage: DeviceStage::Applied, suspended: false };
    const APPROVED: DeviceStanding = DeviceStanding { stage: DeviceStage::Approved, suspended: false };
    const APPROVE: DeviceChange = DeviceChange::Approve { now: NOW, until: None };

    #[test]
    fn approval_asks_for_a_passed_inspection() {
        assert_eq!(APPLIED.after(APPROVE), Err(IllegalChange::NotInspected));
        let failed = APPLIED.after(DeviceChange::Inspect(Inspection::Failed)).unwrap();
        assert_eq!(failed.after(APPROVE), Err(IllegalChange::NotInspected));
        let passed = failed.after(DeviceChange::Inspect(Inspection::Passed)).unwrap();
        assert_eq!(passed.after(APPROVE), Ok(APPROVED));
    }

    #[test]
    fn a_device_that_fails_a_later_inspection_is_no_longer_approved() {
        assert_eq!(APPROVED.after(DeviceChange::Inspect(Inspection::Failed)), Ok(APPLIED));
        assert_eq!(APPROVED.after(DeviceChange::Inspect(Inspection::Passed)), Ok(APPROVED));
    }

    #[test]
    fn a_lost_device_is_on_hold_even_if_it_was_before() {
        let held = APPROVED.after(DeviceChange::ReportLost).unwrap();
        assert_eq!(held.after(DeviceChange::ReportLost), Ok(held));
        assert_eq!(held.after(DeviceChange::Suspend), Err(IllegalChange::DeviceSuspended));
        assert_eq!(held.after(DeviceChange::Resume), Ok(APPROVED));
    }

    #[test]
    fn a_device_that_was_turned_down_by_mistake_is_where_it_was_and_no_further() {
        for was in [DeviceStage::Applied, DeviceStage::Inspected] {
            let is = DeviceStanding { stage: was, suspended: true };
            assert_eq!(is.after(DeviceChange::Reject).unwrap().reopened(was), Ok(is));
        }
        let rejected = APPLIED.after(DeviceChange::Reject).unwrap();
        assert_eq!(rejected.reopened(DeviceStage::Approved), Err(IllegalChange::TooLateToReject));
        assert_eq!(APPROVED.reopened(DeviceStage::Applied), Err(IllegalChange::DeviceOver(DeviceStage::Approved)));
    }

    #[test]
    fn no_certificate_for_a_device_that_is_not_in_service() {
        let intend = |device: DeviceStanding, office| device.intend_certificate(office, Some(NOW), NOW);
        assert_eq!(intend(APPROVED, OfficeState::Registered), Ok(CertificateStage::Intended));
        assert_eq!(intend(APPROVED, OfficeState::Suspended), Err(IllegalChange::OfficeSuspended));
        assert_eq!(
            intend(APPLIED, OfficeState::Registered),
            Err(IllegalChange::DeviceNotApproved(DeviceStage::Applied))
        );
        let held = DeviceStanding { suspended: true, ..APPROVED };
        assert_eq!(intend(held, OfficeState::Registered), Err(IllegalChange::DeviceSuspended));
        assert_eq!(
            APPROVED.intend_certificate(OfficeState::Registered, Some(NOW.plus(-1)), NOW),
            Err(IllegalChange::ApprovalLapsed)
        );
    }

    #[test]
    fn an_approval_that_is_over_when_it_begins_is_refused() {
        let inspected = DeviceStanding { stage: DeviceStage::Inspected, suspended: false };
        assert_eq!(
            inspected.after(DeviceChange::Approve { now: NOW, until: Some(NOW) }),
            Err(IllegalChange::ApprovalWouldBeOver)
        );
    }
}
