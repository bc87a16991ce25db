//! How often may a device that is refused come back? A page that asks again by itself may; a stolen certificate that asks
//! without end is asked to leave, and then hung up on.

use std::collections::HashMap;

use certs::DeviceNo;
use registry::Moment;

/// How long refusals are counted, in milliseconds.
const MINUTE: u64 = 60_000;
/// After so many its connections are asked to end: a page that asks once a second never comes to it.
const ASKED_TO_LEAVE: u32 = 100;
/// After so many they are ended. HTTP/2 lets a client that is asked to leave go on asking.
const ENDED: u32 = 200;
/// Devices whose minutes are remembered.
const REMEMBERED: usize = 4096;

/// The refusals of each device in its minute.
#[derive(Debug, Default)]
pub struct RefusalRate(HashMap<DeviceNo, Minute>);

#[derive(Clone, Copy, Debug)]
struct Minute {
    begun: u64,
    moment: Moment,
    refused: u32,
}

/// What becomes of a refused device's connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RefusalRateVerdict {
    /// It stays.
    Yes,
    /// It is to end once what runs is answered.
    Leaves,
    /// It ends.
    Ended,
}

impl RefusalRate {
    /// It was refused once more, by this reading of the registry: what has changed since may have changed for this device,
    /// which is heard anew. `now` is in milliseconds since any beginning.
    pub fn refused(&mut self, device: DeviceNo, (moment, now): (Moment, u64)) -> RefusalRateVerdict {
        let is_over = |minute: &Minute| now.saturating_sub(minute.begun) >= MINUTE || minute.moment != moment;
        if self.0.len() >= REMEMBERED && !self.0.contains_key(&device) {
            self.0.retain(|_, minute| !is_over(minute));
            if self.0.len() >= REMEMBERED {
                return RefusalRateVerdict::Yes;
            }
        }
        let new = Minute { begun: now, moment, refused: 0 };
        let minute = self.0.entry(device).or_insert(new);
        if is_over(minute) {
            *minute = new;
        }
        minute.refused = minute.refused.saturating_add(1);
        match minute.refused {
            0..=ASKED_TO_LEAVE => RefusalRateVerdict::Yes,
            refused if refused <= ENDED => RefusalRateVerdict::Leaves,
            _ => RefusalRateVerdict::Ended,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(version: u64) -> Moment {
        Moment { epoch: 0, version }
    }

    fn device(number: u32) -> DeviceNo {
        DeviceNo::new(number).unwrap()
    }

    #[test]
    fn who_is_refused_without_end_is_asked_to_leave_and_then_hung_up_on_until_the_minute_is_over() {
        let mut patience = RefusalRate::default();
        let mut refused = |number, now| patience.refused(device(number), (moment(1), now));
        let first: Vec<_> = (0..1000).map(|n| refused(1, n)).collect();
        let many = |borne| first.iter().filter(|each| **each == borne).count();
        assert_eq!(
            [many(RefusalRateVerdict::Yes), many(RefusalRateVerdict::Leaves), many(RefusalRateVerdict::Ended)],
            [100, 100, 800]
        );
        assert!(first.is_sorted_by_key(|borne| *borne as u8));
        assert_eq!(refused(2, 1000), RefusalRateVerdict::Yes, "another device");
        assert_eq!((refused(1, MINUTE - 1), refused(1, MINUTE)), (RefusalRateVerdict::Ended, RefusalRateVerdict::Yes));
        for _ in 0..ENDED {
            refused(1, MINUTE);
        }
        assert_eq!(refused(1, MINUTE), RefusalRateVerdict::Ended);
        assert_eq!(
            patience.refused(device(1), (moment(2), MINUTE)),
            RefusalRateVerdict::Yes,
            "its standing may be another now"
        );
    }

    #[test]
    fn a_page_that_asks_once_a_second_is_borne_for_ever() {
        let mut patience = RefusalRate::default();
        assert!(
            (0..1000).all(|second| patience.refused(device(1), (moment(1), second * 1000)) == RefusalRateVerdict::Yes)
        );
    }

    #[test]
    fn no_more_devices_are_remembered_than_the_bound() {
        let mut patience = RefusalRate::default();
        for number in 1..=2 * REMEMBERED as u32 {
            assert_eq!(patience.refused(device(number), (moment(1), 0)), RefusalRateVerdict::Yes);
        }
        assert_eq!(patience.0.len(), REMEMBERED);
        patience.refused(device(9_999), (moment(1), MINUTE));
        assert_eq!(patience.0.len(), 1);
    }
}
