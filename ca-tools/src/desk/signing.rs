//! What the desk signs with: the CA's files, and the passphrase that opens them.
//!
//! The keys are opened for each certificate and closed again, so that none lies in memory while
//! nothing is signed, and the newest issuing CA signs without a restart.

use std::sync::Arc;

use certs::{DeviceRequest, Fingerprint, KeyPrint, Timestamp};
use zeroize::Zeroizing;

use super::pool::{Door, PoolFull};
use super::seal::{opened, seal};
use super::source::Source;
use super::state::Desk;
use crate::config::AuthorityFiles;
use crate::container::{Container, ContainerRefusal, FilePassword};
use crate::issuance::{
    CaRefusal, HandOut, HandOutRefusal, IssueRefusal, IssuingCa, profile_of, request_refused, sign_on,
};
use crate::key::Passphrase;
use crate::language::Text;
use crate::rows::TicketProof;
use crate::sign::HolderKey;
use crate::ticket::Gives;

/// Keeps kept files apart from what else is sealed.
const ABOUT_FILES: &str = "sekisho kept file 1";

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
        passphrase: Arc<Passphrase>,
        issuer: &Fingerprint,
    ) -> Result<Self, CaRefusal> {
        let signing = Self { settings, passphrase };
        signing.ca(issuer)?;
        Ok(signing)
    }

    /// With the key of the issuing CA that signs now.
    fn ca(&self, issuer: &Fingerprint) -> Result<IssuingCa, CaRefusal> {
        IssuingCa::open(&self.settings, &self.passphrase, issuer)
    }
}

/// What a device is to be handed, and the password of it.
#[derive(Debug)]
pub(super) struct FileOrder {
    pub(super) container: Container,
    pub(super) password: FilePassword,
    /// Under which the file waits for a second press.
    pub(super) file_key: Zeroizing<[u8; 32]>,
    /// Argon2id of 利用停止コード.
    pub(super) loss_code_hash: String,
    pub(super) now: Timestamp,
}

/// A request that the device made for a key of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct MadeRequest<'a> {
    pub(super) request: &'a [u8],
    /// Argon2id of 利用停止コード.
    pub(super) loss_code_hash: &'a str,
    pub(super) now: Timestamp,
}

impl Desk {
    /// Makes a key, has its certificate signed, packs both, keeps the file for a second press, and has the certificate
    /// recorded: what the registry says was handed out can be handed out. The key exists in this call alone, and in the
    /// file.
    pub(super) async fn made(
        &self,
        ticket: &TicketProof,
        wanted: FileOrder,
        source: &Source,
    ) -> Result<Zeroizing<Vec<u8>>, NotMade> {
        let signing = self.signing.clone().ok_or(NotMade::NoAuthority)?;
        let issuer = self.writer.ledger().issuer().await.map_err(IssueRefusal::from)?;
        // Opening the CA's key is hashing as well, and ten times as much of it.
        let opening = self.pool.run((Door::of_pick_up(source), source), move || {
            HandOut::open(&signing.settings, &signing.passphrase, &issuer, wanted.container)
        });
        let opened = opening.await??;
        let unrecorded = sign_on(&self.writer, &opened.ca, (ticket, wanted.now), opened.key()).await?;
        let file = opened.pack(unrecorded.issued(), &wanted.password, wanted.now)?;
        let serial = unrecorded.issued().serial();
        let sealed = seal(&wanted.file_key, ABOUT_FILES, &file).ok_or(NotMade::NotSealed)?;
        self.writer.keep_file(ticket, serial, sealed, wanted.now).await.map_err(IssueRefusal::from)?;
        let _recorded = unrecorded.record(&self.writer, (ticket, &wanted.loss_code_hash), wanted.now).await?;
        Ok(file)
    }

    /// The file that this ticket gave, once more.
    pub(super) async fn made_before(
        &self,
        ticket: &TicketProof,
        file_key: &[u8; 32],
        now: Timestamp,
    ) -> Result<Zeroizing<Vec<u8>>, NotMade> {
        let sealed = self.writer.file_again(ticket, now).await.map_err(IssueRefusal::from)?;
        opened(file_key, ABOUT_FILES, &sealed).ok_or(NotMade::OtherKey)
    }

    /// Signs a request that the device made; its certificate and the issuing CA's, PEM.
    pub(super) async fn requested(
        &self,
        ticket: &TicketProof,
        made: MadeRequest<'_>,
        source: &Source,
    ) -> Result<String, NotMade> {
        let MadeRequest { request, loss_code_hash, now } = made;
        let signing = self.signing.clone().ok_or(NotMade::NoAuthority)?;
        let issuer = self.writer.ledger().issuer().await.map_err(IssueRefusal::from)?;
        let request = request.to_vec();
        let opening = self.pool.run((Door::of_pick_up(source), source), move || {
            // What somebody sent is read before anything is opened for it.
            let profile = profile_of(&signing.settings)?;
            let accepted = profile.accepted_keys();
            let request = DeviceRequest::read(&request, accepted);
            let request = request.map_err(|why| NotMade::Request(request_refused(why, accepted)))?;
            Ok::<_, NotMade>((request, signing.ca(&issuer)?))
        });
        let (request, ca) = opening.await??;
        let pem = match (ticket.gives(), KeyPrint::of_key(request.public_key())) {
            (Gives::Again { .. } | Gives::Page { .. }, Some(key)) => {
                self.writer.certificate_again(ticket, &key, now).await.map_err(IssueRefusal::from)?
            }
            (Gives::New | Gives::Again { .. } | Gives::Page { .. }, _) => None,
        };
        let pem = match pem {
            Some(pem) => pem,
            None => {
                let key = HolderKey::Requested(&request);
                let unrecorded = sign_on(&self.writer, &ca, (ticket, now), key).await?;
                unrecorded.record(&self.writer, (ticket, loss_code_hash), now).await?.pem().to_owned()
            }
        };
        Ok(ca.chain(&pem).map_err(IssueRefusal::from)?)
    }
}

/// Why nothing was handed out.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotMade {
    #[error(transparent)]
    Busy(#[from] PoolFull),
    #[error(transparent)]
    Container(#[from] ContainerRefusal),
    #[error(transparent)]
    Issue(#[from] IssueRefusal),
    #[error(transparent)]
    HandOut(#[from] HandOutRefusal),
    #[error("this desk has no CA to sign with")]
    NoAuthority,
    /// The desk's key is another one than when the file was made.
    #[error("the file that is kept does not open: apply.key is another one")]
    OtherKey,
    /// The file could not be sealed for a second press.
    #[error("the file could not be sealed")]
    NotSealed,
    #[error("the request is refused: {}", .0.en)]
    Request(Text),
    #[error(transparent)]
    Ca(#[from] CaRefusal),
}
