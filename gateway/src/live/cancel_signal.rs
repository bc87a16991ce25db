//! Ends a connection or a request from outside, and says why.

use std::task::{Context, Poll};

pub use super::once_signal::First;
use super::once_signal::{OnceSignal, Signalled};

/// Why a connection or a request in flight was ended from outside.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CloseReason {
    /// The device left service: suspended, revoked, superseded, expired, its office on hold.
    Device,
    /// The person may no longer: deleted, on hold, moved, the invitation withdrawn, a policy changed.
    Person,
    /// The session ended.
    Session,
    /// The CAs we trust changed.
    Trust,
    /// The client took longer than it may.
    SlowClient,
    /// The backend took longer than it may.
    SlowBackend,
    /// The registry has been silent for longer than it may.
    Registry,
    /// Something was full, and its party held most of it.
    Budget,
    /// The program ends, and has waited long enough.
    Stopping,
}

impl CloseReason {
    const ALL: [Self; 9] = [
        Self::Device,
        Self::Person,
        Self::Session,
        Self::Trust,
        Self::SlowClient,
        Self::SlowBackend,
        Self::Registry,
        Self::Budget,
        Self::Stopping,
    ];

    /// The word in the metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Person => "person",
            Self::Session => "session",
            Self::Trust => "trust",
            Self::SlowClient => "slow_client",
            Self::SlowBackend => "slow_backend",
            Self::Registry => "registry",
            Self::Budget => "budget",
            Self::Stopping => "stopping",
        }
    }
}

impl Signalled for CloseReason {
    #[expect(clippy::cast_possible_truncation, reason = "nine reasons")]
    fn number(self) -> u8 {
        Self::ALL.iter().position(|each| *each == self).map_or(1, |index| index as u8 + 1)
    }

    fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

/// Waited for by one task at a time. The first reason counts; later ones change nothing.
#[derive(Debug, Default)]
pub struct CancelSignal(OnceSignal<CloseReason>);

impl CancelSignal {
    /// Cancels; says whether this was the first time.
    pub fn cancel(&self, why: CloseReason) -> First {
        self.0.say(why)
    }

    /// Why it was cancelled, if it was.
    #[must_use]
    pub fn reason(&self) -> Option<CloseReason> {
        self.0.get()
    }

    /// Ready once cancelled; else the task is woken when it is.
    pub fn poll_cancelled(&self, cx: &Context<'_>) -> Poll<CloseReason> {
        self.0.poll(cx)
    }
}
