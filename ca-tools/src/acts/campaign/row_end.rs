//! What becomes of a row itself: it is deleted, put on hold, let go, or goes on; by the functions by which the house does
//! this to one at a time.

use certs::{DeviceNo, Timestamp};
use registry::change::{CertificateChange, DeviceChange, RevokedReason, SystemUserChange};
use registry::{LoginId, SystemUserState};

use super::super::change::Change;
use super::super::{Leaving, device, leaving, loss, revocation, system_user, ticket_end};
use crate::campaign::{CampaignDates, CampaignNo, CampaignRow, RowSubject};
use crate::refusal::Refusal;
use crate::rows;

/// The approval of a device that goes on lasts until the next 現況届 has ended: a year after this one's last day, and so many
/// days for the next one's steps.
const UNTIL_THE_NEXT: i64 = (365 + 120) * 86_400;

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

/// A device that goes on keeps its approval until the next 現況届, where that has an end: by the office's word, and with
/// the approver that it had.
pub(super) async fn approval_goes_on(
    change: &mut Change,
    row: &CampaignRow,
    dates: &CampaignDates,
) -> Result<(), Refusal> {
    let RowSubject::Device(no) = &row.subject else { return Ok(()) };
    let until: Timestamp = dates.due.last_second().plus(UNTIL_THE_NEXT);
    Ok(rows::device::prolong_approval(change, *no, until).await?)
}
