//! What did a change of the registry end, and is it gone yet? Told to the desk, so that whoever made the change can wait
//! for it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::gateway::Gateway;
use crate::live::Connection;

/// What may finish ends by itself after 5 s, and leaves within another; what is there after that is told as it is.
const PATIENCE: Duration = Duration::from_secs(7);

/// The connections of which something was ended, each once, by their numbers.
#[derive(Debug)]
pub struct Closures {
    connections: HashMap<u64, Leaving>,
    /// Hears of each that is gone.
    gone: UnboundedReceiver<()>,
    listener: UnboundedSender<()>,
}

/// What of a connection was ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Leaving {
    /// All of it.
    Whole,
    /// Requests of a person; the connection is the device's and stays.
    Requests,
}

impl Default for Closures {
    fn default() -> Self {
        let (listener, gone) = unbounded_channel();
        Self { connections: HashMap::new(), gone, listener }
    }
}

impl Closures {
    /// The connection ends.
    pub(super) fn whole(&mut self, connection: &Connection) {
        if self.connections.insert(connection.id(), Leaving::Whole) != Some(Leaving::Whole) {
            connection.closed.tell(self.listener.clone());
        }
    }

    /// A request on it ends, and it with the request where it cannot go on alone.
    pub(super) fn request(&mut self, connection: &Connection) {
        if connection.cancel.reason().is_some() {
            self.whole(connection);
        } else {
            self.connections.entry(connection.id()).or_insert(Leaving::Requests);
        }
    }

    /// Tells the desk what this version ended, once it is gone. Without anything to wait for it is told at once.
    pub(super) fn tell(self, gateway: &Arc<Gateway>, version: u64, learnt: Instant) {
        let Self { connections, mut gone, listener } = self;
        let leaving = connections.values().filter(|leaving| **leaving == Leaving::Whole).count();
        let (connections, mut last) = (connections.len(), learnt.elapsed());
        if leaving == 0 {
            return gateway.reports.cut(version, connections, last);
        }
        let gateway = Arc::clone(gateway);
        tokio::spawn(async move {
            let all_gone = async {
                for _ in 0..leaving {
                    let _ = gone.recv().await;
                    last = learnt.elapsed();
                }
            };
            let _ = tokio::time::timeout(PATIENCE.saturating_sub(learnt.elapsed()), all_gone).await;
            drop(listener);
            gateway.reports.cut(version, connections, last);
        });
    }
}
