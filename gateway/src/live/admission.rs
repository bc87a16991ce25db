//! Lets connections in, and ends those that give way to them.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use certs::DeviceNo;

use super::activity::Signs;
use super::cancel_signal::{First, Why};
use super::connection::Connection;
use super::connections::{Live, lock};
use super::deadlines;
use crate::budget::{Bounds, Doing, Full, Gone, Networks, Parting};

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
pub enum Named {
    /// From the socket's other end.
    Already,
    /// From whom that one will name: it is a balancer of ours.
    ByHeader,
}

impl Live {
    /// Enters a connection that comes from this address, or through it: who is named later says so by
    /// [`Connection::come_from`]. What cannot be entered must not be served: nobody could end it.
    ///
    /// # Errors
    /// There is no room, and nobody who gives way.
    pub fn enter(self: &Arc<Self>, address: IpAddr, named: Named) -> Result<(Arc<Connection>, Vec<Gone>), Full> {
        if self.about_to_leave() >= ABOUT_TO_LEAVE {
            return Err(Full::Leaving);
        }
        // Listed first: from the moment it stands here another newcomer may end it.
        let connection = self.list();
        if named == Named::Already {
            let _ = connection.source.set(Networks::of(address));
            connection.octets.comes_from(address);
        }
        let most = self.most.load();
        let gone = match named {
            Named::Already => connection.stand(address, &most)?,
            Named::ByHeader => connection.stand(address, &unnamed(&most))?,
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
    pub fn relieve(&self) -> Option<Gone> {
        let gone = lock(&self.hall).relieve(|signs| signs.doing());
        self.end(gone.as_slice());
        gone
    }

    /// Handshakes that have lasted for longer than may be when there are many.
    pub fn thin_out(&self, now: u64) -> Vec<Gone> {
        let most = self.most.load();
        let gone = lock(&self.hall).thin_out(&most, now);
        self.end(&gone);
        gone
    }

    fn about_to_leave(&self) -> usize {
        self.count().saturating_sub(lock(&self.hall).total())
    }

    /// Tells who gave way: the first, and from then on one in ten seconds, with how many more there were.
    fn tell(&self, gone: &[Gone]) {
        let Some(Gone { network: Some(network), party, bound, .. }) = gone.last() else { return };
        let (now, told) = (deadlines::now(), self.told.load(Ordering::Relaxed));
        let due = told == 0 || now.saturating_sub(told) >= TOLD_EVERY;
        if !due || self.told.compare_exchange(told, now, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            self.untold.fetch_add(gone.len(), Ordering::Relaxed);
            return;
        }
        let more = self.untold.swap(0, Ordering::Relaxed) + gone.len() - 1;
        let (party, bound) = (party.as_str(), bound.as_str());
        tracing::warn!(source = %network, party, bound, more, "no more room: a connection gives way to a newcomer");
    }

    /// Ends those that gave way; they are counted no longer.
    fn end(&self, gone: &[Gone]) {
        self.tell(gone);
        for Gone { number, parting, .. } in gone {
            let Some(connection) = self.find(*number) else { continue };
            match parting {
                Parting::InOrder if self.about_to_leave() < ABOUT_TO_LEAVE / 2 => connection.leave_in_order(),
                Parting::InOrder | Parting::Cut => {
                    connection.cut(Why::Budget);
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
    pub fn come_from(&self, address: IpAddr) -> Result<Vec<Gone>, Full> {
        if self.source.set(Networks::of(address)).is_err() {
            tracing::error!("a connection has come from two sources");
        }
        self.octets.comes_from(address);
        let _signs = lock(&self.live.hall).leave(self.id).ok_or(Full::Gone)?;
        self.stand(address, &self.live.most.load())
    }

    /// From where it comes, once that is known.
    #[must_use]
    pub fn source(&self) -> Option<&Networks> {
        self.source.get()
    }

    /// The far end has said something: it begins its handshake.
    pub fn begins(&self) {
        self.signs.begun.store(true, Ordering::Relaxed);
    }

    /// A request was let past the first factor: from now on the connection is the device's, and ends with it. Says whether
    /// it was so before, and who gives way.
    ///
    /// # Errors
    /// The device has as many connections as it may, all of them busy; or this one just gave way.
    pub fn admit(&self, device: DeviceNo) -> Result<(First, Option<Gone>), Full> {
        if self.is_admitted() {
            return Ok((First::No, None));
        }
        let gone = {
            let most = self.live.most.load();
            lock(&self.live.hall).admit(self.id, device, deadlines::now(), (&most, doing))?
        };
        self.live.end(gone.as_slice());
        let first = if self.admitted.swap(true, Ordering::SeqCst) { First::No } else { First::Yes };
        Ok((first, gone))
    }

    fn stand(&self, address: IpAddr, most: &Bounds) -> Result<Vec<Gone>, Full> {
        let gone = {
            let newcomer = (self.id, Arc::clone(&self.signs));
            lock(&self.live.hall).enter(newcomer, address, deadlines::now(), (most, doing))?
        };
        self.live.end(&gone);
        Ok(gone)
    }

    fn leave_in_order(&self) {
        if self.drain.cut(Why::Budget) == First::Yes {
            self.stage.begin(LEAVING);
        }
        // A request came at the very moment; it is answered, and the connection closed behind it.
        if self.signs.serving.load(Ordering::SeqCst) > 0 {
            self.stage.serve();
        }
    }
}

/// What comes through a balancer is everybody's, until it is named: then its own source's bounds hold.
fn unnamed(most: &Bounds) -> Bounds {
    Bounds { per_source: most.connections, handshakes_per_source: most.handshakes, ..*most }
}

fn doing(signs: &Arc<Signs>) -> Doing {
    signs.doing()
}
