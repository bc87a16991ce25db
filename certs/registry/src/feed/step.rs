//! One check of the registry: is it the one we follow, and is there anything new?

use std::sync::Arc;

use crate::feed::floor::Floor;
use crate::reader::{Head, ReadRefusal, Reader, Source};
use crate::snapshot::Snapshot;

/// What a follower knows from one check to the next.
#[derive(Debug)]
pub(super) struct Follower {
    source: Source,
    reader: Option<Reader>,
    floor: Option<Floor>,
    newest: Option<Arc<Snapshot>>,
    /// The hash of the event of the newest snapshot's version.
    mark: Option<Vec<u8>>,
    /// What the reader's file said last, of which everything has been read.
    seen: Option<i64>,
    /// Nothing has been read yet over the reader at hand.
    reopened: bool,
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
    /// A follower that has seen nothing yet, and accepts nothing below the floor.
    pub(super) fn new(source: Source, floor: Option<Floor>) -> Self {
        Self { source, reader: None, floor, newest: None, mark: None, seen: None, reopened: true }
    }

    /// Checks once. After a refusal the connection is dropped and the next check opens a new one.
    pub(super) async fn check(&mut self) -> Result<Found, ReadRefusal> {
        // Taken out, so that a check which is refused, or is given up half-way, leaves none behind.
        let mut reader = match self.reader.take() {
            Some(reader) => reader,
            None => {
                (self.seen, self.reopened) = (None, true);
                Reader::open(&self.source).await?
            }
        };
        reader.same_file()?;
        let data_version = reader.data_version().await?;
        if data_version.is_some() && data_version == self.seen {
            self.reader = Some(reader);
            return Ok(Found::Nothing);
        }
        let head = reader.head().await?;
        reader.same_file()?;
        if let Some(floor) = &self.floor {
            floor.admit(&head)?;
        }
        let found = self.read(&mut reader, head.version).await?;
        (self.seen, self.reopened) = (data_version, false);
        self.reader = Some(reader);
        Ok(found)
    }

    /// Whether what is there goes on from what was read. Over the same connection it does unless the
    /// mark says otherwise; over a new one, only the mark can say so.
    async fn is_read_on(&self, reader: &mut Reader, version: u64) -> Result<bool, ReadRefusal> {
        let mark = reader.mark(version).await?;
        Ok(mark == self.mark && (mark.is_some() || !self.reopened))
    }

    async fn read(&mut self, reader: &mut Reader, version: u64) -> Result<Found, ReadRefusal> {
        let next = match &self.newest {
            Some(newest) if self.is_read_on(reader, newest.version()).await? => {
                if newest.version() == version {
                    return Ok(Found::Nothing);
                }
                newest.apply(&reader.changes_since(newest.version()).await?)
            }
            // The first, or another history than the one read so far: nothing of it is kept.
            Some(_) | None => reader.whole().await?,
        };
        let floor = Floor::of(&Head { registry_id: next.registry_id().to_owned(), version: next.version() });
        let mark = reader.mark(next.version()).await?;
        let next = Arc::new(next);
        (self.newest, self.mark, self.floor) = (Some(Arc::clone(&next)), mark, Some(floor.clone()));
        Ok(Found::New(next, floor))
    }
}
