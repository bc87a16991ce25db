//! Which letter is due, and what became of it?
//!
//! What is urgent goes first, then what was tried least lately: one that failed goes behind the others. Whoever carries a
//! letter holds it for a while: a second desk on the same registry finds it not due, and after a crash it is due again by
//! itself. None of this is a change that gateways follow; only an end without delivery is, so that it stands in the chain of
//! events.

use certs::Timestamp;
use serde_json::json;
use zeroize::Zeroizing;

use super::change::Duty;
use super::refusal::{Refusal, Unavailable};
use super::{By, Writer};
use crate::database::{Row, Value};
use crate::mail::{FULL_DOMAINS, Patience, Seal, SealRefusal, Sealed, Wanted};

/// A letter that is being carried.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Due {
    /// Its number in the queue.
    pub mail: i64,
    /// The part of its Message-ID before the `@`.
    pub message_id: String,
    /// One word for what it tells.
    pub kind: String,
    /// To whom.
    pub recipient: String,
    /// JSON of a [`crate::mail::Letter`], sealed.
    pub letter: String,
    /// What it is about: a device, an application, an office.
    pub about: String,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// From when on it is tried.
    pub since: Timestamp,
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
    /// It was tried for days and never taken.
    GivenUp(String),
}

impl Due {
    fn sealed(&self) -> Sealed<'_> {
        Sealed { mail: self.mail, message_id: &self.message_id, recipient: &self.recipient, about: &self.about }
    }
}

impl Writer {
    /// Takes the first letter that is due and wanted, and holds it for as long as its try may take: by then it has ended, or
    /// is due again.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn take_due_mail(&self, now: Timestamp, wanted: &Wanted) -> Result<Option<Due>, Unavailable> {
        loop {
            // Looking takes no lock: with nothing due, nobody is in a change's way.
            let Some(row) = self.read().await?.row(DUE, asked(now, wanted)).await? else { return Ok(None) };
            let (due, next_at) = (due(&row)?, row.int("next_at")?);
            let mut tx = self.database.begin_write().await?;
            let taken = tx
                .run(
                    "UPDATE mails SET next_at = $3, tries = tries + 1 \
                     WHERE mail = $1 AND next_at = $2 AND state = 'queued'",
                    [due.mail.into(), next_at.into(), now.plus(Patience::lease(due.tries)).unix().into()],
                )
                .await?;
            tx.commit().await?;
            // Otherwise another desk was quicker.
            if taken == 1 {
                return Ok(Some(due));
            }
        }
    }

    /// The facts of a letter that is being carried.
    pub(crate) fn opened(&self, due: &Due) -> Result<Zeroizing<String>, SealRefusal> {
        self.seal.open(&due.letter, due.sealed())
    }

    /// The letters in the queue that this house's key does not open.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn shut_mails(&self) -> Result<Vec<i64>, Unavailable> {
        let question = "SELECT mail, message_id, recipient, about, letter FROM mails \
            WHERE state IN ('queued', 'refused') AND letter <> '' ORDER BY mail";
        let mut shut = Vec::new();
        for row in self.read().await?.rows(question, []).await? {
            let (mail, message_id) = (row.int("mail")?, row.text("message_id")?);
            let (recipient, about) = (row.text("recipient")?, row.text("about")?);
            let of = Sealed { mail, message_id: &message_id, recipient: &recipient, about: &about };
            if self.seal.open(&row.text("letter")?, of).is_err() {
                shut.push(mail);
            }
        }
        Ok(shut)
    }

    /// Seals what was queued before letters were sealed; how many.
    pub(crate) async fn seal_mails_of_before(&self) -> Result<u64, Refusal> {
        let rows = self.read().await?.rows("SELECT * FROM mails WHERE letter LIKE '{%'", []).await?;
        let mut sealed = 0;
        for row in rows {
            let plain = row.text("letter")?;
            if !Seal::is_plain(&plain) {
                continue;
            }
            let (mail, message_id) = (row.int("mail")?, row.text("message_id")?);
            let (recipient, about) = (row.text("recipient")?, row.text("about")?);
            let of = Sealed { mail, message_id: &message_id, recipient: &recipient, about: &about };
            let letter = self.seal.seal(&plain, of)?;
            let mut tx = self.database.begin_write().await?;
            let values = [mail.into(), plain.into(), letter.into()];
            sealed += tx.run("UPDATE mails SET letter = $3 WHERE mail = $1 AND letter = $2", values).await?;
            tx.commit().await?;
        }
        Ok(sealed)
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

    /// Nothing waiting is tried before `next`: the house's own server is away, and this is why.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn postpone_all_mail(&self, next: Timestamp, problem: &str) -> Result<(), Unavailable> {
        let mut tx = self.database.begin_write().await?;
        tx.run(
            "UPDATE mails SET next_at = $1, problem = $2 WHERE state = 'queued' AND next_at < $1",
            [next.unix().into(), problem.into()],
        )
        .await?;
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
            Outcome::Sent => self.close_mail(due.mail, ("sent", None), at).await,
            Outcome::Dropped(why) => self.close_mail(due.mail, ("dropped", Some(why)), at).await,
            Outcome::Refused(why) => self.undelivered(due, ("mail.refused", 0, why), at).await,
            Outcome::GivenUp(why) => self.undelivered(due, ("mail.given-up", 1, why), at).await,
        }
    }

    async fn undelivered(
        &self,
        due: &Due,
        (action, given_up, why): (&str, i64, &str),
        at: Timestamp,
    ) -> Result<(), Refusal> {
        let mut change = self.change(&By::desk(at)?, Duty::Desk).await?;
        let refused = change
            .run(
                "UPDATE mails SET state = 'refused', ended_at = $2, problem = $3, given_up = $4 \
                 WHERE mail = $1 AND state = 'queued'",
                [due.mail.into(), at.unix().into(), why.into(), given_up.into()],
            )
            .await?;
        // Another desk has ended it already: nothing happened here.
        if refused == 0 {
            return Ok(());
        }
        let detail = json!({ "mail": due.mail, "kind": due.kind, "problem": why });
        change.commit(action, &due.about, detail).await.map(|_| ())
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
                "UPDATE mails SET state = 'queued', next_at = $2, ended_at = NULL, given_up = 0, tries = 0, \
                 tried_since = $2 WHERE mail = $1 AND letter <> ''",
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

/// [`crate::mail::Urgency`] of a row.
macro_rules! rank {
    () => {
        "CASE WHEN kind IN ('certificate_revoked', 'device_on_hold', 'device_resumed', 'used_elsewhere', \
         'office_closed', 'office_mail_changed') THEN 0 \
         WHEN kind IN ('confirm_address', 'apply_by_login') THEN 2 ELSE 1 END"
    };
}

const DUE: &str = concat!(
    "SELECT mail, message_id, kind, recipient, letter, about, queued_at, COALESCE(tried_since, queued_at) AS since, \
     next_at, tries FROM mails WHERE state = 'queued' AND next_at <= $1 AND ",
    rank!(),
    " <= $2 AND lower(recipient) NOT LIKE $3 ESCAPE '!' AND lower(recipient) NOT LIKE $4 ESCAPE '!' \
     AND lower(recipient) NOT LIKE $5 ESCAPE '!' AND lower(recipient) NOT LIKE $6 ESCAPE '!' ORDER BY ",
    rank!(),
    ", next_at, mail LIMIT 1"
);

// The question leaves out as many domains as can be full at once.
const _: () = assert!(FULL_DOMAINS == 4);

fn asked(now: Timestamp, wanted: &Wanted) -> [Value; 6] {
    let but_to = |at: usize| Value::from(wanted.but_to.get(at).map(|domain| to_domain(domain)).unwrap_or_default());
    [now.unix().into(), wanted.least.rank().into(), but_to(0), but_to(1), but_to(2), but_to(3)]
}

/// What an address at this domain is like.
fn to_domain(domain: &str) -> String {
    let mut pattern = "%@".to_owned();
    for sign in domain.chars() {
        if matches!(sign, '!' | '%' | '_') {
            pattern.push('!');
        }
        pattern.push(sign);
    }
    pattern
}

fn due(row: &Row) -> Result<Due, Unavailable> {
    Ok(Due {
        mail: row.int("mail")?,
        message_id: row.text("message_id")?,
        kind: row.text("kind")?,
        recipient: row.text("recipient")?,
        letter: row.text("letter")?,
        about: row.text("about")?,
        queued_at: Timestamp::from_unix(row.int("queued_at")?),
        since: Timestamp::from_unix(row.int("since")?),
        tries: row.int("tries")? + 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{LetterKind, Urgency};

    #[test]
    fn the_queue_sorts_letters_as_their_kinds_say() {
        let (at_once, rest) = rank!().split_once("THEN 0").unwrap();
        let (strangers, _) = rest.split_once("THEN 2").unwrap();
        for kind in LetterKind::ALL {
            let quoted = format!("'{}'", kind.as_str());
            let found = [at_once.contains(&quoted), strangers.contains(&quoted)];
            let urgency = kind.urgency();
            assert_eq!(found, [urgency == Urgency::AtOnce, urgency == Urgency::ForStrangers], "{kind:?}");
        }
    }

    #[test]
    fn a_domain_that_is_full_is_left_out_as_it_is_spelt() {
        assert_eq!(to_domain("a_b%c!.example"), "%@a!_b!%c!!.example");
    }
}
