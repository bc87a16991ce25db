//! Did our CA sign this leaf? Verified once a leaf, remembered by fingerprint.
//!
//! The dates are left out on purpose: an expired certificate of ours must be told from a foreign one,
//! so the chain is judged at a moment within the leaf's own dates and the dates are judged per request.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use certs::{DeviceCert, DeviceNo, Fingerprint, Serial, Validity};
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage};

/// The CAs whose device certificates we accept. A new one is made at each reload, with nothing remembered.
#[derive(Debug)]
pub struct Trust {
    issuing: Vec<(Fingerprint, TrustAnchor<'static>)>,
    remembered: Vec<Mutex<HashMap<Fingerprint, LeafFacts>>>,
}

/// What a leaf of our CA says.
#[derive(Clone, Copy, Debug)]
pub(super) struct LeafFacts {
    pub(super) device: DeviceNo,
    pub(super) serial: Serial,
    pub(super) validity: Validity,
    pub(super) issuer: Fingerprint,
}

/// id-kp-clientAuth, 1.3.6.1.5.5.7.3.2 (RFC 5280 §4.2.1.12). `KeyUsage::client_auth` would also take a certificate
/// that names no use at all.
const CLIENT_AUTH: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 2];

const SHARDS: usize = 16;
/// Leaves remembered in each shard; beyond it the shard starts anew. 16 × 8192 × ~120 octets is 16 MB.
const PER_SHARD: usize = 8192;

impl Trust {
    /// Trusts these issuing CAs, and only what they signed themselves: a CA that the configuration no longer
    /// names does not come back by way of its root, and nobody's leaf is an issuer. Nothing that a client sends
    /// beside its leaf is looked at.
    ///
    /// # Errors
    /// A certificate that webpki cannot read as a trust anchor.
    pub fn new(issuing: &[CertificateDer<'static>]) -> Result<Self, webpki::Error> {
        let anchor = |der: &CertificateDer<'static>| {
            let anchor = webpki::anchor_from_trusted_cert(der)?;
            Ok((Fingerprint::of(der), anchor.to_owned()))
        };
        let anchors: Result<_, _> = issuing.iter().map(anchor).collect();
        let remembered = (0..SHARDS).map(|_| Mutex::new(HashMap::new())).collect();
        Ok(Self { issuing: anchors?, remembered })
    }

    /// The facts of a leaf that chains to us and is a device certificate; `None` for every other.
    pub(super) fn judge(&self, fingerprint: Fingerprint, leaf: &CertificateDer<'_>) -> Option<LeafFacts> {
        let shard = &self.remembered[usize::from(fingerprint.as_bytes()[0]) % SHARDS];
        if let Some(facts) = shard.lock().ok()?.get(&fingerprint) {
            return Some(*facts);
        }
        let facts = self.read(leaf)?;
        let mut shard = shard.lock().ok()?;
        if shard.len() >= PER_SHARD {
            shard.clear();
        }
        shard.insert(fingerprint, facts);
        Some(facts)
    }

    /// Whether what was signed by this issuing CA is still good.
    pub(super) fn names(&self, issuer: Fingerprint) -> bool {
        self.issuing.iter().any(|(named, _)| *named == issuer)
    }

    fn read(&self, leaf: &CertificateDer<'_>) -> Option<LeafFacts> {
        let certificate = DeviceCert::read(leaf).ok()?;
        let moment = u64::try_from(certificate.validity().not_after.unix()).ok()?;
        let leaf = EndEntityCert::try_from(leaf).ok()?;
        let signed = |anchor: &TrustAnchor<'static>| {
            leaf.verify_for_usage(
                webpki::ALL_VERIFICATION_ALGS,
                std::slice::from_ref(anchor),
                &[],
                UnixTime::since_unix_epoch(Duration::from_secs(moment)),
                KeyUsage::required(CLIENT_AUTH),
                None,
                None,
            )
            .is_ok()
        };
        let issuer = self.issuing.iter().find(|(_, anchor)| signed(anchor)).map(|(issuer, _)| *issuer)?;
        Some(LeafFacts {
            device: certificate.device(),
            serial: certificate.serial(),
            validity: certificate.validity(),
            issuer,
        })
    }
}
