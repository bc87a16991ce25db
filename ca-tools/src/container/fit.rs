//! Which of our files opens on a system, and which one where that does not (ca-tools/README.md#certificate-files).
//!
//! 3DES in a compat file is there for what can read nothing else: macOS, iOS and Android up to 13
//! call a modern one a wrong password. Nobody is ever asked about algorithms.

use registry::Os;

/// A file that we make.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Container {
    /// PKCS#12 in the dialect of today.
    Modern,
    /// PKCS#12 in the dialect that every system reads.
    Compat,
    /// Apple's configuration profile; the file in it is a compat one.
    Profile,
}

/// The file for a system, and the other one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Fit {
    pub(crate) first: Container,
    pub(crate) other: Container,
}

/// What fits this system.
pub(crate) fn fit(os: Os) -> Fit {
    match os {
        Os::Windows | Os::Linux => Fit { first: Container::Modern, other: Container::Compat },
        Os::Macos | Os::Android => Fit { first: Container::Compat, other: Container::Modern },
        Os::Ios => Fit { first: Container::Profile, other: Container::Compat },
    }
}

impl Container {
    /// Its media type (RFC 7292 has none registered; browsers and systems know this one).
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Modern | Self::Compat => "application/x-pkcs12",
            Self::Profile => "application/x-apple-aspen-config",
        }
    }

    /// What its file's name ends with.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Modern | Self::Compat => "p12",
            Self::Profile => "mobileconfig",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_that_reads_only_the_old_dialect_is_given_it_first() {
        for os in [Os::Macos, Os::Android] {
            assert_eq!(fit(os).first, Container::Compat, "{os:?}");
        }
        assert_eq!(fit(Os::Ios), Fit { first: Container::Profile, other: Container::Compat });
        for os in [Os::Windows, Os::Macos, Os::Linux, Os::Android, Os::Ios] {
            assert_ne!(fit(os).first, fit(os).other, "{os:?}");
        }
    }
}
