//! The file that a ticket gave is kept for an hour, so that a second press, a reload or a torn connection gets the same one.
//!
//! It is sealed under number, code and the desk's key ([`crate::ticket::file_key`]): who reads the registry and the desk's
//! key, and lacks either of the others, has nothing. It goes with the first use of its certificate, with its ticket, and
//! with the hour. Nothing depends on it: no change, and in no backup.

use certs::{Serial, Timestamp};
use serde_json::json;

use super::change::Duty;
use super::refusal::Refusal;
use super::ticket_use::{TicketProof, gives};
use super::{Writer, certificate};
use crate::ticket::{Gives, TicketRefusal};

/// Seconds for which it is kept. Longer than it takes to install it, with a reload on the way; short, because who knows
/// number and code takes a copy that nobody misses, while a new one would end the one in the right hands.
pub(crate) const KEPT: i64 = 3_600;
/// So often the same file comes again.
const MOST: i64 = 20;

impl Writer {
    /// Keeps the sealed file of a certificate that is about to be recorded.
    pub(crate) async fn keep_file(
        &self,
        ticket: &TicketProof,
        (serial, sealed): (Serial, String),
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut tx = self.database.begin_write().await?;
        tx.run("DELETE FROM kept_files WHERE kept_until < $1", [now.unix().into()]).await?;
        let until = now.plus(KEPT).min(ticket.until());
        let statement = "INSERT INTO kept_files (serial, ticket, sealed, kept_until, given) VALUES ($1, $2, $3, $4, 0)";
        tx.run(statement, [serial.to_string().into(), ticket.name().into(), sealed.into(), until.unix().into()])
            .await?;
        Ok(tx.commit().await?)
    }

    /// The sealed file once more, for whoever shows the ticket that gave it. That it was given again is an event.
    ///
    /// # Errors
    /// It is not kept any more, the certificate in it was used or ended, or the device may not have one now.
    pub(crate) async fn file_again(&self, ticket: &TicketProof, now: Timestamp) -> Result<String, Refusal> {
        let mut change = self.change(&ticket.by(now)?, Duty::Desk).await?;
        let at = match gives(&mut change, ticket).await? {
            Gives::Again { at, .. } => at,
            Gives::New => return Err(TicketRefusal::NotTaken.into()),
            Gives::Page { at } => return Err(TicketRefusal::Used { at, other: true }.into()),
        };
        certificate::intendable(&mut change, ticket.device()).await?;
        let row = change
            .row(
                "SELECT k.serial, k.sealed FROM tickets t \
                 JOIN kept_files k ON k.serial = t.serial AND k.ticket = t.ticket \
                 JOIN certificates c ON c.serial = t.serial \
                 WHERE t.ticket = $1 AND c.state = 'issued' AND k.given < $2",
                [ticket.name().into(), MOST.into()],
            )
            .await?
            .ok_or(TicketRefusal::Used { at, other: true })?;
        let serial = row.text("serial")?;
        change.run("UPDATE kept_files SET given = given + 1 WHERE serial = $1", [serial.as_str().into()]).await?;
        let detail = json!({ "device": ticket.device(), "serial": serial });
        change.commit("ticket.file-again", ticket.name(), detail).await?;
        Ok(row.text("sealed")?)
    }

    /// The certificate that this ticket gave for this very key, PEM: a request that was sent twice is answered twice.
    pub(crate) async fn given_for(
        &self,
        ticket: &TicketProof,
        key: &certs::KeyPrint,
    ) -> Result<Option<String>, Refusal> {
        let Some(serial) = ticket.serial() else { return Ok(None) };
        let mut tx = self.read().await?;
        let row = tx
            .row(
                "SELECT certificate FROM certificates \
                 WHERE serial = $1 AND device = $2 AND key_print = $3 AND key_origin = 'csr' AND state = 'issued'",
                [serial.to_string().into(), ticket.device().number().into(), key.to_string().into()],
            )
            .await?;
        Ok(row.map(|row| row.text("certificate")).transpose()?)
    }
}
