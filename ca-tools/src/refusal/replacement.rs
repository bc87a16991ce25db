//! Why one device does not take the other's place.

use certs::DeviceNo;

/// Why one device cannot take the other's place: the old one and the new one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReplacementRefusal {
    /// The new one took its place already.
    #[error("{1} has taken the place of {0}")]
    Already(DeviceNo, DeviceNo),
    /// The old one has no certificate in use.
    #[error("{0} has no certificate in use that {1} could take the place of")]
    Nothing(DeviceNo, DeviceNo),
    /// They are of two offices.
    #[error("{1} is of another office than {0}")]
    OtherOffice(DeviceNo, DeviceNo),
}

impl ReplacementRefusal {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Already(..) => "replaced",
            Self::Nothing(..) => "nothing_to_replace",
            Self::OtherOffice(..) => "office_mismatch",
        }
    }
}
