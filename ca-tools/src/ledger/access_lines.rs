//! What the desk knows of the gateways' lines: by which request an event was asked, and which lines it was told.

use super::Ledger;
use crate::refusal::Unavailable;

/// An event that a request asked for.
#[derive(Clone, Debug)]
pub(crate) struct AskedEvent {
    /// The gateway's number of it.
    pub(crate) request: String,
    pub(crate) version: i64,
    pub(crate) at: i64,
    pub(crate) operator: String,
}

/// The copy of a line.
#[derive(Clone, Debug)]
pub(crate) struct LineCopy {
    /// `request` or `checkpoint`.
    pub(crate) kind: String,
    pub(crate) sequence: i64,
    pub(crate) line: String,
}

impl Ledger {
    /// Up to `most` events that a request asked for, in the order of requests, after this one.
    pub(crate) async fn asked_events(
        &self,
        (request, version): (&str, i64),
        most: u32,
    ) -> Result<Vec<AskedEvent>, Unavailable> {
        let question = "SELECT s.subject AS request, e.version, e.at, e.operator FROM event_subjects s \
            JOIN events e ON e.version = s.version WHERE s.kind = 'request' \
            AND (s.subject > $1 OR (s.subject = $1 AND s.version > $2)) ORDER BY s.subject, s.version LIMIT $3";
        let rows = self.read().await?.rows(question, [request.into(), version.into(), most.into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(AskedEvent {
                    request: row.text("request")?,
                    version: row.int("version")?,
                    at: row.int("at")?,
                    operator: row.text("operator")?,
                })
            })
            .collect()
    }

    /// Whether an event says that this request asked for it.
    pub(crate) async fn is_asked_by(&self, request: &str) -> Result<bool, Unavailable> {
        let question = "SELECT version FROM event_subjects WHERE kind = 'request' AND subject = $1 LIMIT 1";
        Ok(self.read().await?.row(question, [request.into()]).await?.is_some())
    }

    /// The moment from which on events say how whoever acted was known, and by which request.
    pub(crate) async fn events_say_since(&self) -> Result<Option<i64>, Unavailable> {
        let question =
            "SELECT at FROM events WHERE version = (SELECT min(version) FROM event_subjects WHERE kind = 'proof')";
        self.read().await?.row(question, []).await?.map(|row| row.int("at")).transpose()
    }

    /// Up to `most` copies of lines of this gateway, in order, after this one.
    pub(crate) async fn told_lines(
        &self,
        gateway: &str,
        (kind, sequence): (&str, i64),
        most: u32,
    ) -> Result<Vec<LineCopy>, Unavailable> {
        let question = "SELECT kind, sequence, line FROM told_lines WHERE gateway = $1 \
            AND (kind > $2 OR (kind = $2 AND sequence > $3)) ORDER BY kind, sequence LIMIT $4";
        let values = [gateway.into(), kind.into(), sequence.into(), most.into()];
        let rows = self.read().await?.rows(question, values).await?;
        rows.iter()
            .map(|row| {
                Ok(LineCopy { kind: row.text("kind")?, sequence: row.int("sequence")?, line: row.text("line")? })
            })
            .collect()
    }

    /// The gateways that told something and were not taken out of service.
    pub(crate) async fn gateways_in_service(&self) -> Result<Vec<String>, Unavailable> {
        let question = "SELECT gateway FROM gateways WHERE retired_at IS NULL OR told_at > retired_at ORDER BY gateway";
        self.read().await?.rows(question, []).await?.iter().map(|row| row.text("gateway")).collect()
    }
}
