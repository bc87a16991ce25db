//! Which letter is due, and what became of it?
//!
//! What is urgent goes first, then what was tried least lately: one that failed goes behind the others. Whoever carries a
//! letter holds it for a while: a second desk on the same registry finds it not due, and after a crash it is due again by
//! itself. None of this is a change that gateways follow; only an end without delivery is, so that it stands in the chain of
//! events.

use certs::Timestamp;
use serde_json::json;
use zeroize::Zeroizing;

use super::change::RequiredRole;
use super::{By, Writer};
use crate::letters::{NextLetter, Patience, Seal, SealRefusal, Sealed};
use crate::refusal::{Kind, Malformed, Refusal, Unavailable};
use crate::rows::mail::SealedMail;
use crate::rows::{Due, mail};

/// How a letter ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The server, or the outbox, has it.
    Sent,
    /// It would have told what is over.
    Dropped(String),
    /// It cannot be delivered, ever.
    Refused(String),
    /// It was tried for days and never taken.
    GivenUp(String),
}

fn seal_of(due: &Due) -> Sealed<'_> {
    Sealed { mail: due.mail, message_id: &due.message_id, recipient: &due.recipient, about: &due.about }
}

fn seal_over(letter: &SealedMail) -> Sealed<'_> {
    let SealedMail { mail, message_id, recipient, about, .. } = letter;
    Sealed { mail: *mail, message_id, recipient, about }
}

impl Writer {
    /// Takes the first letter that is due and wanted, and holds it for as long as its try may take: by then it has ended, or
    /// is due again.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn take_due_mail(&self, now: Timestamp, wanted: &NextLetter) -> Result<Option<Due>, Unavailable> {
        loop {
            // Looking takes no lock: with nothing due, nobody is in a change's way.
            let first = mail::first_due(&mut self.read().await?, now, wanted).await?;
            let Some((due, next_at)) = first else { return Ok(None) };
            let mut tx = self.database.begin_write().await?;
            let taken = mail::take(&mut tx, due.mail, (next_at, now.plus(Patience::lease(due.tries)))).await?;
            tx.commit().await?;
            // Otherwise another desk was quicker.
            if taken {
                return Ok(Some(due));
            }
        }
    }

    /// The facts of a letter that is being carried.
    pub(crate) fn opened(&self, due: &Due) -> Result<Zeroizing<String>, SealRefusal> {
        self.seal.open(&due.letter, seal_of(due))
    }

    /// The letters in the queue that this house's key does not open.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn shut_mails(&self) -> Result<Vec<i64>, Unavailable> {
        let mut shut = Vec::new();
        for letter in mail::unsent(&mut self.read().await?).await? {
            if self.seal.open(&letter.letter, seal_over(&letter)).is_err() {
                shut.push(letter.mail);
            }
        }
        Ok(shut)
    }

    /// Seals what was queued before letters were sealed; how many.
    pub(crate) async fn seal_mails_of_before(&self) -> Result<u64, Refusal> {
        let perhaps = mail::perhaps_plain(&mut self.read().await?).await?;
        let mut sealed = 0;
        for plain in perhaps.iter().filter(|letter| Seal::is_plain(&letter.letter)) {
            let letter = self.seal.seal(&plain.letter, seal_over(plain))?;
            let mut tx = self.database.begin_write().await?;
            sealed += mail::reseal(&mut tx, plain.mail, &plain.letter, &letter).await?;
            tx.commit().await?;
        }
        Ok(sealed)
    }

    /// Lets a letter go: it is tried again from `next` on.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn postpone_mail(&self, letter: i64, next: Timestamp, problem: &str) -> Result<(), Unavailable> {
        let mut tx = self.database.begin_write().await?;
        mail::postpone(&mut tx, letter, next, problem).await?;
        tx.commit().await
    }

    /// Nothing waiting is tried before `next`: the house's own server is away, and this is why.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn postpone_all_mail(&self, next: Timestamp, problem: &str) -> Result<(), Unavailable> {
        let mut tx = self.database.begin_write().await?;
        mail::postpone_all(&mut tx, next, problem).await?;
        tx.commit().await
    }

    /// Records how a letter ended. What was sent is emptied, and of somebody who was only asked whether the address
    /// is theirs not even that is kept; what was refused or given up can be tried again by an operator, and stands in the
    /// chain of events.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn end_mail(&self, due: &Due, ended: &Outcome, at: Timestamp) -> Result<(), Refusal> {
        match ended {
            Outcome::Sent => self.close_mail(due.mail, "sent", None, at).await,
            Outcome::Dropped(why) => self.close_mail(due.mail, "dropped", Some(why), at).await,
            Outcome::Refused(why) => self.undelivered(due, "mail.refused", false, why, at).await,
            Outcome::GivenUp(why) => self.undelivered(due, "mail.given-up", true, why, at).await,
        }
    }

    async fn undelivered(
        &self,
        due: &Due,
        action: &str,
        given_up: bool,
        why: &str,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        let mut change = self.change(&By::desk(at)?, RequiredRole::Desk).await?;
        // Another desk has ended it already: nothing happened here.
        if !mail::refuse(&mut change, due.mail, (why, given_up)).await? {
            return Ok(());
        }
        let detail = json!({ "mail": due.mail, "kind": due.kind, "problem": why });
        change.commit(action, &due.about, detail).await.map(|_| ())
    }

    async fn close_mail(&self, letter: i64, state: &str, why: Option<&str>, at: Timestamp) -> Result<(), Refusal> {
        let mut tx = self.database.begin_write().await?;
        mail::close(&mut tx, letter, (state, why, at)).await?;
        Ok(tx.commit().await?)
    }

    /// An operator has a letter tried again at once: one that was refused, or one that waits.
    ///
    /// # Errors
    /// There is none of that number, or it was sent already; the operator may not.
    pub async fn retry_mail(&self, by: &By, letter: i64) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Operate).await?;
        let state = mail::state(&mut change, letter).await?;
        let (was, about) = state.ok_or_else(|| Refusal::Unknown(Kind::Mail, letter.to_string()))?;
        if !mail::retry(&mut change, letter).await? {
            return Err(Malformed::MailIsOver.into());
        }
        change.commit("mail.retry", &about, json!({ "mail": letter, "was": was })).await
    }
}
