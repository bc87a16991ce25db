//! May a device be given an emergency certificate, and do two operators agree (guideline 運用編14章③)?
//!
//! When what a person needs cannot be used, care must go on: for 72 hours, on a device of a
//! registered office, by two operators, for a reason that is kept.

use certs::Timestamp;

use crate::change::{DeviceStanding, IllegalChange};
use crate::record::{DeviceStage, OfficeState, SystemUserState};
use names::{LoginId, Role};

/// How long an emergency lasts, in seconds: 72 hours.
pub const EMERGENCY_SECONDS: i64 = 72 * 3_600;

/// What an emergency does to the device's approval.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EmergencyApproval {
    /// It lasts longer than the emergency, and stays as it is.
    Stands,
    /// There was none, or it ends sooner: the two operators give one until this second.
    Until(Timestamp),
}

impl DeviceStanding {
    /// What an emergency certificate that ends at `until` does to the approval of this device, which
    /// ends at `approved_until` (`None`: never). A device that was not inspected yet may have one; one
    /// that was turned down, put on hold, lost or given back may not.
    ///
    /// # Errors
    /// The office is on hold or gone; the device is out of use or on hold.
    pub fn emergency(
        self,
        office: OfficeState,
        approved_until: Option<Timestamp>,
        until: Timestamp,
    ) -> Result<EmergencyApproval, IllegalChange> {
        office.in_use()?;
        match self.stage {
            DeviceStage::Rejected | DeviceStage::Retired => Err(IllegalChange::DeviceOver(self.stage)),
            DeviceStage::Applied | DeviceStage::Inspected | DeviceStage::Approved if self.suspended => {
                Err(IllegalChange::DeviceSuspended)
            }
            DeviceStage::Approved if approved_until.is_none_or(|approved| until <= approved) => {
                Ok(EmergencyApproval::Stands)
            }
            DeviceStage::Applied | DeviceStage::Inspected | DeviceStage::Approved => {
                Ok(EmergencyApproval::Until(until))
            }
        }
    }
}

/// One of the two.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Operator {
    /// Who.
    pub login_id: LoginId,
    /// In service?
    pub state: SystemUserState,
    /// As what.
    pub roles: Vec<Role>,
    /// Their password was handed out and not changed yet.
    pub initial_password: bool,
}

/// Why two operators do not make two.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Disagreement {
    /// Neither may approve.
    #[error("one of the two must hold ra_approver")]
    NeitherApproves,
    /// Who never chose a password proves nothing with it.
    #[error("the first operator has an initial password: it must be changed first")]
    FirstHasInitialPassword,
    /// The same of the second.
    #[error("the second operator has an initial password: it must be changed first")]
    SecondHasInitialPassword,
    /// Not an operator who records or approves.
    #[error("the second operator is none in service who records or approves")]
    SecondIsNone,
    /// The same person twice.
    #[error("the second operator must be another person")]
    SamePerson,
}

/// Whether these two may agree on an emergency. That the first may do it at all is asked elsewhere.
///
/// # Errors
/// Why they do not make two.
pub fn two_agree(first: &Operator, second: &Operator) -> Result<(), Disagreement> {
    let works = |role: &Role| matches!(role, Role::RaClerk | Role::RaApprover);
    let approves = |operator: &Operator| operator.roles.contains(&Role::RaApprover);
    if first.login_id == second.login_id {
        return Err(Disagreement::SamePerson);
    }
    if second.state != SystemUserState::Active || !second.roles.iter().any(works) {
        return Err(Disagreement::SecondIsNone);
    }
    if first.initial_password {
        return Err(Disagreement::FirstHasInitialPassword);
    }
    if second.initial_password {
        return Err(Disagreement::SecondHasInitialPassword);
    }
    if !approves(first) && !approves(second) {
        return Err(Disagreement::NeitherApproves);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    #[test]
    fn an_emergency_is_for_a_device_of_a_registered_office_that_nobody_stopped() {
        use DeviceStage::{Applied, Approved, Inspected, Rejected, Retired};
        use EmergencyApproval::{Stands, Until};
        use OfficeState::{Registered, Suspended, Withdrawn};
        let (end, sooner, later) = (NOW.plus(EMERGENCY_SECONDS), NOW.plus(60), NOW.plus(10 * EMERGENCY_SECONDS));
        let table = [
            (Applied, false, Registered, None, Ok(Until(end))),
            (Inspected, false, Registered, None, Ok(Until(end))),
            (Approved, false, Registered, None, Ok(Stands)),
            (Approved, false, Registered, Some(later), Ok(Stands)),
            (Approved, false, Registered, Some(sooner), Ok(Until(end))),
            (Approved, false, Registered, Some(NOW.plus(-1)), Ok(Until(end))),
            (Approved, true, Registered, None, Err(IllegalChange::DeviceSuspended)),
            (Applied, true, Registered, None, Err(IllegalChange::DeviceSuspended)),
            (Rejected, false, Registered, None, Err(IllegalChange::DeviceOver(Rejected))),
            (Retired, true, Registered, None, Err(IllegalChange::DeviceOver(Retired))),
            (Approved, false, Suspended, None, Err(IllegalChange::OfficeSuspended)),
            (Applied, false, Withdrawn, None, Err(IllegalChange::OfficeOver(Withdrawn))),
        ];
        for (stage, suspended, office, approved_until, expected) in table {
            let device = DeviceStanding { stage, suspended };
            assert_eq!(device.emergency(office, approved_until, end), expected, "{stage} {suspended} {office}");
        }
    }

    #[test]
    fn two_operators_are_two_people_in_service_of_whom_one_may_approve() {
        use Role::{Auditor, CaCustodian, RaApprover, RaClerk};
        let operator = |id: &str, roles: &[Role]| Operator {
            login_id: id.parse().unwrap(),
            state: SystemUserState::Active,
            roles: roles.to_vec(),
            initial_password: false,
        };
        let clerk = operator("a.ito", &[RaClerk]);
        let table: [(Operator, Result<(), Disagreement>); 9] = [
            (operator("b.abe", &[RaApprover]), Ok(())),
            (operator("b.abe", &[RaClerk, RaApprover]), Ok(())),
            (operator("b.abe", &[RaClerk]), Err(Disagreement::NeitherApproves)),
            (operator("a.ito", &[RaApprover]), Err(Disagreement::SamePerson)),
            (operator("b.abe", &[]), Err(Disagreement::SecondIsNone)),
            (operator("b.abe", &[Auditor, CaCustodian]), Err(Disagreement::SecondIsNone)),
            (
                Operator { state: SystemUserState::Suspended, ..operator("b.abe", &[RaApprover]) },
                Err(Disagreement::SecondIsNone),
            ),
            (
                Operator { state: SystemUserState::Deleted, ..operator("b.abe", &[RaApprover]) },
                Err(Disagreement::SecondIsNone),
            ),
            (
                Operator { initial_password: true, ..operator("b.abe", &[RaApprover]) },
                Err(Disagreement::SecondHasInitialPassword),
            ),
        ];
        for (second, expected) in table {
            assert_eq!(two_agree(&clerk, &second), expected, "{second:?}");
        }
        assert_eq!(two_agree(&operator("b.abe", &[RaApprover]), &clerk), Ok(()), "the first may be who approves");
        let handed_out = Operator { initial_password: true, ..clerk };
        let expected = Err(Disagreement::FirstHasInitialPassword);
        assert_eq!(two_agree(&handed_out, &operator("b.abe", &[RaApprover])), expected);
    }
}
