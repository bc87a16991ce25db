//! Lines pass, and are not kept: each is held against the events that wait and the copies that were told.

use access_log::ReadLine;

use super::awaited::{AwaitedEvents, Whose, fits};
use super::line::{Line, Span, moment, number};
use super::told::{Against, ToldCopies};

/// Findings of each kind that are told one by one.
pub(super) const NAMED: usize = 100;
/// Lines without an event that are asked for once more: an event may have come while the files were read.
const ASKED_AGAIN: usize = 10_000;

/// A line without an event.
#[derive(Clone, Debug)]
pub(super) struct Owing {
    pub(super) gateway: String,
    pub(super) seq: u64,
    pub(super) request: u128,
    pub(super) reference: String,
    pub(super) at: i64,
    pub(super) path: String,
}

/// Lines pass; what does not fit is noted.
#[derive(Debug, Default)]
pub(super) struct Passing {
    pub(super) gateway: String,
    pub(super) waiting: AwaitedEvents,
    pub(super) told: ToldCopies,
    /// When an event can be asked for.
    asked: Span,
    pub(super) begins: Option<i64>,
    pub(super) owing: u64,
    pub(super) without_event: Vec<Owing>,
    pub(super) more_without_event: u64,
    /// Events whose line says something else: version, and what.
    pub(super) unlike: Vec<(i64, Unlike)>,
    pub(super) against: Vec<(String, Against)>,
    pub(super) more_against: u64,
}

/// How a line does not fit its event.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Unlike {
    Person,
    Time,
    TurnedAway,
}

impl Passing {
    /// Of lines of that time, an event can be asked for.
    pub(super) fn of(waiting: AwaitedEvents, asked: Span) -> Self {
        Self { waiting, asked, ..Self::default() }
    }

    pub(super) fn see(&mut self, read: ReadLine<'_>) {
        if self.begins.is_none() {
            self.begins = Line::read(read.text).and_then(|line| moment(&line.time));
        }
        if let Some(seq) = read.seq
            && let Some(against) = self.told.came(seq, &read.hash)
        {
            self.note(against);
        }
        if read.text.starts_with(b"{\"kind\":\"request\"") {
            self.request(read);
        } else if read.text.starts_with(b"{\"kind\":\"folded\"")
            && let Some(span) = Line::read(read.text).and_then(|line| line.counted())
        {
            self.waiting.counted(span);
        }
    }

    fn request(&mut self, read: ReadLine<'_>) {
        let Some(request) = access_log::request_id(read.text).and_then(number) else { return };
        let known = self.waiting.knows(request);
        if !known && !is_post(read.text) {
            return;
        }
        let Some(line) = Line::read(read.text) else { return };
        let owes = line.owes_an_event();
        self.owing += u64::from(owes);
        if known {
            let (ran, turned_away) = (line.ran(), line.was_turned_away());
            let user = line.user.as_deref().map(Whose::of);
            for event in self.waiting.found(request) {
                let unlike = if turned_away {
                    Some(Unlike::TurnedAway)
                } else if event.who.is_some() && event.who != user {
                    Some(Unlike::Person)
                } else if ran.is_none_or(|ran| !fits(event.at, ran)) {
                    Some(Unlike::Time)
                } else {
                    None
                };
                if let Some(unlike) = unlike.filter(|_| self.unlike.len() < NAMED) {
                    self.unlike.push((event.version, unlike));
                }
            }
            return;
        }
        let at = line.ran().map_or(0, |ran| ran.from);
        if !owes || !self.asked.has(at) {
            return;
        }
        if self.without_event.len() >= ASKED_AGAIN {
            self.more_without_event += 1;
            return;
        }
        self.without_event.push(Owing {
            gateway: self.gateway.clone(),
            seq: read.seq.unwrap_or_default(),
            request,
            reference: line.reference.unwrap_or_default().into_owned(),
            at,
            path: line.path.unwrap_or_default().into_owned(),
        });
    }

    /// This gateway's lines are over; its first was this one.
    pub(super) fn close(&mut self, first: u64) {
        for against in std::mem::take(&mut self.told).absent(first) {
            self.note(against);
        }
    }

    fn note(&mut self, against: Against) {
        if self.against.len() < NAMED {
            self.against.push((self.gateway.clone(), against));
        } else {
            self.more_against += 1;
        }
    }
}

/// Only what is sent can have left an event; most lines are not, and are not read any further.
fn is_post(text: &[u8]) -> bool {
    const POST: &[u8] = b"\"method\":\"POST\"";
    text.windows(POST.len()).any(|here| here == POST)
}
