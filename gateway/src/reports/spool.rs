//! What waits to be told? Bounded in number and in octets: the oldest gives way, and is counted.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws_lc_rs::rand;
use http::HeaderValue;
use ipnet::IpNet;
use serde::Serialize;
use tokio::sync::Notify;

use super::batch::{Batch, Kind, Parts};
use super::sightings::{News, Sightings, Whereabouts};
use crate::access_log::Listener;
use crate::device::VerifiedDevice;
use crate::guidance::Platform;
use crate::session::NoRandomness;

/// How much may wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bounds {
    /// Reports.
    pub entries: usize,
    /// Octets of them.
    pub bytes: usize,
}

/// What there is to tell, from anywhere in the house.
#[derive(Debug)]
pub struct Reports {
    /// Nothing is told without them.
    bounds: Option<Bounds>,
    boot: String,
    sightings: Sightings,
    spool: Mutex<Spool>,
    news: Notify,
    taken: AtomicU64,
    refused: AtomicU64,
}

/// What became of reports so far.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(missing_docs, reason = "the words of the metric")]
pub struct Tally {
    pub taken: u64,
    pub refused: u64,
    pub dropped: u64,
    pub spooled: usize,
}

#[derive(Debug, Default)]
struct Spool {
    entries: VecDeque<(Kind, Box<[u8]>)>,
    bytes: usize,
    dropped: u64,
    applied: u64,
    /// The version that the last batch named.
    named: u64,
    sequence: u64,
    /// Reports in the batch that is on its way.
    in_hand: usize,
}

#[derive(Serialize)]
struct Sighting<'a> {
    serial: String,
    device: String,
    at: u64,
    os: &'a str,
    network: String,
}

#[derive(Serialize)]
struct Cut {
    version: u64,
    connections: usize,
    microseconds: u64,
}

impl Reports {
    /// Nothing told yet; without bounds nothing ever is.
    ///
    /// # Errors
    /// No randomness to name this start by.
    pub fn new(bounds: Option<Bounds>) -> Result<Self, NoRandomness> {
        let mut boot = [0; 16];
        rand::fill(&mut boot).map_err(|_| NoRandomness)?;
        Ok(Self {
            bounds,
            boot: boot.iter().map(|octet| format!("{octet:02x}")).collect(),
            sightings: Sightings::default(),
            spool: Mutex::default(),
            news: Notify::new(),
            taken: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        })
    }

    /// A certificate passed the device check.
    pub fn sighted(&self, device: &VerifiedDevice, network: IpNet, user_agent: Option<&HeaderValue>) {
        if self.bounds.is_none() {
            return;
        }
        let platform = Platform::of(user_agent.and_then(|value| value.to_str().ok()).unwrap_or_default());
        let now = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
        if self.sightings.note(device.serial(), Whereabouts { platform, network }, now) == News::Yes {
            let sighting = Sighting {
                serial: device.serial().to_string(),
                device: device.device().to_string(),
                at: now,
                os: platform.as_str(),
                network: network.to_string(),
            };
            self.leave(Kind::Sighting, &sighting);
        }
    }

    /// This version of the registry is in force here.
    pub fn applied(&self, version: u64) {
        if self.bounds.is_some() {
            self.lock().applied = version;
            self.news.notify_one();
        }
    }

    /// So many connections were ended for this version, the last of them so long after it was learnt of.
    pub fn cut(&self, version: u64, connections: usize, after: Duration) {
        let microseconds = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        self.leave(Kind::Cut, &Cut { version, connections, microseconds });
    }

    /// What became of reports so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let spool = self.lock();
        Tally {
            taken: self.taken.load(Relaxed),
            refused: self.refused.load(Relaxed),
            dropped: spool.dropped,
            spooled: spool.entries.len() + spool.in_hand,
        }
    }

    /// Returns when there is something to tell.
    pub(super) async fn news(&self) {
        while !self.lock().has_news() {
            self.news.notified().await;
        }
    }

    /// The next batch. Until its end is told there is no other.
    pub(super) fn batch(&self, gateway: &str) -> Batch {
        let mut spool = self.lock();
        spool.sequence += 1;
        spool.named = spool.applied;
        let mut parts = Parts::default();
        while let Some((kind, entry)) = spool.entries.pop_front_if(|(_, entry)| parts.has_room(entry.len())) {
            spool.bytes -= entry.len();
            parts.add(kind, &entry);
        }
        spool.in_hand = parts.count();
        let head = (gateway, self.boot.as_str());
        Batch::of(head, [spool.sequence, spool.applied, spool.dropped], parts)
    }

    /// The desk took it.
    pub(super) fn taken(&self, batch: &Batch) {
        self.taken.fetch_add(batch.count(), Relaxed);
        self.lock().in_hand = 0;
    }

    /// The desk will never take it.
    pub(super) fn refused(&self, batch: &Batch) {
        self.refused.fetch_add(batch.count(), Relaxed);
        self.lock().in_hand = 0;
    }

    fn leave(&self, kind: Kind, entry: &impl Serialize) {
        if self.bounds.is_some()
            && let Ok(entry) = serde_json::to_vec(entry)
        {
            self.leave_written(kind, entry.into());
        }
    }

    fn leave_written(&self, kind: Kind, entry: Box<[u8]>) {
        let Some(bounds) = self.bounds else { return };
        let mut spool = self.lock();
        spool.bytes += entry.len();
        spool.entries.push_back((kind, entry));
        while spool.entries.len() > bounds.entries || spool.bytes > bounds.bytes {
            let Some((_, oldest)) = spool.entries.pop_front() else { break };
            spool.bytes -= oldest.len();
            spool.dropped += 1;
        }
        drop(spool);
        self.news.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Spool> {
        self.spool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spool {
    fn has_news(&self) -> bool {
        !self.entries.is_empty() || self.applied != self.named
    }
}

/// The access log's lines and checkpoints come in as they were written, once they are on disk.
impl Listener for Reports {
    fn line(&self, line: &[u8]) {
        self.leave_written(Kind::Line, line.into());
    }

    fn checkpoint(&self, checkpoint: &[u8]) {
        self.leave_written(Kind::Checkpoint, checkpoint.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reports(entries: usize, bytes: usize) -> Reports {
        Reports::new(Some(Bounds { entries, bytes })).unwrap()
    }

    fn told(batch: &Batch) -> serde_json::Value {
        serde_json::from_slice(batch.body()).unwrap()
    }

    #[test]
    fn the_oldest_gives_way_and_is_counted() {
        for bounds in [(3, 1000), (1000, 3 * 7)] {
            let reports = reports(bounds.0, bounds.1);
            for number in 0..10 {
                reports.line(format!("{{\"n\":{number}}}").as_bytes());
            }
            assert_eq!(reports.tally(), Tally { taken: 0, refused: 0, dropped: 7, spooled: 3 });
            let batch = told(&reports.batch("gw"));
            assert_eq!(batch["lines"], serde_json::json!([{"n": 7}, {"n": 8}, {"n": 9}]));
            assert_eq!(batch["dropped"], 7);
        }
    }

    #[test]
    fn what_is_on_its_way_is_neither_dropped_nor_told_again() {
        let reports = reports(2, 1000);
        reports.line(b"1");
        reports.line(b"2");
        let first = reports.batch("gw");
        for line in [b"3", b"4", b"5"] {
            reports.line(line);
        }
        assert_eq!(reports.tally().spooled, 4);
        assert_eq!(told(&first)["lines"], serde_json::json!([1, 2]));
        reports.taken(&first);
        let second = reports.batch("gw");
        assert_eq!(told(&second)["lines"], serde_json::json!([4, 5]));
        reports.refused(&second);
        assert_eq!(reports.tally(), Tally { taken: 2, refused: 2, dropped: 1, spooled: 0 });
        assert_eq!([told(&first)["sequence"].clone(), told(&second)["sequence"].clone()], [1, 2]);
    }

    #[test]
    fn a_version_is_news_though_nothing_else_is() {
        let reports = reports(10, 1000);
        assert!(!reports.lock().has_news());
        reports.applied(123);
        assert!(reports.lock().has_news());
        assert_eq!(told(&reports.batch("gw"))["applied"], 123);
        assert!(!reports.lock().has_news());
        reports.cut(123, 2, Duration::from_millis(12));
        let cut = serde_json::json!([{"version": 123, "connections": 2, "microseconds": 12_000}]);
        assert_eq!(told(&reports.batch("gw"))["cuts"], cut);
    }

    #[test]
    fn where_nothing_is_to_be_told_nothing_is_kept() {
        let reports = Reports::new(None).unwrap();
        reports.line(b"1");
        reports.checkpoint(b"1");
        reports.applied(1);
        reports.cut(1, 1, Duration::ZERO);
        assert!(!reports.lock().has_news());
        assert_eq!(reports.tally().spooled, 0);
    }
}
