//! What becomes of a row itself: it is deleted, put on hold, let go, or goes on; by the functions by which the house does
//! this to one at a time.

use certs::DeviceNo;
use registry::change::{CertificateChange, DeviceChange, RevokedReason, SystemUserChange};
use registry::{LoginId, SystemUserState};

use super::super::change::Change;
use super::super::{Leaving, device, leaving, loss, revocation, system_user, ticket_end};
use crate::campaign::{CampaignNo, RowSubject};
use crate::refusal::Refusal;
use crate::rows;

/// What ended with rows.
#[derive(Clone, Debug, Default)]
pub(super) struct RowsEnded {
    pub(super) people: Vec<(LoginId, Leaving)>,
    pub(super) devices: Vec<DeviceNo>,
    pub(super) certificates: Vec<String>,
}

impl RowsEnded {
    /// This row's person or device is deleted.
    pub(super) async fn end(
        &mut self,
        change: &mut Change,
        (no, subject): (CampaignNo, &RowSubject),
    ) -> Result<(), Refusal> {
        match subject {
            RowSubject::Person(person) => {
                let left = leaving::delete_one(change, person).await?;
                self.certificates.extend(left.certificates.iter().cloned());
                self.people.push((person.clone(), left));
            }
            RowSubject::Device(device) => {
                // Whose person left before it in this very change went with them.
                let standing = rows::device::standing(change, *device).await?;
                if let Ok(out) = standing.after(DeviceChange::Retire) {
                    rows::device::write_standing(change, *device, out).await?;
                    ticket_end::kill_open(change, *device, "device").await?;
                    let ends = CertificateChange::Revoke(RevokedReason::Ended);
                    self.certificates.extend(revocation::change_all(change, *device, ends).await?);
                    self.devices.push(*device);
                }
            }
        }
        Ok(rows::campaign::end(change, (no, subject)).await?)
    }
}

/// It is put on hold; its contact is told of all of them in one letter. Whether it was not on hold before.
pub(super) async fn held(change: &mut Change, subject: &RowSubject) -> Result<bool, Refusal> {
    match subject {
        RowSubject::Person(person) => {
            let was = rows::person::state(change, person).await?;
            if was != SystemUserState::Active {
                return Ok(false);
            }
            system_user::write_hold(change, person, SystemUserChange::Suspend).await?;
        }
        RowSubject::Device(no) => {
            if rows::device::standing(change, *no).await?.suspended {
                return Ok(false);
            }
            let standing = device::after(change, *no, DeviceChange::Suspend).await?;
            rows::device::write_standing(change, *no, standing).await?;
        }
    }
    Ok(true)
}

/// Its hold is lifted, where it is one that a step of a campaign put there. Whether it was lifted.
pub(super) async fn let_go(change: &mut Change, subject: &RowSubject) -> Result<bool, Refusal> {
    match subject {
        RowSubject::Person(person) => {
            if rows::person::state(change, person).await? != SystemUserState::Suspended {
                return Ok(false);
            }
            system_user::write_hold(change, person, SystemUserChange::Resume).await?;
        }
        RowSubject::Device(no) => {
            let standing = rows::device::standing(change, *no).await?;
            if !standing.suspended || loss::is_lost(change, *no).await? {
                return Ok(false);
            }
            let standing = device::after(change, *no, DeviceChange::Resume).await?;
            rows::device::write_standing(change, *no, standing).await?;
        }
    }
    Ok(true)
}
