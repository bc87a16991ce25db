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

use super::issuing_ca::IssuingCa;

use crate::acts::{By, Consent, Writer};
use crate::refusal::{PublicKeyRefusal, Refusal};
use crate::rows::TicketProof;
use crate::rows::{Intent, KeyOrigin, Purpose, Signed, Term};
use crate::sign::{HolderKey, Issued, Order, Prepared, SignRefusal, prepare, sign};

/// What is wanted.
#[derive(Debug)]
pub(crate) struct IssueRequest<'a> {
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
pub(crate) async fn issue(
    writer: &Writer,
    ca: &IssuingCa,
    by: &By,
    wanted: IssueRequest<'_>,
) -> Result<Issued, IssueRefusal> {
    let order = Order { device: wanted.device, key: wanted.key, now: by.at, asked_days: wanted.days };
    let (prepared, intent) = prepared(ca, order)?;
    let receipt = match wanted.occasion {
        Occasion::Usual(purpose) => writer.intend(by, &intent, purpose).await?,
        Occasion::Emergency(consent) => writer.intend_emergency(by, &intent, consent).await?,
    };
    let issued = sign(prepared.recorded(receipt)?, &ca.issuing)?;
    match wanted.occasion {
        Occasion::Usual(purpose) => writer.record(by, wanted.device, &signed(&issued), purpose).await?,
        Occasion::Emergency(consent) => writer.record_emergency(by, (wanted.device, &signed(&issued)), consent).await?,
    };
    Ok(issued)
}

/// A certificate that was signed to whoever showed a ticket, and that the registry holds as an intent only. What it is
/// handed out in is made before it is recorded: a ticket is not spent on what could not be packed.
#[must_use]
#[derive(Debug)]
pub(crate) struct Unrecorded(Issued);

impl Unrecorded {
    pub(crate) fn issued(&self) -> &Issued {
        &self.0
    }

    /// Spends the ticket. When this returns, the registry holds the certificate; from then on this code puts the
    /// device on hold (`loss_code_hash`, Argon2id).
    pub(crate) async fn record(
        self,
        writer: &Writer,
        (ticket, loss_code_hash): (&TicketProof, &str),
        now: Timestamp,
    ) -> Result<Issued, IssueRefusal> {
        writer.record_on(ticket, &signed(&self.0), loss_code_hash, now).await?;
        Ok(self.0)
    }
}

/// Signs a certificate for whoever showed a ticket.
pub(crate) async fn sign_on(
    writer: &Writer,
    ca: &IssuingCa,
    (ticket, now): (&TicketProof, Timestamp),
    key: HolderKey<'_>,
) -> Result<Unrecorded, IssueRefusal> {
    let (prepared, intent) = prepared(ca, Order { device: ticket.device(), key, now, asked_days: None })?;
    let receipt = writer.intend_on(ticket, &intent, now).await?;
    Ok(Unrecorded(sign(prepared.recorded(receipt)?, &ca.issuing)?))
}

fn prepared(ca: &IssuingCa, order: Order<'_>) -> Result<(Prepared, Intent), IssueRefusal> {
    let key_origin = match &order.key {
        HolderKey::Made(_) => KeyOrigin::Server,
        HolderKey::Requested(_) => KeyOrigin::Csr,
    };
    let prepared = prepare(&order, &ca.profile, ca.issuing.certificate())?;
    let key = prepared.key()?;
    if ca.house_keys.contains(&key) {
        return Err(Refusal::from(PublicKeyRefusal::Ours).into());
    }
    let intent = Intent {
        serial: prepared.serial(),
        device: order.device,
        validity: prepared.validity(),
        term: term(ca, &order, &prepared)?,
        key,
        assurance: Assurance::Swk,
        key_origin,
        issuer: prepared.issuer(),
        to_be_signed: prepared.to_be_signed(),
    };
    Ok((prepared, intent))
}

/// Is it shorter because somebody asked for that? One that ends with its issuer is not.
fn term(ca: &IssuingCa, order: &Order<'_>, prepared: &Prepared) -> Result<Term, SignRefusal> {
    let issuer = ca.issuing.certificate().validity().not_after;
    let full = ca.profile.validity(order.now, Some(issuer), None).map_err(SignRefusal::Validity)?;
    Ok(if prepared.validity().not_after < full.not_after { Term::Shortened } else { Term::Full })
}

pub(super) fn signed(issued: &Issued) -> Signed {
    Signed {
        serial: issued.serial(),
        fingerprint: issued.fingerprint(),
        key: issued.key(),
        pem: issued.pem().to_owned(),
    }
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
