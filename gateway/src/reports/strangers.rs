//! How often was whoever showed no device of ours refused, and why? Counts by reason, of which there are as many as reasons; nothing
//! of whom.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde::Serialize;

/// So long they gather, in milliseconds: a count more or less within a minute tells nobody anything.
pub(super) const GATHERED: u64 = 60_000;

/// What was not told yet.
#[derive(Debug, Default)]
pub(super) struct StrangerCounts(Mutex<Gathering>);

#[derive(Debug, Default)]
struct Gathering {
    counted: BTreeMap<Box<str>, u64>,
    since: u64,
}

/// A count as it is told.
#[derive(Debug, Serialize)]
pub(super) struct StrangersRefused {
    reason: Box<str>,
    count: u64,
    /// Milliseconds since 1970.
    at: u64,
}

impl StrangerCounts {
    /// Counts these; `now` is this process's clock, in milliseconds.
    pub(super) fn note(&self, counted: &BTreeMap<Box<str>, u64>, now: u64) {
        let mut gathering = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if gathering.counted.is_empty() {
            gathering.since = now;
        }
        for (reason, count) in counted {
            *gathering.counted.entry(reason.clone()).or_default() += count;
        }
    }

    /// What there is to tell, once it has gathered for so long.
    pub(super) fn over(&self, now: u64, gathered: u64) -> Vec<StrangersRefused> {
        let mut gathering = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if gathering.counted.is_empty() || now.saturating_sub(gathering.since) < gathered {
            return Vec::new();
        }
        let at = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
        let counted = std::mem::take(&mut gathering.counted).into_iter();
        counted.map(|(reason, count)| StrangersRefused { reason, count, at }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_strangers_a_count_by_reason_is_told_once_a_minute_and_none_is_lost() {
        let counts = StrangerCounts::default();
        let of = |count| BTreeMap::from([("no_certificate".into(), count)]);
        counts.note(&of(40), 5);
        counts.note(&of(2), 30_000);
        assert!(counts.over(GATHERED, GATHERED).is_empty(), "they gather for a minute");
        let told = serde_json::to_value(counts.over(GATHERED + 5, GATHERED)).unwrap();
        assert_eq!((&told[0]["reason"], &told[0]["count"]), (&"no_certificate".into(), &42.into()));
        assert!(counts.over(9 * GATHERED, 0).is_empty(), "once is enough");
    }
}
