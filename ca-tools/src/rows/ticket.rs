//! Pick-up tickets: given, shown, spent, killed.

use certs::{DeviceNo, Timestamp};
use registry::OfficeNo;

use super::device::number;
use super::kept_file;
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::Unavailable;
use crate::ticket::{Stored, TicketState};

/// A ticket as it is written.
#[derive(Clone, Debug)]
pub(crate) struct NewTicket<'a> {
    pub(crate) ticket: &'a str,
    pub(crate) number_hash: &'a str,
    pub(crate) code_hash: &'a str,
    pub(crate) device: DeviceNo,
    pub(crate) purpose: &'static str,
    pub(crate) replaces: Option<DeviceNo>,
    pub(crate) issued_by: &'a str,
    pub(crate) until: Timestamp,
    pub(crate) tries: i64,
    pub(crate) application: &'a str,
}

/// `T-000001` and upwards.
pub(crate) async fn next(tx: &mut Transaction) -> Result<String, Unavailable> {
    let count = tx.row("SELECT COUNT(*) AS given FROM tickets", []).await?;
    Ok(format!("T-{:06}", count.map_or(Ok(0), |row| row.int("given"))? + 1))
}

/// Writes one that is open.
pub(crate) async fn write(tx: &mut Versioned, ticket: &NewTicket<'_>) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO tickets (ticket, number_hash, code_hash, device, purpose, replaces, state, issued_at, issued_by, \
         until, tries_left, retaken, application, version) \
         VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10, 0, $11, $12)",
        [
            ticket.ticket.into(),
            ticket.number_hash.into(),
            ticket.code_hash.into(),
            ticket.device.number().into(),
            ticket.purpose.into(),
            ticket.replaces.map(|old| i64::from(old.number())).into(),
            tx.at().unix().into(),
            ticket.issued_by.into(),
            ticket.until.unix().into(),
            ticket.tries.into(),
            ticket.application.into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// What it gives takes the place of this certificate.
pub(crate) async fn takes_place_of(tx: &mut Versioned, ticket: &str, serial: &str) -> Result<(), Unavailable> {
    let statement = "UPDATE tickets SET serial = $2 WHERE ticket = $1";
    tx.run(statement, [ticket.into(), serial.into()]).await.map(drop)
}

/// Whether this certificate was picked up.
pub(crate) async fn gave(tx: &mut Transaction, serial: &str) -> Result<bool, Unavailable> {
    Ok(tx.row("SELECT ticket FROM tickets WHERE serial = $1", [serial.into()]).await?.is_some())
}

/// A ticket, whose it is, and how it stands.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) ticket: String,
    pub(crate) device: i64,
    pub(crate) serial: Option<String>,
    pub(crate) stored: Stored,
}

impl Standing {
    /// Its device.
    pub(crate) fn device(&self) -> Result<DeviceNo, Unavailable> {
        number(self.device)
    }
}

macro_rules! standing {
    ($whose:literal) => {
        concat!(
            "SELECT t.ticket, t.device, t.serial, t.state, t.until, t.tries_left, t.used_at, t.retaken, k.kept_until \
             FROM tickets t LEFT JOIN kept_files k ON k.serial = t.serial AND k.ticket = t.ticket WHERE ",
            $whose
        )
    };
}

/// How this ticket stands; `None` of one that there is not.
pub(crate) async fn standing(tx: &mut Transaction, ticket: &str) -> Result<Option<Standing>, Unavailable> {
    tx.row(standing!("t.ticket = $1"), [ticket.into()]).await?.map(|row| standing_of(&row)).transpose()
}

/// How those of a device stand that are not dead.
pub(crate) async fn standing_of_device(tx: &mut Transaction, device: DeviceNo) -> Result<Vec<Standing>, Unavailable> {
    let question = standing!("t.device = $1 AND t.state <> 'killed'");
    tx.rows(question, [device.number().into()]).await?.iter().map(standing_of).collect()
}

/// The same of all devices of an office.
pub(crate) async fn standing_of_office(tx: &mut Transaction, office: &OfficeNo) -> Result<Vec<Standing>, Unavailable> {
    let question = standing!("t.state <> 'killed' AND t.device IN (SELECT device FROM devices WHERE office = $1)");
    tx.rows(question, [office.as_str().into()]).await?.iter().map(standing_of).collect()
}

fn standing_of(row: &Row) -> Result<Standing, Unavailable> {
    Ok(Standing {
        ticket: row.text("ticket")?,
        device: row.int("device")?,
        serial: row.maybe_text("serial")?,
        stored: stored(row)?,
    })
}

/// It opens nothing any more, for this reason, and what it gave is not kept.
pub(crate) async fn kill(tx: &mut Versioned, ticket: &str, why: &'static str) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE tickets SET state = 'killed', killed_why = $2, version = $3 WHERE ticket = $1",
        [ticket.into(), why.into(), tx.version().into()],
    )
    .await?;
    kept_file::forget_of_ticket(tx, ticket).await
}

/// How many wrong codes it endures; `None` where there is no such ticket.
pub(crate) async fn tries_left(tx: &mut Transaction, ticket: &str) -> Result<Option<i64>, Unavailable> {
    let row = tx.row("SELECT tries_left, state FROM tickets WHERE ticket = $1", [ticket.into()]).await?;
    row.map(|row| row.int("tries_left")).transpose()
}

/// It endures so many more; with none left it is dead.
pub(crate) async fn write_tries(tx: &mut Versioned, ticket: &str, left: i64) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE tickets SET tries_left = $2, version = $3, \
         killed_why = CASE WHEN $2 = 0 AND state <> 'killed' THEN 'wrong_codes' ELSE killed_why END, \
         state = CASE WHEN $2 = 0 THEN 'killed' ELSE state END WHERE ticket = $1",
        [ticket.into(), left.into(), tx.version().into()],
    )
    .await?;
    if left == 0 { kept_file::forget_of_ticket(tx, ticket).await } else { Ok(()) }
}

/// It gave this certificate, as its first or instead of that.
pub(crate) async fn spend(
    tx: &mut Versioned,
    ticket: &str,
    (serial, retaken): (&str, bool),
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE tickets SET state = 'used', serial = $2, used_at = $3, retaken = $4, version = $5 WHERE ticket = $1",
        [ticket.into(), serial.into(), tx.at().unix().into(), i64::from(retaken).into(), tx.version().into()],
    )
    .await?;
    kept_file::forget_others(tx, ticket, serial).await
}

/// How a ticket is stored: `until`, `tries_left`, `used_at`, `retaken`, `state` and the `kept_until` of its file.
pub(crate) fn stored(row: &Row) -> Result<Stored, Unavailable> {
    let used_at = Timestamp::from_unix(row.maybe_int("used_at")?.unwrap_or_default());
    let state = match (row.text("state")?.as_str(), row.int("retaken")?) {
        ("open", _) => TicketState::Open,
        ("used", 0) => TicketState::Used(used_at),
        ("used", _) => TicketState::Retaken(used_at),
        ("killed", _) => TicketState::Killed,
        (other, _) => return Err(Unavailable::Corrupt(format!("a ticket that is {other:?}"))),
    };
    Ok(Stored {
        state,
        until: Timestamp::from_unix(row.int("until")?),
        tries_left: row.int("tries_left")?,
        again_until: row.maybe_int("kept_until")?.map(Timestamp::from_unix),
    })
}

/// The ticket that a device was given last.
#[derive(Clone, Debug)]
pub(crate) struct Last {
    pub(crate) open: bool,
    pub(crate) issued_at: Timestamp,
    pub(crate) issued_by: String,
    pub(crate) until: Timestamp,
}

/// The device's last ticket.
pub(crate) async fn last(tx: &mut Transaction, device: DeviceNo) -> Result<Option<Last>, Unavailable> {
    let row = tx
        .row(
            "SELECT state, issued_at, issued_by, until FROM tickets WHERE device = $1 ORDER BY issued_at DESC, ticket DESC \
             LIMIT 1",
            [device.number().into()],
        )
        .await?;
    let read = |row: Row| {
        Ok(Last {
            open: row.text("state")? == "open",
            issued_at: Timestamp::from_unix(row.int("issued_at")?),
            issued_by: row.text("issued_by")?,
            until: Timestamp::from_unix(row.int("until")?),
        })
    };
    row.map(read).transpose()
}

/// Those that could still open anything: their names and devices.
pub(crate) async fn not_dead(tx: &mut Transaction) -> Result<Vec<(String, DeviceNo)>, Unavailable> {
    let opening = "SELECT ticket, device FROM tickets WHERE state IN ('open', 'used') ORDER BY ticket";
    tx.rows(opening, []).await?.iter().map(|row| Ok((row.text("ticket")?, number(row.int("device")?)?))).collect()
}

/// All of them die.
pub(crate) async fn kill_all(tx: &mut Versioned) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE tickets SET state = 'killed', killed_why = 'operator', version = $1 WHERE state IN ('open', 'used')",
        [tx.version().into()],
    )
    .await
    .map(drop)
}
