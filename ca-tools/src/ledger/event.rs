//! The chain of events, as the auditor walks it, and the authorities.

use certs::Timestamp;
use registry::LoginId;

use super::Column::{Number, Text};
use super::{Column, Entry, Ledger, entries};
use crate::journal::Event;
use crate::refusal::Unavailable;
use crate::rows;
use crate::undo::{MayUndo, UndoRefusal, judge};

/// An event as it stands in the table, with the hash that stands beside it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Recorded {
    /// What it says.
    pub event: Event,
    /// The hash beside it.
    pub hash: String,
}

const AUTHORITIES: [Column; 6] =
    [Text("fingerprint"), Text("kind"), Text("state"), Text("certificate"), Number("crl_number"), Number("in_use")];

impl Ledger {
    /// Up to `most` events after this version, in order.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn events_after(&self, version: i64, most: u32) -> Result<Vec<Recorded>, Unavailable> {
        let events = rows::event::after(&mut self.read().await?, version, most).await?;
        Ok(events.into_iter().map(|(event, hash)| Recorded { event, hash }).collect())
    }

    /// The version of what this operator did last about this.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn last_done(&self, subject: &str, by: &LoginId) -> Result<Option<i64>, Unavailable> {
        let question = "SELECT max(version) AS version FROM events WHERE subject = $1 AND operator = $2";
        let row = self.read().await?.row(question, [subject.into(), by.as_str().into()]).await?;
        row.map_or(Ok(None), |row| row.maybe_int("version"))
    }

    /// When the last event was up to this moment; nothing where all are younger.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn last_event_until(&self, until: Timestamp) -> Result<Option<Timestamp>, Unavailable> {
        rows::event::last_until(&mut self.read().await?, until).await
    }

    /// The events after this version whose subject this is, in order; the first hundred.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn events_about(&self, subject: &str, after: i64) -> Result<Vec<Event>, Unavailable> {
        rows::event::about(&mut self.read().await?, subject, after).await
    }

    /// Whether the act of this version may be undone at this moment, or why not.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn undoable(
        &self,
        version: i64,
        now: Timestamp,
    ) -> Result<Result<MayUndo, UndoRefusal>, Unavailable> {
        let found = rows::undo::past(&mut self.read().await?, version).await?;
        Ok(found.ok_or(UndoRefusal::Unknown(version)).and_then(|(_, past)| judge(&past, now)))
    }

    /// Roots and issuing CAs, and how many certificates of each open the door at this moment.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn authorities(&self, now: Timestamp) -> Result<Vec<Entry>, Unavailable> {
        let question = "SELECT a.*, (SELECT count(*) FROM certificates c WHERE c.issuer = a.fingerprint \
            AND c.not_after >= $1 AND (c.state = 'issued' OR (c.state = 'superseded' AND c.superseded_from > $1))) \
            AS in_use FROM authorities a ORDER BY a.kind DESC, a.state, a.fingerprint";
        entries(&mut self.read().await?, question, [now.unix().into()], &AUTHORITIES).await
    }
}
