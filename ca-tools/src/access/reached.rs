//! What was reached: how many requests, which rooms, which people on which devices, from when until when.
//!
//! Only the gateways' lines are known here: that a request passed for a room says that whoever asked could see what the room
//! shows, and not what was on the screen. Rooms that were asked for and refused are counted apart: their references are
//! whatever a client chose.

use std::collections::{BTreeMap, HashSet};

use access_log::{Kind, LogLine, Outcome};
use serde::{Deserialize, Serialize};

use super::AccessAsked;

/// Names of one kind that are kept; further ones are counted. No city has so many.
const MOST: usize = 20_000;
/// Requests that still run; further ones are not told from those that ended.
const MOST_OPEN: usize = 1_000_000;

/// How often something was reached, and when first and last.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct ReachedSpan {
    pub(crate) requests: u64,
    pub(crate) first: String,
    pub(crate) last: String,
}

/// Names with how often each was reached.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct CountedNames {
    pub(crate) each: BTreeMap<String, ReachedSpan>,
    /// Requests of names for which there was no room any more.
    pub(crate) left_out: u64,
}

/// All that was reached.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Reached {
    /// Requests, whatever became of them.
    pub(crate) requests: u64,
    /// Those that went through to the service.
    pub(crate) passed: u64,
    /// Those that the gateway refused.
    pub(crate) refused: u64,
    /// Those that still run, as far as the files go.
    pub(crate) running: u64,
    /// Logins that went well, and those that did not.
    pub(crate) logins: u64,
    pub(crate) failed_logins: u64,
    /// Octets of the answers that went through.
    pub(crate) bytes_out: u64,
    /// The first and the last moment of a request.
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
    /// Rooms that were entered.
    pub(crate) rooms: CountedNames,
    /// Who was logged in.
    pub(crate) people: CountedNames,
    /// On which devices.
    pub(crate) devices: CountedNames,
    /// Of which offices.
    pub(crate) offices: CountedNames,
    /// Why requests were refused.
    pub(crate) reasons: CountedNames,
}

/// The same, as lines come in.
#[derive(Debug)]
pub(crate) struct Reaching {
    end: String,
    reached: Reached,
    open: HashSet<u128>,
}

impl CountedNames {
    fn count(&mut self, name: Option<&str>, at: &str) {
        let Some(name) = name else { return };
        if let Some(span) = self.each.get_mut(name) {
            span.requests += 1;
            at.clone_into(&mut span.last);
        } else if self.each.len() < MOST {
            self.each.insert(name.to_owned(), ReachedSpan { requests: 1, first: at.to_owned(), last: at.to_owned() });
        } else {
            self.left_out += 1;
        }
    }
}

impl Reaching {
    pub(crate) fn of(asked: &AccessAsked) -> Self {
        Self { end: asked.end(), reached: Reached::default(), open: HashSet::new() }
    }

    /// One more line. Those of one gateway come in their order.
    pub(crate) fn see(&mut self, line: &LogLine<'_>) {
        match line.kind {
            Kind::Request => self.request(line),
            Kind::Open => self.opened(line),
            Kind::Login if line.time < self.end.as_str() => {
                if line.outcome == Some(Outcome::Refused) {
                    self.reached.failed_logins += 1;
                } else {
                    self.reached.logins += 1;
                }
            }
            Kind::Connection
            | Kind::Folded
            | Kind::Gap
            | Kind::Handshake
            | Kind::IdConcurrentUse
            | Kind::Login
            | Kind::Logout
            | Kind::SessionEnd
            | Kind::Start
            | Kind::Stop => {}
        }
    }

    /// No more come.
    pub(crate) fn end(mut self) -> Reached {
        self.reached.running = self.open.len() as u64;
        self.reached
    }

    fn opened(&mut self, line: &LogLine<'_>) {
        let id = line.request_id.and_then(number).filter(|_| self.open.len() < MOST_OPEN && began(line) < self.end);
        // It counts from now on: nobody knows whether its end is among the files.
        if id.is_some_and(|id| self.open.insert(id)) {
            self.count(line);
        }
    }

    fn request(&mut self, line: &LogLine<'_>) {
        let counted = line.request_id.and_then(number).is_some_and(|id| self.open.remove(&id));
        if !counted {
            if began(line) >= self.end {
                return;
            }
            self.count(line);
        }
        match line.outcome {
            Some(Outcome::Refused | Outcome::Malformed) => {
                self.reached.refused += 1;
                self.reached.reasons.count(line.reason, line.time);
            }
            Some(Outcome::Passed | Outcome::Aborted | Outcome::Cut | Outcome::Failed) => {
                if !counted {
                    self.passed(line);
                }
                self.reached.bytes_out += line.bytes_out.unwrap_or_default();
            }
            // One of our own pages: nothing of the service was reached.
            Some(Outcome::Answered) | None => {}
        }
    }

    fn count(&mut self, line: &LogLine<'_>) {
        let reached = &mut self.reached;
        reached.requests += 1;
        reached.first.get_or_insert_with(|| line.time.to_owned());
        reached.last = Some(line.time.to_owned());
        reached.people.count(line.user, line.time);
        reached.devices.count(line.device, line.time);
        reached.offices.count(line.office, line.time);
        if line.kind == Kind::Open {
            self.passed(line);
        }
    }

    fn passed(&mut self, line: &LogLine<'_>) {
        self.reached.passed += 1;
        self.reached.rooms.count(line.room, line.time);
    }
}

impl Reached {
    /// The same of several gateways.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.requests += other.requests;
        self.passed += other.passed;
        self.refused += other.refused;
        self.running += other.running;
        self.logins += other.logins;
        self.failed_logins += other.failed_logins;
        self.bytes_out += other.bytes_out;
        self.first = earlier(self.first, other.first);
        self.last = later(self.last, other.last);
        for (counted, other) in [
            (&mut self.rooms, other.rooms),
            (&mut self.people, other.people),
            (&mut self.devices, other.devices),
            (&mut self.offices, other.offices),
            (&mut self.reasons, other.reasons),
        ] {
            counted.add(other);
        }
        self
    }
}

impl CountedNames {
    fn add(&mut self, other: Self) {
        self.left_out += other.left_out;
        for (name, more) in other.each {
            let room = self.each.len() < MOST;
            match self.each.get_mut(&name) {
                Some(span) => {
                    span.requests += more.requests;
                    if more.first < span.first {
                        span.first = more.first;
                    }
                    if more.last > span.last {
                        span.last = more.last;
                    }
                }
                None if room => {
                    self.each.insert(name, more);
                }
                None => self.left_out += more.requests,
            }
        }
    }
}

fn earlier(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn later(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.max(other)),
        (one, other) => one.or(other),
    }
}

/// When a request began, in the spelling of lines. Only one that took a second or more is looked at more closely.
fn began(line: &LogLine<'_>) -> String {
    let took = line.duration_us.unwrap_or_default();
    let ended = line.moment().filter(|_| took >= 1_000_000);
    let Some(begun) = ended.and_then(|ended| ended.checked_sub(std::time::Duration::from_micros(took))) else {
        return line.time.to_owned();
    };
    let since = begun.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let second = certs::Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap_or_default());
    second.to_string().replacen('+', &format!(".{:06}+", since.subsec_micros()), 1)
}

fn number(request_id: &str) -> Option<u128> {
    u128::from_str_radix(request_id, 16).ok()
}
