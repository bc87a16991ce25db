//! Certificates that seem to be on two devices.

use pages::System;

use crate::database::{Row, Transaction, Versioned};
use crate::refusal::Unavailable;
use crate::reports::Appearance;

/// Where a certificate was seen, in order.
pub(crate) async fn seen(tx: &mut Transaction, serial: &str) -> Result<Vec<Appearance>, Unavailable> {
    let question = "SELECT at, os, network FROM whereabouts WHERE serial = $1 ORDER BY at";
    let read = |row: &Row| {
        Ok(Appearance {
            at: row.int("at")?,
            system: System::from_word(&row.text("os")?),
            network: row.text("network")?,
        })
    };
    tx.rows(question, [serial.into()]).await?.iter().map(read).collect()
}

/// What was suspected of it: kinds and seconds.
pub(crate) async fn known(tx: &mut Transaction, serial: &str) -> Result<Vec<(String, i64)>, Unavailable> {
    let rows = tx.rows("SELECT kind, at FROM suspicions WHERE serial = $1", [serial.into()]).await?;
    rows.iter().map(|row| Ok((row.text("kind")?, row.int("at")?))).collect()
}

/// Whether that was suspected after this second.
pub(crate) async fn is_known_since(
    tx: &mut Transaction,
    serial: &str,
    kind: &str,
    after: i64,
) -> Result<bool, Unavailable> {
    let told = tx
        .row(
            "SELECT at FROM suspicions WHERE serial = $1 AND kind = $2 AND at > $3",
            [serial.into(), kind.into(), after.into()],
        )
        .await?;
    Ok(told.is_some())
}

/// It is suspected at this second.
pub(crate) async fn write(
    tx: &mut Versioned,
    (serial, kind): (&str, &str),
    (at, detail): (i64, &str),
) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO suspicions (serial, kind, at, detail) VALUES ($1, $2, $3, $4)",
        [serial.into(), kind.into(), at.into(), detail.into()],
    )
    .await
    .map(drop)
}
