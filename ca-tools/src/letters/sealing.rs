//! Letters lie in the queue sealed: whoever reads the registry, its backups or its disk reads no number and no link.
//!
//! The key is a file beside the CA's, made at first need, which no gateway and no backup of the registry has. A sealed
//! letter is bound to its number, its Message-ID, its recipient and what it is about: under another one it does not open.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use crate::aead;
use crate::key::{KeyFileRefusal, drawn_octets, found_octets};

const FILE: &str = "mail.key";
/// Before a sealed letter. What begins otherwise was queued before letters were sealed, and is JSON.
const SEALED: &str = "sealed:1:";

/// Seals and opens letters. Does not print.
#[derive(Clone, Default)]
pub struct Seal {
    directory: Option<PathBuf>,
    key: Arc<OnceLock<Zeroizing<[u8; 32]>>>,
}

type Octets = fn(&Path) -> Result<Zeroizing<[u8; 32]>, KeyFileRefusal>;

/// The row of a letter in the queue.
#[derive(Clone, Copy, Debug)]
pub struct Sealed<'a> {
    /// Its number.
    pub mail: i64,
    /// The part of its Message-ID before the `@`.
    pub message_id: &'a str,
    /// To whom it goes.
    pub recipient: &'a str,
    /// What it is about.
    pub about: &'a str,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").field("directory", &self.directory).finish_non_exhaustive()
    }
}

impl Seal {
    /// With the key of this directory, which is looked for, or made, when the first letter needs it.
    #[must_use]
    pub fn in_directory(directory: &Path) -> Self {
        Self { directory: Some(directory.to_owned()), key: Arc::default() }
    }

    /// Looks for the key now.
    ///
    /// # Errors
    /// It cannot be made or read, or is open to others.
    pub fn ready(&self) -> Result<(), SealRefusal> {
        self.key(drawn_octets).map(drop)
    }

    fn key(&self, octets: Octets) -> Result<&[u8; 32], SealRefusal> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let directory = self.directory.as_deref().ok_or(SealRefusal::NoPlace)?;
        let octets = octets(&directory.join(FILE))?;
        Ok(self.key.get_or_init(|| octets))
    }

    /// Seals a letter's facts for its row.
    ///
    /// # Errors
    /// There is no key, or there are no random numbers.
    pub fn seal(&self, letter: &str, row: Sealed<'_>) -> Result<String, SealRefusal> {
        let key = self.key(drawn_octets)?;
        let closed = aead::seal(key, &row.said(), letter.as_bytes()).ok_or(SealRefusal::NoRandom)?;
        Ok(format!("{SEALED}{}", BASE64_STANDARD.encode(closed)))
    }

    /// The facts of a letter as it stands in its row, sealed or from before.
    ///
    /// # Errors
    /// There is no key, it is another one, or the letter was sealed for another row.
    pub fn open(&self, stored: &str, row: Sealed<'_>) -> Result<Zeroizing<String>, SealRefusal> {
        let Some(sealed) = stored.strip_prefix(SEALED) else { return Ok(Zeroizing::new(stored.to_owned())) };
        let closed = BASE64_STANDARD.decode(sealed).map_err(|_| SealRefusal::Shut)?;
        // A key that is drawn now opens nothing.
        let key = self.key(found_octets)?;
        let letter = aead::open(key, &row.said(), &closed).ok_or(SealRefusal::Shut)?;
        std::str::from_utf8(&letter).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| SealRefusal::Shut)
    }

    /// Whether a letter stands in its row as it did before letters were sealed.
    #[must_use]
    pub fn is_plain(stored: &str) -> bool {
        !stored.is_empty() && !stored.starts_with(SEALED)
    }
}

impl Sealed<'_> {
    /// What a sealed letter is bound to. None of it has a NUL: the columns are texts of a database.
    fn said(self) -> Vec<u8> {
        let Self { mail, message_id, recipient, about } = self;
        format!("letter\0{mail}\0{message_id}\0{recipient}\0{about}").into_bytes()
    }
}

/// Why a letter was not sealed or opened.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SealRefusal {
    /// Nobody said where the key is.
    #[error("nobody said where the key of letters is")]
    NoPlace,
    /// The key cannot be used.
    #[error("the key of letters cannot be used: {0}")]
    Key(#[from] KeyFileRefusal),
    /// The system gives none.
    #[error("no random numbers")]
    NoRandom,
    /// Another key, another row, or another text.
    #[error("{FILE} does not open this letter: it is another key, or the row was changed")]
    Shut,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::Folder;

    const ROW: Sealed<'static> = Sealed { mail: 7, message_id: "id", recipient: "a@example.jp", about: "DEV-000001" };
    const LETTER: &str = "{\"kind\":\"ticket_issued\",\"number\":\"abcd-efgh\"}";

    #[test]
    fn a_sealed_letter_shows_nothing_and_opens_in_its_row_alone() {
        let folder = Folder::new();
        let seal = Seal::in_directory(folder.as_ref());
        let sealed = seal.seal(LETTER, ROW).unwrap();
        assert!(!sealed.contains("abcd") && !Seal::is_plain(&sealed), "{sealed}");
        assert_ne!(seal.seal(LETTER, ROW).unwrap(), sealed, "no nonce comes twice");
        // Another program on the same files.
        let other = Seal::in_directory(folder.as_ref());
        assert_eq!(other.open(&sealed, ROW).unwrap().as_str(), LETTER);
        for elsewhere in [
            Sealed { mail: 8, ..ROW },
            Sealed { message_id: "di", ..ROW },
            Sealed { recipient: "b@example.jp", ..ROW },
            Sealed { about: "DEV-000002", ..ROW },
        ] {
            assert_eq!(seal.open(&sealed, elsewhere), Err(SealRefusal::Shut), "{elsewhere:?}");
        }
        for cut in [&sealed[..sealed.len() - 4], SEALED, "sealed:1:////"] {
            assert_eq!(seal.open(cut, ROW), Err(SealRefusal::Shut), "{cut}");
        }
    }

    #[test]
    fn a_letter_of_before_is_read_as_it_is_and_another_key_opens_nothing() {
        let (folder, elsewhere) = (Folder::new(), Folder::new());
        let seal = Seal::in_directory(folder.as_ref());
        assert!(Seal::is_plain(LETTER) && !Seal::is_plain(""));
        assert_eq!(seal.open(LETTER, ROW).unwrap().as_str(), LETTER);
        let sealed = seal.seal(LETTER, ROW).unwrap();
        let other = Seal::in_directory(elsewhere.as_ref());
        assert!(matches!(other.open(&sealed, ROW), Err(SealRefusal::Key(_))), "there is none, and none is made");
        other.ready().unwrap();
        assert_eq!(other.open(&sealed, ROW), Err(SealRefusal::Shut));
        assert_eq!(Seal::default().seal(LETTER, ROW), Err(SealRefusal::NoPlace));
    }
}
