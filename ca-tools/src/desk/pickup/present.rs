//! Somebody shows a number and a code. Do they open?

use certs::Timestamp;

use super::super::form::Fields;
use super::super::pool::{Door, PoolFull, Turn};
use super::answer::PickupVisit;
use crate::acts::By;
use crate::desk::state::Desk;
use crate::password;
use crate::refusal::{Kind, Refusal};
use crate::rows::TicketProof;
use crate::ticket::{CodeRefusal, ConfirmationCode, Given, Part, Secrets, TicketNumber, TicketRefusal, fold};

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
    Busy(#[from] PoolFull),
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

impl Presented {
    /// The same, shown by this request.
    pub(super) fn shown_by(self, request: Option<&str>) -> Self {
        Self { proof: self.proof.shown_by(request), ..self }
    }
}

impl PickupVisit<'_> {
    /// Proof that these fields hold a number and its code, and that the ticket opens for this part.
    pub(super) async fn present(self, fields: &Fields, part: Part, now: Timestamp) -> Result<Presented, NotPresented> {
        let Self { desk, source, .. } = self;
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
        let guess = desk.guesses.begin(source, now).map_err(NotPresented::TooMany)?;
        let turn = match desk.pool.turn(Door::of_pick_up(source), (source, guess.record())).await {
            Ok(turn) => turn,
            Err(full) => {
                guess.was_none();
                return Err(full.into());
            }
        };
        let by = By { request: self.request.map(str::to_owned), ..By::desk(now)? };
        let shown = TypedTicket { known_by: number.known_by(), typed: code.signs().to_owned().into(), part, by };
        // To its end, though whoever asked goes away: else a code could be tried and the try not be counted.
        let judged = tokio::spawn(desk.clone().judged(shown, turn)).await.map_err(|_| NotPresented::Busy(PoolFull));
        match judged {
            Ok(Ok((Given::Wrong, refused))) => Err(refused.err().unwrap_or(TicketRefusal::Killed.into())),
            Ok(Ok((Given::Right, proven))) => {
                guess.was_none();
                Ok(Presented { number, code, proof: proven? })
            }
            Ok(Err(not_judged)) | Err(not_judged) => {
                guess.was_none();
                Err(not_judged)
            }
        }
    }
}

impl Desk {
    /// Whether the code was right, and what then came of it. A wrong one proves nothing and is recorded.
    async fn judged(
        self,
        TypedTicket { known_by, typed, part, by }: TypedTicket,
        turn: Turn,
    ) -> Result<(Given, Result<TicketProof, NotPresented>), NotPresented> {
        // One at a time on a ticket: tries side by side would all see the same number of them left.
        let _alone = self.presenting.of(&known_by).await;
        let now = by.at;
        let found = self.writer.ledger().ticket_known_by(&known_by).await?;
        let hash = found.as_ref().map(|found| found.code_hash.clone());
        let (given, _turn) = turn.run(move || password::matches_if_any(&typed, hash.as_deref())).await?;
        let given = if given { Given::Right } else { Given::Wrong };
        let Some(found) = found else {
            return Ok((Given::Wrong, Err(told(self.guesses.unknown(&known_by, now)).into())));
        };
        let (name, dead) = (found.name().to_owned(), found.is_dead());
        match (found.proven(given, part, now), given) {
            // It was a guess, whether or not the registry can keep that it was.
            (Err(_), Given::Wrong) if !dead => match self.writer.wrong_code(&by, &name).await {
                Ok(left) => Ok((Given::Wrong, Err(told(left).into()))),
                Err(why) => Ok((Given::Wrong, Err(why.into()))),
            },
            (proven, given) => Ok((given, proven.map_err(NotPresented::from))),
        }
    }
}

/// What is to be judged.
struct TypedTicket {
    known_by: String,
    typed: zeroize::Zeroizing<String>,
    part: Part,
    /// As whom a wrong try is recorded.
    by: By,
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
        let found = self.writer.ledger().ticket_known_by(&number.known_by()).await?;
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
