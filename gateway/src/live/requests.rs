//! The requests in flight of the whole gateway: who holds how many, and who took back too many of theirs.
//!
//! A request in flight to an HTTP/1.1 or Unix upstream is a connection to it, so that these bounds are those of upstream connections,
//! too. A request that its client takes back costs such a connection, since HTTP/1.1 cannot take anything back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use certs::DeviceNo;

use super::connection::Connection;
use super::deadlines;
use super::in_flight::InFlight;
use crate::budget::{Bound, InFlightQuota, Party, QuotaExceeded, RequestOwner, RequestQuota, SlidingWindow};

/// Everybody's requests.
#[derive(Debug, Default)]
pub struct Requests(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    bounds: RequestLimits,
    next: u64,
    quota: InFlightQuota<InFlightHandle>,
    /// By device; forgotten once nothing counts any more.
    taken_back: HashMap<DeviceNo, SlidingWindow>,
    /// By whose bound connections were told to leave, until somebody counts them.
    told_to_leave: Vec<Party>,
}

/// How many there may be.
#[derive(Clone, Copy, Debug)]
pub struct RequestLimits {
    /// Of one device.
    pub per_device: usize,
    /// Of one ID.
    pub per_id: usize,
    /// In all.
    pub whole: usize,
    /// Taken back on one connection in ten seconds.
    pub cancelled: u64,
    /// Taken back by one device in ten seconds.
    pub cancelled_per_device: u64,
}

impl Default for RequestLimits {
    /// As in `deploy/gateway.toml`.
    fn default() -> Self {
        Self { per_device: 128, per_id: 256, whole: 8192, cancelled: 200, cancelled_per_device: 500 }
    }
}

/// A request in flight, as far as it can be ended.
#[derive(Debug)]
pub struct InFlightHandle {
    /// The request.
    pub in_flight: Arc<InFlight>,
    /// The connection it came on, which does not live on for this.
    pub connection: Weak<Connection>,
}

impl InFlightHandle {
    pub(crate) fn on(connection: &Arc<Connection>, in_flight: &Arc<InFlight>) -> Self {
        Self { in_flight: Arc::clone(in_flight), connection: Arc::downgrade(connection) }
    }
}

/// A bound that is reached: the request is not served now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OverLimit {
    /// Whose bound.
    pub party: Party,
    /// Of what.
    pub bound: Bound,
    /// Whether the device is to blame.
    pub at_fault: bool,
}

/// A slot, given back when this is dropped.
#[derive(Debug)]
pub struct RequestSlot {
    requests: Arc<Requests>,
    device: DeviceNo,
    number: u64,
}

impl Requests {
    /// Other bounds from now on; what is in flight goes on.
    pub fn bound(&self, bounds: RequestLimits) {
        self.state().bounds = bounds;
    }

    /// Takes a slot. Without `handle` it can be ended by nobody, and never gives way. Who gave way is to be ended.
    ///
    /// # Errors
    /// [`OverLimit`].
    pub fn take(
        self: &Arc<Self>,
        owner: RequestOwner,
        upstream: usize,
        handle: Option<InFlightHandle>,
    ) -> Result<(RequestSlot, Vec<(Party, InFlightHandle)>), OverLimit> {
        let device = owner.device;
        let mut state = self.state();
        let State { bounds, next, quota, taken_back, .. } = &mut *state;
        let back = taken_back.get(&device).filter(|_| !taken_back.is_empty());
        if back.is_some_and(|window| window.count(deadlines::now()) >= bounds.cancelled_per_device) {
            return Err(OverLimit { party: Party::Device, bound: Bound::Cancelled, at_fault: true });
        }
        let most = RequestQuota { device: bounds.per_device, id: bounds.per_id, upstream, whole: bounds.whole };
        *next += 1;
        let number = *next;
        let gave_way = quota.take(number, owner, &most, handle)?;
        drop(state);
        Ok((RequestSlot { requests: Arc::clone(self), device, number }, gave_way))
    }

    /// A request was taken back, on a connection that then counts so many; says whose bound is reached by it, so that
    /// the connection is to leave.
    pub(super) fn cancelled_by_client(
        &self,
        device: Option<DeviceNo>,
        on_connection: impl FnOnce(u64) -> u64,
    ) -> Option<Party> {
        let now = deadlines::now();
        let mut state = self.state();
        let State { bounds, taken_back, told_to_leave, .. } = &mut *state;
        let of_device = device.map_or(0, |device| taken_back.entry(device).or_default().note(now));
        let on_connection = on_connection(now);
        let party = if of_device >= bounds.cancelled_per_device {
            Party::Device
        } else if on_connection >= bounds.cancelled {
            Party::Connection
        } else {
            return None;
        };
        told_to_leave.push(party);
        Some(party)
    }

    /// Forgets the devices that have taken nothing back of late; says by whose bounds connections were told to leave
    /// since this was asked.
    pub(crate) fn forget(&self, now: u64) -> Vec<Party> {
        let mut state = self.state();
        state.taken_back.retain(|_, window| window.count(now) > 0);
        std::mem::take(&mut state.told_to_leave)
    }

    /// How many requests each upstream has in flight.
    #[must_use]
    pub fn of_upstreams(&self) -> HashMap<Arc<str>, usize> {
        self.state().quota.of_upstreams().map(|(upstream, count)| (Arc::clone(upstream), count)).collect()
    }

    /// A panic elsewhere must not shut the gateway: every count is whole after each call.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<QuotaExceeded> for OverLimit {
    fn from(QuotaExceeded { party, at_fault }: QuotaExceeded) -> Self {
        Self { party, bound: Bound::Requests, at_fault }
    }
}

impl Drop for RequestSlot {
    fn drop(&mut self) {
        // What sat there is dropped outside of the lock.
        let _left = self.requests.state().quota.leave(self.device, self.number);
    }
}
