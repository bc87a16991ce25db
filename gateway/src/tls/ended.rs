//! What did a change of the registry end, and is it gone yet? Told to the desk, so that whoever made the change can wait
//! for it.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use super::live::Connection;
use crate::house::House;

/// What is spared ends by itself after 5 s, and leaves within another; what is there after that is told as it is.
const PATIENCE: Duration = Duration::from_secs(7);
const LOOK: Duration = Duration::from_millis(1);

/// The connections of which something was ended, each once, by their place in memory.
#[derive(Debug, Default)]
pub struct Ended(HashMap<usize, Leaving>);

/// What of a connection was ended.
#[derive(Debug)]
enum Leaving {
    /// All of it: gone with its last owner.
    Whole(Weak<Connection>),
    /// Requests of a person; the connection is the device's and stays.
    Requests,
}

impl Ended {
    /// The connection ends.
    pub(super) fn whole(&mut self, connection: &Arc<Connection>) {
        self.0.insert(Arc::as_ptr(connection).addr(), Leaving::Whole(Arc::downgrade(connection)));
    }

    /// A request on it ends, and it with the request where it cannot go on alone.
    pub(super) fn request(&mut self, connection: &Arc<Connection>) {
        if connection.rope.why().is_some() {
            self.whole(connection);
        } else {
            self.0.entry(Arc::as_ptr(connection).addr()).or_insert(Leaving::Requests);
        }
    }

    /// Tells the desk what this version ended, once it is gone. Without anything to wait for it is told at once.
    pub(super) fn tell(self, house: &Arc<House>, version: u64, learnt: Instant) {
        let connections = self.0.len();
        let mut leaving: Vec<_> = self.0.into_values().filter_map(Leaving::still_there).collect();
        if leaving.is_empty() {
            return house.reports.cut(version, connections, learnt.elapsed());
        }
        let house = Arc::clone(house);
        tokio::spawn(async move {
            let mut last = learnt.elapsed();
            while !leaving.is_empty() && learnt.elapsed() < PATIENCE {
                tokio::time::sleep(LOOK).await;
                let before = leaving.len();
                leaving.retain(|connection| connection.strong_count() > 0);
                if leaving.len() < before {
                    last = learnt.elapsed();
                }
            }
            house.reports.cut(version, connections, last);
        });
    }
}

impl Leaving {
    fn still_there(self) -> Option<Weak<Connection>> {
        match self {
            Self::Whole(connection) => Some(connection).filter(|connection| connection.strong_count() > 0),
            Self::Requests => None,
        }
    }
}
