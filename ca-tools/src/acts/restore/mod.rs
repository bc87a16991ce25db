//! A registry out of what was saved of one. Nothing that was ended comes back.
//!
//! With the journal, what was changed after the backup is done once more: the same history, so that gateways just go on.
//! Where the journal, or its end, is lost, what there is of it is done once more, and nobody knows what was ended since: all
//! that could have been is put on hold or ended (`hold`), what the published lists say is revoked, the version jumps beyond
//! any that a gateway may have seen, and a record signed by the house's key tells gateways to go on from here. `agree` asks the two operators, `replay` does changes once more.

mod agree;
mod hold;
mod replay;

use registry::{LoginId, RestoreRecord, RestoredFrom};
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::{By, Writer};
use crate::config::{DatabaseUrl, JournalFiles};
use crate::crl::Listed;
use crate::database::Transaction;
use crate::journal::{Book, JournalKey};
use crate::refusal::{Refusal, RestoreRefusal, Unavailable};
use crate::rows::registry::Restoration;
use crate::{database, rows};

pub use hold::Held;

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
        place: &DatabaseUrl,
        journal: &JournalFiles,
        (by, restoring): (&By, &Restoring<'_>),
        fill: impl AsyncFnOnce(&mut Transaction) -> Result<(), Refusal>,
    ) -> Result<(Self, Restored), Refusal> {
        if by.why.is_none() {
            return Err(Refusal::NoWhy);
        }
        let journalled = match restoring.way {
            Way::Journal => Some(replay::look(journal, restoring)?),
            // What there is of it counts: whom it ends would only have to say that it is lost.
            Way::WithoutJournal => replay::look(journal, restoring).ok(),
        };
        let writer = Self::of(database::make(place).await?, place, journal);
        let filled = async {
            if writer.ledger().id().await.is_ok() {
                return Err(Unavailable::AlreadyThere(place.to_string()).into());
            }
            writer.database.migrate().await?;
            if let Some(role) = restoring.reader {
                writer.database.let_read(role).await?;
            }
            let mut tx = writer.database.begin_write().await?;
            rows::registry::write(&mut tx, restoring.id, restoring.saved.version).await?;
            fill(&mut tx).await?;
            let letters = rows::mail::drop_restored(&mut tx, by.at).await?;
            let (end, replayed) = match journalled {
                Some(end) => (end, replay::after(&mut tx, journal, restoring.saved.version).await?),
                None => (restoring.saved.version, 0),
            };
            let whole = match journalled {
                Some(end) => replay::ends_with_the_house(&mut tx, journal, restoring, end).await,
                None => Ok(()),
            };
            let restored = match restoring.way {
                Way::Journal => {
                    whole?;
                    writer.in_the_same_history(tx, by, restoring, end, replayed).await?
                }
                Way::WithoutJournal if journalled.is_some() && whole.is_ok() => {
                    return Err(RestoreRefusal::JournalIsThere(journal.journal.clone()).into());
                }
                Way::WithoutJournal => writer.in_another_history(tx, by, restoring, end).await?,
            };
            Ok(Restored { letters, replayed, ..restored })
        };
        match filled.await {
            Ok(restored) => {
                // A backup of before it held what events are about.
                writer.fill_subjects().await?;
                Ok((writer, restored))
            }
            Err(refusal) => {
                database::unmake(place);
                Err(refusal)
            }
        }
    }

    /// Goes on from the journal's end.
    async fn in_the_same_history(
        &self,
        mut tx: Transaction,
        by: &By,
        restoring: &Restoring<'_>,
        end: i64,
        replayed: u64,
    ) -> Result<Restored, Refusal> {
        rows::registry::set_version(&mut tx, end).await?;
        replay::known(&mut tx, restoring, end).await?;
        let agree::Agreed { proof, second, .. } =
            agree::agree(&mut tx, by, (restoring.first, restoring.second)).await?;
        let by = &By { proof, ..by.clone() };
        let change = Change::begin(tx, self, (by, RequiredRole::Custody)).await?;
        let detail = json!({ "version": restoring.saved.version, "replayed": replayed, "second": second });
        let version = change.commit("registry.restore", restoring.id, detail).await?;
        Ok(Restored { version, replayed, letters: 0, held: None, lost: None })
    }

    /// Goes on beyond whatever was lost after this version, and holds what cannot be vouched for.
    async fn in_another_history(
        &self,
        mut tx: Transaction,
        by: &By,
        restoring: &Restoring<'_>,
        end: i64,
    ) -> Result<Restored, Refusal> {
        let known = replay::known(&mut tx, restoring, end).await?;
        let hash = rows::event::hash_of(&mut tx, end).await?;
        let hash = hash.ok_or_else(|| Unavailable::Corrupt(format!("event {end} is missing")))?;
        let agree::Agreed { proof, second, two, approves } =
            agree::agree(&mut tx, by, (restoring.first, restoring.second)).await?;
        let by = &By { proof, ..by.clone() };
        if !approves {
            return Err(RestoreRefusal::NeitherApproves.into());
        }
        // A gateway that knows no more than this may only have been away.
        let goes_on = known + BEYOND;
        rows::registry::set_version(&mut tx, goes_on).await?;
        let aside = Book::put_aside(&self.journal, by.at.unix())?;
        let detail = json!({
            "version": restoring.saved.version, "without_journal": true, "second": second,
            "lost": { "version": goes_on, "known": known },
            "journal_kept_as": aside.as_ref().map(|path| path.display().to_string()),
        });
        let from = KnownHead { version: end, hash };
        let held = self.anew(tx, (by, restoring), (&from, goes_on), (&two, detail)).await;
        if held.is_err() {
            Book::put_back(&self.journal, aside.as_deref());
        }
        let (version, held) = held?;
        let lost = (known > end).then_some(known - end);
        Ok(Restored { version, replayed: 0, letters: 0, held: Some(held), lost })
    }

    async fn anew(
        &self,
        tx: Transaction,
        (by, restoring): (&By, &Restoring<'_>),
        (from, goes_on): (&KnownHead, i64),
        (two, mut detail): (&[String], serde_json::Value),
    ) -> Result<(u64, Held), Refusal> {
        let begun = Change::begin_anew(tx, self, by, (goes_on, &from.hash)).await;
        let mut change = begun?.admitted(RequiredRole::Custody).await?;
        let held = hold::hold(&mut change, two, restoring.lists).await?;
        self.sign_restoration(&mut change, restoring, from, goes_on).await?;
        detail["held"] = held.counts();
        let version = change.commit("registry.restore", restoring.id, detail).await?;
        Ok((version, held))
    }

    /// The record by which gateways go on, signed octet for octet.
    async fn sign_restoration(
        &self,
        change: &mut Change,
        restoring: &Restoring<'_>,
        from: &KnownHead,
        lost: i64,
    ) -> Result<(), Refusal> {
        let last = rows::registry::last_epoch(change).await?;
        let epoch = last.max(restoring.epoch) + 1;
        let went_on = RestoredFrom { version: from.version.unsigned_abs(), hash: from.hash.clone() };
        let about = (went_on, lost.unsigned_abs(), change.at().unix());
        let record = RestoreRecord::new(restoring.id, epoch.unsigned_abs(), about).text();
        let record = record.map_err(|why| Unavailable::Other(why.to_string()))?;
        let signature = JournalKey::read(&self.journal)?.sign(&record)?;
        let version = change.version();
        Ok(rows::registry::write_restoration(change, epoch, &Restoration { record, signature, version }).await?)
    }
}
