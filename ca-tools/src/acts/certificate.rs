//! Certificates: intended before they are signed, recorded after, superseded, revoked.
//!
//! The intent is committed before the key signs, so that no certificate of ours can exist whose
//! serial the registry does not know, whatever dies in between.

use certs::{DeviceNo, Timestamp};
use registry::change::{CertificateChange, CertificateStage, DeviceStanding};
use serde_json::{Value as Json, json};

use super::change::{Change, Duty};
use super::like_for_like::{self, Asker, Ended};
use super::refusal::{Kind, Refusal};
use super::replacement::{self, Exchange};
use super::ticket::TicketPurpose;
use super::ticket_use::{self, TicketProof};
use super::{By, Writer, emergency, first_use, issuer, loss_code, public_key, ticket};
use crate::database::{Row, Value};
use crate::rows::word;
use crate::rows::{Intent, Purpose, Signed};
use crate::sign::IntentReceipt;

impl Writer {
    /// Records that a certificate is about to be signed. An intent of the device that was left
    /// behind is closed: the newest one counts, and an older one can no longer be recorded.
    ///
    /// # Errors
    /// The device may not hold one now, has one already, or has none to renew; it cannot take the
    /// place of the other device.
    pub async fn intend(&self, by: &By, intent: &Intent, purpose: Purpose) -> Result<IntentReceipt, Refusal> {
        let change = self.change(by, Duty::Record).await?;
        intended(change, intent, purpose).await
    }

    /// The same on a ticket that was shown with its code.
    ///
    /// # Errors
    /// As [`Self::intend`]; the ticket was used or killed meanwhile.
    pub(crate) async fn intend_on(
        &self,
        ticket: &TicketProof,
        intent: &Intent,
        at: Timestamp,
    ) -> Result<IntentReceipt, Refusal> {
        let mut change = self.change(&ticket.by(at)?, Duty::Desk).await?;
        ticket_use::stands(&mut change, ticket).await?;
        intended(change, intent, ticket.purpose()).await
    }

    /// Records a signed certificate, and in the same moment supersedes the one it renews, or takes
    /// out the device whose place its own takes. A ticket that was given for it opens nothing any more.
    ///
    /// # Errors
    /// Its intent was closed meanwhile: another operator came first, or the device left service.
    pub async fn record(&self, by: &By, device: DeviceNo, signed: &Signed, purpose: Purpose) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let (action, detail) = recorded(&mut change, device, signed, purpose).await?;
        ticket::kill_open(&mut change, device, "newer").await?;
        change.commit(action, &device.to_string(), detail).await
    }

    /// The same on a ticket, which is spent by it. From then on `loss_code_hash` puts the device on hold.
    ///
    /// # Errors
    /// As [`Self::record`]; the ticket was used or killed meanwhile.
    pub(crate) async fn record_on(
        &self,
        ticket: &TicketProof,
        (signed, loss_code_hash): (&Signed, &str),
        at: Timestamp,
    ) -> Result<u64, Refusal> {
        let mut change = self.change(&ticket.by(at)?, Duty::Desk).await?;
        ticket_use::stands(&mut change, ticket).await?;
        let device = ticket.device();
        let (action, mut detail) = recorded(&mut change, device, signed, ticket.purpose()).await?;
        ticket_use::spend(&mut change, ticket, &signed.serial.to_string()).await?;
        loss_code::set(&mut change, device, loss_code_hash).await?;
        detail["ticket"] = ticket.name().into();
        change.commit(action, &device.to_string(), detail).await
    }
}

async fn intended(mut change: Change, intent: &Intent, purpose: Purpose) -> Result<IntentReceipt, Refusal> {
    let device = intent.device;
    if let Purpose::Replacement { .. } = purpose {
        // The new device's own application asked for a device, not for the end of another.
        change.application()?;
        change.why()?;
    }
    let stage = intendable(&mut change, device).await?;
    replacement::not_replaced(&mut change, device).await?;
    let now = change.at();
    let held = held(&mut change, device, now).await?;
    match purpose {
        Purpose::First => {
            none_but_emergency(&mut change, device, &held).await?;
        }
        Purpose::Renewal { .. } | Purpose::RenewalOnProof => {
            renewable(&mut change, device, &held).await?;
        }
        Purpose::Retake { of } => {
            first_use::retakable(&mut change, (device, &held), &of.to_string()).await?;
        }
        Purpose::Replacement { of, grace } => {
            none_in_use(device, &held)?;
            let exchange = Exchange { old: of, new: device, from: now.plus(grace) };
            replacement::check(&mut change, exchange).await?;
        }
    }
    write_intent(change, intent, stage).await
}

/// Writes what is about to be signed, and makes it so.
pub(super) async fn write_intent(
    mut change: Change,
    intent: &Intent,
    stage: CertificateStage,
) -> Result<IntentReceipt, Refusal> {
    issuer::not_retired(&mut change, &intent.issuer).await?;
    public_key::not_certified(&mut change, &intent.key).await?;
    close_intents_of(&mut change, intent.device).await?;
    let application = change.application()?;
    let row = row(intent, stage, (&application, change.version()));
    change.insert_many((INSERT, ""), vec![row]).await?;
    let detail = json!({ "serial": intent.serial.to_string(), "to_be_signed": intent.to_be_signed });
    change.commit("cert.intend", &intent.device.to_string(), detail).await?;
    Ok(IntentReceipt::of_committed(intent.serial, &intent.to_be_signed))
}

/// May this device be given a ticket for this?
pub(super) async fn ticketable(change: &mut Change, device: DeviceNo, purpose: TicketPurpose) -> Result<(), Refusal> {
    intendable(change, device).await?;
    replacement::not_replaced(change, device).await?;
    let now = change.at();
    let held = held(change, device, now).await?;
    match purpose {
        TicketPurpose::First => none_but_emergency(change, device, &held).await.map(|_| ()),
        TicketPurpose::Renewal => renewable(change, device, &held).await.map(|_| ()),
        TicketPurpose::Replacement(old) => {
            none_in_use(device, &held)?;
            change.why()?;
            replacement::check(change, Exchange { old, new: device, from: now }).await
        }
    }
}

/// Writes the signed certificate; what was done, and what the event says of it.
async fn recorded(
    change: &mut Change,
    device: DeviceNo,
    signed: &Signed,
    purpose: Purpose,
) -> Result<(&'static str, Json), Refusal> {
    intendable(change, device).await?;
    let serial = signed.serial.to_string();
    let stage = signable(change, device, &serial).await?;
    let now = change.at();
    let held = held(change, device, now).await?;
    let (action, mut detail) = match purpose {
        Purpose::First => match none_but_emergency(change, device, &held).await? {
            None => ("cert.issue", json!({})),
            // What was for an emergency goes when the one that took its place is seen to work.
            Some(emergency) => {
                succeed(change, &emergency.serial, &serial).await?;
                ("cert.issue", json!({ "after_emergency": emergency.serial }))
            }
        },
        Purpose::Renewal { grace } => match renewable(change, device, &held).await? {
            Renewed::InForce(old) => {
                let from = now.plus(grace).unix();
                supersede(change, (device, old), (from, &serial)).await?;
                ("cert.renew", json!({ "supersedes": old.serial, "superseded_from": from }))
            }
            Renewed::Ended(old) => ("cert.renew", json!({ "renews": old })),
        },
        Purpose::RenewalOnProof => match renewable(change, device, &held).await? {
            Renewed::InForce(old) => {
                succeed(change, &old.serial, &serial).await?;
                ("cert.renew", json!({ "renews": old.serial }))
            }
            Renewed::Ended(old) => ("cert.renew", json!({ "renews": old })),
        },
        Purpose::Retake { of } => {
            let of = of.to_string();
            let old = first_use::retakable(change, (device, &held), &of).await?;
            supersede(change, (device, old), (now.unix(), &serial)).await?;
            // What the one that never opened was to renew is renewed by this one.
            change
                .run(
                    "UPDATE certificates SET successor = $2, version = $3 WHERE successor = $1 AND state = 'issued'",
                    [of.as_str().into(), serial.as_str().into(), change.version().into()],
                )
                .await?;
            ("cert.retake", json!({ "supersedes": of, "superseded_from": now.unix() }))
        }
        Purpose::Replacement { of, grace } => {
            none_in_use(device, &held)?;
            let exchange = Exchange { old: of, new: device, from: now.plus(grace) };
            ("cert.reissue", replacement::retire(change, exchange, &serial).await?)
        }
    };
    write_signed(change, signed, stage).await?;
    detail["serial"] = serial.as_str().into();
    detail["fingerprint"] = signed.fingerprint.to_string().into();
    Ok((action, detail))
}

/// The stage of a certificate that was signed; its intent was not closed meanwhile.
pub(super) async fn signable(change: &mut Change, device: DeviceNo, serial: &str) -> Result<CertificateStage, Refusal> {
    let row = change.row("SELECT state FROM certificates WHERE serial = $1", [serial.into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Certificate, serial.to_owned()))?;
    let stage: CertificateStage = word(&row.text("state")?)?;
    stage.after(CertificateChange::Sign).map_err(|why| Refusal::Illegal(format!("{device} {serial}"), why))
}

/// The intent of a certificate becomes the certificate. Its key is asked for once more: of two intents with one key, the
/// first that is recorded has it.
pub(super) async fn write_signed(change: &mut Change, signed: &Signed, stage: CertificateStage) -> Result<(), Refusal> {
    public_key::not_certified(change, &signed.key).await?;
    change
        .run(
            "UPDATE certificates SET state = $2, fingerprint = $3, certificate = $4, version = $5, key_print = $6 \
             WHERE serial = $1",
            [
                signed.serial.to_string().into(),
                stage.as_str().into(),
                signed.fingerprint.to_string().into(),
                signed.pem.as_str().into(),
                change.version().into(),
                signed.key.to_string().into(),
            ],
        )
        .await?;
    Ok(())
}

pub(super) const INSERT: &str = "INSERT INTO certificates (serial, device, state, not_before, not_after, assurance, key_origin, \
    issuer, to_be_signed, application, version, shortened)";

pub(super) fn row(intent: &Intent, stage: CertificateStage, (application, version): (&str, i64)) -> Vec<Value> {
    vec![
        intent.serial.to_string().into(),
        intent.device.number().into(),
        stage.as_str().into(),
        intent.validity.not_before.unix().into(),
        intent.validity.not_after.unix().into(),
        intent.assurance.as_str().into(),
        intent.key_origin.as_str().into(),
        intent.issuer.to_string().into(),
        intent.to_be_signed.as_str().into(),
        application.into(),
        version.into(),
        intent.term.number().into(),
    ]
}

/// All that decides whether a device may be given a certificate.
pub(super) const FACTS: &str = "SELECT d.device, d.stage, d.suspended, d.approved_until, d.approved_by, d.application, \
    o.state AS office_state FROM devices d JOIN offices o ON o.office = d.office WHERE d.device BETWEEN $1 AND $2";

/// May this device be given a certificate now? Takes over its application.
pub(super) async fn intendable(change: &mut Change, device: DeviceNo) -> Result<CertificateStage, Refusal> {
    let facts = change.row(FACTS, [device.number().into(), device.number().into()]).await?;
    let facts = facts.ok_or_else(|| Refusal::Unknown(Kind::Device, device.to_string()))?;
    change.is_of_device(device).await?;
    change.inherit_application(facts.text("application")?);
    stage_of(device, &facts, change.at())
}

pub(super) fn stage_of(device: DeviceNo, facts: &Row, now: Timestamp) -> Result<CertificateStage, Refusal> {
    let standing = DeviceStanding { stage: word(&facts.text("stage")?)?, suspended: facts.int("suspended")? != 0 };
    let office = word(&facts.text("office_state")?)?;
    let until = facts.maybe_int("approved_until")?.map(Timestamp::from_unix);
    let stage = standing.intend_certificate(office, until, now);
    let stage = stage.map_err(|why| Refusal::Illegal(device.to_string(), why))?;
    emergency::not_for_emergency_only(device, facts.maybe_text("approved_by")?.as_deref())?;
    Ok(stage)
}

/// Its successor takes a certificate's place: it counts until the second `from`.
pub(super) async fn supersede(
    change: &mut Change,
    (device, old): (DeviceNo, &Held),
    (from, successor): (i64, &str),
) -> Result<(), Refusal> {
    let over = old.stage.after(CertificateChange::Supersede);
    let over = over.map_err(|why| Refusal::Illegal(format!("{device} {}", old.serial), why))?;
    change
        .run(
            "UPDATE certificates SET state = $2, superseded_from = $3, successor = $4, version = $5 WHERE serial = $1",
            [old.serial.as_str().into(), over.as_str().into(), from.into(), successor.into(), change.version().into()],
        )
        .await?;
    Ok(())
}

/// Its successor stands beside a certificate: both count until the successor is first used.
async fn succeed(change: &mut Change, old: &str, successor: &str) -> Result<(), Refusal> {
    change
        .run(
            "UPDATE certificates SET successor = $2, version = $3 WHERE serial = $1",
            [old.into(), successor.into(), change.version().into()],
        )
        .await?;
    Ok(())
}

/// Closes what was intended for a device and never recorded.
pub(super) async fn close_intents_of(change: &mut Change, device: DeviceNo) -> Result<(), Refusal> {
    change
        .run(
            "UPDATE certificates SET state = 'revoked', revoked_at = $2, revoked_reason = 'other', version = $3 \
             WHERE device = $1 AND state = 'intended'",
            [device.number().into(), change.at().unix().into(), change.version().into()],
        )
        .await?;
    Ok(())
}

/// A certificate of the device that still opens the door.
pub(super) struct Held {
    pub(super) serial: String,
    pub(super) stage: CertificateStage,
    /// The one that takes, or is to take, its place.
    pub(super) successor: Option<String>,
}

/// Those that open the door now, those in use first, and among them the one that renews before the one renewed.
pub(super) async fn held(change: &mut Change, device: DeviceNo, now: Timestamp) -> Result<Vec<Held>, Refusal> {
    let rows = change
        .rows(
            "SELECT serial, state, successor FROM certificates WHERE device = $1 AND not_after >= $2 \
             AND (state = 'issued' OR (state = 'superseded' AND superseded_from > $2)) \
             ORDER BY state, CASE WHEN successor IS NULL THEN 0 ELSE 1 END, not_after DESC",
            [device.number().into(), now.unix().into()],
        )
        .await?;
    let read = |row: &Row| {
        let stage = word(&row.text("state")?)?;
        Ok(Held { serial: row.text("serial")?, stage, successor: row.maybe_text("successor")? })
    };
    rows.iter().map(read).collect()
}

/// A device that holds a certificate is renewed, not given one more.
pub(super) fn none_in_use(device: DeviceNo, held: &[Held]) -> Result<(), Refusal> {
    match held.first() {
        None => Ok(()),
        Some(in_use) => Err(Refusal::HasCertificate(device, in_use.serial.clone())),
    }
}

/// The same, but for one that was given for an emergency: it is not renewed, so what follows it stands beside it.
async fn none_but_emergency<'a>(
    change: &mut Change,
    device: DeviceNo,
    held: &'a [Held],
) -> Result<Option<&'a Held>, Refusal> {
    if let [one] = held
        && one.stage == CertificateStage::Issued
    {
        let question = "SELECT serial FROM emergencies WHERE serial = $1";
        if change.row(question, [one.serial.as_str().into()]).await?.is_some() {
            return Ok(Some(one));
        }
    }
    none_in_use(device, held).map(|()| None)
}

/// What a renewal follows.
enum Renewed<'a> {
    /// A certificate that opens the door.
    InForce(&'a Held),
    /// One that ended by its date, not long ago; its serial.
    Ended(String),
}

/// The one to be renewed: in use, with no renewal of it under way, or just ended; and not to be given more than it had.
async fn renewable<'a>(change: &mut Change, device: DeviceNo, held: &'a [Held]) -> Result<Renewed<'a>, Refusal> {
    let renewed = match held {
        [] => match like_for_like::ended(change, device).await? {
            Ended::ByDate(serial) => Renewed::Ended(serial),
            Ended::LongAgo | Ended::Not => return Err(Refusal::NoCertificate(device)),
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
