//! Walks through the state machine by chance: whatever is done in whatever order, what is final stays.

use certs::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use registry::change::{
    CertificateChange, CertificateStage, DeviceChange, DeviceStanding, IllegalChange, Inspection, InvitationChange,
    InvitationState, OfficeChange, RevokedReason, RoomChange, RoomState, SystemUserChange,
};
use registry::{DeviceStage, OfficeState, SystemUserState};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// Does one change after the other; an illegal one leaves the state as it was.
fn walk<S: Copy, C: Copy>(from: S, changes: &[C], after: impl Fn(S, C) -> Result<S, IllegalChange>) -> Vec<S> {
    let mut state = from;
    let mut visited = vec![from];
    for change in changes {
        if let Ok(next) = after(state, *change) {
            state = next;
        }
        visited.push(state);
    }
    visited
}

/// Once `is_final` holds it holds for ever, and nothing at all changes any more.
fn final_is_for_ever<S: Copy + PartialEq + std::fmt::Debug>(visited: &[S], is_final: impl Fn(S) -> bool) {
    let Some(first) = visited.iter().position(|state| is_final(*state)) else { return };
    for state in &visited[first..] {
        assert_eq!(*state, visited[first], "came back from a final state");
    }
}

fn office_changes() -> impl Strategy<Value = Vec<OfficeChange>> {
    use OfficeChange::{Replace, Resume, Suspend, Update, Withdraw};
    prop::collection::vec(select(vec![Suspend, Resume, Suspend, Resume, Update, Withdraw, Replace]), 0..40)
}

fn user_changes() -> impl Strategy<Value = Vec<SystemUserChange>> {
    use SystemUserChange::{ChangePassword, Delete, Move, ResetPassword, Resume, Suspend, Unlock, Update};
    let offices = OfficeState::ALL.iter().map(|state| Move(*state));
    let all = [ChangePassword, Delete, ResetPassword, Resume, Suspend, Unlock, Update].into_iter().chain(offices);
    prop::collection::vec(select(all.collect::<Vec<_>>()), 0..40)
}

fn device_changes() -> impl Strategy<Value = Vec<DeviceChange>> {
    use DeviceChange::{Approve, Inspect, Reject, ReportLost, Resume, Retire, Suspend, Update};
    let all = vec![
        Approve { now: NOW, until: None },
        Approve { now: NOW, until: Some(NOW.plus(1)) },
        Approve { now: NOW, until: Some(NOW) },
        Inspect(Inspection::Passed),
        Inspect(Inspection::Failed),
        Reject,
        ReportLost,
        Resume,
        Retire,
        Suspend,
        Update,
    ];
    prop::collection::vec(select(all), 0..40)
}

fn certificate_changes() -> impl Strategy<Value = Vec<CertificateChange>> {
    let revoked = RevokedReason::ALL.iter().map(|reason| CertificateChange::Revoke(*reason));
    let all = revoked.chain([CertificateChange::Sign, CertificateChange::Supersede, CertificateChange::Sign]);
    prop::collection::vec(select(all.collect::<Vec<_>>()), 0..12)
}

proptest! {
    #[test]
    fn an_office_that_left_never_comes_back(changes in office_changes()) {
        let visited = walk(OfficeState::Registered, &changes, OfficeState::after);
        final_is_for_ever(&visited, |state| matches!(state, OfficeState::Withdrawn | OfficeState::Replaced));
    }

    #[test]
    fn a_deleted_id_never_comes_back(changes in user_changes()) {
        let visited = walk(SystemUserState::Active, &changes, SystemUserState::after);
        final_is_for_ever(&visited, |state| state == SystemUserState::Deleted);
    }

    #[test]
    fn a_retired_or_rejected_device_never_comes_back(changes in device_changes()) {
        let first = OfficeState::Registered.apply_device().unwrap();
        let visited = walk(first, &changes, DeviceStanding::after);
        final_is_for_ever(&visited, |device| matches!(device.stage, DeviceStage::Retired | DeviceStage::Rejected));
    }

    #[test]
    fn no_device_is_approved_that_was_not_inspected_before(changes in device_changes()) {
        let first = OfficeState::Registered.apply_device().unwrap();
        for pair in walk(first, &changes, DeviceStanding::after).windows(2) {
            if pair[1].stage == DeviceStage::Approved {
                prop_assert!(matches!(pair[0].stage, DeviceStage::Inspected | DeviceStage::Approved));
            }
        }
    }

    #[test]
    fn a_hold_is_lifted_by_nothing_but_resume(changes in device_changes()) {
        let mut device = OfficeState::Registered.apply_device().unwrap();
        for change in changes {
            if let Ok(next) = device.after(change) {
                prop_assert!(!device.suspended || next.suspended || change == DeviceChange::Resume);
                device = next;
            }
        }
    }

    #[test]
    fn revoked_is_for_ever(changes in certificate_changes()) {
        let visited = walk(CertificateStage::Intended, &changes, CertificateStage::after);
        final_is_for_ever(&visited, |stage| stage == CertificateStage::Revoked);
    }

    #[test]
    fn a_superseded_certificate_goes_nowhere_but_to_revoked(changes in certificate_changes()) {
        for pair in walk(CertificateStage::Intended, &changes, CertificateStage::after).windows(2) {
            if pair[0] == CertificateStage::Superseded {
                prop_assert!(matches!(pair[1], CertificateStage::Superseded | CertificateStage::Revoked));
            }
        }
    }

    #[test]
    fn nobody_is_invited_to_a_room_after_it_closed(
        close_at in 0..20_usize,
        invites in prop::collection::vec(select(vec![
            InvitationChange::Remove,
            InvitationChange::Invite(SystemUserState::Active),
            InvitationChange::Invite(SystemUserState::Deleted),
        ]), 20),
    ) {
        let (mut room, mut invitation) = (RoomState::Open, None);
        for (step, change) in invites.into_iter().enumerate() {
            if step == close_at {
                room = room.after(RoomChange::Close).unwrap();
            }
            let next = room.invitation(invitation, change);
            prop_assert!(!(room == RoomState::Closed && next == Ok(InvitationState::Invited)));
            invitation = next.ok().or(invitation);
        }
        prop_assert!(room.after(RoomChange::Rename).is_err() || close_at >= 20);
    }
}
