//! One device takes another's place (DOMAIN A.7 機器の入替え): the new one's certificate is recorded and
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
use super::refusal::Refusal;
use super::{loss, revocation, written};
use crate::language::Text;
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

/// Why one device cannot take the other's place: the old one and the new one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReplacementRefusal {
    /// The new one took its place already.
    #[error("{1} has taken the place of {0}")]
    Already(DeviceNo, DeviceNo),
    /// The old one has no certificate in use.
    #[error("{0} has no certificate in use that {1} could take the place of")]
    Nothing(DeviceNo, DeviceNo),
    /// They are of two offices.
    #[error("{1} is of another office than {0}")]
    OtherOffice(DeviceNo, DeviceNo),
}

impl ReplacementRefusal {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Already(..) => "replaced",
            Self::Nothing(..) => "nothing_to_replace",
            Self::OtherOffice(..) => "office_mismatch",
        }
    }

    pub(super) fn text(self) -> Text {
        match self {
            Self::Already(old, new) => Text::new(
                format!("{old} はすでに {new} に入れ替えられています。電子証明書は {new} のものを更新してください。"),
                format!("{new} has taken the place of {old}: renew the certificate of {new}"),
            ),
            Self::Nothing(old, new) => Text::new(
                format!(
                    "{old} には使用中の電子証明書がなく、入れ替えるものがありません。新しい端末には cert issue --device {new} で発行してください。"
                ),
                format!("{old} has no certificate in use, there is nothing to replace: use cert issue --device {new}"),
            ),
            Self::OtherOffice(old, new) => Text::new(
                format!(
                    "{new} は {old} と別の事業所の端末です。同じ事業所の、承認済みの端末を --to に指定してください。"
                ),
                format!("{new} is of another office than {old}: name an approved device of the same office with --to"),
            ),
        }
    }
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
        return Err(Refusal::malformed(
            "--to",
            format!("{new} は入れ替える端末と同じです。同じ端末の電子証明書は cert renew で更新してください。"),
            format!("{new} is the device to be replaced: renew its own certificate with cert renew"),
        ));
    }
    let is = device::standing(change, old).await?;
    if !device::are_of_one_office(change, (old, new)).await? {
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
