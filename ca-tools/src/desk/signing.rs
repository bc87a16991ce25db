//! What the desk signs with: the CA's files, and the passphrase that opens them.
//!
//! The keys are opened for each certificate and closed again, so that none lies in memory while
//! nothing is signed, and the newest issuing CA signs without a restart.

use std::sync::Arc;

use certs::{DeviceRequest, Fingerprint, Timestamp};
use zeroize::Zeroizing;

use super::serve::Desk;
use crate::config::AuthorityFiles;
use crate::container::{ContainerRefusal, Contents, FilePassword, P12, mobileconfig, p12};
use crate::issuance::{IssueRefusal, Vault, VaultRefusal, issue_on, request_refused};
use crate::key::{KeyFault, Passphrase, PrivateKey};
use crate::language::Text;
use crate::platform::Container;
use crate::sign::{HolderKey, certificate_pem};
use crate::writer::TicketProof;

/// The CA's files and what opens them.
#[derive(Clone, Debug)]
pub struct Signing {
    settings: AuthorityFiles,
    passphrase: Arc<Passphrase>,
}

impl Signing {
    /// Makes sure that the passphrase opens them.
    ///
    /// # Errors
    /// It does not, or a file is missing.
    pub(crate) fn with(
        settings: AuthorityFiles,
        passphrase: Passphrase,
        issuer: &Fingerprint,
    ) -> Result<Self, VaultRefusal> {
        let signing = Self { settings, passphrase: Arc::new(passphrase) };
        signing.vault(issuer)?;
        Ok(signing)
    }

    /// With the key of the issuing CA that signs now.
    fn vault(&self, issuer: &Fingerprint) -> Result<Vault, VaultRefusal> {
        Vault::open(&self.settings, &self.passphrase, issuer)
    }
}

/// What a device is to be handed, and the password of it.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) container: Container,
    pub(super) password: FilePassword,
    /// Argon2id of the telephone code.
    pub(super) loss_code_hash: String,
    pub(super) now: Timestamp,
}

impl Desk {
    /// Makes a key, has its certificate signed and recorded, and packs both. The key exists in this call alone.
    pub(super) async fn made(&self, ticket: &TicketProof, wanted: Wanted) -> Result<Zeroizing<Vec<u8>>, NotMade> {
        let signing = self.signing.clone().ok_or(NotMade::NoAuthority)?;
        let issuer = self.writer.issuer().await.map_err(IssueRefusal::from)?;
        let profile = wanted.container == Container::Profile;
        let (vault, key, signer) = tokio::task::spawn_blocking(move || {
            let vault = signing.vault(&issuer)?;
            let key = PrivateKey::make(vault.profile.made_key())?;
            let signer = match profile {
                true => Some(vault.profile_signer(&signing.passphrase)?),
                false => None,
            };
            Ok::<_, NotMade>((vault, key, signer))
        })
        .await
        .map_err(|_| NotMade::Stopped)??;
        let holder = (HolderKey::Made(&key), wanted.loss_code_hash.as_str());
        let issued = issue_on(&self.writer, &vault, (ticket, wanted.now), holder).await?;
        let contents = Contents::of(&key, &issued, vault.issuing.certificate(), &vault.root)?;
        Ok(match (wanted.container, &signer) {
            (Container::Modern, _) => p12(&contents, P12::Modern, &wanted.password)?,
            (Container::Profile, Some(signer)) => mobileconfig(&contents, &wanted.password, signer, wanted.now)?.into(),
            (Container::Compat | Container::Profile, _) => p12(&contents, P12::Compat, &wanted.password)?,
        })
    }

    /// Signs a request that the device made; its certificate and the issuing CA's, PEM.
    pub(super) async fn requested(
        &self,
        ticket: &TicketProof,
        (request, loss_code_hash): (&[u8], &str),
        now: Timestamp,
    ) -> Result<String, NotMade> {
        let signing = self.signing.clone().ok_or(NotMade::NoAuthority)?;
        let issuer = self.writer.issuer().await.map_err(IssueRefusal::from)?;
        let vault =
            tokio::task::spawn_blocking(move || signing.vault(&issuer)).await.map_err(|_| NotMade::Stopped)??;
        let request = DeviceRequest::read(request, vault.profile.accepted_keys())
            .map_err(|why| NotMade::Request(request_refused(why, vault.profile.accepted_keys())))?;
        let holder = (HolderKey::Requested(&request), loss_code_hash);
        let issued = issue_on(&self.writer, &vault, (ticket, now), holder).await?;
        let issuing = certificate_pem(vault.issuing.certificate().der()).map_err(IssueRefusal::from)?;
        Ok(format!("{}{issuing}", issued.pem()))
    }
}

/// Why nothing was handed out.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotMade {
    #[error(transparent)]
    Container(#[from] ContainerRefusal),
    #[error(transparent)]
    Issue(#[from] IssueRefusal),
    #[error(transparent)]
    Key(#[from] KeyFault),
    #[error("this desk has no CA to sign with")]
    NoAuthority,
    #[error("the request is refused: {}", .0.en)]
    Request(Text),
    #[error("the work was stopped")]
    Stopped,
    #[error(transparent)]
    Vault(#[from] VaultRefusal),
}
