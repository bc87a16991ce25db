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
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use certs::KeyKind;
use der::pem::LineEnding;
use der::{Decode, Document};
use spki::SubjectPublicKeyInfoRef;

use super::files::Files;
use super::refusal::JournalRefusal;
use crate::key::{PrivateKey, plain, read_plain, read_secret, write_secret};

const LABEL: &str = "PUBLIC KEY";

/// What signs.
pub(crate) struct JournalKey {
    pair: EcdsaKeyPair,
}

impl JournalKey {
    /// Makes the house's key, where there is none.
    pub(super) fn make(files: &Files) -> Result<Self, JournalRefusal> {
        let refused = |path: &Path, why: String| JournalRefusal::Key(path.to_owned(), why);
        let key = PrivateKey::make(KeyKind::P256).map_err(|why| refused(&files.key, why.to_string()))?;
        let text = plain(&key).map_err(|why| refused(&files.key, why.to_string()))?;
        write_secret(&files.key, &text).map_err(|why| refused(&files.key, why.to_string()))?;
        let key = Self::read(files)?;
        key.publish(files)?;
        Ok(key)
    }

    /// Writes its public half beside it, where there is none.
    pub(super) fn publish(&self, files: &Files) -> Result<(), JournalRefusal> {
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
    pub(crate) fn read(files: &Files) -> Result<Self, JournalRefusal> {
        let refused = |why: String| JournalRefusal::Key(files.key.clone(), why);
        let text = read_secret(&files.key).map_err(|why| refused(why.to_string()))?;
        let key = read_plain(&text).map_err(|why| refused(why.to_string()))?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.pkcs8());
        Ok(Self { pair: pair.map_err(|_| refused("not a key on P-256".to_owned()))? })
    }

    /// Base64 of an ECDSA signature (ASN.1) with SHA-256.
    pub(crate) fn sign(&self, text: &str) -> Result<String, JournalRefusal> {
        let signed = self.pair.sign(&SystemRandom::new(), text.as_bytes());
        Ok(BASE64_STANDARD.encode(signed.map_err(|_| JournalRefusal::NoRandomness)?))
    }

    /// Its public half.
    pub(super) fn public(&self) -> PublicKey {
        PublicKey(self.pair.public_key().as_ref().into())
    }
}

impl fmt::Debug for JournalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalKey").finish_non_exhaustive()
    }
}

/// What verifies.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey(Box<[u8]>);

impl PublicKey {
    /// Reads `journal.pub`.
    pub(crate) fn read(files: &Files) -> Result<Self, JournalRefusal> {
        let refused = |why: String| JournalRefusal::Key(files.public.clone(), why);
        let text = crate::whole::text(&files.public, crate::whole::Of::Certificates)
            .map_err(|why| refused(why.to_string()))?;
        let Ok((LABEL, document)) = Document::from_pem(&text) else {
            return Err(refused("not a public key".to_owned()));
        };
        let spki = SubjectPublicKeyInfoRef::from_der(document.as_bytes()).map_err(|why| refused(why.to_string()))?;
        Ok(Self(spki.subject_public_key.raw_bytes().into()))
    }

    /// Was this text signed by the house's key?
    pub(crate) fn signed(&self, text: &str, signature: &str) -> bool {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.0);
        BASE64_STANDARD.decode(signature).is_ok_and(|signature| key.verify(text.as_bytes(), &signature).is_ok())
    }
}
