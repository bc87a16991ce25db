//! What a custodian did alone, and what another found when they looked at it.

use certs::Timestamp;
use registry::LoginId;

use super::proposal::written;
use crate::database::{Row, Transaction, Versioned};
use crate::proposal::{Act, BrokenGlassNo, Finding, Touched};
use crate::refusal::Unavailable;

/// An act alone.
#[derive(Clone, Debug)]
pub(crate) struct BrokenGlass<'a> {
    pub(crate) no: BrokenGlassNo,
    pub(crate) act: &'a Act,
    pub(crate) touched: &'a [Touched],
    pub(crate) why: &'a str,
    pub(crate) by: &'a LoginId,
    pub(crate) until: Timestamp,
}

/// The number of the next one.
pub(crate) async fn next_number(tx: &mut Transaction) -> Result<BrokenGlassNo, Unavailable> {
    let row = tx.row("SELECT count(*) AS broken FROM broken_glasses", []).await?;
    let count = row.map_or(Ok(0), |row| row.int("broken"))?;
    BrokenGlassNo::of(count + 1).ok_or_else(|| Unavailable::Corrupt(format!("broken glass {}", count + 1)))
}

/// Writes it, beside the act's own event.
pub(crate) async fn write(tx: &mut Versioned, broken: &BrokenGlass<'_>) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO broken_glasses (broken_glass, kind, act, touched, why, broken_by, broken_at, event, until, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8)",
        [
            broken.no.to_string().into(),
            broken.act.kind().as_str().into(),
            written(broken.act)?.into(),
            written(&broken.touched)?.into(),
            broken.why.into(),
            broken.by.as_str().into(),
            tx.at().unix().into(),
            tx.version().into(),
            broken.until.unix().into(),
        ],
    )
    .await
    .map(drop)
}

/// By whom it was, and whether it was reviewed; `None` where there is none.
pub(crate) async fn standing(tx: &mut Transaction, no: BrokenGlassNo) -> Result<Option<(LoginId, bool)>, Unavailable> {
    let question = "SELECT broken_by, reviewed_at FROM broken_glasses WHERE broken_glass = $1";
    let row = tx.row(question, [no.to_string().into()]).await?;
    let read = |row: Row| {
        let by = row.text("broken_by")?;
        let by = by.parse().map_err(|why| Unavailable::Corrupt(format!("ID {by}: {why}")))?;
        Ok((by, row.maybe_int("reviewed_at")?.is_some()))
    };
    row.map(read).transpose()
}

/// Writes what its review found.
pub(crate) async fn review(
    tx: &mut Versioned,
    no: BrokenGlassNo,
    (by, finding, said): (&LoginId, Finding, &str),
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE broken_glasses SET reviewed_by = $2, reviewed_at = $3, finding = $4, review = $5, version = $6 \
         WHERE broken_glass = $1",
        [
            no.to_string().into(),
            by.as_str().into(),
            tx.at().unix().into(),
            finding.as_str().into(),
            said.into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}
