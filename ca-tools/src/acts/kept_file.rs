//! The file that a ticket gave is kept for an hour, so that a second press, a reload or a torn connection gets the same one.
//!
//! It is sealed under number, code and the desk's key ([`crate::ticket::file_key`]): who reads the registry and the desk's
//! key, and lacks either of the others, has nothing. It goes with the first use of its certificate, with its ticket, and
//! with the hour. Nothing depends on it: no change, and in no backup.

use certs::{KeyPrint, Serial, Timestamp};
use serde_json::json;

use super::Writer;
use super::change::RequiredRole;
use super::eligible::intendable;
use super::ticket_use::{by, gives};
use crate::refusal::Refusal;
use crate::rows;
use crate::rows::kept_file::KeptFile;
use crate::rows::{TicketProof, kept_file, shown};
use crate::ticket::{Gives, TicketRefusal};

/// Seconds for which it is kept. Longer than it takes to install it, with a reload on the way; short, because who knows
/// number and code takes a copy that nobody misses, while a new one would end the one in the right hands.
pub(crate) const KEPT: i64 = 3_600;
/// So often the same file comes again.
const MOST: i64 = 20;
/// A certificate for a request is given again.
const CERTIFICATE_AGAIN: &str = "ticket.certificate-again";

impl Writer {
    /// Keeps the sealed file of a certificate that is about to be recorded.
    pub(crate) async fn keep_file(
        &self,
        ticket: &TicketProof,
        serial: Serial,
        sealed: String,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut tx = self.database.begin_write().await?;
        kept_file::forget_before(&mut tx, now).await?;
        let until = now.plus(KEPT).min(ticket.until());
        let file = KeptFile { serial: &serial.to_string(), ticket: ticket.name(), sealed: &sealed, until };
        kept_file::write(&mut tx, &file).await?;
        Ok(tx.commit().await?)
    }

    /// The sealed file once more, for whoever shows the ticket that gave it. That it was given again is an event.
    ///
    /// # Errors
    /// It is not kept any more, the certificate in it was used or ended, or the device may not have one now.
    pub(crate) async fn file_again(&self, ticket: &TicketProof, now: Timestamp) -> Result<String, Refusal> {
        let mut change = self.change(&by(ticket, now)?, RequiredRole::Desk).await?;
        let at = match gives(&mut change, ticket).await? {
            Gives::Again { at, .. } => at,
            Gives::New => return Err(TicketRefusal::NotTaken.into()),
            Gives::Page { at } => return Err(TicketRefusal::Used { at, other: true }.into()),
        };
        intendable(&mut change, ticket.device()).await?;
        let kept = kept_file::of_ticket(&mut change, ticket.name(), MOST).await?;
        let (serial, sealed) = kept.ok_or(TicketRefusal::Used { at, other: true })?;
        kept_file::count(&mut change, &serial).await?;
        let detail = json!({ "device": ticket.device(), "serial": serial });
        change.commit("ticket.file-again", ticket.name(), detail).await?;
        Ok(sealed)
    }

    /// The certificate that this ticket gave for this very key, PEM: a request that was sent twice is answered twice, and
    /// each answer is an event. Nothing where it gave none for it.
    ///
    /// # Errors
    /// It was given again too often.
    pub(crate) async fn certificate_again(
        &self,
        ticket: &TicketProof,
        key: &KeyPrint,
        now: Timestamp,
    ) -> Result<Option<String>, Refusal> {
        let Some(given) = shown::given_for(&mut self.read().await?, ticket, key).await? else { return Ok(None) };
        let mut change = self.change(&by(ticket, now)?, RequiredRole::Desk).await?;
        let before = rows::event::count_since(&mut change, (CERTIFICATE_AGAIN, ticket.name()), now.plus(-KEPT)).await?;
        if before >= MOST {
            return Err(TicketRefusal::Used { at: now, other: false }.into());
        }
        let detail = json!({ "device": ticket.device(), "serial": given.serial.to_string() });
        change.commit(CERTIFICATE_AGAIN, ticket.name(), detail).await?;
        Ok(Some(given.pem))
    }
}
