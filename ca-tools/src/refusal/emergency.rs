//! Why two operators give no emergency certificate.

use certs::{DeviceNo, Timestamp};
use registry::LoginId;
use registry::change::Disagreement;

/// What can be said of emergencies only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EmergencyRefusal {
    /// The two operators do not make two.
    #[error("{0}: {1}")]
    Disagree(LoginId, Disagreement),
    /// The device was approved for an emergency, and for nothing else.
    #[error("{0} is approved for an emergency only")]
    OnlyForEmergency(DeviceNo),
    /// One runs for the device already.
    #[error("an emergency certificate of {0} runs until {2} ({1})")]
    Running(DeviceNo, String, Timestamp),
    /// Longer than an emergency lasts.
    #[error("an emergency lasts 72 hours at most")]
    TooLong,
}

impl EmergencyRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Disagree(..) => "second_operator",
            Self::OnlyForEmergency(_) => "emergency_only",
            Self::Running(..) => "emergency_running",
            Self::TooLong => "malformed",
        }
    }
}
