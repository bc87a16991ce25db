//! What may become of a person's ID?

use crate::change::IllegalChange;
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

#[cfg(test)]
mod tests {
    use super::*;

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
