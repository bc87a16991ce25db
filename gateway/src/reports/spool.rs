//! What waits to be told? Bounded in number and in octets: the least worthy's oldest gives way, and is counted.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use access_log::{Heard, Listener, Worth};
use aws_lc_rs::rand;
use http::HeaderValue;
use ipnet::IpNet;
use pages::System;
use serde::Serialize;
use tokio::sync::Notify;

use super::batch::{Batch, ReportKind};
use super::folds::{Folds, Untold};
use super::queues::Queues;
use super::sightings::{News, Sightings, Whereabouts};
use super::strangers::{GATHERED, StrangerCounts};
use crate::device::VerifiedDevice;
use crate::session::NoRandomness;

/// How much may wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SpoolLimits {
    /// Reports.
    pub entries: usize,
    /// Octets of them.
    pub bytes: usize,
}

/// What there is to tell, from anywhere in the gateway.
#[derive(Debug)]
pub struct Reports {
    /// Nothing is told without them.
    bounds: Option<SpoolLimits>,
    boot: String,
    begun: Instant,
    sightings: Sightings,
    folds: Mutex<Folds>,
    strangers: StrangerCounts,
    spool: Mutex<Spool>,
    news: Notify,
    taken: AtomicU64,
    refused: AtomicU64,
    folded: AtomicU64,
}

/// What became of reports so far.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(missing_docs, reason = "the words of the metric")]
pub struct SpoolStats {
    pub taken: u64,
    pub refused: u64,
    pub dropped: u64,
    pub spooled: usize,
}

#[derive(Debug, Default)]
struct Spool {
    queues: Queues,
    dropped: u64,
    /// The version in force here, and the hash of its event.
    applied: (u64, String),
    /// What the last batch named.
    named: (u64, String),
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
    pub fn new(bounds: Option<SpoolLimits>) -> Result<Self, NoRandomness> {
        let mut boot = [0; 16];
        rand::fill(&mut boot).map_err(|_| NoRandomness)?;
        Ok(Self {
            bounds,
            boot: boot.iter().map(|octet| format!("{octet:02x}")).collect(),
            begun: Instant::now(),
            sightings: Sightings::default(),
            folds: Mutex::default(),
            strangers: StrangerCounts::default(),
            spool: Mutex::default(),
            news: Notify::new(),
            taken: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            folded: AtomicU64::new(0),
        })
    }

    /// A certificate passed the device check.
    pub fn sighted(&self, device: &VerifiedDevice, network: IpNet, user_agent: Option<&HeaderValue>) {
        if self.bounds.is_none() {
            return;
        }
        let system = System::of(user_agent.and_then(|value| value.to_str().ok()).unwrap_or_default());
        let now = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
        if self.sightings.note(device.serial(), Whereabouts { system, network }, now) == News::Yes {
            let sighting = Sighting {
                serial: device.serial().to_string(),
                device: device.device().to_string(),
                at: now,
                os: system.as_str(),
                network: network.to_string(),
            };
            self.leave(ReportKind::Sighting, &sighting);
        }
    }

    /// This version of the registry is in force here; `head` is the hash of its event.
    pub fn applied(&self, version: u64, head: &str) {
        if self.bounds.is_some() {
            self.lock().applied = (version, head.to_owned());
            self.news.notify_one();
        }
    }

    /// So many connections were ended for this version, the last of them so long after it was learnt of.
    pub fn cut(&self, version: u64, connections: usize, after: Duration) {
        let microseconds = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        self.leave(ReportKind::Cut, &Cut { version, connections, microseconds });
    }

    /// What became of reports so far.
    #[must_use]
    pub fn stats(&self) -> SpoolStats {
        let spool = self.lock();
        SpoolStats {
            taken: self.taken.load(Relaxed),
            refused: self.refused.load(Relaxed),
            dropped: spool.dropped,
            spooled: spool.queues.len() + spool.in_hand,
        }
    }

    /// How many lines were told as a count so far.
    #[must_use]
    pub fn folded(&self) -> u64 {
        self.folded.load(Relaxed)
    }

    /// Returns when there is something to tell.
    pub(crate) async fn news(&self) {
        while !self.lock().has_news() {
            self.news.notified().await;
        }
    }

    /// The next batch. Until its end is told there is no other.
    pub(crate) fn batch(&self, gateway: &str) -> Batch {
        let mut spool = self.lock();
        spool.sequence += 1;
        spool.named = spool.applied.clone();
        let parts = spool.queues.take();
        spool.in_hand = parts.count();
        let (version, head) = &spool.applied;
        Batch::of((gateway, self.boot.as_str()), [spool.sequence, *version, spool.dropped], head, parts)
    }

    /// The desk took it.
    pub(crate) fn taken(&self, batch: &Batch) {
        self.taken.fetch_add(batch.count(), Relaxed);
        self.lock().in_hand = 0;
    }

    /// The desk will never take it.
    pub(crate) fn refused(&self, batch: &Batch) {
        self.refused.fetch_add(batch.count(), Relaxed);
        self.lock().in_hand = 0;
    }

    fn leave(&self, kind: ReportKind, entry: &impl Serialize) {
        if self.bounds.is_some()
            && let Ok(entry) = serde_json::to_vec(entry)
        {
            self.leave_written(kind, entry.into());
        }
    }

    fn leave_written(&self, kind: ReportKind, entry: Box<[u8]>) {
        let Some(bounds) = self.bounds else { return };
        let mut spool = self.lock();
        spool.dropped += spool.queues.push((kind, entry), bounds);
        drop(spool);
        self.news.notify_one();
    }

    fn leave_counts(&self, counts: Vec<Untold>) {
        for untold in counts {
            self.folded.fetch_add(untold.count, Relaxed);
            self.leave(kind(untold.worth), &untold);
        }
    }

    fn leave_strangers(&self, gathered: u64) {
        for counted in self.strangers.over(self.now(), gathered) {
            self.leave(ReportKind::Strangers, &counted);
        }
    }

    fn folds(&self) -> MutexGuard<'_, Folds> {
        self.folds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, Spool> {
        self.spool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spool {
    fn has_news(&self) -> bool {
        self.queues.len() > 0 || self.applied != self.named
    }
}

fn kind(worth: Worth) -> ReportKind {
    match worth {
        Worth::Login => ReportKind::Login,
        Worth::Refusal => ReportKind::Refusal,
    }
}

/// The access log's lines and checkpoints come in as they were written, once they are on disk.
impl Listener for Reports {
    fn line(&self, heard: Heard<'_>) {
        if self.bounds.is_some() && self.folds().note(heard.told, heard.seq, self.now()) == News::Yes {
            self.leave_written(kind(heard.told.worth), heard.line.into());
        }
    }

    fn strangers(&self, counted: &BTreeMap<Box<str>, u64>) {
        if self.bounds.is_some() {
            self.strangers.note(counted, self.now());
        }
    }

    fn second(&self) {
        let counts = self.folds().over(self.now());
        self.leave_counts(counts);
        self.leave_strangers(GATHERED);
    }

    fn end(&self) {
        let counts = self.folds().end();
        self.leave_counts(counts);
        self.leave_strangers(0);
    }

    fn checkpoint(&self, checkpoint: &[u8]) {
        self.leave_written(ReportKind::Checkpoint, checkpoint.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use access_log::Told;

    fn reports(entries: usize, bytes: usize) -> Reports {
        Reports::new(Some(SpoolLimits { entries, bytes })).unwrap()
    }

    fn told(batch: &Batch) -> serde_json::Value {
        serde_json::from_slice(batch.body()).unwrap()
    }

    /// A refusal of a device of its own.
    fn refuse(reports: &Reports, number: u32, line: &[u8]) {
        let (device, now) = (certs::DeviceNo::new(number).unwrap(), SystemTime::now());
        let told = Told { worth: Worth::Refusal, device, what: "x".into(), count: 1, since: now, until: now };
        reports.line(Heard { told: &told, seq: u64::from(number), line });
    }

    #[test]
    fn the_oldest_gives_way_and_is_counted() {
        for bounds in [(3, 1000), (1000, 3 * 7)] {
            let reports = reports(bounds.0, bounds.1);
            for number in 0..10 {
                refuse(&reports, number + 1, format!("{{\"n\":{number}}}").as_bytes());
            }
            assert_eq!(reports.stats(), SpoolStats { taken: 0, refused: 0, dropped: 7, spooled: 3 });
            let batch = told(&reports.batch("gw"));
            assert_eq!(batch["lines"], serde_json::json!([{"n": 7}, {"n": 8}, {"n": 9}]));
            assert_eq!(batch["dropped"], 7);
        }
    }

    #[test]
    fn what_is_on_its_way_is_neither_dropped_nor_told_again() {
        let reports = reports(2, 1000);
        refuse(&reports, 1, b"1");
        refuse(&reports, 2, b"2");
        let first = reports.batch("gw");
        for line in [b"3", b"4", b"5"] {
            refuse(&reports, u32::from(line[0]), line);
        }
        assert_eq!(reports.stats().spooled, 4);
        assert_eq!(told(&first)["lines"], serde_json::json!([1, 2]));
        reports.taken(&first);
        let second = reports.batch("gw");
        assert_eq!(told(&second)["lines"], serde_json::json!([4, 5]));
        reports.refused(&second);
        assert_eq!(reports.stats(), SpoolStats { taken: 2, refused: 2, dropped: 1, spooled: 0 });
        assert_eq!([told(&first)["sequence"].clone(), told(&second)["sequence"].clone()], [1, 2]);
    }

    #[test]
    fn what_is_refused_over_and_over_is_told_a_few_times_and_then_as_a_count() {
        let reports = reports(1000, 1 << 20);
        for _ in 0..500 {
            refuse(&reports, 7, b"{}");
        }
        reports.second();
        assert_eq!((reports.stats().spooled, reports.folded()), (5, 0));
        reports.end();
        assert_eq!((reports.stats().spooled, reports.folded()), (6, 495));
        let batch = told(&reports.batch("gw"));
        assert_eq!(batch["lines"][5]["count"], 495);
    }

    #[test]
    fn a_version_is_news_though_nothing_else_is() {
        let reports = reports(10, 1000);
        assert!(!reports.lock().has_news());
        reports.applied(123, "aa");
        assert!(reports.lock().has_news());
        let batch = told(&reports.batch("gw"));
        assert_eq!((&batch["applied"], &batch["head"]), (&123.into(), &"aa".into()));
        assert!(!reports.lock().has_news());
        // A restored registry may stand at the same number.
        reports.applied(123, "bb");
        assert!(reports.lock().has_news());
        assert_eq!(told(&reports.batch("gw"))["head"], "bb");
        reports.cut(123, 2, Duration::from_millis(12));
        let cut = serde_json::json!([{"version": 123, "connections": 2, "microseconds": 12_000}]);
        assert_eq!(told(&reports.batch("gw"))["cuts"], cut);
    }

    #[test]
    fn where_nothing_is_to_be_told_nothing_is_kept() {
        let reports = Reports::new(None).unwrap();
        refuse(&reports, 1, b"1");
        reports.checkpoint(b"1");
        reports.end();
        reports.applied(1, "aa");
        reports.cut(1, 1, Duration::ZERO);
        assert!(!reports.lock().has_news());
        assert_eq!(reports.stats().spooled, 0);
    }
}
