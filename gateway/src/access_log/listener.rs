//! Who else is told of lines, once they are on disk?

use super::line::{Kind, Line, Outcome};

/// Hears of lines that are a refusal of a known device or a login, and of checkpoints. Called by the writer, which waits
/// for nobody: a listener keeps what it hears and returns at once.
pub trait Listener: std::fmt::Debug + Send + Sync {
    /// A line, sealed, without its line break.
    fn line(&self, line: &[u8]);
    /// A signed checkpoint, with its line break.
    fn checkpoint(&self, checkpoint: &[u8]);
}

/// Nobody is.
#[derive(Clone, Copy, Debug)]
pub struct Nobody;

impl Listener for Nobody {
    fn line(&self, _: &[u8]) {}
    fn checkpoint(&self, _: &[u8]) {}
}

/// Whether a line is for listeners: a login, or a refusal of a device that is known. What strangers are refused is not,
/// or anybody could fill what a listener keeps.
pub(super) fn is_told(line: &Line<'_>) -> bool {
    match line.kind {
        Kind::Login | Kind::IdConcurrentUse => true,
        Kind::Request => line.outcome == Some(Outcome::Refused) && line.device.is_some(),
        Kind::Connection
        | Kind::Gap
        | Kind::Handshake
        | Kind::Logout
        | Kind::Open
        | Kind::SessionEnd
        | Kind::Start
        | Kind::Stop => false,
    }
}
