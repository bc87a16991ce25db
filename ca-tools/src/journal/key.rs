//! The house's journal key: it signs what must not be made up by who can only write into the database.
//!
//! It signs three kinds of text (a line of the journal, the end of a backup, the record of a restore), which cannot be
//! taken for one another: each is a JSON object that begins with a key of its own.

use std::fmt;
use std::fs::{OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use certs::KeyKind;
use der::Document;
use der::pem::LineEnding;
use registry::JournalKey as PublicKey;

use crate::config::JournalFiles;
use crate::key::{PrivateKey, plain, read_plain, read_secret, write_secret};
use crate::refusal::JournalRefusal;
use crate::whole;

const LABEL: &str = "PUBLIC KEY";

/// What signs.
pub(crate) struct JournalKey {
    pair: EcdsaKeyPair,
    public: PublicKey,
}

impl JournalKey {
    /// Makes the house's key, where there is none.
    pub(super) fn make(files: &JournalFiles) -> Result<Self, JournalRefusal> {
        let refused = |path: &Path, why: String| JournalRefusal::Key(path.to_owned(), why);
        let key = PrivateKey::make(KeyKind::P256).map_err(|why| refused(&files.key, why.to_string()))?;
        let text = plain(&key).map_err(|why| refused(&files.key, why.to_string()))?;
        write_secret(&files.key, &text).map_err(|why| refused(&files.key, why.to_string()))?;
        let key = Self::read(files)?;
        key.publish(files)?;
        Ok(key)
    }

    /// Writes its public half beside it, where there is none.
    pub(super) fn publish(&self, files: &JournalFiles) -> Result<(), JournalRefusal> {
        if files.public.exists() {
            return Ok(());
        }
        let refused = |why: String| JournalRefusal::Key(files.public.clone(), why);
        let der: Result<PublicKeyX509Der<'_>, _> = self.pair.public_key().as_der();
        let der = der.map_err(|_| refused("the key has no public half".to_owned()))?;
        let public = Document::try_from(der.as_ref()).and_then(|spki| spki.to_pem(LABEL, LineEnding::LF));
        let public = public.map_err(|why| refused(why.to_string()))?;
        let written = || {
            let mut file = OpenOptions::new().write(true).create_new(true).open(&files.public)?;
            // Gateways read it, whatever the umask of who makes it.
            file.set_permissions(Permissions::from_mode(0o644))?;
            file.write_all(public.as_bytes())?;
            file.sync_all()
        };
        written().map_err(|why: std::io::Error| refused(why.to_string()))
    }

    /// Reads the house's key.
    pub(crate) fn read(files: &JournalFiles) -> Result<Self, JournalRefusal> {
        let refused = |why: String| JournalRefusal::Key(files.key.clone(), why);
        let text = read_secret(&files.key).map_err(|why| refused(why.to_string()))?;
        let key = read_plain(&text).map_err(|why| refused(why.to_string()))?;
        let other = || refused("not a key on P-256".to_owned());
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.pkcs8()).map_err(|_| other())?;
        let public = PublicKey::of_point(pair.public_key().as_ref()).ok_or_else(other)?;
        Ok(Self { pair, public })
    }

    /// Base64 of an ECDSA signature (ASN.1) with SHA-256.
    pub(crate) fn sign(&self, text: &str) -> Result<String, JournalRefusal> {
        let signed = self.pair.sign(&SystemRandom::new(), text.as_bytes());
        Ok(BASE64_STANDARD.encode(signed.map_err(|_| JournalRefusal::NoRandomness)?))
    }

    /// Its public half.
    pub(super) fn public(&self) -> &PublicKey {
        &self.public
    }
}

impl fmt::Debug for JournalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalKey").finish_non_exhaustive()
    }
}

/// Reads `journal.pub`, which gateways verify by, too.
///
/// # Errors
/// It cannot be read, or is not one key of P-256.
pub(crate) fn published(files: &JournalFiles) -> Result<PublicKey, JournalRefusal> {
    let refused = |why: String| JournalRefusal::Key(files.public.clone(), why);
    let pem = whole::octets(&files.public, whole::Of::Certificates).map_err(|why| refused(why.to_string()))?;
    PublicKey::from_pem(&pem).map_err(|why| refused(why.to_string()))
}
