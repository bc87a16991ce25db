//! Under which rights does a request run, and who keeps it waiting?

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::cancel_signal::{CancelSignal, CloseReason};
use super::continue_gate::ContinueGate;
use super::deadlines::{MinimumSpeed, StallTimer, StalledOn};
use crate::policy::Resource;
use crate::refusal::Fault;
use crate::session::SessionRecord;

/// How long an answer of the desk may outlive its right, in milliseconds: it answers at once after its commit, and what
/// it answers must still reach a slow telephone.
const GRACE_MS: u64 = 5_000;

/// One request on its way, from its first decision to the last octet of its answer.
#[derive(Debug)]
pub struct InFlight {
    /// Ended from outside by cancelling this.
    pub cancel: CancelSignal,
    /// Under whose rights it runs.
    pub access: AccessContext,
    finish_response: FinishResponse,
    grace_since: AtomicU64,
    sent: AtomicBool,
    passive: AtomicBool,
    /// Who is being waited for.
    pub stall: StallTimer,
    /// How long the backend may take before it moves.
    pub timeouts: BackendTimeouts,
    fault: OnceLock<Fault>,
    /// Whether its body may be asked for, where the client asked first.
    pub continue_gate: ContinueGate,
}

/// How long a backend may stand still: one limit until the head of its answer, another after.
#[derive(Debug)]
pub struct BackendTimeouts {
    answered: AtomicBool,
    head: Duration,
    body: Duration,
}

impl BackendTimeouts {
    /// Waits so long for the head of the answer, and so long for each further piece.
    #[must_use]
    pub fn new(head: Duration, body: Duration) -> Self {
        Self { answered: AtomicBool::new(false), head, body }
    }

    /// The head is there.
    pub fn answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    /// Whether it is.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    fn limit(&self) -> Duration {
        if self.answered.load(Ordering::Relaxed) { self.body } else { self.head }
    }
}

impl InFlight {
    /// Begins.
    #[must_use]
    pub fn new(access: AccessContext, finish_response: FinishResponse, timeouts: BackendTimeouts) -> Self {
        Self {
            cancel: CancelSignal::default(),
            access,
            finish_response,
            grace_since: AtomicU64::new(0),
            sent: AtomicBool::new(false),
            passive: AtomicBool::new(false),
            stall: StallTimer::default(),
            timeouts,
            fault: OnceLock::new(),
            continue_gate: ContinueGate::default(),
        }
    }

    /// Whether a change leaves it until its answer is out, as of `now`: it may be the very cause of the change, since
    /// the desk has the whole of it. For a short while only: others to the desk caused nothing and ask to finish, too.
    pub fn in_grace(&self, now: u64) -> bool {
        if self.finish_response == FinishResponse::No || !self.sent.load(Ordering::Acquire) {
            return false;
        }
        let since = self.grace_since.compare_exchange(0, now, Ordering::AcqRel, Ordering::Acquire);
        since.map_or_else(|since| now.saturating_sub(since) <= GRACE_MS, |_| true)
    }

    /// Whether a change has left it for as long as may be.
    #[must_use]
    pub fn grace_elapsed(&self, now: u64) -> bool {
        let since = self.grace_since.load(Ordering::Acquire);
        since != 0 && now.saturating_sub(since) > GRACE_MS
    }

    /// The backend has the whole request.
    pub fn sent(&self) {
        self.sent.store(true, Ordering::Release);
    }

    /// It is no sign of a person's activity: an open upgrade, a path that pages ask for by themselves.
    pub fn passive(&self) {
        self.passive.store(true, Ordering::Relaxed);
    }

    /// Whether it ends when its session has been left alone for too long.
    #[must_use]
    pub fn is_passive(&self) -> bool {
        self.passive.load(Ordering::Relaxed)
    }

    /// The request's body turned out to be one that is not read on. The first fault counts.
    pub fn faulty(&self, fault: Fault) {
        let _ = self.fault.set(fault);
    }

    /// What was wrong with the request's body, as far as it was read.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        self.fault.get().copied()
    }

    /// Who has kept this request waiting for too long.
    #[must_use]
    pub fn overdue(&self, now: u64, client: Duration) -> Option<CloseReason> {
        if self.stall.overdue(StalledOn::Backend, now, self.timeouts.limit()) {
            return Some(CloseReason::SlowBackend);
        }
        let slow = |what| self.stall.overdue(what, now, client);
        (slow(StalledOn::Reading) || slow(StalledOn::Writing)).then_some(CloseReason::SlowClient)
    }

    /// Whether its client sends or takes a body more slowly than it may.
    #[must_use]
    pub fn is_too_slow(&self, now: u64, least: MinimumSpeed) -> bool {
        let sends = self.stall.too_slow(StalledOn::Reading, now, least);
        self.stall.too_slow(StalledOn::Writing, now, least) || sends
    }

    /// For how long the client has kept it waiting that should take what is there.
    #[must_use]
    pub fn unread_since(&self) -> Option<u64> {
        self.stall.since(StalledOn::Writing)
    }
}

/// The facts under which a request was let in, as far as they can change while it runs.
#[derive(Debug)]
pub struct AccessContext {
    /// The session.
    pub record: Arc<SessionRecord>,
    /// What they asked for.
    pub resource: Resource,
    /// Whether the method changes anything.
    pub write: bool,
}

/// Whether an answer is delivered though its own request ended the right to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FinishResponse {
    /// It goes to the desk or is our own: it may be the very cause of the change.
    Yes,
    /// It is ended.
    No,
}
