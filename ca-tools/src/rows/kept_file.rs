//! Files that were handed out, sealed, for an hour. No change, and in no backup.

use certs::Timestamp;

use crate::database::Transaction;
use crate::refusal::Unavailable;

/// A sealed file.
#[derive(Clone, Debug)]
pub(crate) struct KeptFile<'a> {
    pub(crate) serial: &'a str,
    pub(crate) ticket: &'a str,
    pub(crate) sealed: &'a str,
    pub(crate) until: Timestamp,
}

/// Keeps it.
pub(crate) async fn write(tx: &mut Transaction, file: &KeptFile<'_>) -> Result<(), Unavailable> {
    let statement = "INSERT INTO kept_files (serial, ticket, sealed, kept_until, given) VALUES ($1, $2, $3, $4, 0)";
    let values = [file.serial.into(), file.ticket.into(), file.sealed.into(), file.until.unix().into()];
    tx.run(statement, values).await.map(drop)
}

/// The certificate that this ticket gave and the file it came in, where it was given fewer times than this and is good.
pub(crate) async fn of_ticket(
    tx: &mut Transaction,
    ticket: &str,
    most: i64,
) -> Result<Option<(String, String)>, Unavailable> {
    let row = tx
        .row(
            "SELECT k.serial, k.sealed FROM tickets t \
             JOIN kept_files k ON k.serial = t.serial AND k.ticket = t.ticket \
             JOIN certificates c ON c.serial = t.serial \
             WHERE t.ticket = $1 AND c.state = 'issued' AND k.given < $2",
            [ticket.into(), most.into()],
        )
        .await?;
    row.map(|row| Ok((row.text("serial")?, row.text("sealed")?))).transpose()
}

/// It was given once more.
pub(crate) async fn count(tx: &mut Transaction, serial: &str) -> Result<(), Unavailable> {
    tx.run("UPDATE kept_files SET given = given + 1 WHERE serial = $1", [serial.into()]).await.map(drop)
}

/// The file of this certificate goes.
pub(crate) async fn forget(tx: &mut Transaction, serial: &str) -> Result<(), Unavailable> {
    tx.run("DELETE FROM kept_files WHERE serial = $1", [serial.into()]).await.map(drop)
}

/// All that this ticket gave go.
pub(crate) async fn forget_of_ticket(tx: &mut Transaction, ticket: &str) -> Result<(), Unavailable> {
    tx.run("DELETE FROM kept_files WHERE ticket = $1", [ticket.into()]).await.map(drop)
}

/// All that this ticket gave go, but that of this certificate.
pub(crate) async fn forget_others(tx: &mut Transaction, ticket: &str, serial: &str) -> Result<(), Unavailable> {
    let others = "DELETE FROM kept_files WHERE ticket = $1 AND serial <> $2";
    tx.run(others, [ticket.into(), serial.into()]).await.map(drop)
}

/// Those whose time is over go.
pub(crate) async fn forget_before(tx: &mut Transaction, now: Timestamp) -> Result<(), Unavailable> {
    tx.run("DELETE FROM kept_files WHERE kept_until < $1", [now.unix().into()]).await.map(drop)
}
