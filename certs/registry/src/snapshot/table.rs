//! How does a table of a million entries change one of them without copying the rest?
//!
//! It is cut into shards behind [`Arc`]s. A copy of the table copies the pointers; the first write
//! into a shard that somebody else still holds copies that shard alone. Entries lie in a plain
//! vector, found through a small table of their places: half the memory of a map of entries, whose
//! empty buckets would be as large as its full ones. Nothing is ever removed: in the registry a
//! state says that something is over.

use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Entries a shard holds on average when it was made to measure: well below the 896 that 1,024
/// places take, so that next to none needs the next size, and few enough to copy in microseconds.
const ENTRIES_PER_SHARD: usize = 780;

/// Room for what chance puts into one shard beyond the average (1.5 standard deviations).
const SPARE_PER_SHARD: usize = 42;

/// What lies in a [`Table`]: something with a key of its own.
pub(super) trait Entry: Clone {
    /// What it is found by.
    type Key: Eq + Hash + ?Sized;

    /// Shows the key; packed entries have to make it first.
    fn with_key<R>(&self, read: impl FnOnce(&Self::Key) -> R) -> R;
}

/// Entries by key, in shards that copies share until one of them writes.
#[derive(Clone)]
pub(super) struct Table<E> {
    shards: Vec<Arc<Shard<E>>>,
    length: usize,
    hasher: DefaultHashBuilder,
}

#[derive(Clone)]
struct Shard<E> {
    entries: Vec<E>,
    places: HashTable<u32>,
}

impl<E: Entry> Table<E> {
    /// An empty table, made to measure for so many entries; it holds more, too.
    pub(super) fn with_capacity(entries: usize) -> Self {
        let shards = entries.div_ceil(ENTRIES_PER_SHARD).max(1);
        let each = if entries == 0 { 0 } else { entries / shards + SPARE_PER_SHARD.min(entries) };
        Self {
            shards: (0..shards).map(|_| Arc::new(Shard::with_capacity(each))).collect(),
            length: 0,
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// All entries, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &E> {
        self.shards.iter().flat_map(|shard| &shard.entries)
    }

    /// The entry of this key.
    pub(super) fn get(&self, key: &E::Key) -> Option<&E> {
        let hash = self.hasher.hash_one(key);
        let shard = &self.shards[shard_of(hash, self.shards.len())];
        let place = shard.places.find(hash, |place| shard.at(*place).with_key(|other| other == key))?;
        Some(shard.at(*place))
    }

    /// Puts an entry in the place of the one with its key, which is handed back, or as a new one.
    pub(super) fn put(&mut self, entry: E) -> Option<E> {
        self.put_all(&mut vec![entry]).pop()
    }

    /// Puts them all, shard by shard, so that each shard is fetched from memory once. Those whose
    /// places were taken are handed back; of two with one key the later one stays.
    pub(super) fn put_all(&mut self, entries: &mut Vec<E>) -> Vec<E> {
        while self.length + entries.len() > self.shards.len() * ENTRIES_PER_SHARD * 2 {
            self.grow(entries.len());
        }
        let shards = self.shards.len();
        let mut places: Vec<(u32, u64, E)> = entries
            .drain(..)
            .map(|entry| {
                let hash = entry.with_key(|key| self.hasher.hash_one(key));
                (shard_of(hash, shards) as u32, hash, entry)
            })
            .collect();
        places.sort_by_key(|(shard, _, _)| *shard);
        let mut replaced = Vec::new();
        let mut places = places.into_iter().peekable();
        while let Some((index, hash, entry)) = places.next() {
            let shard = Arc::make_mut(&mut self.shards[index as usize]);
            replaced.extend(shard.put(entry, hash, &self.hasher));
            self.length += 1;
            while let Some((_, hash, entry)) = places.next_if(|(next, _, _)| *next == index) {
                replaced.extend(shard.put(entry, hash, &self.hasher));
                self.length += 1;
            }
        }
        self.length -= replaced.len();
        replaced
    }

    /// Lays everything out anew with room for twice what will be there; older copies keep the old
    /// layout.
    fn grow(&mut self, more: usize) {
        let mut grown = Self::with_capacity((self.length + more) * 2);
        for shard in &self.shards {
            grown.put_all(&mut shard.entries.clone());
        }
        *self = grown;
    }
}

/// Which shard: by bits in the middle of the hash, since inside a shard hashbrown looks at the lowest
/// and the highest ones.
fn shard_of(hash: u64, shards: usize) -> usize {
    let middle = (hash >> 16) & 0xffff_ffff;
    ((middle * shards as u64) >> 32) as usize
}

impl<E: Entry> Shard<E> {
    fn with_capacity(entries: usize) -> Self {
        Self { entries: Vec::with_capacity(entries), places: HashTable::with_capacity(entries) }
    }

    fn at(&self, place: u32) -> &E {
        &self.entries[place as usize]
    }

    fn put(&mut self, entry: E, hash: u64, hasher: &DefaultHashBuilder) -> Option<E> {
        let Self { entries, places } = self;
        let found = places.find(hash, |place| entry.with_key(|key| entries[*place as usize].with_key(|k| k == key)));
        if let Some(place) = found {
            return Some(std::mem::replace(&mut entries[*place as usize], entry));
        }
        if entries.len() == entries.capacity() {
            // Doubling would leave half of a million entries empty.
            entries.reserve_exact(entries.len() / 8 + 4);
        }
        // A shard of 2^32 entries does not fit into memory.
        let place = entries.len() as u32;
        entries.push(entry);
        places.insert_unique(hash, place, |place| entries[*place as usize].with_key(|key| hasher.hash_one(key)));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Numbered(u32, &'static str);

    impl Entry for Numbered {
        type Key = u32;

        fn with_key<R>(&self, read: impl FnOnce(&u32) -> R) -> R {
            read(&self.0)
        }
    }

    fn filled(entries: u32, table: Table<Numbered>) -> Table<Numbered> {
        (0..entries).fold(table, |mut table, n| {
            assert_eq!(table.put(Numbered(n, "old")), None);
            table
        })
    }

    #[test]
    fn every_entry_is_found_whether_the_table_was_made_to_measure_or_grew() {
        for capacity in [0, 1, 100_000] {
            let table = filled(100_000, Table::with_capacity(capacity));
            assert_eq!(table.len(), 100_000);
            assert!((0..100_000).all(|n| table.get(&n) == Some(&Numbered(n, "old"))));
            assert_eq!(table.get(&100_000), None);
        }
    }

    #[test]
    fn a_change_copies_one_shard_and_leaves_the_older_copy_as_it_was() {
        let before = filled(50_000, Table::with_capacity(50_000));
        let mut after = before.clone();
        assert_eq!(after.put(Numbered(7, "new")), Some(Numbered(7, "old")));
        assert_eq!(before.get(&7), Some(&Numbered(7, "old")));
        assert_eq!(after.get(&7), Some(&Numbered(7, "new")));
        let copied = before.shards.iter().zip(&after.shards).filter(|(a, b)| !Arc::ptr_eq(a, b)).count();
        assert_eq!(copied, 1);
    }
}
