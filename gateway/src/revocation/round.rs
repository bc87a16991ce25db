//! The second half of a sweep: what runs is judged again, a little at a time, so that no change waits for the one before.
//!
//! Every part is judged by the newest facts, whichever change it is gone through for: a change that comes meanwhile does
//! not begin again at the first connection but goes on round from where it came. So changes that follow each other however
//! quickly never keep a request from being judged.

use std::sync::Arc;
use std::time::Instant;

use registry::Snapshot;

use super::cut::cut_flying;
use super::ended::Ended;
use super::reevaluation::Judged;
use super::rota::Rota;
use crate::gateway::House;
use crate::live::cancel_signal::{First, Why};
use crate::live::deadlines;
use crate::live::in_flight::Flight;
use crate::live::requests::InFlight;
use crate::live::{Connection, SHARDS};
use crate::rules::Rules;
use crate::tls::Peer;

/// Questions that are asked in one go: some milliseconds at most, of which the next change waits for one such go.
const AT_ONCE: u64 = 32;

/// Changes on their way through all that runs.
#[derive(Debug)]
pub struct Round {
    rota: Rota<Due>,
    waiting: Vec<InFlight>,
    judged: Option<Judged>,
}

/// A change, until everything that ran has been judged after it.
#[derive(Debug)]
struct Due {
    /// The registry's version that is told of, and when it was learnt.
    version: Option<(u64, Instant)>,
    begun: Instant,
    rules: Arc<Rules>,
    registry: Arc<Snapshot>,
    ended: Ended,
}

impl Default for Round {
    fn default() -> Self {
        Self { rota: Rota::of(SHARDS), waiting: Vec::new(), judged: None }
    }
}

impl Round {
    /// A change begins its second half; `ended` is what its first one ended.
    pub fn begin(&mut self, house: &House, version: Option<(u64, Instant)>, ended: Ended) {
        let Some(registry) = house.feed.newest() else { return };
        self.rota.join(Due { version, begun: Instant::now(), rules: house.rules.load_full(), registry, ended });
    }

    /// Whether anything is left to be judged.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.rota.is_idle()
    }

    /// Judges a little; says how many questions that took. Tells the desk of each change that is through.
    pub fn go_on(&mut self, house: &Arc<House>) -> u64 {
        let Some(newest) = house.feed.newest() else { return 0 };
        let mut judged = match self.judged.take() {
            Some(judged) if judged.is_of_now(house) => judged,
            Some(_) | None => Judged::by(house.rules.load_full(), newest),
        };
        let before = judged.questions();
        while judged.questions() - before < AT_ONCE {
            if let Some(InFlight { connection, flight }) = self.waiting.pop() {
                if let Some(connection) = connection.upgrade() {
                    self.judge(house, &mut judged, (&connection, &flight));
                }
            } else if !self.turn(house) {
                break;
            }
        }
        let questions = judged.questions() - before;
        house.metrics.judged(questions);
        self.judged = Some(judged).filter(|_| !self.is_over());
        questions
    }

    /// A part is through, and the next one begins; says whether there is one.
    fn turn(&mut self, house: &Arc<House>) -> bool {
        loop {
            for Due { version, ended, .. } in self.rota.done() {
                if let Some((version, learnt)) = version {
                    ended.tell(house, version, learnt);
                }
            }
            let Some(shard) = self.rota.begin() else { return false };
            house.live.each_of(shard, |connection| {
                connection.each_flight(|flight| self.waiting.push(InFlight::on(connection, flight)));
            });
            if !self.waiting.is_empty() {
                return true;
            }
        }
    }

    fn judge(&mut self, house: &House, judged: &mut Judged, (connection, flight): (&Arc<Connection>, &Arc<Flight>)) {
        let Some(peer) = connection.peer() else { return };
        if judged.allows(peer, flight) || flight.spare(deadlines::now()) {
            return;
        }
        // One go takes its time: who came in meanwhile came in by newer facts, so that a no counts only by the newest.
        let newest = house.feed.newest().filter(|_| !judged.is_of_now(house));
        if newest.is_some_and(|newest| Judged::by(house.rules.load_full(), newest).allows(peer, flight)) {
            return;
        }
        let Some(due) = self.cause(peer, flight) else { return };
        if cut_flying(house, connection, flight, (Why::Person, due.begun)) == First::Yes {
            due.ended.request(connection);
        }
    }

    /// The first change after which this request was not allowed any more.
    fn cause(&mut self, peer: &Peer, flight: &Flight) -> Option<&mut Due> {
        let newest = self.rota.due().len().checked_sub(1)?;
        let ends = |due: &Due| !Judged::by(Arc::clone(&due.rules), Arc::clone(&due.registry)).allows(peer, flight);
        let mut due = self.rota.due().enumerate();
        due.find(|(at, due)| *at == newest || ends(due)).map(|(_, due)| due)
    }
}
