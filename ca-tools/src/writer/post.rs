//! Which letter is due, and what became of it?
//!
//! Whoever carries a letter holds it for a while first: a second desk on the same registry finds it
//! not due, and after a crash it is due again by itself. None of this is a change that gateways
//! follow; only a refusal for good is, so that it stands in the chain of events.

use certs::Timestamp;
use serde_json::json;

use super::change::Duty;
use super::database::Row;
use super::refusal::{Refusal, Unavailable};
use super::{By, Writer};

/// A letter that is being carried.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Due {
    /// Its number in the queue.
    pub mail: i64,
    /// The part of its Message-ID before the `@`.
    pub message_id: String,
    /// To whom.
    pub recipient: String,
    /// JSON of a [`crate::mail::Letter`].
    pub letter: String,
    /// What it is about: a device, an application, an office.
    pub about: String,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// Which try this is, from 1.
    pub tries: i64,
}

/// How a letter ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The server, or the outbox, has it.
    Sent,
    /// It would have told what is over.
    Dropped(String),
    /// It cannot be delivered, ever.
    Refused(String),
}

impl Writer {
    /// Takes the oldest letter that is due, and holds it for `lease` seconds: by then it has ended, or
    /// is due again.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn take_due_mail(&self, now: Timestamp, lease: i64) -> Result<Option<Due>, Unavailable> {
        loop {
            // Looking takes no lock: with nothing due, nobody is in a change's way.
            let Some(row) = self.read().await?.row(DUE, [now.unix().into()]).await? else { return Ok(None) };
            let (mail, next_at) = (row.int("mail")?, row.int("next_at")?);
            let mut tx = self.database.begin_write().await?;
            let taken = tx
                .run(
                    "UPDATE mails SET next_at = $3, tries = tries + 1 \
                     WHERE mail = $1 AND next_at = $2 AND state = 'queued'",
                    [mail.into(), next_at.into(), now.plus(lease).unix().into()],
                )
                .await?;
            tx.commit().await?;
            // Otherwise another desk was quicker.
            if taken == 1 {
                return Ok(Some(due(&row)?));
            }
        }
    }

    /// Lets a letter go: it is tried again from `next` on.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn postpone_mail(&self, mail: i64, next: Timestamp, problem: &str) -> Result<(), Unavailable> {
        let mut tx = self.database.begin_write().await?;
        tx.run(
            "UPDATE mails SET next_at = $2, problem = $3 WHERE mail = $1 AND state = 'queued'",
            [mail.into(), next.unix().into(), problem.into()],
        )
        .await?;
        tx.commit().await
    }

    /// Nothing waiting is tried before `next`: the server is away.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn postpone_all_mail(&self, next: Timestamp) -> Result<(), Unavailable> {
        let mut tx = self.database.begin_write().await?;
        tx.run("UPDATE mails SET next_at = $1 WHERE state = 'queued' AND next_at < $1", [next.unix().into()]).await?;
        tx.commit().await
    }

    /// Records how a letter ended. What was sent is emptied, and of somebody who was only asked whether the address
    /// is theirs not even that is kept; what was refused can be tried again by
    /// an operator, and stands in the chain of events.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn end_mail(&self, due: &Due, ended: &Outcome, at: Timestamp) -> Result<(), Refusal> {
        match ended {
            Outcome::Sent => self.close_mail(due.mail, ("sent", None), at).await,
            Outcome::Dropped(why) => self.close_mail(due.mail, ("dropped", Some(why)), at).await,
            Outcome::Refused(why) => {
                let mut change = self.change(&By::desk(at)?, Duty::Desk).await?;
                let refused = change
                    .run(
                        "UPDATE mails SET state = 'refused', ended_at = $2, problem = $3 \
                         WHERE mail = $1 AND state = 'queued'",
                        [due.mail.into(), at.unix().into(), why.as_str().into()],
                    )
                    .await?;
                // Another desk has ended it already: nothing happened here.
                if refused == 0 {
                    return Ok(());
                }
                let detail = json!({ "mail": due.mail, "problem": why });
                change.commit("mail.refused", &due.about, detail).await.map(|_| ())
            }
        }
    }

    async fn close_mail(&self, mail: i64, (state, why): (&str, Option<&str>), at: Timestamp) -> Result<(), Refusal> {
        let mut tx = self.database.begin_write().await?;
        tx.run(
            "UPDATE mails SET state = $2, ended_at = $3, problem = $4, letter = '', \
             recipient = CASE WHEN kind = 'confirm_address' THEN '' ELSE recipient END \
             WHERE mail = $1 AND state = 'queued'",
            [mail.into(), state.into(), at.unix().into(), why.into()],
        )
        .await?;
        Ok(tx.commit().await?)
    }

    /// An operator has a letter tried again at once: one that was refused, or one that waits.
    ///
    /// # Errors
    /// There is none of that number, or it was sent already; the operator may not.
    pub async fn retry_mail(&self, by: &By, mail: i64) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let row = change.row("SELECT state, about FROM mails WHERE mail = $1", [mail.into()]).await?;
        let row = row.ok_or_else(|| Refusal::Unknown(super::Kind::Mail, mail.to_string()))?;
        let at = change.at().unix();
        let again = change
            .run(
                "UPDATE mails SET state = 'queued', next_at = $2, ended_at = NULL WHERE mail = $1 AND letter <> ''",
                [mail.into(), at.into()],
            )
            .await?;
        if again == 0 {
            return Err(Refusal::malformed(
                "mail",
                "すでに送信したか、送る必要がなくなったメールです。もう一度送ることはできません。",
                "was sent already, or is no longer needed; it cannot be sent again",
            ));
        }
        let about = row.text("about")?;
        change.commit("mail.retry", &about, json!({ "mail": mail, "was": row.text("state")? })).await
    }
}

const DUE: &str = "SELECT mail, message_id, recipient, letter, about, queued_at, next_at, tries FROM mails \
    WHERE state = 'queued' AND next_at <= $1 ORDER BY mail LIMIT 1";

fn due(row: &Row) -> Result<Due, Unavailable> {
    Ok(Due {
        mail: row.int("mail")?,
        message_id: row.text("message_id")?,
        recipient: row.text("recipient")?,
        letter: row.text("letter")?,
        about: row.text("about")?,
        queued_at: Timestamp::from_unix(row.int("queued_at")?),
        tries: row.int("tries")? + 1,
    })
}
