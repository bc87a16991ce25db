//! Why nothing is done to a list.

use certs::DeviceNo;

/// What can be said of acts on a list only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ListRefusal {
    /// These cannot be touched, each for its own reason.
    #[error("{} of the list cannot be", .0.len())]
    Each(Vec<(String, super::Refusal)>),
    /// There is nobody on it.
    #[error("the list is empty")]
    Empty,
    /// It was reported lost: whoever brings it back says how that very one was found.
    #[error("{0} was reported lost and comes back by itself only")]
    Lost(DeviceNo),
    /// These are not as they were when the list was looked at.
    #[error("{} of the list changed meanwhile", .0.len())]
    Moved(Vec<String>),
    /// More than anybody looks through.
    #[error("no more than {0} at once")]
    TooLong(usize),
    /// Somebody stands on it twice.
    #[error("{0} is on the list twice")]
    Twice(String),
}

impl ListRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Each(_) => "list_each",
            Self::Empty => "list_empty",
            Self::Lost(_) => "lost_one_by_one",
            Self::Moved(_) => "list_moved",
            Self::TooLong(_) => "list_too_long",
            Self::Twice(_) => "list_twice",
        }
    }
}
