//! What happened to a thing, the newest first, on its page; all of it is behind a link.
//!
//! A page asks `told` and says `{% include "console/timeline.html" %}` where its template has a field `timeline`.

use axum::response::Response;

use super::address::path_of;
use super::missing::silent;
use super::operator::Operator;
use crate::desk::Desk;
use crate::ledger::{EventFilter, Happened, Ledger};
use crate::refusal::Unavailable;
use crate::rows::SubjectKind;
use crate::words::event::Sentence;

/// So many are shown on a page; the rest is behind a link.
const SHOWN: u32 = 20;

/// The newest of what happened.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    /// One line each.
    pub(crate) entries: Vec<Entry>,
    /// Where all of it is, if there is more.
    pub(crate) more: Option<String>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// By which it stands in the record.
    pub(crate) version: i64,
    /// When, who, what, about whom, why.
    pub(crate) said: Sentence,
    /// The page of what it was done to.
    pub(crate) path: Option<String>,
    /// The page of who did it.
    pub(crate) who: Option<String>,
    /// The page of the application it rests on; none of a paper's.
    pub(crate) application: Option<String>,
}

impl Timeline {
    /// The newest `most` of what happened to this.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn of(ledger: &Ledger, kind: SubjectKind, id: &str, most: u32) -> Result<Self, Unavailable> {
        let filter = EventFilter { about: Some((kind, id.to_owned())), ..EventFilter::default() };
        let mut found = ledger.happened(&filter, most.saturating_add(1)).await?;
        let shown = usize::try_from(most).unwrap_or(usize::MAX);
        let more = (found.len() > shown).then(|| format!("/console/audit?about={}:{id}", kind.as_str()));
        found.truncate(shown);
        Ok(Self { entries: found.iter().map(Entry::of).collect(), more })
    }
}

/// The newest of what happened to this, for its page.
///
/// # Errors
/// The registry does not answer: the page that says so.
pub(crate) async fn told(
    desk: &Desk,
    operator: &Operator,
    (kind, id): (SubjectKind, &str),
) -> Result<Timeline, Response> {
    Timeline::of(&desk.writer().ledger(), kind, id, SHOWN).await.map_err(|why| {
        tracing::warn!(%why, "the registry does not answer");
        silent(desk, operator)
    })
}

impl Entry {
    pub(crate) fn of(happened: &Happened) -> Self {
        let event = &happened.event;
        Self {
            version: event.version,
            said: Sentence::of(happened),
            path: path_of(happened.kind(), &event.subject),
            application: event.application.as_deref().and_then(|no| path_of(SubjectKind::Application, no)),
            who: happened.operator_name.as_ref().and_then(|_| path_of(SubjectKind::Person, &event.operator)),
        }
    }
}
