//! Certificates: intended before they are signed, recorded after, superseded, revoked.
//!
//! The intent is committed before the key signs, so that no certificate of ours can exist whose
//! serial the registry does not know, whatever dies in between.

use certs::{DeviceNo, Timestamp};
use serde_json::{Value as Json, json};

use super::change::{Change, RequiredRole};
use super::eligible::{Renewed, held, intendable, none_but_emergency, none_in_use, renewable, retakable, signable};
use super::replacement::Exchange;
use super::{By, Writer, replacement, ticket_end, ticket_use, written};
use crate::refusal::Refusal;
use crate::rows::{Intent, Purpose, Signed, TicketProof, certificate_end, loss_code};
use crate::sign::IntentReceipt;

impl Writer {
    /// Records that a certificate is about to be signed. An intent of the device that was left
    /// behind is closed: the newest one counts, and an older one can no longer be recorded.
    ///
    /// # Errors
    /// The device may not hold one now, has one already, or has none to renew; it cannot take the
    /// place of the other device.
    pub async fn intend(&self, by: &By, intent: &Intent, purpose: Purpose) -> Result<IntentReceipt, Refusal> {
        let change = self.change(by, RequiredRole::Record).await?;
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
        let mut change = self.change(&ticket_use::by(ticket, at)?, RequiredRole::Desk).await?;
        ticket_use::stands(&mut change, ticket).await?;
        intended(change, intent, ticket.purpose()).await
    }

    /// Records a signed certificate, and in the same moment supersedes the one it renews, or takes
    /// out the device whose place its own takes. A ticket that was given for it opens nothing any more.
    ///
    /// # Errors
    /// Its intent was closed meanwhile: another operator came first, or the device left service.
    pub async fn record(&self, by: &By, device: DeviceNo, signed: &Signed, purpose: Purpose) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let (action, detail) = recorded(&mut change, device, signed, purpose).await?;
        ticket_end::kill_open(&mut change, device, "newer").await?;
        change.commit(action, &device.to_string(), detail).await
    }

    /// The same on a ticket, which is spent by it. From then on `loss_code_hash` puts the device on hold.
    ///
    /// # Errors
    /// As [`Self::record`]; the ticket was used or killed meanwhile.
    pub(crate) async fn record_on(
        &self,
        ticket: &TicketProof,
        signed: &Signed,
        loss_code_hash: &str,
        at: Timestamp,
    ) -> Result<u64, Refusal> {
        let mut change = self.change(&ticket_use::by(ticket, at)?, RequiredRole::Desk).await?;
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
    let held = held(&mut change, device).await?;
    match purpose {
        Purpose::First => {
            none_but_emergency(&mut change, device, &held).await?;
        }
        Purpose::Renewal { .. } | Purpose::RenewalOnProof => {
            renewable(&mut change, device, &held).await?;
        }
        Purpose::Retake { of } => {
            retakable(&mut change, device, &held, &of.to_string()).await?;
        }
        Purpose::Replacement { of, grace } => {
            none_in_use(device, &held)?;
            let exchange = Exchange { old: of, new: device, from: now.plus(grace) };
            replacement::check(&mut change, exchange).await?;
        }
    }
    written::intent(change, intent, stage).await
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
    let held = held(change, device).await?;
    let (action, mut detail) = match purpose {
        Purpose::First => match none_but_emergency(change, device, &held).await? {
            None => ("cert.issue", json!({})),
            // What was for an emergency goes when the one that took its place is seen to work.
            Some(emergency) => {
                certificate_end::succeed(change, &emergency.serial, &serial).await?;
                ("cert.issue", json!({ "after_emergency": emergency.serial }))
            }
        },
        Purpose::Renewal { grace } => match renewable(change, device, &held).await? {
            Renewed::InForce(old) => {
                let from = now.plus(grace).unix();
                written::superseded(change, (device, old), (from, &serial)).await?;
                ("cert.renew", json!({ "supersedes": old.serial, "superseded_from": from }))
            }
            Renewed::Ended(old) => ("cert.renew", json!({ "renews": old })),
        },
        Purpose::RenewalOnProof => match renewable(change, device, &held).await? {
            Renewed::InForce(old) => {
                certificate_end::succeed(change, &old.serial, &serial).await?;
                ("cert.renew", json!({ "renews": old.serial }))
            }
            Renewed::Ended(old) => ("cert.renew", json!({ "renews": old })),
        },
        Purpose::Retake { of } => {
            let of = of.to_string();
            let old = retakable(change, device, &held, &of).await?;
            written::superseded(change, (device, old), (now.unix(), &serial)).await?;
            // What the one that never opened was to renew is renewed by this one.
            certificate_end::pass_on(change, &of, &serial).await?;
            ("cert.retake", json!({ "supersedes": of, "superseded_from": now.unix() }))
        }
        Purpose::Replacement { of, grace } => {
            none_in_use(device, &held)?;
            let exchange = Exchange { old: of, new: device, from: now.plus(grace) };
            ("cert.reissue", replacement::retire(change, exchange, &serial).await?)
        }
    };
    written::signed(change, signed, stage).await?;
    detail["serial"] = serial.as_str().into();
    detail["fingerprint"] = signed.fingerprint.to_string().into();
    Ok((action, detail))
}
