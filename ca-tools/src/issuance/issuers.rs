//! Where are the files of each issuing CA?
//!
//! The first one's have no name in them (`issuing.pem`), those of later ones have (`issuing-2.pem`).
//! No file is ever renamed: a gateway's configuration names them, and must not find another CA under
//! the name of the old one.

use std::path::PathBuf;
use std::str::FromStr;

use certs::{AuthorityCert, Fingerprint};

use super::issuing_ca::{CaRefusal, certificate};
use crate::config::{AuthorityFiles, files};

/// The name that tells an issuing CA from the others, in its subject and in its files.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct IssuerName(String);

/// Not a name of an issuing CA.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a CA's name is 1 to 16 letters, digits or hyphens")]
pub(crate) struct IssuerNameRefusal;

impl FromStr for IssuerName {
    type Err = IssuerNameRefusal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if fits { Ok(Self(text.to_owned())) } else { Err(IssuerNameRefusal) }
    }
}

impl IssuerName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The files of one issuing CA.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct IssuerFiles {
    /// Its certificate.
    pub(crate) certificate: PathBuf,
    /// Its key.
    pub(crate) key: PathBuf,
    /// The certificate by which `.mobileconfig` profiles are signed.
    pub(crate) signing: PathBuf,
    /// The key of that.
    pub(crate) signing_key: PathBuf,
    /// Its list of revoked certificates.
    pub(crate) crl: PathBuf,
}

impl IssuerFiles {
    /// The files of the first issuing CA, or of a later one.
    pub(crate) fn of_name(settings: &AuthorityFiles, name: Option<&IssuerName>) -> Self {
        let at = |file: &str| named(&settings.directory.join(file), name);
        Self {
            certificate: at(files::ISSUING),
            key: at(files::ISSUING_KEY),
            signing: at(files::SIGNING),
            signing_key: at(files::SIGNING_KEY),
            crl: named(&settings.crl, name),
        }
    }

    /// The files of every issuing CA whose certificate lies in the folder, the first one's first.
    pub(crate) fn all(settings: &AuthorityFiles) -> Result<Vec<Self>, CaRefusal> {
        let missing = |why: std::io::Error| CaRefusal::Missing(settings.directory.clone(), why.to_string());
        let mut names: Vec<Option<IssuerName>> = Vec::new();
        for entry in std::fs::read_dir(&settings.directory).map_err(missing)? {
            let file = entry.map_err(missing)?.file_name();
            let Some(file) = file.to_str() else { continue };
            if file == files::ISSUING {
                names.push(None);
            }
            let name = file.strip_prefix("issuing-").and_then(|rest| rest.strip_suffix(".pem"));
            if let Some(name) = name.and_then(|name| name.parse().ok()) {
                names.push(Some(name));
            }
        }
        names.sort();
        Ok(names.iter().map(|name| Self::of_name(settings, name.as_ref())).collect())
    }

    /// The files of the issuing CA with this fingerprint, and its certificate.
    pub(crate) fn find(settings: &AuthorityFiles, issuer: &Fingerprint) -> Result<(Self, AuthorityCert), CaRefusal> {
        for files in Self::all(settings)? {
            let found = certificate(&files.certificate)?;
            if found.fingerprint() == *issuer {
                return Ok((files, found));
            }
        }
        Err(CaRefusal::NoIssuer(settings.directory.clone(), *issuer))
    }
}

/// The `issuing = […]` line that a gateway needs to trust these CAs.
pub(crate) fn gateway_line(settings: &AuthorityFiles, issuers: &[AuthorityCert]) -> String {
    let files = issuers.iter().map(|issuer| match IssuerFiles::find(settings, &issuer.fingerprint()) {
        Ok((files, _)) => {
            let path = std::path::absolute(&files.certificate).unwrap_or(files.certificate);
            format!("{:?}", path.display().to_string())
        }
        Err(_) => format!("\"…\" # {}", issuer.fingerprint()),
    });
    format!("issuing = [{}]", files.collect::<Vec<_>>().join(", "))
}

/// `issuing.pem` → `issuing-2.pem`.
fn named(path: &std::path::Path, name: Option<&IssuerName>) -> PathBuf {
    let Some(IssuerName(name)) = name else { return path.to_owned() };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let end = path.extension().map(|end| format!(".{}", end.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem}-{name}{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_cas_have_their_name_in_each_of_their_files() {
        let settings = AuthorityFiles {
            directory: "/ca".into(),
            passphrase_file: None,
            profiles: None,
            crl: "/www/issuing.crl".into(),
        };
        let first = IssuerFiles::of_name(&settings, None);
        assert_eq!((first.certificate, first.crl), ("/ca/issuing.pem".into(), "/www/issuing.crl".into()));
        let second = IssuerFiles::of_name(&settings, Some(&"2".parse().unwrap()));
        assert_eq!((second.certificate, second.key), ("/ca/issuing-2.pem".into(), "/ca/issuing-2.key".into()));
        assert_eq!((second.signing, second.crl), ("/ca/signing-2.pem".into(), "/www/issuing-2.crl".into()));
        for name in ["", "a/b", "..", "二", "12345678901234567"] {
            assert_eq!(name.parse::<IssuerName>(), Err(IssuerNameRefusal), "{name}");
        }
    }
}
