//! Prepare, record the intent, sign, record: each step can be the last one that happens.
//!
//! ```text
//! dies after prepare   nothing was written
//! dies after intend    a serial nobody will ever see; `doctor` closes it, it is never drawn again
//! dies after sign      the same: what was signed reached nobody, and its serial goes on the list
//! dies after record    the certificate is in the registry; its key died with the program: renew it
//! ```

use certs::{DeviceNo, Timestamp};
use registry::Assurance;

use super::vault::Vault;

use crate::sign::{HolderKey, Issued, Order, Prepared, SignRefusal, prepare, sign};
use crate::writer::{By, Consent, Intent, KeyOrigin, Purpose, Refusal, Signed, TicketProof, Writer};

/// What is wanted.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) device: DeviceNo,
    pub(crate) key: HolderKey<'a>,
    /// Shorter than the profile gives.
    pub(crate) days: Option<u32>,
    pub(crate) occasion: Occasion<'a>,
}

/// What a certificate is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Occasion<'a> {
    /// By an operator, in the usual way.
    Usual(Purpose),
    /// By two operators, for 72 hours.
    Emergency(&'a Consent),
}

impl From<Purpose> for Occasion<'_> {
    fn from(purpose: Purpose) -> Self {
        Self::Usual(purpose)
    }
}

/// Issues a certificate. When this returns, the registry holds it.
pub(crate) async fn issue(writer: &Writer, vault: &Vault, by: &By, wanted: Wanted<'_>) -> Result<Issued, IssueRefusal> {
    let order = Order { device: wanted.device, key: wanted.key, now: by.at, asked_days: wanted.days };
    let (prepared, intent) = prepared(vault, order)?;
    let receipt = match wanted.occasion {
        Occasion::Usual(purpose) => writer.intend(by, &intent, purpose).await?,
        Occasion::Emergency(consent) => writer.intend_emergency(by, &intent, consent).await?,
    };
    let issued = sign(prepared.recorded(receipt)?, &vault.issuing)?;
    match wanted.occasion {
        Occasion::Usual(purpose) => writer.record(by, wanted.device, &signed(&issued), purpose).await?,
        Occasion::Emergency(consent) => writer.record_emergency(by, (wanted.device, &signed(&issued)), consent).await?,
    };
    Ok(issued)
}

/// Issues a certificate to whoever showed a ticket, which is spent by it. From then on this telephone code puts
/// the device on hold (`loss_code_hash`, Argon2id).
pub(crate) async fn issue_on(
    writer: &Writer,
    vault: &Vault,
    (ticket, now): (&TicketProof, Timestamp),
    (key, loss_code_hash): (HolderKey<'_>, &str),
) -> Result<Issued, IssueRefusal> {
    let (prepared, intent) = prepared(vault, Order { device: ticket.device(), key, now, asked_days: None })?;
    let receipt = writer.intend_on(ticket, &intent, now).await?;
    let issued = sign(prepared.recorded(receipt)?, &vault.issuing)?;
    writer.record_on(ticket, (&signed(&issued), loss_code_hash), now).await?;
    Ok(issued)
}

fn prepared(vault: &Vault, order: Order<'_>) -> Result<(Prepared, Intent), SignRefusal> {
    let key_origin = match &order.key {
        HolderKey::Made(_) => KeyOrigin::Server,
        HolderKey::Requested(_) => KeyOrigin::Csr,
    };
    let prepared = prepare(&order, &vault.profile, vault.issuing.certificate())?;
    let intent = Intent {
        serial: prepared.serial(),
        device: order.device,
        validity: prepared.validity(),
        assurance: Assurance::Swk,
        key_origin,
        issuer: prepared.issuer(),
        to_be_signed: prepared.to_be_signed(),
    };
    Ok((prepared, intent))
}

pub(super) fn signed(issued: &Issued) -> Signed {
    Signed { serial: issued.serial(), fingerprint: issued.fingerprint(), pem: issued.pem().to_owned() }
}

/// Why nothing was issued.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IssueRefusal {
    /// The registry.
    #[error(transparent)]
    Registry(#[from] Refusal),
    /// The CA.
    #[error(transparent)]
    Sign(#[from] SignRefusal),
}
