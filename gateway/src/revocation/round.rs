//! The second half of a sweep: what runs is judged again, a little at a time, so that no change waits for the one before.
//!
//! Every part is judged by the newest facts, whichever change it is gone through for: a change that comes meanwhile does
//! not begin again at the first connection but goes on round from where it came. So changes that follow each other however
//! quickly never keep a request from being judged.

use std::sync::Arc;
use std::time::Instant;

use registry::Snapshot;

use super::closures::Closures;
use super::cut::{Cause, cut_if_running};
use super::reevaluation::Reevaluation;
use super::round_robin::RoundRobin;
use crate::gateway::Gateway;
use crate::live::cancel_signal::{CloseReason, First};
use crate::live::deadlines;
use crate::live::in_flight::InFlight;
use crate::live::requests::InFlightHandle;
use crate::live::{Connection, SHARDS};
use crate::rules::Rules;
use crate::tls::Peer;

/// Questions that are asked in one go: some milliseconds at most, of which the next change waits for one such go.
const AT_ONCE: u64 = 32;

/// Changes on their way through all that runs.
#[derive(Debug)]
pub struct Round {
    rotation: RoundRobin<Due>,
    waiting: Vec<InFlightHandle>,
    judged: Option<Reevaluation>,
}

/// A change, until everything that ran has been judged after it.
#[derive(Debug)]
struct Due {
    /// The registry's version that is told of, and when it was learnt.
    version: Option<(u64, Instant)>,
    begun: Instant,
    rules: Arc<Rules>,
    registry: Arc<Snapshot>,
    ended: Closures,
}

impl Default for Round {
    fn default() -> Self {
        Self { rotation: RoundRobin::of(SHARDS), waiting: Vec::new(), judged: None }
    }
}

impl Round {
    /// A change begins its second half; `ended` is what its first one ended.
    pub fn begin(&mut self, gateway: &Gateway, version: Option<(u64, Instant)>, ended: Closures) {
        let Some(registry) = gateway.feed.newest() else { return };
        self.rotation.join(Due { version, begun: Instant::now(), rules: gateway.rules.load_full(), registry, ended });
    }

    /// Whether anything is left to be judged.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.rotation.is_idle()
    }

    /// Judges a little; says how many questions that took. Tells the desk of each change that is through.
    pub fn go_on(&mut self, gateway: &Arc<Gateway>) -> u64 {
        let Some(newest) = gateway.feed.newest() else { return 0 };
        let mut judged = match self.judged.take() {
            Some(judged) if judged.is_of_now(gateway) => judged,
            Some(_) | None => Reevaluation::by(gateway.rules.load_full(), newest),
        };
        let before = judged.questions();
        while judged.questions() - before < AT_ONCE {
            if let Some(InFlightHandle { connection, in_flight }) = self.waiting.pop() {
                if let Some(connection) = connection.upgrade() {
                    self.judge(gateway, &mut judged, &connection, &in_flight);
                }
            } else if !self.turn(gateway) {
                break;
            }
        }
        let questions = judged.questions() - before;
        gateway.metrics.judged(questions);
        self.judged = Some(judged).filter(|_| !self.is_over());
        questions
    }

    /// A part is through, and the next one begins; says whether there is one.
    fn turn(&mut self, gateway: &Arc<Gateway>) -> bool {
        loop {
            for Due { version, ended, .. } in self.rotation.done() {
                if let Some((version, learnt)) = version {
                    ended.tell(gateway, version, learnt);
                }
            }
            let Some(shard) = self.rotation.begin() else { return false };
            gateway.live.each_of(shard, |connection| {
                connection.each_in_flight(|in_flight| self.waiting.push(InFlightHandle::on(connection, in_flight)));
            });
            if !self.waiting.is_empty() {
                return true;
            }
        }
    }

    fn judge(
        &mut self,
        gateway: &Gateway,
        judged: &mut Reevaluation,
        connection: &Arc<Connection>,
        in_flight: &Arc<InFlight>,
    ) {
        let Some(peer) = connection.peer() else { return };
        if judged.allows(peer, in_flight) || in_flight.in_grace(deadlines::now()) {
            return;
        }
        // One go takes its time: who came in meanwhile came in by newer facts, so that a no counts only by the newest.
        let newest = gateway.feed.newest().filter(|_| !judged.is_of_now(gateway));
        if newest.is_some_and(|newest| Reevaluation::by(gateway.rules.load_full(), newest).allows(peer, in_flight)) {
            return;
        }
        let Some(due) = self.cause(peer, in_flight) else { return };
        if cut_if_running(gateway, connection, in_flight, Cause { why: CloseReason::Person, begun: due.begun })
            == First::Yes
        {
            due.ended.request(connection);
        }
    }

    /// The first change after which this request was not allowed any more.
    fn cause(&mut self, peer: &Peer, in_flight: &InFlight) -> Option<&mut Due> {
        let newest = self.rotation.due().len().checked_sub(1)?;
        let ends =
            |due: &Due| !Reevaluation::by(Arc::clone(&due.rules), Arc::clone(&due.registry)).allows(peer, in_flight);
        let mut due = self.rotation.due().enumerate();
        due.find(|(at, due)| *at == newest || ends(due)).map(|(_, due)| due)
    }
}
