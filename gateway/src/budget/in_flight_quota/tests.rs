//! Who is served, who is refused and who gives way.

use proptest::prelude::*;

use super::*;

const MOST: RequestQuota = RequestQuota { device: 8, id: 100, upstream: 16, whole: 100 };

/// Seats in which each request is ended by its own number.
#[derive(Default)]
struct Gateway {
    quota: InFlightQuota<u64>,
    next: u64,
}

impl Gateway {
    fn take(
        &mut self,
        most: &RequestQuota,
        device: u32,
        (id, upstream): (&str, &str),
    ) -> Result<Vec<(Party, u64)>, QuotaExceeded> {
        self.next += 1;
        let device = DeviceNo::new(device).unwrap();
        let owner = RequestOwner { device, id: id.parse().unwrap(), upstream: upstream.into() };
        self.quota.take(self.next, owner, most, Some(self.next))
    }

    /// Takes slots for an ID of the device's own; how many it got.
    fn takes(&mut self, most: &RequestQuota, device: u32, count: usize) -> usize {
        let id = format!("id{device:03}");
        (0..count).filter(|_| self.take(most, device, (&id, "record")).is_ok()).count()
    }

    fn held(&self, device: u32) -> usize {
        self.quota.devices.get(&DeviceNo::new(device).unwrap()).map_or(0, Vec::len)
    }
}

#[test]
fn a_device_over_its_own_bound_is_refused_and_the_next_device_is_not() {
    let mut gateway = Gateway::default();
    assert_eq!(gateway.takes(&MOST, 1, 20), MOST.device);
    assert_eq!(
        gateway.take(&MOST, 1, ("id001", "record")),
        Err(QuotaExceeded { party: Party::Device, at_fault: true })
    );
    assert_eq!(gateway.take(&MOST, 2, ("id002", "record")), Ok(vec![]));
}

#[test]
fn of_what_is_shared_a_quarter_is_kept_for_devices_that_hold_little() {
    let mut gateway = Gateway::default();
    assert_eq!(
        (gateway.takes(&MOST, 1, 8), gateway.takes(&MOST, 2, 8)),
        (8, 6),
        "three quarters of sixteen are shared"
    );
    for device in 3..7 {
        assert_eq!(gateway.takes(&MOST, device, 1), 1, "device {device} has nothing yet");
    }
    assert_eq!((gateway.held(1), gateway.held(2)), (6, 6), "nobody had to give way for them");
}

#[test]
fn where_it_is_full_the_greediest_gives_way_to_who_holds_less_and_never_the_newcomer() {
    let mut gateway = Gateway::default();
    assert_eq!((gateway.takes(&MOST, 1, 8), gateway.takes(&MOST, 2, 4)), (8, 4));
    assert_eq!(gateway.take(&MOST, 2, ("id002", "record")), Ok(vec![(Party::Upstream, 8)]), "its newest leaves");
    for device in 3..7 {
        assert_eq!(gateway.takes(&MOST, device, 1), 1);
    }
    assert_eq!(gateway.take(&MOST, 7, ("id007", "record")), Ok(vec![(Party::Upstream, 7)]));
    assert_eq!((gateway.held(1), gateway.held(2), gateway.held(7)), (6, 5, 1));
    assert_eq!(
        gateway.take(&MOST, 1, ("id001", "record")),
        Err(QuotaExceeded { party: Party::Upstream, at_fault: true })
    );
    assert_eq!(gateway.take(&MOST, 1, ("id001", "other")), Ok(vec![]), "another upstream has room");
}

#[test]
fn who_finds_everybody_equal_is_refused_and_is_not_called_greedy() {
    let mut gateway = Gateway::default();
    let most = RequestQuota { upstream: 4, ..MOST };
    for device in 1..5 {
        assert_eq!(gateway.takes(&most, device, 1), 1);
    }
    assert_eq!(
        gateway.take(&most, 5, ("id005", "record")),
        Err(QuotaExceeded { party: Party::Upstream, at_fault: false })
    );
}

#[test]
fn an_id_that_is_known_to_others_is_not_shut_out_by_their_devices() {
    let mut gateway = Gateway::default();
    let most = RequestQuota { id: 8, upstream: 100, ..MOST };
    let taken = |gateway: &mut Gateway, device, count| {
        (0..count).filter(|_| gateway.take(&most, device, ("k.sato", "record")).is_ok()).count()
    };
    assert_eq!((taken(&mut gateway, 1, 8), taken(&mut gateway, 2, 8)), (6, 3), "of six, and one that was kept");
    assert_eq!(taken(&mut gateway, 3, 1), 1, "the last place is for who holds nothing");
    assert_eq!(gateway.take(&most, 4, ("k.sato", "record")), Ok(vec![(Party::Id, 4)]));
}

#[test]
fn what_cannot_be_ended_does_not_give_way() {
    let mut quota = InFlightQuota::<u64>::default();
    let most = RequestQuota { upstream: 2, ..MOST };
    let owner = |device: u32| RequestOwner {
        device: DeviceNo::new(device).unwrap(),
        id: format!("id{device:03}").parse().unwrap(),
        upstream: "desk".into(),
    };
    assert_eq!((quota.take(1, owner(1), &most, None), quota.take(2, owner(1), &most, None)), (Ok(vec![]), Ok(vec![])));
    assert_eq!(quota.take(3, owner(2), &most, Some(3)), Err(QuotaExceeded { party: Party::Upstream, at_fault: false }));
}

#[test]
fn who_gave_way_gives_nothing_back_a_second_time_and_who_is_gone_is_forgotten() {
    let mut gateway = Gateway::default();
    let most = RequestQuota { upstream: 2, ..MOST };
    assert_eq!(gateway.takes(&most, 1, 2), 2);
    assert_eq!(gateway.take(&most, 2, ("id002", "record")), Ok(vec![(Party::Upstream, 2)]));
    for ((device, number), left) in [((1, 2), 2), ((1, 1), 1), ((1, 1), 1), ((2, 3), 0)] {
        gateway.quota.leave(DeviceNo::new(device).unwrap(), number);
        assert_eq!(gateway.quota.whole, left, "after number {number} of device {device} left");
    }
    let InFlightQuota { devices, ids, upstreams, whole } = gateway.quota;
    let none_held = upstreams.iter().all(|(_, taken)| *taken == 0);
    assert!(devices.is_empty() && ids.is_empty() && none_held && whole == 0);
}

proptest! {
    /// However they come and go: no bound is passed, the counts are what is held, and who holds nothing finds a slot
    /// as long as another device holds two.
    #[test]
    fn no_bound_is_passed_and_a_newcomer_is_served_while_anybody_holds_more(
        steps in prop::collection::vec((1u32..7, 0usize..3, 0usize..2, any::<bool>()), 0..120)
    ) {
        let most = RequestQuota { device: 5, id: 7, upstream: 9, whole: 12 };
        let (ids, upstreams) = (["one", "two", "three"], ["desk", "record"]);
        let mut gateway = Gateway::default();
        for (device, id, upstream, comes) in steps {
            if comes {
                let free = most.whole - gateway.quota.whole.min(most.whole);
                let richest = (1..7).map(|device| gateway.held(device)).max().unwrap_or(0);
                let alone = gateway.held(device) == 0;
                let taken = gateway.take(&most, device, (ids[id], upstreams[upstream]));
                if alone && (free > 0 || richest > 1) {
                    let of_parts = |refused: &QuotaExceeded| refused.party != Party::Device;
                    prop_assert!(taken.as_ref().err().is_none_or(of_parts), "{:?}", taken);
                }
            } else if let Some(number) = gateway.quota.devices.get(&DeviceNo::new(device).unwrap()).map(|held| held[0].number) {
                gateway.quota.leave(DeviceNo::new(device).unwrap(), number);
            }
            let quota = &gateway.quota;
            let all: Vec<_> = quota.devices.values().flatten().collect();
            prop_assert_eq!(all.len(), quota.whole);
            prop_assert!(quota.whole <= most.whole && quota.devices.values().all(|held| (1..=most.device).contains(&held.len())));
            for id in ids {
                let held = all.iter().filter(|slot| slot.id.as_str() == id).count();
                prop_assert_eq!(held, quota.ids.get(id).copied().unwrap_or(0));
                prop_assert!(held <= most.id);
            }
            for upstream in upstreams {
                let held = all.iter().filter(|slot| &*slot.upstream == upstream).count();
                let taken = quota.upstreams.iter().find(|(name, _)| &**name == upstream);
                prop_assert_eq!(held, taken.map_or(0, |(_, taken)| *taken));
                prop_assert!(held <= most.upstream);
            }
        }
    }
}
