//! What did a change of the registry end, and is it gone yet? Told to the desk, so that whoever made the change can wait
//! for it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::gateway::House;
use crate::live::Connection;

/// What is spared ends by itself after 5 s, and leaves within another; what is there after that is told as it is.
const PATIENCE: Duration = Duration::from_secs(7);

/// The connections of which something was ended, each once, by their numbers.
#[derive(Debug)]
pub struct Ended {
    connections: HashMap<u64, Leaving>,
    /// Hears of each that is gone.
    gone: UnboundedReceiver<()>,
    mourner: UnboundedSender<()>,
}

/// What of a connection was ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Leaving {
    /// All of it.
    Whole,
    /// Requests of a person; the connection is the device's and stays.
    Requests,
}

impl Default for Ended {
    fn default() -> Self {
        let (mourner, gone) = unbounded_channel();
        Self { connections: HashMap::new(), gone, mourner }
    }
}

impl Ended {
    /// The connection ends.
    pub(super) fn whole(&mut self, connection: &Connection) {
        if self.connections.insert(connection.id(), Leaving::Whole) != Some(Leaving::Whole) {
            connection.closed.tell(self.mourner.clone());
        }
    }

    /// A request on it ends, and it with the request where it cannot go on alone.
    pub(super) fn request(&mut self, connection: &Connection) {
        if connection.rope.why().is_some() {
            self.whole(connection);
        } else {
            self.connections.entry(connection.id()).or_insert(Leaving::Requests);
        }
    }

    /// Tells the desk what this version ended, once it is gone. Without anything to wait for it is told at once.
    pub(super) fn tell(self, house: &Arc<House>, version: u64, learnt: Instant) {
        let Self { connections, mut gone, mourner } = self;
        let leaving = connections.values().filter(|leaving| **leaving == Leaving::Whole).count();
        let (connections, mut last) = (connections.len(), learnt.elapsed());
        if leaving == 0 {
            return house.reports.cut(version, connections, last);
        }
        let house = Arc::clone(house);
        tokio::spawn(async move {
            let all_gone = async {
                for _ in 0..leaving {
                    let _ = gone.recv().await;
                    last = learnt.elapsed();
                }
            };
            let _ = tokio::time::timeout(PATIENCE.saturating_sub(learnt.elapsed()), all_gone).await;
            drop(mourner);
            house.reports.cut(version, connections, last);
        });
    }
}
