//! Which files is it time for? Decided by when their last line was written, and by nothing that the disk says of them.

use std::time::{Duration, SystemTime};

const DAY: u64 = 86_400;

/// EndedHow long lines are kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RetentionPolicy {
    /// So many days they stay beside the log; then they go to the archive, where there is one.
    pub at_hand_days: u64,
    /// So many days they are kept at all.
    pub keep_days: u64,
    /// A file with a line of this moment or later is not removed, whatever its age: it is on hold.
    pub held_from: Option<SystemTime>,
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EndedHow {
    /// It was moved to the archive, as it is.
    Archived,
    /// It is gone.
    Removed,
}

impl EndedHow {
    /// The word in a head.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Archived => "archived",
            Self::Removed => "removed",
        }
    }

    pub(super) fn read(word: &str) -> Option<Self> {
        [Self::Archived, Self::Removed].into_iter().find(|how| how.as_str() == word)
    }
}

/// Where a file lies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Lies {
    /// Beside the log; there is an archive, or there is none.
    AtHand {
        archive: bool,
    },
    InArchive,
}

impl RetentionPolicy {
    /// What it is time for, of a file whose last line was written then and that lies there; nothing of one that stays.
    pub(super) fn due(self, lies: Lies, until: SystemTime, now: SystemTime) -> Option<EndedHow> {
        let older = |days: u64| until + Duration::from_secs(days.saturating_mul(DAY)) < now;
        if older(self.keep_days) && self.held_from.is_none_or(|held| until < held) {
            return Some(EndedHow::Removed);
        }
        (lies == Lies::AtHand { archive: true } && older(self.at_hand_days)).then_some(EndedHow::Archived)
    }
}
