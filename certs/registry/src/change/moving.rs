//! May this person move from one office to another (異動)?

use crate::change::{IllegalChange, SystemUserChange};
use crate::record::{OfficeState, SystemUserState};
use names::OfficeNo;

impl SystemUserState {
    /// The state of an ID after its person has moved from one office to another: the same as before.
    /// A hold is not lifted by moving.
    ///
    /// # Errors
    /// The ID is deleted; the person is there already; the other office is on hold or gone.
    pub fn moved(self, from: &OfficeNo, (to, state): (&OfficeNo, OfficeState)) -> Result<Self, IllegalChange> {
        match self {
            Self::Deleted => Err(IllegalChange::UserDeleted),
            Self::Active | Self::Suspended if from == to => Err(IllegalChange::UserAlreadyThere),
            Self::Active | Self::Suspended => self.after(SystemUserChange::Move(state)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_moves_to_another_office_that_takes_people_in_and_stays_what_they_were() {
        use OfficeState::{Registered, Replaced, Suspended, Withdrawn};
        use SystemUserState::{Active, Deleted};
        let (here, there): (OfficeNo, OfficeNo) = ("1272200001".parse().unwrap(), "1272200002".parse().unwrap());
        let held = SystemUserState::Suspended;
        let table = [
            (Active, &there, Registered, Ok(Active)),
            (held, &there, Registered, Ok(held)),
            (Active, &here, Registered, Err(IllegalChange::UserAlreadyThere)),
            (held, &here, Suspended, Err(IllegalChange::UserAlreadyThere)),
            (Active, &there, Suspended, Err(IllegalChange::OfficeSuspended)),
            (Active, &there, Withdrawn, Err(IllegalChange::OfficeOver(Withdrawn))),
            (Active, &there, Replaced, Err(IllegalChange::OfficeOver(Replaced))),
            (Deleted, &there, Registered, Err(IllegalChange::UserDeleted)),
            (Deleted, &here, Registered, Err(IllegalChange::UserDeleted)),
        ];
        for (state, to, office, expected) in table {
            assert_eq!(state.moved(&here, (to, office)), expected, "{state} to {to} ({office})");
        }
    }
}
