//! Somebody shows a number and a code. Do they open?

use certs::Timestamp;

use super::super::form::Fields;
use super::super::pool::Full;
use super::super::serve::Desk;
use crate::password;
use crate::ticket::{CodeRefusal, ConfirmationCode, Given, Part, Secrets, TicketNumber, TicketRefusal, fold};
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
    /// `T-000001`, which operators call a ticket by.
    #[error("this is what operators call a ticket by")]
    ManagementNumber,
    /// The page's address opens no more.
    #[error("the page's hour is over")]
    PageOver,
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
                (Err(_), _) if is_management_number(fields.get("number")) => {
                    return Err(NotPresented::ManagementNumber);
                }
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
    /// The ticket of this number and its code, which this desk has just given, or judged within the hour: nobody needs to
    /// type them.
    pub(super) async fn presented(
        &self,
        (number, code): (TicketNumber, ConfirmationCode),
        part: Part,
        now: Timestamp,
    ) -> Result<Presented, NotPresented> {
        let found = self.writer.ticket_known_by(&number.known_by()).await?;
        let found = found.ok_or_else(|| Refusal::Unknown(Kind::Ticket, "T".to_owned()))?;
        let proof = found.proven(Given::Right, part, now)?;
        Ok(Presented { number, code, proof })
    }

    /// The same of a ticket that the desk has just drawn.
    pub(in crate::desk) async fn drawn(&self, secrets: Secrets, now: Timestamp) -> Result<Presented, NotPresented> {
        let Secrets { number, code, .. } = secrets;
        self.presented((number, code), Part::First, now).await
    }
}

/// `T-000123`, however it was typed. A number of 16 signs is never so short.
fn is_management_number(typed: &str) -> bool {
    let folded = fold(typed);
    let digits = folded.strip_prefix('t').unwrap_or_default();
    (1..=9).contains(&digits.len()) && digits.bytes().all(|sign| sign.is_ascii_digit())
}

fn told(left: i64) -> TicketRefusal {
    if left == 0 { TicketRefusal::Killed } else { TicketRefusal::Wrong { left } }
}
