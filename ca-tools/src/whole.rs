//! A file that somebody names, read whole, and never more of it than such a file has.
//!
//! `/dev/zero` has no end, and the wrong file may be as large as a disk. So each kind of file has a bound, asked while it is
//! read and not after. Secrets are read by [`crate::key::read_secret`], which has its own.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// What the file is said to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Of {
    /// Certificates, PEM.
    Certificates,
    /// A configuration, a profile.
    Configuration,
    /// A sealed extract, or a table of one.
    Extract,
    /// A revocation list.
    List,
    /// Who would be locked out, by the gateway's judgement.
    Lockout,
    /// A certificate signing request.
    Request,
    /// A table of applications.
    Table,
    /// Words, one a line.
    Words,
}

const KIB: u64 = 1024;

impl Of {
    /// In KiB, some times as much as the largest that makes sense.
    fn most(self) -> u64 {
        match self {
            Self::Request => 128,
            Self::Certificates | Self::Configuration => KIB,
            Self::Table => 16 * KIB,
            // Twenty thousand rows of each sort.
            Self::Words | Self::Lockout | Self::Extract => 64 * KIB,
            // A million revoked certificates.
            Self::List => 128 * KIB,
        }
    }
}

/// Its octets.
///
/// # Errors
/// It cannot be read, or is larger than such a file is.
pub(crate) fn octets(path: &Path, of: Of) -> io::Result<Vec<u8>> {
    let most = of.most() * KIB;
    let mut octets = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut octets)?;
    if octets.len() as u64 > most { Err(too_large(of)) } else { Ok(octets) }
}

/// Its text.
///
/// # Errors
/// As [`octets`]; or it is not UTF-8.
pub(crate) fn text(path: &Path, of: Of) -> io::Result<String> {
    String::from_utf8(octets(path, of)?).map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why.utf8_error()))
}

fn too_large(of: Of) -> io::Error {
    let most = of.most();
    io::Error::new(io::ErrorKind::FileTooLarge, format!("{most} KiBを超えています / larger than {most} KiB"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::Folder;

    const ALL: [Of; 7] =
        [Of::Certificates, Of::Configuration, Of::List, Of::Lockout, Of::Request, Of::Table, Of::Words];

    #[test]
    fn what_has_no_end_is_refused_and_read_no_further_than_its_bound() {
        for of in ALL {
            let refused = octets(Path::new("/dev/zero"), of).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::FileTooLarge, "{of:?}");
            let said = refused.to_string();
            assert!(said.contains(&format!("{} KiBを超えています", of.most())), "{said}");
        }
    }

    #[test]
    fn a_file_of_just_the_bound_is_read_and_one_octet_more_is_not() {
        let folder = Folder::new();
        let path = folder.path("words");
        std::fs::write(&path, vec![b'x'; 128 * 1024]).unwrap();
        assert_eq!(text(&path, Of::Request).unwrap().len(), 128 * 1024);
        std::fs::write(&path, vec![b'x'; 128 * 1024 + 1]).unwrap();
        assert_eq!(text(&path, Of::Request).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        std::fs::write(&path, [0xff]).unwrap();
        assert_eq!(text(&path, Of::Request).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(text(&folder.path("none"), Of::Request).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
