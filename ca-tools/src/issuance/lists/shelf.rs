//! Where lists are published: each in DER and in PEM, and all of them in one file.
//!
//! ```text
//! issuing.crl  issuing.crl.pem   each issuing CA's, and root.crl of the root's
//! all.crl.pem                    every list of the house: what `ssl_crl` and `-CRLfile` take
//! .crl.lock                      held while two numbers are compared and a file is put in its place
//! ```
//! The lock is held for that moment alone, and not while a number is drawn or a list is signed: a publisher that is
//! stopped in the middle keeps nobody waiting, and finds a newer list in place when it goes on.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use certs::AuthorityCert;
use der::Document;
use der::pem::LineEnding;

use crate::config::{AuthorityFiles, files};
use crate::crl::{Crl, Listed, Unlisted};
use crate::folder::folder_of;
use crate::issuance::{CaRefusal, IssuerFiles, Output, OutputRefusal, Overwrite, certificate};
use crate::lock::{NotLocked, exclusively};
use crate::whole;

const LABEL: &str = "X509 CRL";
const LOCK: &str = ".crl.lock";
/// Comparing and renaming takes milliseconds; who holds the lock longer is stopped.
const PATIENCE: Duration = Duration::from_secs(10);

/// One list: where it lies, and whose it is.
#[derive(Clone, Debug)]
pub(crate) struct ListFile {
    /// In DER; `….pem` beside it.
    pub(crate) file: PathBuf,
    /// Who signs it.
    pub(crate) signer: AuthorityCert,
}

impl ListFile {
    /// The root's.
    pub(crate) fn of_root(settings: &AuthorityFiles) -> Result<Self, CaRefusal> {
        let signer = certificate(&settings.directory.join(files::ROOT))?;
        Ok(Self { file: settings.crl.with_file_name(files::ROOT_CRL), signer })
    }

    /// Every list that this folder's CAs can have, the root's first.
    pub(crate) fn all(settings: &AuthorityFiles) -> Result<Vec<Self>, CaRefusal> {
        let mut all = vec![Self::of_root(settings)?];
        for files in IssuerFiles::all(settings)? {
            all.push(Self { signer: certificate(&files.certificate)?, file: files.crl });
        }
        Ok(all)
    }

    /// The list that is published there.
    pub(crate) fn listed(&self) -> Result<Listed, Unlisted> {
        Listed::at(&self.file, &self.signer)
    }

    /// How it is called where people read numbers: `issuing`, `root`.
    pub(crate) fn name(&self) -> String {
        self.file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Its PEM.
    pub(crate) fn pem_file(&self) -> PathBuf {
        let mut name = self.file.clone().into_os_string();
        name.push(".pem");
        name.into()
    }
}

/// The file with every list of the house.
pub(crate) fn bundle(settings: &AuthorityFiles) -> PathBuf {
    settings.crl.with_file_name(files::ALL_CRLS)
}

/// The lock, for as long as it lives.
#[derive(Debug)]
pub(crate) struct ListLock(#[expect(dead_code, reason = "its end is what lets the next one in")] File);

impl ListLock {
    /// Waits until nobody else puts a list in its place.
    ///
    /// # Errors
    /// Somebody has held it for ten seconds, or the folder cannot be written.
    pub(crate) async fn beside(settings: &AuthorityFiles) -> Result<Self, ShelfRefusal> {
        let path = settings.crl.with_file_name(LOCK);
        let failed = |why: io::Error| ShelfRefusal::Lock(path.clone(), why.to_string());
        let lock = opened(&path).map_err(failed)?;
        match exclusively(&lock, PATIENCE).await {
            Ok(()) => Ok(Self(lock)),
            Err(NotLocked::Busy) => Err(ShelfRefusal::Busy(path)),
            Err(NotLocked::Failed(why)) => Err(failed(why)),
        }
    }

    /// Puts a list in its place, unless a newer one is there: that one then.
    pub(crate) fn put(
        &self,
        place: &ListFile,
        (out, list, number): (Output, &Crl, u64),
    ) -> Result<Option<Listed>, OutputRefusal> {
        match place.listed() {
            Ok(newer) if newer.number > number => Ok(Some(newer)),
            Ok(_) | Err(Unlisted::Missing | Unlisted::NotOurs | Unlisted::Unreadable(_)) => {
                out.finish_public(&list.der).map(|()| None)
            }
        }
    }

    /// Brings PEM and the file of all lists up to what the lists in DER say.
    pub(crate) fn settle(&self, settings: &AuthorityFiles) -> Result<(), ShelfRefusal> {
        let mut all = String::new();
        for place in ListFile::all(settings)? {
            if let Some(pem) = pem(&place)? {
                bring(&place.pem_file(), &pem)?;
                all.push_str(&pem);
            }
        }
        Ok(bring(&bundle(settings), &all)?)
    }
}

/// Whether PEM and the file of all lists say what the lists in DER say.
pub(crate) fn is_settled(settings: &AuthorityFiles) -> Result<bool, ShelfRefusal> {
    // The list of a CA that is gone from here does no harm in it.
    let all = whole::text(&bundle(settings), whole::Of::List).unwrap_or_default();
    for place in ListFile::all(settings)? {
        if let Some(pem) = pem(&place)?
            && !(says(&place.pem_file(), &pem) && all.contains(&pem))
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A list of ours as PEM (RFC 7468 §6); nothing where none is published.
fn pem(place: &ListFile) -> Result<Option<String>, ShelfRefusal> {
    if place.listed().is_err() {
        return Ok(None);
    }
    let failed = |why: String| OutputRefusal::Unwritable(place.pem_file(), why);
    let der = whole::octets(&place.file, whole::Of::List).map_err(|why| failed(why.to_string()))?;
    let document = Document::try_from(der).map_err(|why| failed(why.to_string()))?;
    Ok(Some(document.to_pem(LABEL, LineEnding::LF).map_err(|why| failed(why.to_string()))?))
}

fn says(path: &Path, text: &str) -> bool {
    whole::octets(path, whole::Of::List).is_ok_and(|there| there == text.as_bytes())
}

fn bring(path: &Path, text: &str) -> Result<(), OutputRefusal> {
    if says(path, text) {
        return Ok(());
    }
    Output::at(path, Overwrite::Replace)?.finish_public(text.as_bytes())
}

/// The lock's file, which belongs to whom the folder belongs to, though an administrator made it.
fn opened(path: &Path) -> io::Result<File> {
    let lock = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    let (folder, own) = (folder_of(path).metadata()?, lock.metadata()?);
    if own.uid() != folder.uid() && rustix::process::geteuid().is_root() {
        fchown(&lock, Some(folder.uid()), Some(folder.gid()))?;
    }
    Ok(lock)
}

/// Why a list was not put in its place.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShelfRefusal {
    /// Another publisher holds the lock and does not go on.
    #[error("{}: another publisher has held it for {PATIENCE:?} and does not go on", .0.display())]
    Busy(PathBuf),
    /// The lock cannot be opened.
    #[error("{}: {}", .0.display(), .1)]
    Lock(PathBuf, String),
    /// The disk or the folder.
    #[error(transparent)]
    Output(#[from] OutputRefusal),
    /// A certificate that cannot be read.
    #[error(transparent)]
    Ca(#[from] CaRefusal),
}
