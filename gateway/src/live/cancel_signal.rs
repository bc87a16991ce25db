//! A rope that can be cut from outside: one side waits for it, any other may cut it, once.

use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;

/// Why a connection or a request in flight was ended from outside.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Why {
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

impl Why {
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

/// Waited for by one task at a time. The first cut counts; later ones change nothing.
#[derive(Debug, Default)]
pub struct Rope {
    cut: AtomicU8,
    waiter: AtomicWaker,
}

impl Rope {
    /// Cuts; says whether this was the first time.
    pub fn cut(&self, why: Why) -> First {
        let number = Why::ALL.iter().position(|each| *each == why).map_or(1, |index| index + 1);
        #[expect(clippy::cast_possible_truncation, reason = "nine reasons")]
        let first = self.cut.compare_exchange(0, number as u8, Ordering::AcqRel, Ordering::Acquire).is_ok();
        self.waiter.wake();
        if first { First::Yes } else { First::No }
    }

    /// Why it was cut, if it was.
    #[must_use]
    pub fn why(&self) -> Option<Why> {
        match self.cut.load(Ordering::Acquire) {
            0 => None,
            number => Why::ALL.get(usize::from(number) - 1).copied(),
        }
    }

    /// Ready once cut; else the task is woken when it is.
    pub fn poll_cut(&self, cx: &Context<'_>) -> Poll<Why> {
        if let Some(why) = self.why() {
            return Poll::Ready(why);
        }
        self.waiter.register(cx.waker());
        self.why().map_or(Poll::Pending, Poll::Ready)
    }
}

/// Whether a cut was the one that counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum First {
    /// It was.
    Yes,
    /// Somebody had cut before.
    No,
}
