//! The files that a configuration names, read with every mistake told.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use policies::PolicySet;
use registry::JournalKey;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use webpki::{EndEntityCert, KeyUsage};

use super::trust::DeviceCa;
use crate::config::{
    AssertionSettings, Config, IdentitySettings, LogSettings, Mistake, RegistrySettings, UpstreamSettings,
};
use crate::guidance::{DeviceCookies, Notices};
use crate::proxy::{Keys, TlsFiles, Upstream};

pub(super) fn tell(mistakes: &mut Vec<Mistake>, place: impl Into<String>, words: impl Into<String>) {
    mistakes.push(Mistake { place: place.into(), words: words.into() });
}

/// The certificates of a PEM file; at least one.
pub(super) fn certificates(path: &Path, place: &str, mistakes: &mut Vec<Mistake>) -> Vec<CertificateDer<'static>> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(certificates) if certificates.is_empty() => {
            tell(mistakes, place, format!("{} holds no certificate", path.display()));
            Vec::new()
        }
        Ok(certificates) => certificates,
        Err(error) => {
            tell(mistakes, place, format!("{} cannot be read as PEM: {error}", path.display()));
            Vec::new()
        }
    }
}

/// The files of the two stores; a start opens them by the same code.
pub(super) fn stores(config: &Config, mistakes: &mut Vec<Mistake>) {
    if let Err(refused) = config.sessions.store().judge() {
        let (key, words) = refused.parts();
        tell(mistakes, format!("sessions.{key}"), words);
    }
    if let Err(refused) = registry::Feed::judge(&config.registry.url, &config.registry.state) {
        tell(mistakes, "registry", refused.to_string());
    }
}

/// By whose word a restored registry is followed; without it nobody's.
pub(super) fn journal_key(settings: &RegistrySettings, mistakes: &mut Vec<Mistake>) -> Option<JournalKey> {
    let path = settings.journal_key.as_ref()?;
    let read = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"));
    match read.and_then(|pem| JournalKey::from_pem(&pem).map_err(|refused| refused.to_string())) {
        Ok(key) => Some(key),
        Err(words) => {
            tell(mistakes, "registry.journal_key", format!("{} {words}", path.display()));
            None
        }
    }
}

pub(super) fn private_key(path: &Path, place: &str, mistakes: &mut Vec<Mistake>) -> Option<PrivateKeyDer<'static>> {
    match PrivateKeyDer::from_pem_file(path) {
        Ok(key) => Some(key),
        Err(error) => {
            tell(mistakes, place, format!("{} holds no private key in PEM: {error}", path.display()));
            None
        }
    }
}

/// Where a path leads, links in its directories followed; the socket itself need not be there yet.
pub(super) fn real(path: &Path) -> PathBuf {
    let parts = path.canonicalize().ok().or_else(|| {
        let directory = path.parent()?.canonicalize().ok()?;
        Some(directory.join(path.file_name()?))
    });
    parts.unwrap_or_else(|| path.to_owned())
}

fn pkcs8(path: &Path, place: &str, mistakes: &mut Vec<Mistake>) -> Option<PrivatePkcs8KeyDer<'static>> {
    match PrivatePkcs8KeyDer::from_pem_file(path) {
        Ok(key) => Some(key),
        Err(error) => {
            tell(mistakes, place, format!("{} holds no PKCS#8 key in PEM: {error}", path.display()));
            None
        }
    }
}

/// What signs assertions, and what is derived from the same keys.
pub(super) fn assertion_keys(
    settings: &AssertionSettings,
    mistakes: &mut Vec<Mistake>,
) -> Option<(Keys, DeviceCookies, Notices)> {
    let key = pkcs8(&settings.key, "assertion.key", mistakes)?;
    let next = match &settings.next_key {
        Some(path) => Some(pkcs8(path, "assertion.next_key", mistakes)?),
        None => None,
    };
    let next = next.as_ref().map(PrivatePkcs8KeyDer::secret_pkcs8_der);
    let key = key.secret_pkcs8_der();
    let keys = Keys::new(settings.issuer.clone(), key, next).map_err(|error| error.to_string());
    let cookies = DeviceCookies::derived(key, next).map_err(|error| error.to_string());
    let notices = Notices::derived(key, next).map_err(|error| error.to_string());
    match keys.and_then(|keys| Ok((keys, cookies?, notices?))) {
        Ok(all) => Some(all),
        Err(words) => {
            tell(mistakes, "assertion.key", words);
            None
        }
    }
}

/// Only looks whether it is there and readable; the log opens it itself.
pub(super) fn log_key(settings: &LogSettings, mistakes: &mut Vec<Mistake>) {
    let _ = pkcs8(&settings.key, "log.key", mistakes);
}

pub(super) fn policies(directory: Option<&Path>, mistakes: &mut Vec<Mistake>) -> Option<PolicySet> {
    let loaded = match directory {
        None => PolicySet::built_in(),
        Some(directory) => {
            let sources = match policy_files(directory) {
                Ok(sources) if !sources.is_empty() => sources,
                Ok(_) => {
                    tell(mistakes, "policies.directory", format!("{} holds no *.cedar file", directory.display()));
                    return None;
                }
                Err(error) => {
                    tell(mistakes, "policies.directory", format!("{} cannot be read: {error}", directory.display()));
                    return None;
                }
            };
            PolicySet::load(sources.iter().map(|(name, text)| (name.as_str(), text.as_str())))
        }
    };
    match loaded {
        Ok(policies) => Some(policies),
        Err(wrong) => {
            for mistake in wrong {
                tell(mistakes, "policies", mistake.to_string());
            }
            None
        }
    }
}

fn policy_files(directory: &Path) -> std::io::Result<Vec<(String, String)>> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "cedar") {
            sources.push((path.display().to_string(), std::fs::read_to_string(&path)?));
        }
    }
    sources.sort();
    Ok(sources)
}

pub(super) fn upstreams(
    settings: &[UpstreamSettings],
    device_ca: Option<&DeviceCa>,
    mistakes: &mut Vec<Mistake>,
) -> HashMap<String, Arc<Upstream>> {
    let mut upstreams = HashMap::new();
    for (index, upstream) in settings.iter().enumerate() {
        let ca = match &upstream.ca {
            Some(path) => certificates(path, &format!("upstream[{index}].ca"), mistakes),
            None => Vec::new(),
        };
        let identity = upstream.identity.as_ref();
        let identity = identity.and_then(|identity| self::identity(identity, (index, device_ca), mistakes));
        match Upstream::new(upstream, TlsFiles { ca, identity }) {
            Ok(ready) => {
                upstreams.insert(upstream.name.clone(), Arc::new(ready));
            }
            Err(error) => tell(mistakes, format!("upstream[{index}]"), error.to_string()),
        }
    }
    upstreams
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The gateway is no device: a certificate that passes for one's must not lie about on a server.
fn identity(
    settings: &IdentitySettings,
    (index, device_ca): (usize, Option<&DeviceCa>),
    mistakes: &mut Vec<Mistake>,
) -> Option<Identity> {
    let place = |key: &str| format!("upstream[{index}].{key}");
    let chain = certificates(&settings.cert, &place("cert"), mistakes);
    let key = private_key(&settings.key, &place("key"), mistakes);
    let leaf = EndEntityCert::try_from(chain.first()?);
    match leaf {
        Ok(leaf) if device_ca.is_some_and(|ca| ca.signed(&leaf, &chain, KeyUsage::client_auth())) => {
            let words =
                "chains to the device CA; the gateway needs a certificate of the house's own (profile internal)";
            tell(mistakes, place("cert"), words);
        }
        Ok(_) => {}
        Err(error) => tell(mistakes, place("cert"), format!("cannot be read: {error}")),
    }
    Some((chain, key?))
}
