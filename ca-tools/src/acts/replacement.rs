//! One device takes another's place (機器の入替え, ca-tools/README.md#what-an-event-changes): the new one's certificate is recorded and
//! the old one's way out is fixed in the same change.
//!
//! The old certificate counts for a grace, so that nobody stands before a closed door with the new
//! device still in its box; the old device's approval ends with it. Without a grace the old device
//! is out of use at once. A device that was reported lost gets no grace: its certificates are
//! revoked as lost.

use certs::{DeviceNo, Timestamp};
use registry::DeviceStage;
use registry::change::{
    CertificateChange, CertificateStage, DeviceChange, DeviceStanding, IllegalChange, RevokedReason,
};
use serde_json::{Value as Json, json};

use super::change::Change;
use super::eligible::held;
use super::{loss, revocation, written};
use crate::refusal::{Malformed, Refusal, ReplacementRefusal};
use crate::rows::{certificate, certificate_end, device};

/// How an old device goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    /// Its certificate is superseded, its people carry on with the new one.
    Exchanged(DeviceStanding),
    /// It is lost: whoever has it must not come in.
    Lost(DeviceStanding),
}

/// The two devices of an exchange, and from when on the old one no longer counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange {
    pub(super) old: DeviceNo,
    pub(super) new: DeviceNo,
    pub(super) from: Timestamp,
}

/// May the new device take the old one's place?
pub(super) async fn check(change: &mut Change, exchange: Exchange) -> Result<(), Refusal> {
    way(change, exchange).await.map(|_| ())
}

/// The old device goes; what the event says of it.
pub(super) async fn retire(change: &mut Change, exchange: Exchange, successor: &str) -> Result<Json, Refusal> {
    let Exchange { old, from, .. } = exchange;
    match way(change, exchange).await? {
        Way::Lost(is) => {
            let revoked = revocation::change_all(change, old, CertificateChange::Revoke(RevokedReason::Lost)).await?;
            take_out(change, old, is).await?;
            Ok(json!({ "replaces": old, "reason": RevokedReason::Lost.as_str(), "revokes": revoked }))
        }
        Way::Exchanged(is) => {
            let superseded = supersede(change, exchange, successor).await?;
            if from <= change.at() {
                take_out(change, old, is).await?;
            } else {
                // The approval's last second is the one before the certificate stops counting.
                device::end_approval(change, old, from.plus(-1)).await?;
            }
            Ok(json!({ "replaces": old, "supersedes": superseded, "superseded_from": from.unix() }))
        }
    }
}

/// A device whose place another has taken is given no certificate while its grace runs.
pub(super) async fn not_replaced(change: &mut Change, device: DeviceNo) -> Result<(), Refusal> {
    let now = change.at();
    match certificate::replaced_by(change, device, now).await? {
        None => Ok(()),
        Some(by) => {
            let by = device::number(by)?;
            device::standing(change, by).await?;
            Err(ReplacementRefusal::Already(device, by).into())
        }
    }
}

async fn way(change: &mut Change, Exchange { old, new, .. }: Exchange) -> Result<Way, Refusal> {
    if old == new {
        return Err(Malformed::SameDevice(new).into());
    }
    let is = device::standing(change, old).await?;
    if !device::are_of_one_office(change, old, new).await? {
        return Err(ReplacementRefusal::OtherOffice(old, new).into());
    }
    match is.stage {
        DeviceStage::Rejected | DeviceStage::Retired => return Err(ReplacementRefusal::Nothing(old, new).into()),
        DeviceStage::Applied | DeviceStage::Inspected | DeviceStage::Approved => {}
    }
    if is.suspended {
        return if loss::is_lost(change, old).await? {
            Ok(Way::Lost(is))
        } else {
            Err(Refusal::Illegal(old.to_string(), IllegalChange::DeviceSuspended))
        };
    }
    let in_use = held(change, old).await?;
    if in_use.iter().any(|held| held.stage == CertificateStage::Issued) {
        Ok(Way::Exchanged(is))
    } else {
        Err(ReplacementRefusal::Nothing(old, new).into())
    }
}

/// Every certificate that still opens the door for the old device ends with the grace at the latest;
/// one about to be signed for it is never recorded.
async fn supersede(change: &mut Change, exchange: Exchange, successor: &str) -> Result<Vec<String>, Refusal> {
    let Exchange { old, from, .. } = exchange;
    let mut superseded = Vec::new();
    for held in held(change, old).await? {
        if held.stage != CertificateStage::Issued {
            continue;
        }
        written::superseded(change, (old, &held), (from.unix(), successor)).await?;
        superseded.push(held.serial);
    }
    certificate_end::end_by(change, old, from).await?;
    certificate_end::close_intents_of(change, old).await?;
    Ok(superseded)
}

async fn take_out(change: &mut Change, old: DeviceNo, is: DeviceStanding) -> Result<(), Refusal> {
    let out = is.after(DeviceChange::Retire).map_err(|why| Refusal::Illegal(old.to_string(), why))?;
    Ok(device::write_standing(change, old, out).await?)
}
