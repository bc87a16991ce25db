//! By which word does the registry call a state, in its tables, in commands and in reports?
//!
//! Each list stands once: the reader parses with it, the writer writes with it, and a word that is
//! in neither is refused where it enters.

use std::fmt;
use std::str::FromStr;

use crate::change::{
    AttendanceState, AuthorityState, CertificateStage, InvitationState, ListingState, RevokedReason, RoomState,
};
use crate::record::{Assurance, DeviceStage, OfficeState, Os, Ownership, SystemUserState};

/// A word that is not in its list; says what the list is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{what} is one of: {words}")]
pub struct WordRefusal {
    what: &'static str,
    words: &'static str,
}

impl WordRefusal {
    /// The list, with commas between.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        self.words
    }
}

macro_rules! words {
    ($type:ident, $what:literal, $words:literal: $($variant:ident = $word:literal),+) => {
        impl $type {
            /// Every one, in the order in which lists show them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in tables, commands and reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl FromStr for $type {
            type Err = WordRefusal;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(WordRefusal { what: $what, words: $words }),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! { OfficeState, "an office's state", "registered, suspended, withdrawn, replaced":
Registered = "registered", Suspended = "suspended", Withdrawn = "withdrawn", Replaced = "replaced" }
words! { SystemUserState, "a system user's state", "active, suspended, deleted":
Active = "active", Suspended = "suspended", Deleted = "deleted" }
words! { Os, "an operating system", "windows, macos, linux, android, ios":
Windows = "windows", Macos = "macos", Linux = "linux", Android = "android", Ios = "ios" }
words! { Ownership, "ownership", "office, byod": Office = "office", Byod = "byod" }
words! { DeviceStage, "a device's stage", "applied, inspected, approved, rejected, retired":
Applied = "applied", Inspected = "inspected", Approved = "approved", Rejected = "rejected", Retired = "retired" }
words! { CertificateStage, "a certificate's state", "intended, issued, superseded, revoked":
Intended = "intended", Issued = "issued", Superseded = "superseded", Revoked = "revoked" }
words! { RevokedReason, "a reason of revocation", "lost, replaced, left, ended, other":
Lost = "lost", Replaced = "replaced", Left = "left", Ended = "ended", Other = "other" }
words! { Assurance, "how a key is kept", "swk, hwk": Swk = "swk", Hwk = "hwk" }
words! { AuthorityState, "an authority's state", "active, retired": Active = "active", Retired = "retired" }
words! { RoomState, "a room's state", "open, closed": Open = "open", Closed = "closed" }
words! { InvitationState, "an invitation's state", "invited, removed": Invited = "invited", Removed = "removed" }
words! { AttendanceState, "an attendance's state", "attended, removed": Attended = "attended", Removed = "removed" }
words! { ListingState, "a listing's state", "listed, removed": Listed = "listed", Removed = "removed" }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_back_as_it_was_written_and_any_other_is_refused_with_the_list() {
        for state in OfficeState::ALL {
            assert_eq!(state.as_str().parse(), Ok(*state));
        }
        for stage in DeviceStage::ALL {
            assert_eq!(stage.as_str().parse(), Ok(*stage));
        }
        assert_eq!(
            "Issued".parse::<CertificateStage>().unwrap_err().to_string(),
            "a certificate's state is one of: intended, issued, superseded, revoked"
        );
    }
}
