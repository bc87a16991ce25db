//! A registry out of what was saved of one. Nothing that was ended comes back.
//!
//! With the journal, what was changed after the backup is done once more: the same history, so that gateways just go on.
//! Without it, nobody knows what was ended since: all that could have been is put on hold or ended (`hold`), what the
//! published lists say is revoked, the version jumps beyond any that a gateway may have seen, and a record signed by the
//! house's key tells gateways to go on from here. `agree` asks the two operators, `replay` does changes once more,
//! `refusal` says why not.

mod agree;
mod hold;
mod refusal;
mod replay;

use registry::LoginId;
use serde_json::json;

pub use hold::Held;
pub use refusal::RestoreRefusal;

use super::change::{Change, Duty};
use super::database::Transaction;
use super::refusal::{Refusal, Unavailable};
use super::{By, Place, Writer, open};
use crate::crl::Listed;
use crate::journal::{Book, Files, JournalKey};

/// A head that a gateway, or whoever wrote it down, has seen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownHead {
    /// Of the registry.
    pub version: i64,
    /// Of that version's event.
    pub hash: String,
}

/// What is put back, and how.
#[derive(Debug)]
pub struct Restoring<'a> {
    /// The id of the registry that was saved.
    pub id: &'a str,
    /// Where it stood.
    pub saved: KnownHead,
    /// The highest heads that are known.
    pub known: &'a [KnownHead],
    /// The highest epoch of a restore that a gateway has seen.
    pub epoch: i64,
    /// The published list of each issuing CA, by its certificate's fingerprint.
    pub lists: &'a [(String, Listed)],
    /// The password of who acts.
    pub first: Option<&'a str>,
    /// The second operator and their password.
    pub second: Option<(&'a LoginId, &'a str)>,
    /// A PostgreSQL role that may read, and no more.
    pub reader: Option<&'a str>,
    /// Where the changes after the backup come from.
    pub way: Way,
}

/// Where the changes after the backup come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// From the journal: nothing is lost.
    Journal,
    /// Nowhere.
    WithoutJournal,
}

/// What became of it.
#[derive(Debug)]
pub struct Restored {
    /// The registry's version.
    pub version: u64,
    /// Changes that were done once more.
    pub replayed: u64,
    /// Letters that waited at the backup; they are not sent.
    pub letters: u64,
    /// What was put on hold or ended, where nobody knows what was ended since; `None` where nothing was lost.
    pub held: Option<Held>,
    /// How many versions are known to be lost.
    pub lost: Option<i64>,
}

/// A registry of which a part is lost goes on so far beyond the last version that anybody knows: no gateway, and no list
/// of anybody's, has seen a higher one.
const BEYOND: i64 = 1_000_000;

impl Writer {
    /// Makes a registry out of what was saved of one: `fill` writes the rows.
    ///
    /// # Errors
    /// There is a registry at the place already; the journal does not go on from what was saved, or ends before what others
    /// know; the two operators do not make two; nobody said why. Then nothing is left.
    pub(crate) async fn restore(
        place: &Place,
        journal: &Files,
        (by, restoring): (&By, &Restoring<'_>),
        fill: impl AsyncFnOnce(&mut Transaction) -> Result<(), Refusal>,
    ) -> Result<(Self, Restored), Refusal> {
        if by.why.is_none() {
            return Err(Refusal::NoWhy);
        }
        let journalled = match restoring.way {
            Way::Journal => Some(replay::look(journal, restoring)?),
            // Who is ended by it would only have to say that it is lost.
            Way::WithoutJournal if replay::look(journal, restoring).is_ok() => {
                return Err(RestoreRefusal::JournalIsThere(journal.journal.clone()).into());
            }
            Way::WithoutJournal => None,
        };
        let writer = Self::of(open::make(place).await?, place, journal);
        let filled = async {
            if writer.id().await.is_ok() {
                return Err(Unavailable::AlreadyThere(place.to_string()).into());
            }
            writer.migrate().await?;
            if let Some(role) = restoring.reader {
                writer.let_read(role).await?;
            }
            let mut tx = writer.database.begin_write().await?;
            tx.run(
                "INSERT INTO registry (one, id, version) VALUES (1, $1, $2)",
                [restoring.id.into(), restoring.saved.version.into()],
            )
            .await?;
            fill(&mut tx).await?;
            let letters = tx
                .run(
                    "UPDATE mails SET state = 'dropped', ended_at = $1, problem = 'restored', letter = '' \
                     WHERE state = 'queued'",
                    [by.at.unix().into()],
                )
                .await?;
            let restored = match journalled {
                Some(upto) => writer.with_journal(tx, (by, restoring), upto).await?,
                None => writer.without_journal(tx, (by, restoring)).await?,
            };
            Ok(Restored { letters, ..restored })
        };
        match filled.await {
            Ok(restored) => Ok((writer, restored)),
            Err(refusal) => {
                open::unmake(place);
                Err(refusal)
            }
        }
    }

    /// Does what was changed after the backup once more.
    async fn with_journal(
        &self,
        mut tx: Transaction,
        (by, restoring): (&By, &Restoring<'_>),
        upto: i64,
    ) -> Result<Restored, Refusal> {
        let replayed = replay::after(&mut tx, &self.journal, restoring.saved.version).await?;
        tx.run("UPDATE registry SET version = $1", [upto.into()]).await?;
        replay::known(&mut tx, restoring, upto).await?;
        let agree::Agreed { second, .. } = agree::agree(&mut tx, by, (restoring.first, restoring.second)).await?;
        let change = Change::begin(tx, self, (by, Duty::Custody)).await?;
        let detail = json!({ "version": restoring.saved.version, "replayed": replayed, "second": second });
        let version = change.commit("registry.restore", restoring.id, detail).await?;
        Ok(Restored { version, replayed, letters: 0, held: None, lost: None })
    }

    /// Goes on from the backup, and holds what cannot be vouched for.
    async fn without_journal(
        &self,
        mut tx: Transaction,
        (by, restoring): (&By, &Restoring<'_>),
    ) -> Result<Restored, Refusal> {
        let saved = &restoring.saved;
        let newest = replay::newest(&mut tx, restoring).await?;
        let agree::Agreed { second, two, approves } =
            agree::agree(&mut tx, by, (restoring.first, restoring.second)).await?;
        if !approves {
            return Err(RestoreRefusal::NeitherApproves.into());
        }
        let known = newest.map_or(saved.version, |head| head.version.max(saved.version));
        // A gateway that knows no more than the backup may only have been away.
        let goes_on = known + BEYOND;
        tx.run("UPDATE registry SET version = $1", [goes_on.into()]).await?;
        let aside = Book::put_aside(&self.journal, by.at.unix())?;
        let detail = json!({
            "version": saved.version, "without_journal": true, "second": second,
            "journal_kept_as": aside.as_ref().map(|path| path.display().to_string()),
        });
        let done = self.anew(tx, (by, restoring), (&two, (known, goes_on), detail)).await;
        if done.is_err() {
            Book::put_back(&self.journal, aside.as_deref());
        }
        done
    }

    async fn anew(
        &self,
        tx: Transaction,
        (by, restoring): (&By, &Restoring<'_>),
        (two, (known, goes_on), mut detail): (&[String], (i64, i64), serde_json::Value),
    ) -> Result<Restored, Refusal> {
        let (id, saved) = (restoring.id, &restoring.saved);
        let begun = Change::begin_anew(tx, self, (by, (goes_on, &saved.hash))).await;
        let mut change = begun?.admitted(Duty::Custody).await?;
        let held = hold::hold(&mut change, two, restoring.lists).await?;
        self.sign_restoration(&mut change, restoring, goes_on).await?;
        detail["lost"] = json!({ "version": goes_on, "known": known });
        detail["held"] = held.counts();
        let version = change.commit("registry.restore", id, detail).await?;
        let lost = (known > saved.version).then_some(known - saved.version);
        Ok(Restored { version, replayed: 0, letters: 0, held: Some(held), lost })
    }

    /// The record by which gateways go on, signed octet for octet.
    async fn sign_restoration(&self, change: &mut Change, restoring: &Restoring<'_>, lost: i64) -> Result<(), Refusal> {
        let last = change.row("SELECT MAX(epoch) AS epoch FROM restorations", []).await?;
        let last = last.map_or(Ok(None), |row| row.maybe_int("epoch"))?.unwrap_or_default();
        let epoch = last.max(restoring.epoch) + 1;
        let saved = &restoring.saved;
        let record = format!(
            "{{\"restoration\":1,\"registry\":\"{}\",\"epoch\":{epoch},\"from\":{{\"version\":{},\"hash\":\"{}\"}},\
             \"lost\":{{\"version\":{lost}}},\"at\":{}}}",
            restoring.id,
            saved.version,
            saved.hash,
            change.at().unix(),
        );
        let signature = JournalKey::read(&self.journal)?.sign(&record)?;
        change
            .run(
                "INSERT INTO restorations (epoch, record, signature, version) VALUES ($1, $2, $3, $4)",
                [epoch.into(), record.into(), signature.into(), change.version().into()],
            )
            .await?;
        Ok(())
    }
}
