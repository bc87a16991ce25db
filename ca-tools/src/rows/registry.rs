//! The one row of the registry itself: its id and its version.

use crate::database::Transaction;
use crate::refusal::Unavailable;

/// A registry that begins.
pub(crate) async fn write(tx: &mut Transaction, id: &str, version: i64) -> Result<(), Unavailable> {
    let statement = "INSERT INTO registry (one, id, version) VALUES (1, $1, $2)";
    tx.run(statement, [id.into(), version.into()]).await.map(drop)
}

/// Its id, 32 hex digits.
pub(crate) async fn id(tx: &mut Transaction) -> Result<String, Unavailable> {
    let row = tx.row("SELECT id FROM registry WHERE one = 1", []).await?;
    row.ok_or_else(|| Unavailable::NotARegistry("it has no id".into()))?.text("id")
}

/// The number of its last change.
pub(crate) async fn version(tx: &mut Transaction) -> Result<i64, Unavailable> {
    let row = tx.row("SELECT version FROM registry WHERE one = 1", []).await?;
    row.ok_or_else(|| Unavailable::NotARegistry("it has no version".into()))?.int("version")
}

/// Its id, and its version raised by one: from here on no other change can begin.
pub(crate) async fn raise(tx: &mut Transaction) -> Result<(String, i64), Unavailable> {
    let raised = tx.row("UPDATE registry SET version = version + 1 WHERE one = 1 RETURNING id, version", []).await?;
    let head = raised.ok_or_else(|| Unavailable::NotARegistry("no row in the table registry".into()))?;
    Ok((head.text("id")?, head.int("version")?))
}

/// Holds off other writers, on either database.
pub(crate) async fn hold_off(tx: &mut Transaction) -> Result<(), Unavailable> {
    tx.run("UPDATE registry SET version = version WHERE one = 1", []).await.map(drop)
}

/// It goes on from this version.
pub(crate) async fn set_version(tx: &mut Transaction, version: i64) -> Result<(), Unavailable> {
    tx.run("UPDATE registry SET version = $1", [version.into()]).await.map(drop)
}

/// The record by which gateways go on after a restore.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Restoration {
    pub(crate) record: String,
    pub(crate) signature: String,
    /// The version of its event.
    pub(crate) version: i64,
}

/// Every record of a restore.
pub(crate) async fn restorations(tx: &mut Transaction) -> Result<Vec<Restoration>, Unavailable> {
    let rows = tx.rows("SELECT record, signature, version FROM restorations", []).await?;
    let read = |row: &crate::database::Row| {
        Ok(Restoration { record: row.text("record")?, signature: row.text("signature")?, version: row.int("version")? })
    };
    rows.iter().map(read).collect()
}

/// The epoch of the last restore; 0 where there was none.
pub(crate) async fn last_epoch(tx: &mut Transaction) -> Result<i64, Unavailable> {
    let last = tx.row("SELECT MAX(epoch) AS epoch FROM restorations", []).await?;
    Ok(last.map_or(Ok(None), |row| row.maybe_int("epoch"))?.unwrap_or_default())
}

/// A restore, and what the house's key says of it.
pub(crate) async fn write_restoration(
    tx: &mut Transaction,
    epoch: i64,
    restoration: &Restoration,
) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO restorations (epoch, record, signature, version) VALUES ($1, $2, $3, $4)",
        [
            epoch.into(),
            restoration.record.as_str().into(),
            restoration.signature.as_str().into(),
            restoration.version.into(),
        ],
    )
    .await
    .map(drop)
}
