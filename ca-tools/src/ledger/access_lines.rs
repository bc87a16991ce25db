//! What the desk knows of the gateways' lines: which it was told, and by which gateways in service.

use super::Ledger;
use crate::refusal::Unavailable;

/// The copy of a line.
#[derive(Clone, Debug)]
pub(crate) struct LineCopy {
    /// `request` or `checkpoint`.
    pub(crate) kind: String,
    pub(crate) sequence: i64,
    pub(crate) line: String,
}

impl Ledger {
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
