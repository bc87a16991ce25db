//! What may become of a room, of an invitation to it, and of a person's place on a device's list?

use crate::change::{DeviceStanding, IllegalChange};
use crate::record::{DeviceStage, SystemUserState};

/// Where a room stands.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RoomState {
    /// Its members may enter.
    Open,
    /// Closed for good (患者の死亡・入所, サービス終了).
    Closed,
}

/// What is done to a room.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RoomChange {
    /// Closed.
    Close,
    /// Its name changed.
    Rename,
}

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum InvitationState {
    /// A member.
    Invited,
    /// No longer a member; may be invited again.
    Removed,
}

/// What is done to an invitation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum InvitationChange {
    /// Invited: a person whose ID is in this state.
    Invite(SystemUserState),
    /// Removed.
    Remove,
}

/// Whether a device serves a person by name.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ListingState {
    /// On the device's list.
    Listed,
    /// Taken off; may be listed again.
    Removed,
}

/// What is done to a device's list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ListingChange {
    /// Listed: a person whose ID is in this state.
    List(SystemUserState),
    /// Taken off.
    Remove,
}

/// Whether somebody attended a training (研修会).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AttendanceState {
    /// They were there.
    Attended,
    /// It was put down by mistake; may be put down again.
    Removed,
}

impl RoomState {
    /// The state after this change.
    ///
    /// # Errors
    /// The room is closed.
    pub fn after(self, change: RoomChange) -> Result<Self, IllegalChange> {
        match (self, change) {
            (Self::Closed, _) => Err(IllegalChange::RoomOver(self)),
            (Self::Open, RoomChange::Close) => Ok(Self::Closed),
            (Self::Open, RoomChange::Rename) => Ok(Self::Open),
        }
    }

    /// The state of an invitation to this room after this change; `None` is a person never invited.
    ///
    /// # Errors
    /// The room is closed, the ID deleted, or the invitation already so.
    pub fn invitation(
        self,
        current: Option<InvitationState>,
        change: InvitationChange,
    ) -> Result<InvitationState, IllegalChange> {
        match (self, change, current) {
            (Self::Closed, InvitationChange::Invite(_), _) => Err(IllegalChange::RoomOver(self)),
            (Self::Open, InvitationChange::Invite(SystemUserState::Deleted), _) => Err(IllegalChange::UserDeleted),
            (
                Self::Open,
                InvitationChange::Invite(SystemUserState::Active | SystemUserState::Suspended),
                None | Some(InvitationState::Removed),
            ) => Ok(InvitationState::Invited),
            (Self::Open, InvitationChange::Invite(_), Some(already @ InvitationState::Invited))
            | (_, InvitationChange::Remove, Some(already @ InvitationState::Removed)) => {
                Err(IllegalChange::InvitationAlready(already))
            }
            (_, InvitationChange::Remove, Some(InvitationState::Invited)) => Ok(InvitationState::Removed),
            (_, InvitationChange::Remove, None) => Err(IllegalChange::NeverThere),
        }
    }
}

impl DeviceStanding {
    /// The state of a person on this device's list after this change; `None` was never listed.
    ///
    /// # Errors
    /// The device is out of use, the ID deleted, or the listing already so.
    pub fn listing(self, current: Option<ListingState>, change: ListingChange) -> Result<ListingState, IllegalChange> {
        match (change, current) {
            (ListingChange::Remove, Some(ListingState::Listed)) => Ok(ListingState::Removed),
            (ListingChange::Remove, Some(already @ ListingState::Removed)) => {
                Err(IllegalChange::ListingAlready(already))
            }
            (ListingChange::Remove, None) => Err(IllegalChange::NeverThere),
            (ListingChange::List(SystemUserState::Deleted), _) => Err(IllegalChange::UserDeleted),
            (ListingChange::List(_), Some(already @ ListingState::Listed)) => {
                Err(IllegalChange::ListingAlready(already))
            }
            (ListingChange::List(_), None | Some(ListingState::Removed)) => match self.stage {
                DeviceStage::Applied | DeviceStage::Inspected | DeviceStage::Approved => Ok(ListingState::Listed),
                DeviceStage::Rejected | DeviceStage::Retired => Err(IllegalChange::DeviceOver(self.stage)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVITE: InvitationChange = InvitationChange::Invite(SystemUserState::Active);

    #[test]
    fn a_member_can_be_removed_from_a_closed_room_and_nobody_invited_to_it() {
        let closed = RoomState::Closed;
        assert_eq!(closed.invitation(None, INVITE), Err(IllegalChange::RoomOver(closed)));
        assert_eq!(
            closed.invitation(Some(InvitationState::Invited), InvitationChange::Remove),
            Ok(InvitationState::Removed)
        );
    }

    #[test]
    fn a_deleted_id_is_not_invited_and_not_listed() {
        let gone = InvitationChange::Invite(SystemUserState::Deleted);
        assert_eq!(RoomState::Open.invitation(None, gone), Err(IllegalChange::UserDeleted));
        let device = DeviceStanding { stage: DeviceStage::Approved, suspended: false };
        assert_eq!(
            device.listing(None, ListingChange::List(SystemUserState::Deleted)),
            Err(IllegalChange::UserDeleted)
        );
    }

    #[test]
    fn someone_removed_may_be_invited_again_and_nobody_twice() {
        let removed = RoomState::Open.invitation(Some(InvitationState::Invited), InvitationChange::Remove).unwrap();
        let again = RoomState::Open.invitation(Some(removed), INVITE).unwrap();
        assert_eq!(again, InvitationState::Invited);
        assert_eq!(RoomState::Open.invitation(Some(again), INVITE), Err(IllegalChange::InvitationAlready(again)));
        assert_eq!(RoomState::Open.invitation(None, InvitationChange::Remove), Err(IllegalChange::NeverThere));
    }
}
