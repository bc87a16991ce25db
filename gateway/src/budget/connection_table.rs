//! Who is connected: every connection by its source, and by its device once one has shown itself.
//!
//! A newcomer is let in. Where a source, a device or the whole has as many as may be, somebody who stands there gives way; whom
//! that falls on is decided in `eviction`. Sources that lately showed a known device are counted apart from strangers, and a
//! quarter of all places is kept for either, so that neither can fill what the other needs.

use std::collections::HashMap;
use std::net::IpAddr;

use certs::DeviceNo;

use super::connection_counts::ConnectionCounts;
use super::networks::{Network, Networks};
use super::recently_seen::RecentlySeen;
use super::{Bound, Party};

/// How many of each there may be.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Connections in all.
    pub connections: usize,
    /// From one source: an IPv4 address, a /64 of IPv6. Wider networks may have a few times as many.
    pub per_source: usize,
    /// Of one device.
    pub per_device: usize,
    /// Handshakes under way.
    pub handshakes: usize,
    /// Of these, from one source.
    pub handshakes_per_source: usize,
    /// How long a handshake may last, in milliseconds, while more than half of those places are taken.
    pub crowded: u64,
}

/// What a connection does, as whoever looks at it sees.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Activity {
    /// It has not even begun its handshake.
    Nothing,
    /// Nothing is asked on it just now.
    Idle,
    /// A request is served.
    Busy,
}

/// Why a newcomer could not be let in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NoRoom {
    /// The whole, and everybody there is a known device that is being served.
    Connections,
    /// The source, likewise.
    Source,
    /// The device, likewise.
    Device,
    /// So many who were asked to go are still about to.
    Leaving,
    /// It gave way itself, meanwhile.
    Evicted,
}

/// Somebody who gives way: no longer counted, and to be ended now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Evicted {
    /// The connection's number.
    pub number: u64,
    /// From where it came.
    pub network: Option<Network>,
    /// Whose bound it was.
    pub party: Party,
    /// Of what.
    pub bound: Bound,
    /// How it is to be ended.
    pub parting: Eviction,
}

/// How one who gives way is ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Eviction {
    /// At once.
    Cut,
    /// As HTTP ends what is idle.
    InOrder,
}

/// Everybody, with a handle `H` by which it is seen what they do.
#[derive(Debug)]
pub struct ConnectionTable<H> {
    pub(super) standing: HashMap<u64, Standing<H>>,
    /// Handshakes under way.
    pub(super) half: Sorted,
    /// Connections, these among them, on which no known device was let in.
    pub(super) unknown: Sorted,
    /// Connections on which one was, by source and by device.
    pub(super) members: ConnectionCounts<Network>,
    pub(super) devices: ConnectionCounts<DeviceNo>,
    recent: RecentlySeen<Network>,
}

#[derive(Debug)]
pub(super) struct Standing<H> {
    pub(super) networks: Networks,
    came: Came,
    pub(super) since: u64,
    pub(super) device: Option<DeviceNo>,
    pub(super) handle: H,
}

/// From what source.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Came {
    /// No known device was seen there lately.
    Stranger,
    /// One was.
    Acquainted,
}

/// Places of strangers, and of sources that lately showed a known device.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    pub(super) strangers: ConnectionCounts<Network>,
    pub(super) acquainted: ConnectionCounts<Network>,
}

/// Sources remembered; a city has some thousands.
const REMEMBERED: usize = 16_384;
/// Over a weekend and a holiday, in milliseconds.
const RECENT: u64 = 7 * 24 * 60 * 60 * 1_000;

impl Sorted {
    fn of_those(&mut self, came: Came) -> &mut ConnectionCounts<Network> {
        match came {
            Came::Stranger => &mut self.strangers,
            Came::Acquainted => &mut self.acquainted,
        }
    }

    pub(super) fn of(&self, network: Network) -> usize {
        self.strangers.of(network) + self.acquainted.of(network)
    }

    pub(super) fn total(&self) -> usize {
        self.strangers.total() + self.acquainted.total()
    }
}

impl<H> Default for ConnectionTable<H> {
    fn default() -> Self {
        Self {
            standing: HashMap::new(),
            half: Sorted::default(),
            unknown: Sorted::default(),
            members: ConnectionCounts::default(),
            devices: ConnectionCounts::default(),
            recent: RecentlySeen::new(REMEMBERED, RECENT),
        }
    }
}

impl<H> ConnectionTable<H> {
    /// A newcomer, in its handshake; numbers rise with time. Says who gives way to it.
    ///
    /// # Errors
    /// [`NoRoom::Source`] or [`NoRoom::Connections`]; the newcomer does not stand there then.
    pub fn enter(
        &mut self,
        (number, handle): (u64, H),
        address: IpAddr,
        now: u64,
        (most, look): (&ConnectionLimits, impl Fn(&H) -> Activity),
    ) -> Result<Vec<Evicted>, NoRoom> {
        let networks = Networks::of(address);
        let known = self.recent.has_shown(networks.customer(), now);
        let came = if known { Came::Acquainted } else { Came::Stranger };
        let gone = self.make_room(&networks, came, now, (most, look))?;
        self.half.of_those(came).take(number, networks.each());
        self.unknown.of_those(came).take(number, networks.each());
        self.standing.insert(number, Standing { networks, came, since: now, device: None, handle });
        Ok(gone)
    }

    /// Its handshake is done.
    pub fn shaken(&mut self, number: u64) {
        if let Some(standing) = self.standing.get(&number) {
            self.half.of_those(standing.came).free(number, standing.networks.each());
        }
    }

    /// This device was let in on it. Says who gives way to it.
    ///
    /// # Errors
    /// [`NoRoom::Device`]: it has as many as it may, all of them busy; it stands there as before.
    /// [`NoRoom::Evicted`]: it stands there no longer.
    pub fn admit(
        &mut self,
        number: u64,
        device: DeviceNo,
        now: u64,
        (most, look): (&ConnectionLimits, impl Fn(&H) -> Activity),
    ) -> Result<Option<Evicted>, NoRoom> {
        let standing = self.standing.get(&number).ok_or(NoRoom::Evicted)?;
        if standing.device.is_some() {
            return Ok(None);
        }
        let (networks, came) = (standing.networks, standing.came);
        self.recent.show(networks.customer(), now);
        let gone = self.make_room_for(device, most, look)?;
        self.half.of_those(came).free(number, networks.each());
        self.unknown.of_those(came).free(number, networks.each());
        self.members.take(number, networks.each());
        self.devices.take(number, &[device]);
        if let Some(standing) = self.standing.get_mut(&number) {
            standing.device = Some(device);
        }
        Ok(gone)
    }

    /// It is gone, or counts no longer.
    pub fn leave(&mut self, number: u64) -> Option<H> {
        let standing = self.standing.remove(&number)?;
        let networks = standing.networks.each();
        match standing.device {
            Some(device) => {
                self.members.free(number, networks);
                self.devices.free(number, &[device]);
            }
            None => {
                self.half.of_those(standing.came).free(number, networks);
                self.unknown.of_those(standing.came).free(number, networks);
            }
        }
        Some(standing.handle)
    }

    /// How many stand there.
    #[must_use]
    pub fn total(&self) -> usize {
        self.standing.len()
    }
}
