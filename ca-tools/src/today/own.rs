//! What of the house's own ends without anybody having done anything.

use std::path::Path;

use certs::Timestamp;

use crate::config::{AuthorityFiles, files};
use crate::issuance::lists::ListFile;
use crate::issuance::{IssuerFiles, certificate};
use crate::sign::read_certificate_pem;

/// Before so many days somebody begins with the next certificate.
const CERTIFICATE_DAYS: i64 = 90;
/// What is left of a list, in days, when its publisher has stopped.
const LIST_DAYS: i64 = 2;

/// Something of the house's own that ends.
#[derive(Clone, Debug)]
pub(crate) struct OwnEnd {
    /// What it is: `issuing-2`.
    pub(crate) name: String,
    /// Whether it is a list, which is due again then.
    pub(crate) is_list: bool,
    /// When it ends; nothing of what cannot be read.
    pub(crate) until: Option<Timestamp>,
}

impl OwnEnd {
    /// Whether somebody has to look after it: what cannot be read has ended. A list is published daily, so that one which ends
    /// within this has a publisher that stopped.
    pub(crate) fn is_near(&self, now: Timestamp) -> bool {
        let days = if self.is_list { LIST_DAYS } else { CERTIFICATE_DAYS };
        self.until.is_none_or(|until| until <= now.plus(days * 86_400))
    }
}

/// All of the house's own that ends, lists first.
pub(crate) fn own_ends(settings: &AuthorityFiles) -> Vec<OwnEnd> {
    let lists = ListFile::all(settings).unwrap_or_default().into_iter();
    let lists = lists.map(|place| OwnEnd {
        name: place.name(),
        is_list: true,
        until: place.listed().ok().map(|list| list.next_update),
    });
    let certificates = certificates(settings).into_iter();
    lists.chain(certificates.map(|(name, until)| OwnEnd { name, is_list: false, until })).collect()
}

/// The end of each certificate in the CA's folder: the root's, the issuing CAs', and of those that sign profiles.
fn certificates(settings: &AuthorityFiles) -> Vec<(String, Option<Timestamp>)> {
    let ends = |path: &Path| certificate(path).ok().map(|found| found.validity().not_after);
    let root = settings.directory.join(files::ROOT);
    let mut all = vec![(name(&root), ends(&root))];
    for issuer in IssuerFiles::all(settings).unwrap_or_default() {
        all.push((name(&issuer.certificate), ends(&issuer.certificate)));
        all.push((name(&issuer.signing), leaf_ends(&issuer.signing)));
    }
    all
}

fn leaf_ends(path: &Path) -> Option<Timestamp> {
    use der::Decode;
    let der = read_certificate_pem(&crate::whole::text(path, crate::whole::Of::Certificates).ok()?).ok()?;
    let leaf = x509_cert::Certificate::from_der(&der).ok()?;
    let end = leaf.tbs_certificate.validity.not_after.to_unix_duration().as_secs();
    i64::try_from(end).ok().map(Timestamp::from_unix)
}

/// `issuing-2.pem` → `issuing-2`. A name of ours has no quotation mark and no backslash.
fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().replace(['"', '\\'], "_")
}
