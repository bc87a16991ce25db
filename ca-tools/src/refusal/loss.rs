//! Why a lost device is not stopped, or not resumed.

use certs::{DeviceNo, Timestamp};
use registry::{DeviceStage, LoginId};

/// A report of a loss, as it was recorded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Loss {
    /// When it was reported.
    pub at: Timestamp,
    /// The operator who recorded it.
    pub operator: LoginId,
    /// Who told it, where that was said.
    pub reported_by: Option<String>,
    /// How it came about.
    pub why: String,
}

/// What can be said of a lost device only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LossRefusal {
    /// The device is out of use for good: there is nothing to stop.
    #[error("{0} is {1}: nothing of it comes in")]
    AlreadyOut(DeviceNo, DeviceStage),
    /// The device was reported lost, and nobody says why it may come back.
    #[error("{0} was reported lost")]
    NeedsWhy(DeviceNo, Loss),
}

impl LossRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::AlreadyOut(..) => "already_out",
            Self::NeedsWhy(..) => "reported_lost",
        }
    }
}
