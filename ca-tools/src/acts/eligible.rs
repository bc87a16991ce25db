//! May this device be given a certificate now, and in place of what?

use certs::{DeviceNo, Timestamp};
use registry::change::{CertificateChange, CertificateStage};

use super::change::Change;
use super::like_for_like;
use super::like_for_like::{Asker, NewestEnd};
use crate::refusal::{EmergencyRefusal, Kind, Refusal};
use crate::rows::certificate::{Facts, Held};
use crate::rows::{certificate, emergency, first_use};

/// May this device be given a certificate now? Takes over its application.
pub(super) async fn intendable(change: &mut Change, device: DeviceNo) -> Result<CertificateStage, Refusal> {
    let facts = certificate::facts(change, device).await?;
    let facts = facts.ok_or_else(|| Refusal::Unknown(Kind::Device, device.to_string()))?;
    change.is_of_device(device).await?;
    change.inherit_application(facts.application.clone());
    stage_of(device, &facts, change.at())
}

pub(super) fn stage_of(device: DeviceNo, facts: &Facts, now: Timestamp) -> Result<CertificateStage, Refusal> {
    let stage = facts.standing.intend_certificate(facts.office_state, facts.approved_until, now);
    let stage = stage.map_err(|why| Refusal::Illegal(device.to_string(), why))?;
    not_for_emergency_only(device, facts.approved_by.as_deref())?;
    Ok(stage)
}

/// An approval that two operators gave is one for an emergency; nothing else rests on it.
pub(super) fn not_for_emergency_only(device: DeviceNo, approved_by: Option<&str>) -> Result<(), Refusal> {
    match approved_by {
        Some(by) if by.contains(' ') => Err(EmergencyRefusal::OnlyForEmergency(device).into()),
        Some(_) | None => Ok(()),
    }
}

/// The certificates that open the door for a device now.
pub(super) async fn held(change: &mut Change, device: DeviceNo) -> Result<Vec<Held>, Refusal> {
    let now = change.at();
    Ok(certificate::held(change, device, now).await?)
}

/// A device that holds a certificate is renewed, not given one more.
pub(super) fn none_in_use(device: DeviceNo, held: &[Held]) -> Result<(), Refusal> {
    match held.first() {
        None => Ok(()),
        Some(in_use) => Err(Refusal::HasCertificate(device, in_use.serial.clone())),
    }
}

/// The same, but for one that was given for an emergency: it is not renewed, so what follows it stands beside it.
pub(super) async fn none_but_emergency<'a>(
    change: &mut Change,
    device: DeviceNo,
    held: &'a [Held],
) -> Result<Option<&'a Held>, Refusal> {
    if let [one] = held
        && one.stage == CertificateStage::Issued
        && emergency::is_one(change, &one.serial).await?
    {
        return Ok(Some(one));
    }
    none_in_use(device, held).map(|()| None)
}

/// What a renewal follows.
pub(super) enum Renewed<'a> {
    /// A certificate that opens the door.
    InForce(&'a Held),
    /// One that ended by its date, not long ago; its serial.
    Ended(String),
}

/// The one to be renewed: in use, with no renewal of it under way, or just ended; and not to be given more than it had.
pub(super) async fn renewable<'a>(
    change: &mut Change,
    device: DeviceNo,
    held: &'a [Held],
) -> Result<Renewed<'a>, Refusal> {
    let renewed = match held {
        [] => match like_for_like::ended(change, device).await? {
            NewestEnd::ByDate(serial) => Renewed::Ended(serial),
            NewestEnd::LongAgo | NewestEnd::Not => return Err(Refusal::NoCertificate(device)),
        },
        [one] if one.stage == CertificateStage::Issued => Renewed::InForce(one),
        [newest, ..] => return Err(Refusal::RenewalPending(device, newest.serial.clone())),
    };
    let serial = match &renewed {
        Renewed::InForce(old) => old.serial.as_str(),
        Renewed::Ended(old) => old.as_str(),
    };
    like_for_like::check(change, (device, Asker::Operator), &[serial]).await?;
    Ok(renewed)
}

/// The one that could not be opened: in use by the registry, never used by anybody.
pub(super) async fn retakable<'a>(
    change: &mut Change,
    device: DeviceNo,
    held: &'a [Held],
    of: &str,
) -> Result<&'a Held, Refusal> {
    let issued = |held: &&Held| held.serial == of && held.stage == CertificateStage::Issued;
    let Some(old) = held.iter().find(issued) else { return Err(Refusal::NoCertificate(device)) };
    if first_use::is_used(change, of).await? {
        return Err(Refusal::HasCertificate(device, of.to_owned()));
    }
    Ok(old)
}

/// The stage of a certificate that was signed; its intent was not closed meanwhile.
pub(super) async fn signable(change: &mut Change, device: DeviceNo, serial: &str) -> Result<CertificateStage, Refusal> {
    let stage = certificate::stage(change, serial).await?;
    let stage = stage.ok_or_else(|| Refusal::Unknown(Kind::Certificate, serial.to_owned()))?;
    stage.after(CertificateChange::Sign).map_err(|why| Refusal::Illegal(format!("{device} {serial}"), why))
}
