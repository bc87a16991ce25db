//! What has a client taken back on one connection, and was it told to leave for that?

use std::sync::{Mutex, OnceLock};

use super::deadlines::Stage;
use crate::budget::{Party, Window};

/// What of it is remembered on a connection.
#[derive(Debug, Default)]
pub(super) struct Conduct {
    pub(super) taken_back: Mutex<Window>,
    pub(super) parting: OnceLock<Party>,
    pub(super) parted: Stage,
}
