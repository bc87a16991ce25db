//! The queue of letters: facts of delivery, with no version that gateways follow but that of the change that queued them.

use certs::{DeviceNo, Timestamp};
use registry::LoginId;

use crate::database::{Row, Transaction, Value, Versioned};
use crate::letters::{FULL_DOMAINS, NextLetter};
use crate::refusal::Unavailable;

/// A letter on its way into the queue.
#[derive(Clone, Debug)]
pub(crate) struct NewMail<'a> {
    pub(crate) mail: i64,
    pub(crate) message_id: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) recipient: &'a str,
    /// Sealed.
    pub(crate) letter: &'a str,
    pub(crate) about: &'a str,
}

/// The number after the highest ever given.
pub(crate) async fn next_number(tx: &mut Transaction) -> Result<i64, Unavailable> {
    let last = tx.row("SELECT COALESCE(MAX(mail), 0) AS last FROM mails", []).await?;
    Ok(last.map_or(Ok(0), |row| row.int("last"))? + 1)
}

/// Queues it.
pub(crate) async fn write(tx: &mut Versioned, mail: &NewMail<'_>) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO mails (mail, message_id, kind, recipient, letter, about, state, queued_at, next_at, tries, \
         version) VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $7, 0, $8)",
        [
            mail.mail.into(),
            mail.message_id.into(),
            mail.kind.into(),
            mail.recipient.into(),
            mail.letter.into(),
            mail.about.into(),
            tx.at().unix().into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// Whom an office's letters reach.
#[derive(Clone, Debug)]
pub(crate) struct Contact {
    pub(crate) mail: String,
    /// The office's name.
    pub(crate) office: String,
    /// Its contact's.
    pub(crate) contact: String,
}

/// How many letters a change queued.
pub(crate) async fn of_version(tx: &mut Transaction, version: i64) -> Result<i64, Unavailable> {
    let row = tx.row("SELECT COUNT(*) AS letters FROM mails WHERE version = $1", [version.into()]).await?;
    row.map_or(Ok(0), |row| row.int("letters"))
}

/// Who is told of a person of an office.
pub(crate) async fn contact_of_user(tx: &mut Transaction, user: &LoginId) -> Result<Option<Contact>, Unavailable> {
    let row = tx
        .row(
            "SELECT o.mail, o.name, o.contact FROM offices o JOIN system_users u ON u.office = o.office \
             WHERE u.login_id = $1",
            [user.as_str().into()],
        )
        .await?;
    row.map(|row| Ok(Contact { mail: row.text("mail")?, office: row.text("name")?, contact: row.text("contact")? }))
        .transpose()
}

/// The mail address of the office of a device; empty where there is none.
pub(crate) async fn address_of(tx: &mut Transaction, device: DeviceNo) -> Result<String, Unavailable> {
    let row = tx
        .row(
            "SELECT o.mail FROM offices o JOIN devices d ON d.office = o.office WHERE d.device = $1",
            [device.number().into()],
        )
        .await?;
    row.map_or(Ok(String::new()), |row| row.text("mail"))
}

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
    /// JSON of a [`crate::letters::Letter`], sealed.
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

/// [`crate::letters::Urgency`] of a row.
macro_rules! rank {
    () => {
        "CASE WHEN kind IN ('certificate_revoked', 'device_on_hold', 'device_resumed', 'used_elsewhere', \
         'office_closed', 'office_mail_changed', 'office_on_hold', 'office_resumed', 'password_reset', 'glass_broken') \
         THEN 0 \
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

/// The first letter that is due and wanted, and until when it was let go.
pub(crate) async fn first_due(
    tx: &mut Transaction,
    now: Timestamp,
    wanted: &NextLetter,
) -> Result<Option<(Due, i64)>, Unavailable> {
    let row = tx.row(DUE, asked(now, wanted)).await?;
    row.map(|row| Ok((due(&row)?, row.int("next_at")?))).transpose()
}

fn asked(now: Timestamp, wanted: &NextLetter) -> [Value; 6] {
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

/// Takes a letter that stood like this, and holds it until then; whether nobody was quicker.
pub(crate) async fn take(tx: &mut Transaction, mail: i64, (was, until): (i64, Timestamp)) -> Result<bool, Unavailable> {
    let taken = tx
        .run(
            "UPDATE mails SET next_at = $3, tries = tries + 1 \
             WHERE mail = $1 AND next_at = $2 AND state = 'queued'",
            [mail.into(), was.into(), until.unix().into()],
        )
        .await?;
    Ok(taken == 1)
}

/// A sealed letter, and what its seal is over.
#[derive(Clone, Debug)]
pub(crate) struct SealedMail {
    pub(crate) mail: i64,
    pub(crate) message_id: String,
    pub(crate) recipient: String,
    pub(crate) about: String,
    pub(crate) letter: String,
}

fn sealed_mail(row: &Row) -> Result<SealedMail, Unavailable> {
    Ok(SealedMail {
        mail: row.int("mail")?,
        message_id: row.text("message_id")?,
        recipient: row.text("recipient")?,
        about: row.text("about")?,
        letter: row.text("letter")?,
    })
}

/// The letters that are not sent yet.
pub(crate) async fn unsent(tx: &mut Transaction) -> Result<Vec<SealedMail>, Unavailable> {
    let question = "SELECT mail, message_id, recipient, about, letter FROM mails \
        WHERE state IN ('queued', 'refused') AND letter <> '' ORDER BY mail";
    tx.rows(question, []).await?.iter().map(sealed_mail).collect()
}

/// Those that may not be sealed.
pub(crate) async fn perhaps_plain(tx: &mut Transaction) -> Result<Vec<SealedMail>, Unavailable> {
    tx.rows("SELECT * FROM mails WHERE letter LIKE '{%'", []).await?.iter().map(sealed_mail).collect()
}

/// This letter stands in the place of that one; how many rows.
pub(crate) async fn reseal(tx: &mut Transaction, mail: i64, was: &str, letter: &str) -> Result<u64, Unavailable> {
    let values = [mail.into(), was.into(), letter.into()];
    tx.run("UPDATE mails SET letter = $3 WHERE mail = $1 AND letter = $2", values).await
}

/// It is tried again from `next` on.
pub(crate) async fn postpone(
    tx: &mut Transaction,
    mail: i64,
    next: Timestamp,
    problem: &str,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE mails SET next_at = $2, problem = $3 WHERE mail = $1 AND state = 'queued'",
        [mail.into(), next.unix().into(), problem.into()],
    )
    .await
    .map(drop)
}

/// Nothing waiting is tried before `next`.
pub(crate) async fn postpone_all(tx: &mut Transaction, next: Timestamp, problem: &str) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE mails SET next_at = $1, problem = $2 WHERE state = 'queued' AND next_at < $1",
        [next.unix().into(), problem.into()],
    )
    .await
    .map(drop)
}

/// It cannot be delivered, and waits for an operator; whether it was queued until now.
pub(crate) async fn refuse(tx: &mut Versioned, mail: i64, (why, given_up): (&str, bool)) -> Result<bool, Unavailable> {
    let refused = tx
        .run(
            "UPDATE mails SET state = 'refused', ended_at = $2, problem = $3, given_up = $4 \
             WHERE mail = $1 AND state = 'queued'",
            [mail.into(), tx.at().unix().into(), why.into(), i64::from(given_up).into()],
        )
        .await?;
    Ok(refused != 0)
}

/// It ended, and is emptied; of somebody who was only asked whether the address is theirs not even that is kept.
pub(crate) async fn close(
    tx: &mut Transaction,
    mail: i64,
    (state, why, at): (&str, Option<&str>, Timestamp),
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE mails SET state = $2, ended_at = $3, problem = $4, letter = '', \
         recipient = CASE WHEN kind = 'confirm_address' THEN '' ELSE recipient END \
         WHERE mail = $1 AND state = 'queued'",
        [mail.into(), state.into(), at.unix().into(), why.into()],
    )
    .await
    .map(drop)
}

/// Its state, and what it is about; `None` of one that there is not.
pub(crate) async fn state(tx: &mut Transaction, mail: i64) -> Result<Option<(String, String)>, Unavailable> {
    let row = tx.row("SELECT state, about FROM mails WHERE mail = $1", [mail.into()]).await?;
    row.map(|row| Ok((row.text("state")?, row.text("about")?))).transpose()
}

/// It is tried again at once, as if for the first time; whether there was anything left of it.
pub(crate) async fn retry(tx: &mut Versioned, mail: i64) -> Result<bool, Unavailable> {
    let again = tx
        .run(
            "UPDATE mails SET state = 'queued', next_at = $2, ended_at = NULL, given_up = 0, tries = 0, \
             tried_since = $2 WHERE mail = $1 AND letter <> ''",
            [mail.into(), tx.at().unix().into()],
        )
        .await?;
    Ok(again != 0)
}

/// What waits is not sent by a registry that was put back; how many.
pub(crate) async fn drop_restored(tx: &mut Transaction, at: Timestamp) -> Result<u64, Unavailable> {
    tx.run(
        "UPDATE mails SET state = 'dropped', ended_at = $1, problem = 'restored', letter = '' \
         WHERE state = 'queued'",
        [at.unix().into()],
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::{LetterKind, Urgency};

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
