//! There is no more room: who gives way?
//!
//! Of half-open handshakes those that say nothing, then the oldest, of the source that holds most. Of connections strangers'
//! before those of known devices, idle ones before those on which something is asked, the greediest party's first. A known
//! device that is being served is the last to go, and never the only connection it has.

use std::collections::{HashMap, HashSet};

use certs::DeviceNo;

use super::connection_counts::ConnectionCounts;
use super::connection_table::{Activity, Came, ConnectionLimits, ConnectionTable, Evicted, Eviction, NoRoom, Sorted};
use super::networks::{Network, Networks, bound};
use super::{Bound, Party};

/// An honest client begins its handshake at once; in milliseconds.
const SILENT: u64 = 1_000;
/// So many are looked at to find one that does nothing; more would let a crowd cost time.
const LOOKED_AT: usize = 64;
/// So many connections of a source are counted by device, likewise.
const COUNTED: usize = 1_024;

/// Who gives way, and how.
type Chosen = (u64, Eviction);

/// How many of so many either kind of source may always have.
fn quarter(whole: usize) -> usize {
    (whole / 4).max(1)
}

impl<H> ConnectionTable<H> {
    /// Lets as many go as it takes for one more of these networks.
    pub(super) fn make_room(
        &mut self,
        networks: &Networks,
        came: Came,
        now: u64,
        (most, look): (&ConnectionLimits, impl Fn(&H) -> Activity),
    ) -> Result<Vec<Evicted>, NoRoom> {
        let mut gone = Vec::new();
        for (width, network) in networks.each().iter().enumerate() {
            if self.half.of(*network) >= bound(width, most.handshakes_per_source, most.handshakes)
                && let Some(chosen) = self.of_half(*network, now, &look)
            {
                gone.push(self.let_go(chosen, Bound::Handshakes));
            }
        }
        if is_full(self.half.total(), self.half.strangers.total(), most.handshakes, came)
            && let Some(heaviest) = sorted(&self.half, most.handshakes).heaviest()
            && let Some(chosen) = self.of_half(heaviest, now, &look)
        {
            gone.push(self.let_go(chosen, Bound::Handshakes));
        }
        for (width, network) in networks.each().iter().enumerate() {
            let of = self.unknown.of(*network) + self.members.of(*network);
            let may = bound(width, most.per_source, most.connections);
            if of >= may {
                let chosen = self.of_source(*network, may, &look).ok_or(NoRoom::Source)?;
                gone.push(self.let_go(chosen, Bound::Connections));
            }
        }
        if is_full(self.standing.len(), self.unknown.strangers.total(), most.connections, came) {
            let chosen = self.of_all(most.connections, &look).ok_or(NoRoom::Connections)?;
            gone.push(self.let_go(chosen, Bound::Connections));
        }
        Ok(gone)
    }

    /// Lets one of the device's go where it has as many as it may: the oldest of which nothing is asked.
    pub(super) fn make_room_for(
        &mut self,
        device: DeviceNo,
        most: &ConnectionLimits,
        look: impl Fn(&H) -> Activity,
    ) -> Result<Option<Evicted>, NoRoom> {
        if self.devices.of(device) < most.per_device {
            return Ok(None);
        }
        let number = self.idle(self.devices.places_of(device), &look).ok_or(NoRoom::Device)?;
        let gone = self.let_go((number, Eviction::InOrder), Bound::Connections);
        Ok(Some(Evicted { party: Party::Device, ..gone }))
    }

    /// One goes though no bound is reached: the machine has no room left.
    pub fn relieve(&mut self, look: impl Fn(&H) -> Activity) -> Option<Evicted> {
        let chosen = self.of_all(self.standing.len(), &look)?;
        Some(self.let_go(chosen, Bound::Connections))
    }

    /// While more than half of the places for handshakes are taken, those beyond the shorter time go, the greediest's first.
    /// Who holds no more than a browser opens at once may take their time, until there is no room at all.
    pub fn thin_out(&mut self, most: &ConnectionLimits, now: u64) -> Vec<Evicted> {
        let over = self.half.total().saturating_sub(most.handshakes / 2);
        let (mut late, mut seen) = (Vec::new(), HashSet::new());
        for places in [&self.half.strangers, &self.half.acquainted] {
            for (network, beyond) in places.by_weight().take_while(|(_, beyond)| *beyond > 0) {
                if late.len() >= over {
                    break;
                }
                let is_late = |number: &u64| {
                    let since = self.standing.get(number).map_or(now, |standing| standing.since);
                    now.saturating_sub(since) > most.crowded
                };
                for number in places.places_of(network).take(beyond).take_while(is_late) {
                    if late.len() < over && seen.insert(number) {
                        late.push(number);
                    }
                }
            }
        }
        late.into_iter().map(|number| self.let_go((number, Eviction::Cut), Bound::Handshakes)).collect()
    }

    fn let_go(&mut self, (number, parting): Chosen, bound: Bound) -> Evicted {
        let network = self.standing.get(&number).map(|standing| standing.networks.narrowest());
        self.leave(number);
        Evicted { number, network, party: Party::Source, bound, parting }
    }

    /// Of a source's handshakes: one that says nothing though it has had the time, else the oldest.
    fn of_half(&self, network: Network, now: u64, look: impl Fn(&H) -> Activity) -> Option<Chosen> {
        let places = if self.half.strangers.of(network) >= self.half.acquainted.of(network) {
            &self.half.strangers
        } else {
            &self.half.acquainted
        };
        let heaviest = places.heaviest_within(network);
        let silent = places.places_of(heaviest).take(LOOKED_AT).find(|number| {
            let standing = self.standing.get(number);
            standing.is_some_and(|it| look(&it.handle) == Activity::Nothing && now.saturating_sub(it.since) > SILENT)
        });
        let number = silent.or_else(|| places.places_of(heaviest).next())?;
        Some((number, Eviction::Cut))
    }

    /// Of a source's connections, of which there may be so many.
    fn of_source(&self, network: Network, may: usize, look: impl Fn(&H) -> Activity) -> Option<Chosen> {
        let stranger = || {
            let by_strangers = self.unknown.strangers.of(network) >= self.unknown.acquainted.of(network);
            let places = if by_strangers { &self.unknown.strangers } else { &self.unknown.acquainted };
            self.of_strangers(places, network, &look)
        };
        if self.unknown.of(network) > quarter(may) {
            return stranger();
        }
        let mut devices: HashMap<DeviceNo, Devices> = HashMap::new();
        for number in self.members.places_of(network).take(COUNTED) {
            let Some(standing) = self.standing.get(&number) else { continue };
            let Some(device) = standing.device else { continue };
            let held = devices.entry(device).or_insert(Devices { count: 0, oldest: number, idle: None });
            held.count += 1;
            if held.idle.is_none() && look(&standing.handle) != Activity::Busy {
                held.idle = Some(number);
            }
        }
        let idle = devices.values().filter_map(|held| Some((held.count, held.idle?))).max();
        let busy = || devices.values().filter(|held| held.count > 1).map(|held| (held.count, held.oldest)).max();
        idle.map(|(_, number)| (number, Eviction::InOrder))
            .or_else(stranger)
            .or_else(|| busy().map(|(_, number)| (number, Eviction::Cut)))
    }

    /// Of all connections, of which there may be so many.
    fn of_all(&self, may: usize, look: impl Fn(&H) -> Activity) -> Option<Chosen> {
        let stranger = |places: &ConnectionCounts<Network>| self.of_strangers(places, places.heaviest()?, &look);
        if self.unknown.strangers.total() > quarter(may) {
            return stranger(&self.unknown.strangers);
        }
        if self.unknown.acquainted.total() > quarter(may) {
            return stranger(&self.unknown.acquainted);
        }
        let idle = || {
            let mut at_fault = self.devices.by_weight().take(LOOKED_AT);
            at_fault.find_map(|(device, _)| self.idle(self.devices.places_of(device), &look))
        };
        let busy = || {
            let heaviest = self.devices.heaviest().filter(|device| self.devices.of(*device) > 1)?;
            self.devices.places_of(heaviest).next()
        };
        idle()
            .map(|number| (number, Eviction::InOrder))
            .or_else(|| stranger(&self.unknown.strangers))
            .or_else(|| stranger(&self.unknown.acquainted))
            .or_else(|| busy().map(|number| (number, Eviction::Cut)))
    }

    /// Of strangers in this network the greediest's oldest idle one, else its oldest.
    fn of_strangers(
        &self,
        places: &ConnectionCounts<Network>,
        network: Network,
        look: impl Fn(&H) -> Activity,
    ) -> Option<Chosen> {
        let heaviest = places.heaviest_within(network);
        let idle = self.idle(places.places_of(heaviest), look);
        let number = idle.or_else(|| places.places_of(heaviest).next())?;
        Some((number, Eviction::Cut))
    }

    /// The first of these on which nothing is asked.
    fn idle(&self, mut numbers: impl Iterator<Item = u64>, look: impl Fn(&H) -> Activity) -> Option<u64> {
        let numbers = numbers.by_ref().take(LOOKED_AT);
        let is_idle = |number: &u64| self.standing.get(number).is_some_and(|it| look(&it.handle) != Activity::Busy);
        numbers.into_iter().find(is_idle)
    }
}

/// What one device holds at a source.
struct Devices {
    count: usize,
    oldest: u64,
    idle: Option<u64>,
}

/// Whether there is no place for one more: none at all, or for a stranger none beside what is kept for the others.
fn is_full(total: usize, strangers: usize, whole: usize, came: Came) -> bool {
    let kept = match came {
        Came::Stranger => quarter(whole),
        Came::Acquainted => 0,
    };
    total >= whole || (came == Came::Stranger && strangers >= whole.saturating_sub(kept).max(1))
}

/// Strangers give way as long as they hold more than what is theirs.
fn sorted(sorted: &Sorted, whole: usize) -> &ConnectionCounts<Network> {
    if sorted.strangers.total() > quarter(whole) || sorted.acquainted.total() == 0 {
        &sorted.strangers
    } else {
        &sorted.acquainted
    }
}
