//! The journal's changes after the backup, done once more.

use std::path::PathBuf;

use super::Restoring;
use crate::config::JournalFiles;
use crate::database::Transaction;
use crate::journal::{Reader, Walked, published};
use crate::refusal::{JournalRefusal, Refusal, RestoreRefusal, Unavailable};
use crate::rows;
use crate::rows::Image;

/// Walks the whole journal before anything is made: it holds, is of this registry and goes on from the backup. The version
/// at which it ends.
pub(super) fn look(files: &JournalFiles, restoring: &Restoring<'_>) -> Result<i64, Refusal> {
    let saved = &restoring.saved;
    let mut reader = opened(files)?;
    let mut end = 0;
    let mut joins = false;
    while let Some(walked) = reader.next()? {
        let (version, hash) = match walked {
            Walked::Open { registry, version, hash, .. } => {
                if registry != restoring.id {
                    return Err(JournalRefusal::OtherHistory(files.journal.clone(), version).into());
                }
                if version > saved.version {
                    return Err(RestoreRefusal::JournalBeginsLater(files.journal.clone(), version).into());
                }
                (version, hash)
            }
            Walked::Change { event, hash, .. } => (event.version, hash),
        };
        joins |= (version, &hash) == (saved.version, &saved.hash);
        end = version;
    }
    // A journal that was begun after the first events knows the backup's head only where it lies after its beginning.
    if end < saved.version {
        return Err(RestoreRefusal::JournalEndsEarly(files.journal.clone(), end, saved.version).into());
    }
    if !joins {
        return Err(JournalRefusal::OtherHistory(files.journal.clone(), saved.version).into());
    }
    Ok(end)
}

/// Does the journal end where the house was? Others know of no later version, and no list was published after it.
pub(super) async fn ends_with_the_house(
    tx: &mut Transaction,
    files: &JournalFiles,
    restoring: &Restoring<'_>,
    end: i64,
) -> Result<(), Refusal> {
    if let Some(head) = restoring.known.iter().find(|head| head.version > end) {
        return Err(RestoreRefusal::JournalEndsEarly(files.journal.clone(), end, head.version).into());
    }
    if super::hold::newer_lists(tx, restoring.lists).await? {
        return Err(RestoreRefusal::ListIsNewer(end).into());
    }
    Ok(())
}

/// Does every change after this version once more; how many.
pub(super) async fn after(tx: &mut Transaction, files: &JournalFiles, saved: i64) -> Result<u64, Refusal> {
    let mut reader = opened(files)?;
    let mut replayed = 0;
    while let Some(walked) = reader.next()? {
        let (event, rows) = match walked {
            Walked::Change { event, rows, .. } if event.version > saved => (event, rows),
            Walked::Change { .. } | Walked::Open { .. } => continue,
        };
        for row in rows {
            let image = Image::read(row.get()).and_then(|image| Some((image.table, image.values()?)));
            let (table, cells) =
                image.ok_or_else(|| Unavailable::Corrupt(format!("a row of version {}", event.version)))?;
            rows::put(tx, table, cells).await?;
        }
        rows::event::append(tx, &event).await?;
        // Each as its change wrote it: what holds is what held then.
        let _subjects = rows::event_subject::append(tx, &event).await?;
        replayed += 1;
    }
    Ok(replayed)
}

/// None of the heads that are known contradicts the registry that stands again. The highest version that anybody knows.
pub(super) async fn known(tx: &mut Transaction, restoring: &Restoring<'_>, stands: i64) -> Result<i64, Refusal> {
    for head in restoring.known.iter().filter(|head| head.version <= stands) {
        if rows::event::hash_of(tx, head.version).await?.as_ref() != Some(&head.hash) {
            return Err(RestoreRefusal::OtherHistory(head.version).into());
        }
    }
    Ok(restoring.known.iter().map(|head| head.version).chain([stands]).max().unwrap_or(stands))
}

fn opened(files: &JournalFiles) -> Result<Reader, Refusal> {
    let journal: PathBuf = files.journal.clone();
    Ok(Reader::open(files, published(files)?)?.ok_or(RestoreRefusal::NoJournal(journal))?)
}
