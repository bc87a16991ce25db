//! Events that say by which request they were asked, as they stand in the chain itself. What the index of events says of
//! it (`event_subjects`) is derived, and is not asked: whoever could write there would decide what is found.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::awaited::{Awaited, Whose};
use super::line::{Span, number};
use crate::ledger::{Ledger, Recorded};
use crate::refusal::Unavailable;
use crate::rows::person::DESK;

/// Events that are read together.
const AT_A_TIME: u32 = 1_000;

/// What the chain says of requests.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The events of the time that was asked for.
    pub(super) events: Vec<Awaited>,
    /// The moment from which on events say how whoever acted was known, and by which request.
    pub(super) since: Option<i64>,
    /// The last event that was read.
    read: i64,
}

/// What of an event's detail counts here.
#[derive(Default, Deserialize)]
struct Detail<'a> {
    #[serde(borrow)]
    request_id: Option<Cow<'a, str>>,
    proof: Option<IgnoredAny>,
}

impl Asked {
    /// Reads the whole chain.
    pub(super) async fn read(ledger: &Ledger, wanted: Span) -> Result<Self, Unavailable> {
        let mut asked = Self::default();
        loop {
            let page = ledger.events_after(asked.read, AT_A_TIME).await?;
            let Some(last) = page.last() else { return Ok(asked) };
            asked.read = last.event.version;
            page.iter().for_each(|recorded| asked.take(recorded, wanted));
        }
    }

    fn take(&mut self, recorded: &Recorded, wanted: Span) {
        let event = &recorded.event;
        let detail: Detail<'_> = serde_json::from_str(&event.detail).unwrap_or_default();
        if detail.proof.is_some() {
            self.since.get_or_insert(event.at);
        }
        let request = detail.request_id.and_then(|request| number(request.as_bytes()));
        if let Some(request) = request.filter(|_| wanted.has(event.at)) {
            let who = (event.operator != DESK).then(|| Whose::of(&event.operator));
            self.events.push(Awaited::of(request, (event.version, event.at), who));
        }
    }

    /// The requests of events that came after those that were read.
    pub(super) async fn come_since(after: i64, ledger: &Ledger) -> Result<HashSet<u128>, Unavailable> {
        let mut later = Self { read: after, ..Self::default() };
        loop {
            let page = ledger.events_after(later.read, AT_A_TIME).await?;
            let Some(last) = page.last() else { break };
            later.read = last.event.version;
            page.iter().for_each(|recorded| later.take(recorded, Span { from: i64::MIN, until: i64::MAX }));
        }
        Ok(later.events.into_iter().map(|event| event.request).collect())
    }

    /// The version of the last event that was read.
    pub(super) fn last(&self) -> i64 {
        self.read
    }
}
