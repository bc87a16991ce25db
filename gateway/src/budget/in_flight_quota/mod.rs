//! May this device have one more request in flight, and whose gives way where there is no room?
//!
//! A request takes a slot of four quotas at once: its device's own, and three that devices share: its ID's, its upstream's,
//! the whole. Of what is shared a quarter is kept for devices that hold little of it. Where there is no room, the device
//! that holds most gives way to one that holds less. At every request only counts are kept; who holds most is looked for
//! when there is no room, and then among no more devices than there are slots.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use certs::DeviceNo;
use registry::LoginId;

use super::Party;

/// Whose request it is, and where it goes.
#[derive(Clone, Debug)]
pub struct RequestOwner {
    /// The device it came from.
    pub device: DeviceNo,
    /// Under whose ID.
    pub id: LoginId,
    /// The backend it goes to.
    pub upstream: Arc<str>,
}

/// How many slots there are.
#[derive(Clone, Copy, Debug)]
pub struct RequestQuota {
    /// For one device.
    pub device: usize,
    /// For one ID, on all its devices.
    pub id: usize,
    /// For this request's upstream.
    pub upstream: usize,
    /// In all.
    pub whole: usize,
}

/// The requests in flight. `T` is what a slot that may be asked to give way is ended by.
#[derive(Debug)]
pub struct InFlightQuota<T> {
    devices: HashMap<DeviceNo, Vec<InFlightSlot<T>>>,
    ids: HashMap<LoginId, usize>,
    /// As many as configurations have named: too few to be worth a map.
    upstreams: Vec<(Arc<str>, usize)>,
    whole: usize,
}

#[derive(Debug)]
struct InFlightSlot<T> {
    number: u64,
    id: LoginId,
    upstream: Arc<str>,
    gives_way: Option<T>,
}

/// No slot, and by whose bound.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct QuotaExceeded {
    /// Whose bound is reached.
    pub party: Party,
    /// Whether the device itself holds more than little of it; if not, nobody else held enough to give way.
    pub at_fault: bool,
}

/// A bound that devices share.
#[derive(Clone, Copy, Debug)]
enum Shared {
    Id,
    Upstream,
    Whole,
}

impl<T> Default for InFlightQuota<T> {
    fn default() -> Self {
        Self { devices: HashMap::new(), ids: HashMap::new(), upstreams: Vec::new(), whole: 0 }
    }
}

impl<T> InFlightQuota<T> {
    /// Takes a slot under this number, which no other has. Who gave way has left already and is to be ended.
    ///
    /// # Errors
    /// [`QuotaExceeded`]; nobody gave way then.
    pub fn take(
        &mut self,
        number: u64,
        owner: RequestOwner,
        most: &RequestQuota,
        gives_way: Option<T>,
    ) -> Result<Vec<(Party, T)>, QuotaExceeded> {
        let upstream = self.upstream(&owner.upstream);
        let held = self.devices.entry(owner.device).or_default();
        let of_id = self.ids.entry(owner.id.clone()).or_default();
        let of_upstream = &mut self.upstreams[upstream].1;
        let slot = InFlightSlot { number, id: owner.id.clone(), upstream: Arc::clone(&owner.upstream), gives_way };
        let calm = [(*of_id, most.id), (*of_upstream, most.upstream), (self.whole, most.whole)];
        if held.len() < most.device && calm.iter().all(|(taken, bound)| *taken < open_to_all(*bound)) {
            held.push(slot);
            *of_id += 1;
            *of_upstream += 1;
            self.whole += 1;
            return Ok(Vec::new());
        }
        match self.leaving(&owner, most) {
            Ok(leaving) => {
                self.devices.entry(owner.device).or_default().push(slot);
                *self.ids.entry(owner.id).or_default() += 1;
                self.upstreams[upstream].1 += 1;
                self.whole += 1;
                let gone = leaving.into_iter();
                Ok(gone.filter_map(|(party, device, number)| Some((party, self.leave(device, number)?))).collect())
            }
            Err(refused) => {
                // Who holds nothing is not remembered.
                if self.devices.get(&owner.device).is_some_and(Vec::is_empty) {
                    self.devices.remove(&owner.device);
                }
                if self.ids.get(&owner.id) == Some(&0) {
                    self.ids.remove(&owner.id);
                }
                Err(refused)
            }
        }
    }

    /// Gives a slot back; nothing where it gave way before. Returns what it would have been ended by.
    pub fn leave(&mut self, device: DeviceNo, number: u64) -> Option<T> {
        let Entry::Occupied(mut held) = self.devices.entry(device) else { return None };
        let at = held.get().iter().rposition(|slot| slot.number == number)?;
        let InFlightSlot { id, upstream, gives_way, .. } = held.get_mut().remove(at);
        if held.get().is_empty() {
            held.remove();
        }
        if let Entry::Occupied(mut held) = self.ids.entry(id) {
            *held.get_mut() -= 1;
            if *held.get() == 0 {
                held.remove();
            }
        }
        let upstream = self.upstream(&upstream);
        self.upstreams[upstream].1 -= 1;
        self.whole -= 1;
        gives_way
    }

    /// How many requests each upstream has in flight.
    pub fn of_upstreams(&self) -> impl Iterator<Item = (&Arc<str>, usize)> {
        self.upstreams.iter().map(|(upstream, taken)| (upstream, *taken))
    }

    /// Where this upstream is counted.
    fn upstream(&mut self, name: &Arc<str>) -> usize {
        let same = |(known, _): &(Arc<str>, usize)| Arc::ptr_eq(known, name) || known == name;
        self.upstreams.iter().position(same).unwrap_or_else(|| {
            self.upstreams.push((Arc::clone(name), 0));
            self.upstreams.len() - 1
        })
    }

    /// Who has to leave for one more, where somewhere there is no room.
    fn leaving(&self, owner: &RequestOwner, most: &RequestQuota) -> Result<Vec<(Party, DeviceNo, u64)>, QuotaExceeded> {
        if self.devices.get(&owner.device).map_or(0, Vec::len) >= most.device {
            return Err(QuotaExceeded { party: Party::Device, at_fault: true });
        }
        let mut leaving = Vec::new();
        for shared in [Shared::Id, Shared::Upstream, Shared::Whole] {
            if let Some((device, number)) = self.room(shared, owner, most, &leaving)? {
                leaving.push((shared.party(), device, number));
            }
        }
        Ok(leaving)
    }

    /// Whether there is room under a shared bound, and who has to leave for it.
    fn room(
        &self,
        shared: Shared,
        owner: &RequestOwner,
        most: &RequestQuota,
        leaving: &[(Party, DeviceNo, u64)],
    ) -> Result<Option<(DeviceNo, u64)>, QuotaExceeded> {
        let of_upstream = self.upstreams.iter().find(|(name, _)| *name == owner.upstream);
        let (taken, bound) = match shared {
            Shared::Id => (self.ids.get(&owner.id).copied().unwrap_or(0), most.id),
            Shared::Upstream => (of_upstream.map_or(0, |(_, taken)| *taken), most.upstream),
            Shared::Whole => (self.whole, most.whole),
        };
        if taken < open_to_all(bound) {
            return Ok(None);
        }
        let counted = |slot: &&InFlightSlot<T>| shared.counts(slot, owner);
        let own = self.devices.get(&owner.device).map_or(0, |held| held.iter().filter(counted).count());
        let at_fault = own >= (bound / LITTLE).max(1);
        let refused = QuotaExceeded { party: shared.party(), at_fault };
        if taken < bound && !at_fault {
            return Ok(None);
        }
        let of = |device: DeviceNo| self.devices.get(&device).into_iter().flatten().filter(counted);
        if leaving.iter().any(|(_, device, number)| of(*device).any(|slot| slot.number == *number)) {
            return Ok(None);
        }
        let gives_way = |slot: &&InFlightSlot<T>| counted(slot) && slot.gives_way.is_some();
        let held = self.devices.iter().map(|(device, held)| (held.iter().filter(gives_way).count(), *device));
        let Some((_, heaviest)) = held.max().filter(|(held, _)| *held > own + 1) else { return Err(refused) };
        let newest = of(heaviest).filter(gives_way).last();
        newest.map(|slot| Some((heaviest, slot.number))).ok_or(refused)
    }
}

/// Of a shared bound one part in so many is kept for devices that hold little,
const KEPT: usize = 4;
/// which is less than one part in so many; less than one where that is none.
const LITTLE: usize = 128;

impl Shared {
    fn counts<T>(self, slot: &InFlightSlot<T>, owner: &RequestOwner) -> bool {
        match self {
            Self::Id => slot.id == owner.id,
            Self::Upstream => slot.upstream == owner.upstream,
            Self::Whole => true,
        }
    }

    /// Of the whole nobody has a bound but the devices that hold it.
    fn party(self) -> Party {
        match self {
            Self::Id => Party::Id,
            Self::Upstream => Party::Upstream,
            Self::Whole => Party::Device,
        }
    }
}

/// What of a bound anybody may take.
fn open_to_all(bound: usize) -> usize {
    bound - bound / KEPT
}

#[cfg(test)]
mod tests;
