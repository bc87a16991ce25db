//! One check of the registry: is it the one we follow, does it go on from where we are, and is there anything new?
//!
//! Whatever is read is read in one transaction with the proof that it belongs to us: the event of the version applied last
//! is still the one that was applied.

use std::sync::Arc;

use crate::feed::floor::Floor;
use crate::reader::{ReadRefusal, Reader, Source, Standing};
use crate::restoration::JournalKey;
use crate::snapshot::Snapshot;

/// What a follower knows from one check to the next.
#[derive(Debug)]
pub(super) struct Follower {
    source: Source,
    /// Whose word makes another history ours; without it nothing does.
    key: Option<JournalKey>,
    reader: Option<Reader>,
    floor: Option<Floor>,
    newest: Option<Arc<Snapshot>>,
    /// What the reader's file said last, of which everything has been read.
    seen: Option<i64>,
}

/// What a successful check found.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing new.
    Nothing,
    /// A new snapshot.
    New(Arc<Snapshot>, Floor),
}

impl Follower {
    /// A follower that has seen nothing yet, and goes on from the floor and from nowhere else.
    pub(super) fn new(source: Source, floor: Option<Floor>, key: Option<JournalKey>) -> Self {
        Self { source, key, reader: None, floor, newest: None, seen: None }
    }

    /// Checks once. After a refusal the connection is dropped and the next check opens a new one.
    pub(super) async fn check(&mut self) -> Result<Found, ReadRefusal> {
        // Taken out, so that a check which is refused, or is given up half-way, leaves none behind.
        let mut reader = match self.reader.take() {
            Some(reader) => reader,
            None => {
                self.seen = None;
                Reader::open(&self.source).await?
            }
        };
        reader.same_file()?;
        let data_version = reader.data_version().await?;
        if data_version.is_some() && data_version == self.seen {
            self.reader = Some(reader);
            return Ok(Found::Nothing);
        }
        let found = self.look(&mut reader).await?;
        self.seen = data_version;
        self.reader = Some(reader);
        Ok(found)
    }

    async fn look(&mut self, reader: &mut Reader) -> Result<Found, ReadRefusal> {
        let standing = reader.standing(self.floor.as_ref().map_or(0, Floor::version)).await?;
        reader.same_file()?;
        let (floor, newest) = match &self.floor {
            // The very first look, or the one after the state file was removed: what is there is believed.
            None => (Floor::first(&standing), None),
            Some(floor) => match floor.admit(&standing) {
                Ok(()) => (floor.clone(), self.newest.as_ref()),
                // Nothing of what was read before is kept.
                Err(refusal) => (self.restored(reader, floor, refusal).await?, None),
            },
        };
        if newest.is_some_and(|newest| newest.version() == standing.version) {
            return Ok(Found::Nothing);
        }
        let (next, standing) = match newest {
            Some(newest) => {
                let (changes, standing) = reader.changes_since(floor.version()).await?;
                (newest.apply(&changes), standing)
            }
            None => reader.whole(floor.version()).await?,
        };
        // What was found a moment ago may have been exchanged meanwhile: this is the proof that counts.
        floor.admit(&standing)?;
        let epoch = self.epoch(reader, &floor, &standing).await?;
        let floor = floor.raised(&standing, epoch);
        let next = Arc::new(next.proven(epoch, &standing.hash));
        (self.newest, self.floor) = (Some(Arc::clone(&next)), Some(floor.clone()));
        Ok(Found::New(next, floor))
    }

    /// Another history, or an older one, is taken only where the house signed that it was restored.
    async fn restored(&self, reader: &mut Reader, floor: &Floor, refusal: ReadRefusal) -> Result<Floor, ReadRefusal> {
        match refusal {
            ReadRefusal::Forked { .. } | ReadRefusal::Older { .. } => {}
            ReadRefusal::AnotherFile(_)
            | ReadRefusal::Database(_)
            | ReadRefusal::Hung(_)
            | ReadRefusal::Incomplete { .. }
            | ReadRefusal::Missing(_)
            | ReadRefusal::NoRegistry(_)
            | ReadRefusal::OtherRegistry { .. }
            | ReadRefusal::Unreadable { .. } => return Err(refusal),
        }
        let (kept, standing) = reader.restoration(floor.version()).await?;
        match (floor.admit(&standing), kept) {
            // Exchanged while we looked: the next check sees what it is.
            (Ok(()) | Err(ReadRefusal::OtherRegistry { .. }), _) => Err(refusal),
            (Err(older @ ReadRefusal::Older { .. }), _) => Err(older),
            (Err(_), kept) => {
                let (floor, restored) = floor.restored(kept.as_ref(), &standing, self.key.as_ref())?;
                let (epoch, from, lost) = (restored.epoch, restored.from, restored.lost);
                tracing::warn!(
                    epoch,
                    from,
                    lost,
                    "the registry was restored, signed by the journal key, and is followed"
                );
                Ok(floor)
            }
        }
    }

    /// The number of the last restore in the history followed, so that none can be taken a second time. With a key it
    /// counts only if it is signed: whoever writes a high number into the table could otherwise keep the next restore out.
    async fn epoch(&self, reader: &mut Reader, floor: &Floor, found: &Standing) -> Result<u64, ReadRefusal> {
        if found.epoch <= floor.epoch() {
            return Ok(floor.epoch());
        }
        let Some(key) = &self.key else { return Ok(found.epoch) };
        let (kept, standing) = reader.restoration(found.version).await?;
        if standing.mark.as_ref() != Some(&found.hash) {
            // Exchanged while we looked: a restore of that history is not used up by this one.
            return Ok(floor.epoch());
        }
        let judged = kept.map(|kept| kept.judge(&standing, floor.epoch(), Some(key)));
        Ok(judged.and_then(Result::ok).map_or(floor.epoch(), |restored| restored.epoch))
    }
}
