//! A key, its certificate, and the chain above it.

use certs::AuthorityCert;

use crate::key::PrivateKey;
use crate::sign::Issued;

/// What goes into a container. Made only of a key and a certificate that belong together.
#[derive(Debug)]
pub struct Contents<'a> {
    pub(super) key: &'a PrivateKey,
    pub(super) issued: &'a Issued,
    pub(super) issuing: &'a AuthorityCert,
    pub(super) root: &'a AuthorityCert,
}

impl<'a> Contents<'a> {
    /// Puts a key, its certificate and the chain together.
    ///
    /// # Errors
    /// The key is not the certificate's.
    pub fn of(
        key: &'a PrivateKey,
        issued: &'a Issued,
        issuing: &'a AuthorityCert,
        root: &'a AuthorityCert,
    ) -> Result<Self, ContainerRefusal> {
        if key.public_key() != issued.public_key() {
            return Err(ContainerRefusal::OtherKey);
        }
        Ok(Self { key, issued, issuing, root })
    }
}

/// Why a file was not handed out.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ContainerRefusal {
    /// A cipher or MAC that not every device reads, or that is weaker than the file should be.
    #[error("the file uses {0}, which it must not; nothing is handed out")]
    Algorithm(String),
    /// The system gave no random numbers.
    #[error("no random numbers from the system")]
    NoRandomness,
    /// The key is another certificate's.
    #[error("the key does not belong to the certificate")]
    OtherKey,
    /// The file could not be written.
    #[error("the file could not be written: {0}")]
    Unwritable(String),
}
