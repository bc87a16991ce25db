//! The chain of events, as the auditor walks it, and the authorities.

use certs::Timestamp;

use super::Column::{Number, Text};
use super::{Column, Entry, entries};
use crate::writer::{Event, Unavailable, Writer};

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

impl Writer {
    /// Up to `most` events after this version, in order.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn events_after(&self, version: i64, most: u32) -> Result<Vec<Recorded>, Unavailable> {
        let rows = self
            .read()
            .await?
            .rows("SELECT * FROM events WHERE version > $1 ORDER BY version LIMIT $2", [version.into(), most.into()])
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Recorded {
                    event: Event {
                        version: row.int("version")?,
                        at: row.int("at")?,
                        operator: row.text("operator")?,
                        action: row.text("action")?,
                        subject: row.text("subject")?,
                        application: row.maybe_text("application")?,
                        why: row.maybe_text("why")?,
                        detail: row.text("detail")?,
                        prev: row.text("prev")?,
                        changed: row.maybe_text("changed")?,
                    },
                    hash: row.text("hash")?,
                })
            })
            .collect()
    }

    /// The registry's version: the number of its last change.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn version(&self) -> Result<i64, Unavailable> {
        let row = self.read().await?.row("SELECT version FROM registry WHERE one = 1", []).await?;
        row.ok_or_else(|| Unavailable::NotARegistry("it has no version".into()))?.int("version")
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
