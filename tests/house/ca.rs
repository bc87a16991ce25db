//! A device CA made for one test: root, issuing CA, and whatever leaf a test asks for.

use std::time::SystemTime;

use certs::{DeviceNo, Fingerprint, Serial, Timestamp, Validity};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType, SerialNumber,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Root and issuing CA.
#[derive(Debug)]
pub struct Ca {
    /// The root's PEM.
    pub root_pem: String,
    /// The issuing CA's PEM.
    pub issuing_pem: String,
    issuing_der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// What a leaf says; the default is a device certificate in order.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Its dates.
    pub validity: Validity,
    /// Its extended key usages.
    pub usages: Vec<ExtendedKeyUsagePurpose>,
    /// Its subject alternative names; empty means the device's.
    pub names: Vec<SanType>,
    /// Its common name; `None` means the device's.
    pub common_name: Option<String>,
    /// Whether it is a CA.
    pub is_ca: bool,
}

/// A certificate and its key, as a device holds them.
#[derive(Debug)]
pub struct Credentials {
    /// Leaf and issuing CA.
    pub chain: Vec<CertificateDer<'static>>,
    /// The leaf's key.
    pub key: PrivateKeyDer<'static>,
    /// The leaf's serial.
    pub serial: Serial,
    /// The leaf's fingerprint.
    pub fingerprint: Fingerprint,
    /// The leaf's dates.
    pub validity: Validity,
    /// Chain as PEM.
    pub chain_pem: String,
    /// Key as PEM.
    pub key_pem: String,
}

impl Clone for Credentials {
    fn clone(&self) -> Self {
        Self {
            chain: self.chain.clone(),
            key: self.key.clone_key(),
            serial: self.serial,
            fingerprint: self.fingerprint,
            validity: self.validity,
            chain_pem: self.chain_pem.clone(),
            key_pem: self.key_pem.clone(),
        }
    }
}

/// Now, in whole seconds.
#[must_use]
pub fn now() -> Timestamp {
    let seconds = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    Timestamp::from_unix(i64::try_from(seconds).unwrap())
}

const DAY: i64 = 86_400;

impl Default for Leaf {
    fn default() -> Self {
        Self {
            validity: Validity { not_before: now().plus(-DAY), not_after: now().plus(700 * DAY) },
            usages: vec![ExtendedKeyUsagePurpose::ClientAuth],
            names: Vec::new(),
            common_name: None,
            is_ca: false,
        }
    }
}

impl Leaf {
    /// In order, but between these moments, in seconds from now.
    #[must_use]
    pub fn between(from: i64, until: i64) -> Self {
        Self { validity: Validity { not_before: now().plus(from), not_after: now().plus(until) }, ..Self::default() }
    }
}

impl Ca {
    /// A new one. Two of the same `name` have equal subjects and different keys: twins.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let root_key = KeyPair::generate().unwrap();
        let root = authority(&format!("{name} Root CA")).self_signed(&root_key).unwrap();
        let root_pem = root.pem();
        let root_issuer = Issuer::new(authority(&format!("{name} Root CA")), root_key);
        let key = KeyPair::generate().unwrap();
        let params = authority(&format!("{name} Issuing CA 1"));
        let issuing = params.signed_by(&key, &root_issuer).unwrap();
        Self {
            root_pem,
            issuing_pem: issuing.pem(),
            issuing_der: issuing.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    /// The issuing CA's fingerprint.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.issuing_der)
    }

    /// Signs `leaf` for `device` with a new P-256 key.
    #[must_use]
    pub fn sign(&self, device: DeviceNo, leaf: &Leaf) -> Credentials {
        let mut random = [0; 16];
        aws_lc_rs::rand::fill(&mut random).unwrap();
        let serial = Serial::from_random(random);
        let mut params = CertificateParams::default();
        params.serial_number = Some(SerialNumber::from_slice(serial.as_bytes()));
        params.not_before = at(leaf.validity.not_before);
        params.not_after = at(leaf.validity.not_after);
        params.distinguished_name = DistinguishedName::new();
        let common = leaf.common_name.clone().unwrap_or_else(|| format!("Kashiwani-Net 2028-12 {device}"));
        params.distinguished_name.push(DnType::CommonName, common);
        params.subject_alt_names = match leaf.names.as_slice() {
            [] => vec![SanType::URI(device.san_uri().try_into().unwrap())],
            names => names.to_vec(),
        };
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = leaf.usages.clone();
        params.is_ca = if leaf.is_ca { IsCa::Ca(BasicConstraints::Unconstrained) } else { IsCa::ExplicitNoCa };
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Credentials {
            chain: vec![certificate.der().clone(), self.issuing_der.clone()],
            key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            serial,
            fingerprint: Fingerprint::of(certificate.der()),
            validity: leaf.validity,
            chain_pem: format!("{}{}", certificate.pem(), self.issuing_pem),
            key_pem: key.serialize_pem(),
        }
    }
}

/// A site's certificate of a CA of its own; returns certificate and key as PEM.
#[must_use]
pub fn site_certificate(web: &Ca, names: Vec<SanType>) -> (String, String) {
    let leaf = Leaf {
        usages: vec![ExtendedKeyUsagePurpose::ServerAuth],
        names,
        common_name: Some("site".into()),
        ..Leaf::default()
    };
    let credentials = web.sign(DeviceNo::new(1).unwrap(), &leaf);
    (credentials.chain_pem, credentials.key_pem)
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = at(now().plus(-400 * DAY));
    params.not_after = at(now().plus(3000 * DAY));
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn at(moment: Timestamp) -> time::OffsetDateTime {
    time::OffsetDateTime::from_unix_timestamp(moment.unix()).unwrap()
}
