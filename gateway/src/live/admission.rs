//! Lets connections in, and ends those that give way to them.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use certs::DeviceNo;

use super::activity::ActivityProbe;
use super::cancel_signal::{CloseReason, First};
use super::connection::Connection;
use super::connections::{Live, lock};
use super::deadlines;
use crate::budget::{Activity, ConnectionLimits, Evicted, Eviction, Networks, NoRoom};

/// How long a connection that gives way may take to close in order.
const LEAVING: Duration = Duration::from_secs(1);
/// So many more than may stand here may be about to leave: those that gave way, until their sockets are closed.
const ABOUT_TO_LEAVE: usize = 512;
/// How long a newcomer waits for those to be gone.
const PATIENCE: Duration = Duration::from_millis(2);
const PATIENT: usize = 50;

/// That somebody gave way is told so often, in milliseconds.
const TOLD_EVERY: u64 = 10_000;

/// Whether it is known from where a connection comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ClientAddress {
    /// From the socket's other end.
    FromSocket,
    /// From whom that one will name: it is a balancer of ours.
    FromProxyHeader,
}

impl Live {
    /// Enters a connection that comes from this address, or through it: who is named later says so by
    /// [`Connection::come_from`]. What cannot be entered must not be served: nobody could end it.
    ///
    /// # Errors
    /// There is no room, and nobody who gives way.
    pub fn enter(
        self: &Arc<Self>,
        address: IpAddr,
        client_address: ClientAddress,
    ) -> Result<(Arc<Connection>, Vec<Evicted>), NoRoom> {
        if self.about_to_leave() >= ABOUT_TO_LEAVE {
            return Err(NoRoom::Leaving);
        }
        // Listed first: from the moment it stands here another newcomer may end it.
        let connection = self.list();
        if client_address == ClientAddress::FromSocket {
            let _ = connection.source.set(Networks::of(address));
            connection.octets.comes_from(address);
        }
        let most = self.most.load();
        let gone = match client_address {
            ClientAddress::FromSocket => connection.stand(address, &most)?,
            ClientAddress::FromProxyHeader => connection.stand(address, &unnamed(&most))?,
        };
        Ok((connection, gone))
    }

    /// Waits for a while where many are about to leave; the kernel keeps newcomers meanwhile.
    pub async fn room_to_leave(&self) {
        for _ in 0..PATIENT {
            if self.about_to_leave() < ABOUT_TO_LEAVE / 2 {
                return;
            }
            tokio::time::sleep(PATIENCE).await;
        }
    }

    /// The machine has no room left, though no bound is reached: one connection goes.
    pub fn relieve(&self) -> Option<Evicted> {
        let gone = lock(&self.connection_table).relieve(|activity| activity.activity());
        self.end(gone.as_slice());
        gone
    }

    /// Handshakes that have lasted for longer than may be when there are many.
    pub fn thin_out(&self, now: u64) -> Vec<Evicted> {
        let most = self.most.load();
        let gone = lock(&self.connection_table).thin_out(&most, now);
        self.end(&gone);
        gone
    }

    fn about_to_leave(&self) -> usize {
        self.count().saturating_sub(lock(&self.connection_table).total())
    }

    /// Tells who gave way: the first, and from then on one in ten seconds, with how many more there were.
    fn tell(&self, gone: &[Evicted]) {
        let Some(Evicted { network: Some(network), party, bound, .. }) = gone.last() else { return };
        let (now, told) = (deadlines::now(), self.told.load(Ordering::Relaxed));
        let due = told == 0 || now.saturating_sub(told) >= TOLD_EVERY;
        if !due || self.told.compare_exchange(told, now, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            self.untold.fetch_add(gone.len(), Ordering::Relaxed);
            return;
        }
        let more = self.untold.swap(0, Ordering::Relaxed) + gone.len() - 1;
        let (party, bound) = (party.as_str(), bound.as_str());
        tracing::warn!(source = %network, party, bound, more, "limit reached: a connection was evicted for a new one");
    }

    /// Ends those that gave way; they are counted no longer.
    fn end(&self, gone: &[Evicted]) {
        self.tell(gone);
        for Evicted { number, parting, .. } in gone {
            let Some(connection) = self.find(*number) else { continue };
            match parting {
                Eviction::InOrder if self.about_to_leave() < ABOUT_TO_LEAVE / 2 => connection.leave_in_order(),
                Eviction::InOrder | Eviction::Cut => {
                    connection.cut(CloseReason::Budget);
                }
            }
        }
    }
}

impl Connection {
    /// Says once, before the handshake, whom the PROXY header named. Says who gives way.
    ///
    /// # Errors
    /// There is no room for that source, and nobody who gives way; the connection is not to be served then.
    pub fn come_from(&self, address: IpAddr) -> Result<Vec<Evicted>, NoRoom> {
        if self.source.set(Networks::of(address)).is_err() {
            tracing::error!("the client address of a connection was set twice");
        }
        self.octets.comes_from(address);
        let _activity = lock(&self.live.connection_table).leave(self.id).ok_or(NoRoom::Evicted)?;
        self.stand(address, &self.live.most.load())
    }

    /// From where it comes, once that is known.
    #[must_use]
    pub fn source(&self) -> Option<&Networks> {
        self.source.get()
    }

    /// The far end has said something: it begins its handshake.
    pub fn begins(&self) {
        self.activity.begun.store(true, Ordering::Relaxed);
    }

    /// A request was let past the first factor: from now on the connection is the device's, and ends with it. Says whether
    /// it was so before, and who gives way.
    ///
    /// # Errors
    /// The device has as many connections as it may, all of them busy; or this one just gave way.
    pub fn admit(&self, device: DeviceNo) -> Result<(First, Option<Evicted>), NoRoom> {
        if self.is_admitted() {
            return Ok((First::No, None));
        }
        let gone = {
            let most = self.live.most.load();
            lock(&self.live.connection_table).admit(self.id, device, deadlines::now(), (&most, activity_of))?
        };
        self.live.end(gone.as_slice());
        let first = if self.admitted.swap(true, Ordering::SeqCst) { First::No } else { First::Yes };
        Ok((first, gone))
    }

    fn stand(&self, address: IpAddr, most: &ConnectionLimits) -> Result<Vec<Evicted>, NoRoom> {
        let gone = {
            let newcomer = (self.id, Arc::clone(&self.activity));
            lock(&self.live.connection_table).enter(newcomer, address, deadlines::now(), (most, activity_of))?
        };
        self.live.end(&gone);
        Ok(gone)
    }

    fn leave_in_order(&self) {
        if self.drain.cancel(CloseReason::Budget) == First::Yes {
            self.deadline.begin(LEAVING);
        }
        // A request came at the very moment; it is answered, and the connection closed behind it.
        if self.activity.serving.load(Ordering::SeqCst) > 0 {
            self.deadline.serve();
        }
    }
}

/// What comes through a balancer is everybody's, until it is named: then its own source's bounds hold.
fn unnamed(most: &ConnectionLimits) -> ConnectionLimits {
    ConnectionLimits { per_source: most.connections, handshakes_per_source: most.handshakes, ..*most }
}

fn activity_of(activity: &Arc<ActivityProbe>) -> Activity {
    activity.activity()
}
