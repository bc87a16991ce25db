//! A key made here, its certificate, and the file in which both reach their device: the same for the command line and for
//! the desk.
//!
//! What can fail without a signature fails before one: the CA's files, the key, the signer of profiles. The key exists in
//! this value alone, and in the file.

use certs::{Fingerprint, Timestamp};
use zeroize::Zeroizing;

use super::issuing_ca::{CaRefusal, IssuingCa};
use crate::config::AuthorityFiles;
use crate::container::{Container, ContainerRefusal, Contents, FilePassword, P12, ProfileSigner, mobileconfig, p12};
use crate::key::{KeyFault, Passphrase, PrivateKey};
use crate::sign::{HolderKey, Issued};

/// All that a certificate and its file are made with.
pub(crate) struct HandOut {
    pub(crate) ca: IssuingCa,
    key: PrivateKey,
    packing: Packing,
}

/// What a container needs beside key and certificate.
enum Packing {
    P12(P12),
    Profile(Box<ProfileSigner>),
}

impl HandOut {
    /// Opens the CA that signs now and what this container needs, and makes the key.
    pub(crate) fn open(
        settings: &AuthorityFiles,
        passphrase: &Passphrase,
        issuer: &Fingerprint,
        container: Container,
    ) -> Result<Self, HandOutRefusal> {
        let ca = IssuingCa::open(settings, passphrase, issuer)?;
        let packing = match container {
            Container::Modern => Packing::P12(P12::Modern),
            Container::Compat => Packing::P12(P12::Compat),
            Container::Profile => Packing::Profile(Box::new(ca.profile_signer(passphrase)?)),
        };
        let key = PrivateKey::make(ca.profile.made_key())?;
        Ok(Self { ca, key, packing })
    }

    /// Whose certificate is to be signed.
    pub(crate) fn key(&self) -> HolderKey<'_> {
        HolderKey::Made(&self.key)
    }

    /// The file that the device takes, opened by this password.
    pub(crate) fn pack(
        &self,
        issued: &Issued,
        password: &FilePassword,
        now: Timestamp,
    ) -> Result<Zeroizing<Vec<u8>>, ContainerRefusal> {
        let contents = Contents::of(&self.key, issued, self.ca.issuing.certificate(), &self.ca.root)?;
        match &self.packing {
            Packing::P12(dialect) => p12(&contents, *dialect, password),
            Packing::Profile(signer) => Ok(mobileconfig(&contents, password, signer, now)?.into()),
        }
    }
}

/// Why nothing can be signed or packed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandOutRefusal {
    /// The CA.
    #[error(transparent)]
    Ca(#[from] CaRefusal),
    /// No key could be made.
    #[error(transparent)]
    Key(#[from] KeyFault),
}
