//! Somebody shows a number and a code. Do they open?

use certs::Timestamp;

use super::super::form::Fields;
use super::super::pool::Full;
use super::super::serve::Desk;
use crate::password;
use crate::ticket::{CodeRefusal, ConfirmationCode, Given, Part, Secrets, TicketNumber, TicketRefusal};
use crate::writer::{Kind, Refusal, TicketProof};

/// A number and a code that open.
#[derive(Debug)]
pub(crate) struct Presented {
    pub(crate) number: TicketNumber,
    pub(crate) code: ConfirmationCode,
    pub(crate) proof: TicketProof,
}

/// Why they do not.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotPresented {
    #[error(transparent)]
    Busy(#[from] Full),
    /// They cannot be a number and a code; which of the two.
    #[error("no number or code looks like this")]
    Illegible { number: Result<(), CodeRefusal>, code: Result<(), CodeRefusal> },
    #[error(transparent)]
    Registry(#[from] Refusal),
    #[error(transparent)]
    Ticket(#[from] TicketRefusal),
    /// This source guessed too often: seconds to wait.
    #[error("too many guesses from one source")]
    TooMany(i64),
}

impl Desk {
    /// Proof that these fields hold a number and its code, and that the ticket opens for this part.
    pub(crate) async fn present(
        &self,
        fields: &Fields,
        (part, source): (Part, &str),
        now: Timestamp,
    ) -> Result<Presented, NotPresented> {
        if let Some(seconds) = self.guesses.wait(source, now) {
            return Err(NotPresented::TooMany(seconds));
        }
        let (number, code) =
            match (TicketNumber::typed(fields.get("number")), ConfirmationCode::typed(fields.get("code"))) {
                (Ok(number), Ok(code)) => (number, code),
                (number, code) => {
                    return Err(NotPresented::Illegible { number: number.map(|_| ()), code: code.map(|_| ()) });
                }
            };
        // One at a time: tries side by side would all see the same number of them left.
        let _alone = self.presenting.lock().await;
        let known_by = number.known_by();
        let found = self.writer.ticket_known_by(&known_by).await?;
        let hash = found.as_ref().map(|found| found.code_hash.clone());
        let typed = zeroize::Zeroizing::new(code.signs().to_owned());
        let given = match self.pool.run(move || password::matches_if_any(&typed, hash.as_deref())).await? {
            true => Given::Right,
            false => Given::Wrong,
        };
        let Some(found) = found else {
            self.guesses.wrong(source, now);
            return Err(told(self.guesses.unknown(&known_by, now)).into());
        };
        let (name, dead) = (found.name().to_owned(), found.is_dead());
        match (found.proven(given, part, now), given) {
            (Ok(proof), _) => Ok(Presented { number, code, proof }),
            (Err(refusal), Given::Right) => Err(refusal.into()),
            (Err(refusal), Given::Wrong) => {
                self.guesses.wrong(source, now);
                if dead { Err(refusal.into()) } else { Err(told(self.writer.wrong_code(now, &name).await?).into()) }
            }
        }
    }
}

impl Desk {
    /// The ticket of these secrets, which this desk has just given: nobody needs to type them.
    pub(crate) async fn presented(&self, secrets: Secrets, part: Part, now: Timestamp) -> Result<Presented, Refusal> {
        let Secrets { number, code, .. } = secrets;
        let found = self.writer.ticket_known_by(&number.known_by()).await?;
        let found = found.ok_or_else(|| Refusal::Unknown(Kind::Ticket, "T".to_owned()))?;
        let proof = found.proven(Given::Right, part, now)?;
        Ok(Presented { number, code, proof })
    }
}

fn told(left: i64) -> TicketRefusal {
    if left == 0 { TicketRefusal::Killed } else { TicketRefusal::Wrong { left } }
}
