//! How many octets of bodies are held in memory, and whose are they?
//!
//! Every piece that is handed to HTTP carries its [`Reservation`] with it, and gives it back when HTTP has written the piece or
//! thrown it away: so what is counted is what is there. It is counted three times, for its connection, for its party (a
//! device of ours, or a source that has shown none) and for the whole. Who holds as much as they may is asked for no more:
//! the body is not polled, and whoever sends it is held back by TCP or by a window. Whose is the most when the whole is full
//! gives way (see `revocation::make_room`).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::Context;

use bytes::Bytes;
use certs::DeviceNo;
use tokio::sync::Notify;

pub use super::quota::Waiter;
use super::quota::{By, Quota};
use crate::budget::{Party, Usage};

/// How much each may hold. The last that took may be over it by its own piece.
#[derive(Clone, Copy, Debug)]
pub struct BufferLimits {
    /// All together.
    pub whole: u64,
    /// A device, or a source.
    pub party: u64,
    /// A connection.
    pub connection: u64,
}

/// Whose octets they are.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Holder {
    /// A device of ours.
    Device(DeviceNo),
    /// An address, or a network of 48 bits, from which nobody has shown one.
    Source(IpAddr),
}

impl Holder {
    /// The word in the metrics.
    #[must_use]
    pub fn party(&self) -> Party {
        match self {
            Self::Device(_) => Party::Device,
            Self::Source(_) => Party::Source,
        }
    }
}

/// Everything that is held.
#[derive(Debug)]
pub struct Octets {
    whole: Quota,
    party_most: AtomicU64,
    connection_most: AtomicU64,
    /// Those that have a connection, and no others.
    shares: Mutex<HashMap<Holder, Weak<PartyQuota>>>,
    crowded: Notify,
}

/// What one party holds.
#[derive(Debug)]
struct PartyQuota {
    holder: Holder,
    quota: Quota,
    all: Arc<Octets>,
}

/// What one connection holds.
#[derive(Debug)]
pub struct Account {
    quota: Quota,
    all: Arc<Octets>,
    source: OnceLock<Arc<PartyQuota>>,
    device: OnceLock<Arc<PartyQuota>>,
}

/// So many octets, until this is dropped.
#[derive(Debug)]
pub struct Reservation {
    octets: u64,
    account: Arc<Account>,
    share: Option<Arc<PartyQuota>>,
}

/// Whether more may be asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Headroom {
    /// It may.
    There,
    /// The connection, or its party, holds as much as it may.
    OwnFull,
    /// All together do.
    WholeFull,
}

impl Octets {
    /// Nothing is held yet.
    #[must_use]
    pub fn new(most: BufferLimits) -> Arc<Self> {
        Arc::new(Self {
            whole: Quota::new(By::Whole, most.whole),
            party_most: AtomicU64::new(most.party),
            connection_most: AtomicU64::new(most.connection),
            shares: Mutex::default(),
            crowded: Notify::new(),
        })
    }

    /// Other bounds from now on; a connection that is open keeps its own.
    pub fn bound(&self, most: BufferLimits) {
        self.party_most.store(most.party, Relaxed);
        self.connection_most.store(most.connection, Relaxed);
        for share in self.shares() {
            share.quota.bound(most.party);
        }
        self.whole.bound(most.whole);
    }

    /// How many there are.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.whole.held()
    }

    /// How many this party holds.
    #[must_use]
    pub fn held_by(&self, holder: &Holder) -> u64 {
        let share = lock(&self.shares).get(holder).and_then(Weak::upgrade);
        share.map_or(0, |share| share.quota.held())
    }

    /// Over once somebody waits because the whole is full.
    pub async fn crowded(&self) {
        self.crowded.notified().await;
    }

    /// How many must be given back before those who wait are let on; none while nobody waits.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        if self.whole.is_waited_for() { self.held().saturating_sub(self.whole.low()) } else { 0 }
    }

    /// Who holds most.
    #[must_use]
    pub fn heaviest(&self) -> Option<Holder> {
        let mut usage = Usage::default();
        for share in self.shares() {
            usage.take(&share.holder, share.quota.held());
        }
        usage.heaviest().map(|(holder, _)| holder.clone())
    }

    /// Out of the lock before any is dropped: the last holder of a share takes it out of the map.
    fn shares(&self) -> Vec<Arc<PartyQuota>> {
        lock(&self.shares).values().filter_map(Weak::upgrade).collect()
    }

    fn share(self: &Arc<Self>, holder: Holder) -> Arc<PartyQuota> {
        let mut shares = lock(&self.shares);
        if let Some(share) = shares.get(&holder).and_then(Weak::upgrade) {
            return share;
        }
        let quota = Quota::new(By::Party, self.party_most.load(Relaxed));
        let share = Arc::new(PartyQuota { holder: holder.clone(), quota, all: Arc::clone(self) });
        shares.insert(holder, Arc::downgrade(&share));
        share
    }
}

impl Drop for PartyQuota {
    fn drop(&mut self) {
        let mut shares = lock(&self.all.shares);
        // Its party may have come again, and has another share then.
        if shares.get(&self.holder).is_some_and(|share| share.strong_count() == 0) {
            shares.remove(&self.holder);
        }
    }
}

impl Account {
    /// A connection's, of which it is not known yet whose it is.
    #[must_use]
    pub fn new(all: &Arc<Octets>) -> Arc<Self> {
        let quota = Quota::new(By::Connection, all.connection_most.load(Relaxed));
        Arc::new(Self { quota, all: Arc::clone(all), source: OnceLock::new(), device: OnceLock::new() })
    }

    /// Says from where the connection comes.
    pub fn comes_from(&self, address: IpAddr) {
        self.source.get_or_init(|| self.all.share(Holder::Source(site_of(address))));
    }

    /// Says which device stands there; from now on it is the device that holds.
    pub fn belongs_to(&self, device: DeviceNo) {
        self.device.get_or_init(|| self.all.share(Holder::Device(device)));
    }

    /// Whose it is.
    #[must_use]
    pub fn holder(&self) -> Option<&Holder> {
        self.share().map(|share| &share.holder)
    }

    /// How much it holds.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.quota.held()
    }

    /// Whether a body may be asked for more. Where not, it is woken when it may be.
    pub fn room(&self, waiter: &mut Option<Arc<Waiter>>, cx: &Context<'_>) -> Headroom {
        let mut waits =
            |quota: &Quota| quota.is_full() && quota.still_full(waiter.get_or_insert_with(Arc::default), cx);
        if waits(&self.quota) || self.share().is_some_and(|share| waits(&share.quota)) {
            return Headroom::OwnFull;
        }
        if waits(&self.all.whole) {
            self.all.crowded.notify_one();
            return Headroom::WholeFull;
        }
        Headroom::There
    }

    /// Which of its own bounds it has passed: for what cannot be held back, since it is there already.
    #[must_use]
    pub fn passed(&self) -> Option<Party> {
        if self.quota.is_full() {
            return Some(Party::Connection);
        }
        self.share().filter(|share| share.quota.is_full()).map(|share| share.holder.party())
    }

    /// Counts so many.
    #[must_use]
    pub fn take(self: &Arc<Self>, octets: usize) -> Reservation {
        let octets = octets as u64;
        let share = self.share().cloned();
        for quota in self.quotas(share.as_deref()) {
            quota.take(octets);
        }
        Reservation { octets, account: Arc::clone(self), share }
    }

    /// Counts these, until the last of them is dropped.
    #[must_use]
    pub fn hold(self: &Arc<Self>, octets: Bytes) -> Bytes {
        if octets.is_empty() {
            return octets;
        }
        self.take(octets.len()).until_dropped(octets)
    }

    fn share(&self) -> Option<&Arc<PartyQuota>> {
        self.device.get().or_else(|| self.source.get())
    }

    fn quotas<'a>(&'a self, share: Option<&'a PartyQuota>) -> impl Iterator<Item = &'a Quota> {
        [Some(&self.quota), share.map(|share| &share.quota), Some(&self.all.whole)].into_iter().flatten()
    }
}

impl Reservation {
    /// These are they: given back when the last of them is dropped.
    #[must_use]
    pub fn until_dropped(self, octets: Bytes) -> Bytes {
        Bytes::from_owner(CountedBytes { octets, _held: self })
    }

    /// So many more.
    pub fn more(&mut self, octets: usize) {
        for quota in self.account.quotas(self.share.as_deref()) {
            quota.take(octets as u64);
        }
        self.octets += octets as u64;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        for quota in self.account.quotas(self.share.as_deref()) {
            quota.give_back(self.octets);
        }
        // Whoever gives way has given; whether it is enough is looked at again.
        if self.account.all.whole.is_short() {
            self.account.all.crowded.notify_one();
        }
    }
}

struct CountedBytes {
    octets: Bytes,
    _held: Reservation,
}

impl AsRef<[u8]> for CountedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.octets
    }
}

/// To whom an address belongs: of IPv6 a site may have 48 bits (RFC 6177), and all the networks in it.
#[must_use]
pub fn site_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 80 << 80).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
