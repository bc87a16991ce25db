//! Tables that were looked at and wait to be taken over: the file need not be chosen again, and what is taken over is what was
//! looked at.
//!
//! In memory alone, for half an hour, and few of each operator; whoever comes later chooses the file once more.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use certs::Timestamp;
use registry::LoginId;

use crate::bulk::Bulk;

/// Seconds for which one waits.
const WAITS: i64 = 30 * 60;
/// So many wait at most, and so many of one operator; the oldest goes first.
const MOST: usize = 16;
const MOST_OF_ONE: usize = 3;

/// A table in which nothing was wrong, and what was foreseen of it.
#[derive(Clone, Debug)]
pub(super) struct LookedTable {
    pub(super) bulk: Arc<Bulk>,
    pub(super) digest: String,
    /// What the file is called; nothing where it was pasted.
    pub(super) name: String,
    /// What each row would make.
    pub(super) made: Arc<Vec<String>>,
    /// Who is there already and is called as somebody of it.
    pub(super) namesakes: Vec<String>,
}

#[derive(Debug)]
struct KeptLook {
    key: String,
    of: LoginId,
    until: Timestamp,
    table: LookedTable,
}

/// All that wait.
#[derive(Clone, Debug, Default)]
pub(super) struct LookedTables(Arc<Mutex<VecDeque<KeptLook>>>);

impl LookedTables {
    /// Keeps one under this key.
    pub(super) fn keep(&self, (key, of): (&str, &LoginId), table: LookedTable, now: Timestamp) {
        let mut waiting = self.waiting(now);
        while waiting.iter().filter(|one| one.of == *of).count() >= MOST_OF_ONE
            && let Some(oldest) = waiting.iter().position(|one| one.of == *of)
        {
            waiting.remove(oldest);
        }
        if waiting.len() >= MOST {
            waiting.pop_front();
        }
        waiting.push_back(KeptLook { key: key.to_owned(), of: of.clone(), until: now.plus(WAITS), table });
    }

    /// The one of this key, for who had it looked at.
    pub(super) fn get(&self, (key, of): (&str, &LoginId), now: Timestamp) -> Option<LookedTable> {
        let waiting = self.waiting(now);
        waiting.iter().find(|one| one.key == key && one.of == *of).map(|one| one.table.clone())
    }

    fn waiting(&self, now: Timestamp) -> MutexGuard<'_, VecDeque<KeptLook>> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|one| one.until > now);
        waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::Professions;
    use crate::bulk::{Noun, read};

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn table() -> LookedTable {
        let bulk = read("部屋の名前\n山田様\n".as_bytes(), Noun::Rooms, &Professions::default()).unwrap();
        LookedTable {
            bulk: Arc::new(bulk),
            digest: "d".into(),
            name: String::new(),
            made: Arc::default(),
            namesakes: Vec::new(),
        }
    }

    #[test]
    fn a_table_waits_for_who_had_it_looked_at_and_not_for_ever() {
        let (tables, me): (_, LoginId) = (LookedTables::default(), "a.ito".parse().unwrap());
        tables.keep(("k", &me), table(), NOW);
        assert!(tables.get(("k", &me), NOW).is_some());
        assert!(tables.get(("k", &"b.abe".parse().unwrap()), NOW).is_none());
        assert!(tables.get(("k", &me), NOW.plus(WAITS)).is_none());
    }

    #[test]
    fn nobody_keeps_more_than_a_few_and_nobody_another_s_out() {
        let (tables, other): (_, LoginId) = (LookedTables::default(), "b.abe".parse().unwrap());
        tables.keep(("theirs", &other), table(), NOW);
        for number in 0..MOST * 2 {
            tables.keep((&format!("k{number}"), &"a.ito".parse().unwrap()), table(), NOW);
        }
        assert!(tables.get(("theirs", &other), NOW).is_some());
        assert_eq!(tables.0.lock().unwrap().len(), 1 + MOST_OF_ONE);
    }
}
