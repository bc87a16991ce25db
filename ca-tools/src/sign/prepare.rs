//! A device's certificate, written and inspected, signed by nobody yet.

use certs::lint::Linted;
use certs::profile::{Profile, Purpose, Subject};
use certs::{AuthorityCert, DeviceNo, Fingerprint, KeyPrint, Serial, Timestamp, Validity};

use super::draft::{Dates, Draft, HolderKey};
use super::receipt::IntentReceipt;
use super::record::Recorded;
use super::refusal::SignRefusal;

/// What is to be issued: facts of the registry, and a key.
#[derive(Debug)]
pub struct Order<'a> {
    /// The device.
    pub device: DeviceNo,
    /// Its key.
    pub key: HolderKey<'a>,
    /// The moment of issue.
    pub now: Timestamp,
    /// For so many days, where less than the profile gives is wanted.
    pub asked_days: Option<u32>,
}

/// A certificate that breaks no rule, and that nobody has signed. Made only by [`prepare`].
#[must_use]
#[derive(Debug)]
pub struct Prepared {
    pub(super) draft: Draft,
    pub(super) linted: Linted,
    device: DeviceNo,
    issuer: Fingerprint,
}

/// Writes the certificate of a device and walks the lint list over it, signed by a throw-away key.
///
/// # Errors
/// Another profile than a device's, dates that cannot be, a key it does not accept, a broken rule.
///
/// Nobody makes a `Prepared` in another way, and only a receipt of the registry leads on:
///
/// ```compile_fail
/// use ca_tools::sign::{Authority, Prepared, sign};
/// fn unrecorded(prepared: Prepared, authority: &Authority) {
///     let _ = sign(prepared, authority);
/// }
/// ```
pub fn prepare(order: &Order<'_>, profile: &Profile, issuer: &AuthorityCert) -> Result<Prepared, SignRefusal> {
    if profile.purpose() != Purpose::Device {
        return Err(SignRefusal::OtherProfile(Purpose::Device, profile.purpose()));
    }
    let subject = Subject::Device(order.device);
    let dates = Dates { now: order.now, asked_days: order.asked_days };
    let draft = Draft::write(profile, subject, (order.key.public_key(), Some(issuer)), dates)?;
    let linted = draft.lint()?;
    Ok(Prepared { draft, linted, device: order.device, issuer: issuer.fingerprint() })
}

impl Prepared {
    /// The device it is for.
    #[must_use]
    pub fn device(&self) -> DeviceNo {
        self.device
    }

    /// Its serial, drawn for it alone.
    #[must_use]
    pub fn serial(&self) -> Serial {
        self.draft.serial
    }

    /// From when until when.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.draft.validity
    }

    /// Which key it is for.
    ///
    /// # Errors
    /// The key cannot be read, though the draft holds it.
    pub fn key(&self) -> Result<KeyPrint, SignRefusal> {
        print(&self.draft.public_key)
    }

    /// The issuing CA's certificate.
    #[must_use]
    pub fn issuer(&self) -> Fingerprint {
        self.issuer
    }

    /// SHA-256 of the inspected `TBSCertificate`, 64 hex digits, for the registry to hold.
    #[must_use]
    pub fn to_be_signed(&self) -> String {
        hex::encode(self.linted.to_be_signed())
    }

    /// The registry knows what is about to be signed.
    ///
    /// # Errors
    /// The receipt is for another certificate.
    pub fn recorded(self, receipt: IntentReceipt) -> Result<Recorded, SignRefusal> {
        Recorded::join(self, receipt)
    }
}

pub(super) fn print(public_key: &[u8]) -> Result<KeyPrint, SignRefusal> {
    KeyPrint::of_key(public_key).ok_or_else(|| SignRefusal::Unwritable("the public key cannot be read".to_owned()))
}
