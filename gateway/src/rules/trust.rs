//! The device CA, as the configuration names it.

use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use rustls::DistinguishedName;
use rustls::pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, KeyUsage};

use super::files::{certificates, tell};
use crate::config::{DeviceSettings, Mistake};
use crate::tls::Trust;

/// What of the device CA the sites and the judgement need.
#[derive(Debug)]
pub(super) struct DeviceCa {
    pub(super) trust: Trust,
    pub(super) mark: Vec<u8>,
    pub(super) hints: Vec<DistinguishedName>,
    pub(super) all: Vec<CertificateDer<'static>>,
}

impl DeviceCa {
    /// Whether it signed this certificate, or one of the chain is its own.
    pub(super) fn signed(&self, leaf: &EndEntityCert<'_>, chain: &[CertificateDer<'_>], usage: KeyUsage) -> bool {
        let anchors: Vec<_> = self.all.iter().filter_map(|der| webpki::anchor_from_trusted_cert(der).ok()).collect();
        if anchors.iter().any(|anchor| anchor.subject.as_ref() == leaf.issuer()) {
            return true;
        }
        if chain.iter().any(|presented| self.all.iter().any(|known| known == presented)) {
            return true;
        }
        let now = UnixTime::since_unix_epoch(Duration::from_secs(
            std::time::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_secs()),
        ));
        let behind = chain.get(1..).unwrap_or_default();
        leaf.verify_for_usage(webpki::ALL_VERIFICATION_ALGS, &anchors, behind, now, usage, None, None).is_ok()
    }
}

pub(super) fn load(settings: &DeviceSettings, mistakes: &mut Vec<Mistake>) -> Option<DeviceCa> {
    let read = |paths: &[std::path::PathBuf], key: &str, mistakes: &mut Vec<Mistake>| {
        let mut all = Vec::new();
        for (index, path) in paths.iter().enumerate() {
            all.extend(certificates(path, &format!("devices.{key}[{index}]"), mistakes));
        }
        all
    };
    let roots = read(&settings.roots, "roots", mistakes);
    let issuing = read(&settings.issuing, "issuing", mistakes);
    if roots.is_empty() || issuing.is_empty() {
        return None;
    }
    let all: Vec<_> = roots.iter().chain(&issuing).cloned().collect();
    let mut mark = Context::new(&SHA256);
    let mut hints = Vec::new();
    for certificate in &all {
        mark.update(certificate);
        match webpki::anchor_from_trusted_cert(certificate) {
            Ok(anchor) => hints.push(DistinguishedName::in_sequence(&anchor.subject)),
            Err(error) => tell(mistakes, "devices", format!("a certificate is of no use as a CA: {error}")),
        }
    }
    match Trust::new(&issuing) {
        Ok(trust) => Some(DeviceCa { trust, mark: mark.finish().as_ref().to_vec(), hints, all }),
        Err(error) => {
            tell(mistakes, "devices", format!("a certificate is of no use as a CA: {error}"));
            None
        }
    }
}
