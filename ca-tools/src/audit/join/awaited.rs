//! Events that say by which request they were asked, and wait for its line.
//!
//! All of them are held while the lines pass, some sixty octets each; the lines are not.

use std::collections::HashMap;

use super::line::Span;
use crate::digest::sha256;

/// Two machines' clocks, and an answer on its way, in seconds.
pub(super) const TOLERANCE: i64 = 60;

/// An event that came through a gateway.
#[derive(Clone, Copy, Debug)]
pub(super) struct Awaited {
    pub(super) request: u128,
    pub(super) version: i64,
    pub(super) at: i64,
    /// Who acted; nothing of what the desk did on a proof it was shown. Where nobody was logged in, the line may have become a
    /// count.
    pub(super) who: Option<Whose>,
    found: Match,
}

/// A login ID, as far as it is needed to tell it from another one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Whose(u64);

impl Whose {
    pub(super) fn of(login_id: &str) -> Self {
        Self(u64::from_str_radix(&sha256(login_id.as_bytes())[..16], 16).unwrap_or_default())
    }
}

/// What became of its line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Match {
    No,
    /// Many lines became one at that moment, and this may be one of them.
    PerhapsCounted,
    Yes,
}

impl Awaited {
    pub(super) fn of(request: u128, (version, at): (i64, i64), who: Option<Whose>) -> Self {
        Self { request, version, at, who, found: Match::No }
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct AwaitedEvents {
    /// By request, then by version.
    events: Vec<Awaited>,
    /// Where the events of a request begin.
    first: HashMap<u128, u32>,
    /// Those of nobody who was logged in, by their time.
    public: Vec<u32>,
}

impl AwaitedEvents {
    pub(super) fn of(mut events: Vec<Awaited>) -> Self {
        events.sort_unstable_by_key(|event| (event.request, event.version));
        let mut first = HashMap::with_capacity(events.len());
        let mut public = Vec::new();
        for (at, event) in events.iter().enumerate() {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            first.entry(event.request).or_insert(at);
            if event.who.is_none() {
                public.push(at);
            }
        }
        public.sort_unstable_by_key(|at| events.get(*at as usize).map(|event| event.at));
        Self { events, first, public }
    }

    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// Does one wait for this request?
    pub(super) fn knows(&self, request: u128) -> bool {
        self.first.contains_key(&request)
    }

    /// The line of this request is there; its events.
    pub(super) fn found(&mut self, request: u128) -> &[Awaited] {
        let Some(first) = self.first.get(&request).map(|first| *first as usize) else { return &[] };
        let count = self.events[first..].iter().take_while(|event| event.request == request).count();
        let events = &mut self.events[first..first + count];
        for event in events.iter_mut() {
            event.found = Match::Yes;
        }
        events
    }

    /// Lines of nobody who was logged in became one while this went on.
    pub(super) fn counted(&mut self, span: Span) {
        let (from, until) = (span.from.saturating_sub(TOLERANCE), span.until.saturating_add(TOLERANCE));
        let begin = self.public.partition_point(|at| self.events[*at as usize].at < from);
        for at in &self.public[begin..] {
            let event = &mut self.events[*at as usize];
            if event.at > until {
                break;
            }
            if event.found == Match::No {
                event.found = Match::PerhapsCounted;
            }
        }
    }

    /// Those whose line did not come, in the order of the chain.
    pub(super) fn left(&self) -> Vec<Awaited> {
        let mut left: Vec<_> = self.events.iter().filter(|event| event.found == Match::No).copied().collect();
        left.sort_unstable_by_key(|event| event.version);
        left
    }

    /// How many may be counted in a folded line.
    pub(super) fn perhaps_counted(&self) -> usize {
        self.events.iter().filter(|event| event.found == Match::PerhapsCounted).count()
    }
}

/// Was the event made while its request ran?
pub(super) fn fits(at: i64, ran: Span) -> bool {
    (ran.from.saturating_sub(TOLERANCE)..=ran.until.saturating_add(TOLERANCE)).contains(&at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(request: u128, event: (i64, i64)) -> Awaited {
        Awaited::of(request, event, Some(Whose::of("k.sato")))
    }

    #[test]
    fn all_events_of_a_request_are_found_by_its_line_and_the_others_are_left() {
        let events = [person(9, (3, 30)), person(7, (2, 20)), person(9, (1, 10))];
        let mut waiting = AwaitedEvents::of(events.to_vec());
        assert!(waiting.knows(9) && !waiting.knows(8));
        let versions: Vec<_> = waiting.found(9).iter().map(|event| event.version).collect();
        assert_eq!(versions, [1, 3]);
        assert!(waiting.found(8).is_empty());
        let left: Vec<_> = waiting.left().iter().map(|event| event.version).collect();
        assert_eq!(left, [2]);
    }

    #[test]
    fn only_what_nobody_who_was_logged_in_asked_may_be_counted_and_only_at_its_time() {
        let at = 10_000;
        let events = [Awaited::of(1, (1, at), None), person(2, (2, at)), Awaited::of(3, (3, at + 1_000), None)];
        let mut waiting = AwaitedEvents::of(events.to_vec());
        waiting.counted(Span { from: at - 5, until: at + 5 });
        assert_eq!(waiting.perhaps_counted(), 1);
        let left: Vec<_> = waiting.left().iter().map(|event| event.version).collect();
        assert_eq!(left, [2, 3]);
        waiting.found(1);
        assert_eq!(waiting.perhaps_counted(), 0);
    }

    #[test]
    fn an_event_fits_while_its_request_ran_and_a_minute_around() {
        let ran = Span { from: 1_000, until: 1_010 };
        for (at, expected) in [(939, false), (940, true), (1_005, true), (1_070, true), (1_071, false)] {
            assert_eq!(fits(at, ran), expected, "{at}");
        }
    }
}
