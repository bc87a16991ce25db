//! What has a client taken back on one connection, and was it told to leave for that?

use std::sync::{Mutex, OnceLock};

use super::deadlines::Deadline;
use crate::budget::{Party, SlidingWindow};

/// What of it is remembered on a connection.
#[derive(Debug, Default)]
pub(super) struct CancellationWindow {
    pub(super) taken_back: Mutex<SlidingWindow>,
    pub(super) parting: OnceLock<Party>,
    pub(super) parted: Deadline,
}
