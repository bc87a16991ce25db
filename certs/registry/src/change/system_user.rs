//! What may become of a person's ID?

use crate::change::IllegalChange;
use crate::names::{LoginId, Role};
use crate::record::{OfficeState, SystemUserState};

/// What is done to an ID.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SystemUserChange {
    /// The person chose another password.
    ChangePassword,
    /// 退職, or no longer a user.
    Delete,
    /// 異動: to an office in this state.
    Move(OfficeState),
    /// A new initial password is handed out (失念).
    ResetPassword,
    /// The hold is lifted.
    Resume,
    /// Put on hold.
    Suspend,
    /// Failures so far no longer count.
    Unlock,
    /// Name, profession or roles changed.
    Update,
}

impl SystemUserState {
    /// The state after this change.
    ///
    /// # Errors
    /// The ID is deleted; is already what the change asks for; is on hold and wants a password of
    /// its own choice; or moves to an office that is on hold or gone.
    pub fn after(self, change: SystemUserChange) -> Result<Self, IllegalChange> {
        match (self, change) {
            (Self::Deleted, _) => Err(IllegalChange::UserDeleted),
            (Self::Active | Self::Suspended, SystemUserChange::Delete) => Ok(Self::Deleted),
            (Self::Active, SystemUserChange::Suspend) => Ok(Self::Suspended),
            (Self::Suspended, SystemUserChange::Resume) => Ok(Self::Active),
            (Self::Suspended, SystemUserChange::Suspend) | (Self::Active, SystemUserChange::Resume) => {
                Err(IllegalChange::UserAlready(self))
            }
            (Self::Suspended, SystemUserChange::ChangePassword) => Err(IllegalChange::UserSuspended),
            (Self::Active | Self::Suspended, SystemUserChange::Move(to)) => to.in_use().map(|()| self),
            (Self::Active, SystemUserChange::ChangePassword)
            | (
                Self::Active | Self::Suspended,
                SystemUserChange::ResetPassword | SystemUserChange::Unlock | SystemUserChange::Update,
            ) => Ok(self),
        }
    }
}

/// Whether one who may approve is there as soon as there is any operator: `comes` are the roles of
/// a person who is added, `in_service` the operators there are now.
///
/// # Errors
/// Nobody could give the role to another, and nothing could be approved.
pub fn approver_comes<'a>(
    comes: &[Role],
    in_service: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), IllegalChange> {
    let there = comes.is_empty()
        || comes.contains(&Role::RaApprover)
        || in_service.into_iter().any(|(_, roles)| may_approve(roles));
    if there { Ok(()) } else { Err(IllegalChange::FirstApprover) }
}

/// Whether one who may approve stays in service when these people leave it; `in_service` are the
/// operators there are now. Without one, nothing could be approved any more, and nobody could give
/// the role to another.
///
/// # Errors
/// The last who may approve is among them.
pub fn approver_stays<'a>(
    leave: &[LoginId],
    in_service: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), IllegalChange> {
    let stays = |login_id: &str| !leave.iter().any(|leaves| leaves.as_str() == login_id);
    let mut approvers = in_service.into_iter().filter(|(_, roles)| may_approve(roles)).peekable();
    if approvers.peek().is_none() || approvers.any(|(login_id, _)| stays(login_id)) {
        Ok(())
    } else {
        Err(IllegalChange::LastApprover)
    }
}

fn may_approve(roles: &str) -> bool {
    roles.split(' ').any(|role| role == Role::RaApprover.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Operators<'a> = &'a [(&'a str, &'a str)];

    #[test]
    fn the_last_who_may_approve_stays() {
        let leaves = ["a.ito".parse().unwrap()];
        let last = Err(IllegalChange::LastApprover);
        let table: [(Operators<'_>, _); 6] = [
            (&[], Ok(())),
            (&[("a.ito", "ra_approver")], last),
            (&[("a.ito", "auditor ra_approver"), ("b.abe", "ra_clerk ca_custodian")], last),
            (&[("a.ito", "ra_approver"), ("b.abe", "ra_clerk ra_approver")], Ok(())),
            (&[("a.ito", "ra_clerk"), ("b.abe", "ra_approver")], Ok(())),
            (&[("a.ito", "ra_clerk")], Ok(())),
        ];
        for (in_service, expected) in table {
            assert_eq!(approver_stays(&leaves, in_service.iter().copied()), expected, "{in_service:?}");
        }
    }

    #[test]
    fn of_all_who_leave_at_once_one_who_may_approve_stays() {
        let leave = ["a.ito".parse().unwrap(), "b.abe".parse().unwrap()];
        let both = [("a.ito", "ra_approver"), ("b.abe", "ra_approver")];
        assert_eq!(approver_stays(&leave, both), Err(IllegalChange::LastApprover));
        assert_eq!(approver_stays(&leave, [both[0], both[1], ("c.ueda", "ra_approver")]), Ok(()));
    }

    #[test]
    fn the_first_operator_may_approve() {
        let first = Err(IllegalChange::FirstApprover);
        let table: [(&[Role], Operators<'_>, _); 5] = [
            (&[], &[], Ok(())),
            (&[Role::RaClerk, Role::Auditor], &[], first),
            (&[Role::RaClerk], &[("a.ito", "auditor")], first),
            (&[Role::RaClerk, Role::RaApprover], &[], Ok(())),
            (&[Role::Auditor], &[("a.ito", "ra_approver")], Ok(())),
        ];
        for (comes, in_service, expected) in table {
            assert_eq!(approver_comes(comes, in_service.iter().copied()), expected, "{comes:?} {in_service:?}");
        }
    }

    #[test]
    fn nobody_moves_to_an_office_that_left() {
        assert_eq!(
            SystemUserState::Active.after(SystemUserChange::Move(OfficeState::Withdrawn)),
            Err(IllegalChange::OfficeOver(OfficeState::Withdrawn))
        );
    }

    #[test]
    fn a_new_initial_password_does_not_lift_a_hold() {
        let held = SystemUserState::Suspended;
        assert_eq!(held.after(SystemUserChange::ResetPassword), Ok(held));
        assert_eq!(held.after(SystemUserChange::ChangePassword), Err(IllegalChange::UserSuspended));
    }
}
