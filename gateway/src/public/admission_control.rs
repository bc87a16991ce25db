//! How many may stand at the public door at once? Nobody there has shown who they are, so all of it is bounded: what one
//! source asks at a time, the memory that bodies take, and what the desk has to answer at a time. Each of the three counters
//! has room of its own, so that whoever has lost a device, or fetches a certificate, never stands behind those who apply.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::asked::Carries;
use super::body_pool::{BodyPool, Slot};
use super::paths::Counter;
use crate::live::octets::site_of;
use crate::refusal::Refusal;

/// How long one waits for its turn at the desk.
const PATIENCE: Duration = Duration::from_secs(2);

/// What each counter has room for.
#[derive(Clone, Copy, Debug)]
struct CounterRoom {
    /// Octets of forms.
    forms: u64,
    /// Octets of files.
    files: u64,
    /// Whom the desk answers at a time.
    desk: usize,
    /// Of these, of one source.
    of_one: usize,
}

const APPLY: CounterRoom = CounterRoom { forms: 16 << 20, files: 64 << 20, desk: 32, of_one: 4 };
const PICKUP: CounterRoom = CounterRoom { forms: 8 << 20, files: 16 << 20, desk: 16, of_one: 4 };
const LOST: CounterRoom = CounterRoom { forms: 8 << 20, files: 8 << 20, desk: 16, of_one: 4 };

/// Octets of bodies at all counters together.
pub const MOST_OCTETS: u64 = APPLY.forms + APPLY.files + PICKUP.forms + PICKUP.files + LOST.forms + LOST.files;

/// Everybody at the public door.
#[derive(Debug)]
pub struct AdmissionControl {
    apply: CounterLimits,
    pickup: CounterLimits,
    lost: CounterLimits,
}

/// Those who stand at one counter.
#[derive(Debug)]
struct CounterLimits {
    readers: Arc<BodyPool>,
    forms: Arc<BodyPool>,
    files: Arc<BodyPool>,
    desk: Arc<Semaphore>,
    of_one: usize,
    turns: Mutex<HashMap<IpAddr, Weak<Semaphore>>>,
}

/// Somebody whom the desk is answering, until this is dropped.
#[derive(Debug)]
pub struct DeskPermit {
    _own: OwnedSemaphorePermit,
    _desk: OwnedSemaphorePermit,
}

impl Default for AdmissionControl {
    /// Forms of 64 kB and files of 1 MB at most, an eighth of the room for one source.
    fn default() -> Self {
        Self { apply: CounterLimits::new(APPLY), pickup: CounterLimits::new(PICKUP), lost: CounterLimits::new(LOST) }
    }
}

impl AdmissionControl {
    /// A place for one more request of this address.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`]: it has as many as it may.
    pub fn enter(&self, counter: Counter, carries: Carries, address: IpAddr) -> Result<Slot, Refusal> {
        let hall = self.hall(counter);
        let body_pool = match carries {
            Carries::Nothing => &hall.readers,
            Carries::Form => &hall.forms,
            Carries::File => &hall.files,
        };
        body_pool.enter(site_of(address))
    }

    /// A turn at the desk.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`]: it did not come in time.
    pub async fn acquire(&self, counter: Counter, place: &Slot) -> Result<DeskPermit, Refusal> {
        let hall = self.hall(counter);
        let own = hall.turns_of(place.source());
        let turn = async {
            let own = own.acquire_owned().await.ok()?;
            let desk = Arc::clone(&hall.desk).acquire_owned().await.ok()?;
            Some(DeskPermit { _own: own, _desk: desk })
        };
        tokio::time::timeout(PATIENCE, turn).await.ok().flatten().ok_or(Refusal::RateLimited)
    }

    fn hall(&self, counter: Counter) -> &CounterLimits {
        match counter {
            Counter::Apply => &self.apply,
            Counter::Pickup => &self.pickup,
            Counter::Lost => &self.lost,
        }
    }
}

impl CounterLimits {
    fn new(CounterRoom { forms, files, desk, of_one }: CounterRoom) -> Self {
        Self {
            readers: BodyPool::new(0),
            forms: BodyPool::new(forms),
            files: BodyPool::new(files),
            desk: Arc::new(Semaphore::new(desk)),
            of_one,
            turns: Mutex::default(),
        }
    }

    fn turns_of(&self, source: IpAddr) -> Arc<Semaphore> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = turns.get(&source).and_then(Weak::upgrade) {
            return own;
        }
        if turns.len() == turns.capacity() {
            turns.retain(|_, own| own.strong_count() > 0);
        }
        let own = Arc::new(Semaphore::new(self.of_one));
        turns.insert(source, Arc::downgrade(&own));
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: usize) -> IpAddr {
        [192, 0, 2, u8::try_from(last).unwrap()].into()
    }

    #[test]
    fn the_lost_device_and_the_pick_up_have_room_that_applications_cannot_take() {
        let admission_control = AdmissionControl::default();
        let mut uploads = Vec::new();
        for last in 0..200 {
            let place = admission_control.enter(Counter::Apply, Carries::File, address(last)).unwrap();
            place.take((1 << 20) - 1).unwrap();
            uploads.push(place);
        }
        for counter in [Counter::Pickup, Counter::Lost] {
            for last in 0..8 {
                let place = admission_control.enter(counter, Carries::Form, address(last)).unwrap();
                place.take(64 << 10).unwrap();
                place.take(64 << 10).unwrap();
            }
        }
        let form = admission_control.enter(Counter::Apply, Carries::Form, address(0)).unwrap();
        assert_eq!(form.take(64 << 10), Ok(()), "files take no room from forms");
    }

    #[test]
    fn a_site_of_ipv6_is_one_source_however_many_networks_it_has() {
        let admission_control = AdmissionControl::default();
        let enter = |text: &str| admission_control.enter(Counter::Lost, Carries::Nothing, text.parse().unwrap());
        let places: Vec<_> = (0..32).map(|n| enter(&format!("2001:db8:7:{n:x}::1")).unwrap()).collect();
        places.iter().for_each(|place| drop(place.handed_on(bytes::Bytes::new())));
        assert_eq!(enter("2001:db8:7:ffff::1").map(drop), Err(Refusal::RateLimited));
        assert!(enter("2001:db8:8::1").is_ok());
    }

    #[tokio::test]
    async fn the_desk_answers_so_many_at_a_time_of_each_counter_and_of_each_source() {
        let admission_control = AdmissionControl::default();
        let place = |counter, last| admission_control.enter(counter, Carries::Nothing, address(last)).unwrap();
        let mut turns = Vec::new();
        for last in 0..8 {
            for _ in 0..4 {
                turns.push(admission_control.acquire(Counter::Apply, &place(Counter::Apply, last)).await.unwrap());
            }
        }
        assert_eq!(
            admission_control.acquire(Counter::Apply, &place(Counter::Apply, 8)).await.map(drop),
            Err(Refusal::RateLimited)
        );
        let lost = place(Counter::Lost, 0);
        let own: Vec<_> = [(); 4].map(|()| admission_control.acquire(Counter::Lost, &lost)).into();
        for turn in own {
            turns.push(turn.await.unwrap());
        }
        assert_eq!(
            admission_control.acquire(Counter::Lost, &lost).await.map(drop),
            Err(Refusal::RateLimited),
            "its own share"
        );
        assert!(admission_control.acquire(Counter::Lost, &place(Counter::Lost, 1)).await.is_ok());
        drop(turns);
        assert!(admission_control.acquire(Counter::Apply, &place(Counter::Apply, 8)).await.is_ok());
    }
}
