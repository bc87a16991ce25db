//! How many acts (a login, a logout, a change of password) may run at once? They go on when their client has gone away, so
//! resets must not pile them up.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use certs::DeviceNo;

use crate::budget::Usage;

/// Of one device: a quarter of those that may wait for the password pool. A person does one thing at a time.
const PER_DEVICE: u64 = 16;
/// In all: each ends within seconds, by the limits of the store, the pool, the desk and the log.
const MOST: u64 = 512;

/// The acts under way.
#[derive(Debug, Default)]
pub struct Acts(Mutex<Usage<DeviceNo>>);

/// A place among them, given back when dropped.
#[derive(Debug)]
pub struct ActSlot {
    acts: Arc<Acts>,
    device: DeviceNo,
}

/// Why an act may not begin now.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ActsFull {
    /// This device has as many under way as it may.
    #[error("the device has too many acts under way")]
    Device,
    /// All devices together have.
    #[error("too many acts are under way")]
    Whole,
}

impl Acts {
    /// An act of this device begins.
    ///
    /// # Errors
    /// [`ActsFull`].
    pub fn enter(self: &Arc<Self>, device: DeviceNo) -> Result<ActSlot, ActsFull> {
        let mut usage = self.held();
        if usage.of(&device) >= PER_DEVICE {
            return Err(ActsFull::Device);
        }
        if usage.total() >= MOST {
            return Err(ActsFull::Whole);
        }
        usage.take(&device, 1);
        Ok(ActSlot { acts: Arc::clone(self), device })
    }

    /// How many are under way.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.held().total()
    }

    fn held(&self) -> MutexGuard<'_, Usage<DeviceNo>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ActSlot {
    fn drop(&mut self) {
        self.acts.held().give_back(&self.device, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_device_fills_its_own_share_and_nobody_elses() {
        let acts = Arc::new(Acts::default());
        let device = |number| DeviceNo::new(number).unwrap();
        let mut held: Vec<_> = (0..PER_DEVICE).map(|_| acts.enter(device(1)).unwrap()).collect();
        assert_eq!(acts.enter(device(1)).err(), Some(ActsFull::Device));
        assert!(acts.enter(device(2)).is_ok());
        held.pop();
        assert!(acts.enter(device(1)).is_ok());
        let number = |n: u64| device(10 + u32::try_from(n / PER_DEVICE).unwrap());
        held.extend((0..MOST - acts.count()).map(|n| acts.enter(number(n)).unwrap()));
        assert_eq!(acts.enter(device(9)).err(), Some(ActsFull::Whole));
        drop(held);
        assert_eq!(acts.count(), 0);
    }
}
