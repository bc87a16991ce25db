//! Who gives way to whom.

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;

use certs::DeviceNo;
use proptest::prelude::*;

use super::connection_table::{Activity, ConnectionLimits, ConnectionTable, Evicted, Eviction, NoRoom};
use super::{Bound, Party};

const MOST: ConnectionLimits = ConnectionLimits {
    connections: 400,
    per_source: 100,
    per_device: 8,
    handshakes: 64,
    handshakes_per_source: 16,
    crowded: 10_000,
};

/// A table and a clock; what each connection does is in its cell.
struct Lived {
    connection_table: ConnectionTable<Rc<Cell<Activity>>>,
    most: ConnectionLimits,
    now: u64,
    next: u64,
    gone: Vec<Evicted>,
}

fn lived_in(most: ConnectionLimits) -> Lived {
    Lived { connection_table: ConnectionTable::default(), most, now: 0, next: 0, gone: Vec::new() }
}

fn look(cell: &Rc<Cell<Activity>>) -> Activity {
    cell.get()
}

fn device(number: u32) -> DeviceNo {
    format!("DEV-{number:06}").parse().unwrap()
}

impl Lived {
    fn try_enter(&mut self, address: IpAddr) -> Result<u64, NoRoom> {
        self.next += 1;
        let handle = Rc::new(Cell::new(Activity::Idle));
        let gone = self.connection_table.enter((self.next, handle), address, self.now, (&self.most, look))?;
        self.gone.extend(gone);
        Ok(self.next)
    }

    fn enter(&mut self, address: &str) -> u64 {
        self.try_enter(address.parse().unwrap()).unwrap()
    }

    /// So many from there, their handshakes done or not.
    fn many(&mut self, count: usize, address: &str) -> Vec<u64> {
        (0..count).map(|_| self.enter(address)).collect()
    }

    fn whole(&mut self, count: usize, address: &str) -> Vec<u64> {
        let enter = |lived: &mut Self| {
            let number = lived.enter(address);
            lived.connection_table.shaken(number);
            number
        };
        (0..count).map(|_| enter(self)).collect()
    }

    fn admitted(&mut self, address: &str, number: u32) -> Result<u64, NoRoom> {
        let entered = self.enter(address);
        let gone = self.connection_table.admit(entered, device(number), self.now, (&self.most, look))?;
        self.gone.extend(gone);
        Ok(entered)
    }

    fn does(&self, number: u64, activity_of: Activity) {
        self.connection_table.standing[&number].handle.set(activity_of);
    }

    fn stands(&self, number: u64) -> bool {
        self.connection_table.standing.contains_key(&number)
    }

    fn left(&self, numbers: &[u64]) -> usize {
        numbers.iter().filter(|number| self.stands(**number)).count()
    }
}

#[test]
fn four_sources_that_hold_all_handshakes_give_way_to_a_fifth_again_and_again() {
    let mut lived = lived_in(MOST);
    for source in 1..=4 {
        lived.many(100, &format!("192.0.2.{source}"));
    }
    let choosing = lived.enter("198.51.100.1");
    for round in 0..200 {
        let newcomer = lived.enter("198.51.100.2");
        for source in 1..=4 {
            lived.many(5, &format!("192.0.2.{source}"));
        }
        assert!(lived.stands(newcomer) && lived.stands(choosing), "round {round}");
        lived.connection_table.leave(newcomer);
    }
    assert!(lived.connection_table.half.total() <= MOST.handshakes);
}

#[test]
fn a_source_s_own_oldest_handshake_gives_way_to_its_newcomer_and_one_that_says_nothing_before_it() {
    let mut lived = lived_in(MOST);
    let held = lived.many(16, "192.0.2.1");
    let newcomer = lived.enter("192.0.2.1");
    assert!(lived.stands(newcomer) && !lived.stands(held[0]), "the oldest");
    lived.does(held[9], Activity::Nothing);
    lived.enter("192.0.2.1");
    assert!(lived.stands(held[9]) && !lived.stands(held[1]), "silence counts only after a while");
    lived.now = 1_500;
    lived.enter("192.0.2.1");
    assert!(!lived.stands(held[9]) && lived.stands(held[2]));
    let told = |gone: &Evicted| (gone.party, gone.bound, gone.parting);
    assert!(lived.gone.iter().map(told).all(|told| told == (Party::Source, Bound::Handshakes, Eviction::Cut)));
}

#[test]
fn a_household_with_many_networks_is_one_greedy_party() {
    let mut lived = lived_in(MOST);
    for network in 0..200 {
        lived.enter(&format!("2001:db8:0:{network:x}::1"));
    }
    assert_eq!(lived.connection_table.half.total(), 32, "a /56 holds twice what a /64 may");
    for network in 0..2_000 {
        lived.enter(&format!("2001:db8:0:{network:x}::1"));
    }
    assert_eq!(lived.connection_table.half.total(), 48, "a /48 never more than three quarters");
    let other = lived.many(3, "192.0.2.1");
    for network in 0..200 {
        lived.enter(&format!("2001:db8:0:{:x}::1", network * 256));
    }
    assert_eq!(lived.left(&other), 3);
}

#[test]
fn strangers_never_fill_the_share_of_sources_that_lately_showed_a_known_device() {
    let mut lived = lived_in(MOST);
    let shown = lived.admitted("192.0.2.1", 1).unwrap();
    lived.connection_table.leave(shown);
    let strangers = |lived: &mut Lived| {
        for source in 0..=255 {
            lived.enter(&format!("198.51.100.{source}"));
        }
    };
    strangers(&mut lived);
    assert_eq!(lived.connection_table.half.total(), 48);
    let known = lived.many(16, "192.0.2.1");
    strangers(&mut lived);
    assert_eq!((lived.left(&known), lived.connection_table.half.total()), (16, 64));
    lived.now += 8 * 24 * 60 * 60 * 1_000;
    let forgotten = lived.enter("192.0.2.1");
    strangers(&mut lived);
    assert!(!lived.stands(forgotten), "after a week it is a stranger's");
}

#[test]
fn who_takes_long_is_left_alone_while_there_is_room_and_goes_after_the_greedy_when_there_is_not() {
    let mut lived = lived_in(MOST);
    let choosing = lived.enter("192.0.2.1");
    lived.now = 100_000;
    assert_eq!(lived.connection_table.thin_out(&MOST, lived.now), []);
    let at_fault: Vec<u64> = [2, 3].iter().flat_map(|source| lived.many(16, &format!("192.0.2.{source}"))).collect();
    let fresh = lived.connection_table.thin_out(&MOST, lived.now + 5_000);
    assert_eq!(fresh, [], "the only one beyond the shorter time is no greedy one's");
    let more = lived.enter("192.0.2.4");
    let gone: Vec<u64> =
        lived.connection_table.thin_out(&MOST, lived.now + 11_000).iter().map(|gone| gone.number).collect();
    assert_eq!(gone, at_fault[..2], "the greediest's oldest, until half of the places are free");
    assert!(lived.stands(choosing) && lived.stands(more));
}

#[test]
fn strangers_idle_connections_give_way_before_those_of_known_devices() {
    let mut lived = lived_in(MOST);
    let known: Vec<u64> = (0..70).map(|number| lived.admitted("192.0.2.1", number / 8 + 1).unwrap()).collect();
    let strangers = lived.whole(30, "192.0.2.1");
    for number in &strangers[..3] {
        lived.does(*number, Activity::Busy);
    }
    lived.enter("192.0.2.1");
    assert!(!lived.stands(strangers[3]) && lived.left(&strangers) == 29, "the oldest on which nothing is asked");
    assert_eq!(lived.left(&known), 70);
}

#[test]
fn a_device_s_oldest_idle_connection_ends_in_order_and_where_none_is_idle_it_gets_no_more() {
    let mut lived = lived_in(MOST);
    let held: Vec<u64> = (0..8).map(|_| lived.admitted("192.0.2.1", 7).unwrap()).collect();
    lived.does(held[0], Activity::Busy);
    lived.admitted("192.0.2.2", 7).unwrap();
    let [gone] = lived.gone[..] else { panic!("{:?}", lived.gone) };
    assert_eq!((gone.number, gone.party, gone.parting), (held[1], Party::Device, Eviction::InOrder));
    assert_eq!(gone.network.unwrap().to_string(), "192.0.2.1");
    for number in lived.connection_table.devices.places_of(device(7)) {
        lived.does(number, Activity::Busy);
    }
    assert_eq!(lived.admitted("192.0.2.2", 7), Err(NoRoom::Device));
    assert!(lived.admitted("192.0.2.2", 8).is_ok(), "another device does not suffer for it");
    assert_eq!(lived.connection_table.admit(10_000, device(7), 0, (&MOST, look)), Err(NoRoom::Evicted));
}

#[test]
fn when_the_house_is_full_the_greediest_source_gives_way_and_known_devices_that_are_served_last() {
    let mut lived = lived_in(ConnectionLimits { per_source: 400, per_device: 400, handshakes: 400, ..MOST });
    let one = lived.admitted("192.0.2.1", 1).unwrap();
    let served: Vec<u64> = (0..50).map(|_| lived.admitted("192.0.2.1", 2).unwrap()).collect();
    for number in served.iter().chain([&one]) {
        lived.does(*number, Activity::Busy);
    }
    let modest = lived.whole(10, "198.51.100.1");
    lived.whole(500, "198.51.100.2");
    assert_eq!((lived.left(&served), lived.left(&modest)), (50, 10));
    let idle: Vec<u64> = (0..400).map(|_| lived.admitted("192.0.2.3", 3).unwrap()).collect();
    assert_eq!((lived.left(&served), lived.stands(one)), (50, true));
    assert!(lived.left(&idle) < 350 && lived.stands(idle[399]), "then a device's idle ones");
    for number in lived.connection_table.devices.places_of(device(3)) {
        lived.does(number, Activity::Busy);
    }
    while lived.connection_table.unknown.total() > 0 {
        let number = *lived.connection_table.standing.iter().find(|(_, it)| it.device.is_none()).unwrap().0;
        lived.connection_table.leave(number);
    }
    while lived.connection_table.total() < 400 {
        let number = lived.admitted("192.0.2.3", 3).unwrap();
        lived.does(number, Activity::Busy);
    }
    lived.gone.clear();
    lived.enter("192.0.2.9");
    assert_eq!(lived.gone[0].parting, Eviction::Cut);
    assert!(lived.stands(one) && lived.left(&served) == 50, "of the greediest device, which holds more than one");
}

#[test]
fn where_each_device_is_served_on_its_only_connection_the_newcomer_is_refused() {
    let mut lived = lived_in(ConnectionLimits { connections: 20, per_source: 10, ..MOST });
    for number in 0..10 {
        let number = lived.admitted("192.0.2.1", number + 1).unwrap();
        lived.does(number, Activity::Busy);
    }
    assert_eq!(lived.try_enter("192.0.2.1".parse().unwrap()), Err(NoRoom::Source));
    for number in 10..20 {
        let number = lived.admitted("192.0.2.2", number + 1).unwrap();
        lived.does(number, Activity::Busy);
    }
    assert_eq!(lived.try_enter("192.0.2.3".parse().unwrap()), Err(NoRoom::Connections));
    let relieved = lived.connection_table.relieve(look);
    assert_eq!(relieved, None);
}

fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        (0u8..6).prop_map(|last| IpAddr::from([192, 0, 2, last])),
        (0u16..3, 0u16..600).prop_map(|(site, network)| IpAddr::from([0x2001, 0xdb8, site, network, 0, 0, 0, 1])),
    ]
}

proptest! {
    #[test]
    fn a_newcomer_always_gets_in_no_bound_is_passed_and_nothing_is_remembered_of_who_is_gone(
        steps in prop::collection::vec((address(), 0u8..8, 0u32..6, any::<prop::sample::Index>()), 1..300)
    ) {
        let most = ConnectionLimits {
            connections: 40, per_source: 16, per_device: 5, handshakes: 16, handshakes_per_source: 6, crowded: 50,
        };
        let mut lived = lived_in(most);
        let mut numbers = Vec::new();
        for (address, what, of, which) in steps {
            lived.now += 10;
            match what {
                0..4 => {
                    let number = lived.try_enter(address).unwrap();
                    prop_assert!(lived.stands(number), "the newcomer never gives way");
                    numbers.push(number);
                }
                4 if !numbers.is_empty() => lived.connection_table.shaken(*which.get(&numbers)),
                5 if !numbers.is_empty() => {
                    let number = *which.get(&numbers);
                    // The oldest connection of each is always idle, so that one more finds its place.
                    let admitted = lived.connection_table.admit(number, device(of + 1), lived.now, (&most, look));
                    prop_assert_eq!(admitted.is_err(), !lived.stands(number));
                }
                6 if !numbers.is_empty() => {
                    lived.connection_table.leave(*which.get(&numbers));
                }
                _ => {
                    lived.connection_table.thin_out(&most, lived.now);
                }
            }
            let connection_table = &lived.connection_table;
            prop_assert!(connection_table.total() <= most.connections && connection_table.half.total() <= most.handshakes);
            prop_assert_eq!(connection_table.total(), connection_table.unknown.total() + connection_table.members.total());
            prop_assert_eq!(connection_table.members.total(), connection_table.devices.total());
            prop_assert!((0..6).all(|of| connection_table.devices.of(device(of + 1)) <= most.per_device));
            for network in super::Networks::of(address).each().iter().zip([1, 2, 4]) {
                let of = connection_table.unknown.of(*network.0) + connection_table.members.of(*network.0);
                prop_assert!(of <= (most.per_source * network.1).clamp(16, 30));
                prop_assert!(connection_table.half.of(*network.0) <= (most.handshakes_per_source * network.1).min(12));
            }
        }
        for number in numbers {
            lived.connection_table.leave(number);
        }
        let connection_table = lived.connection_table;
        prop_assert_eq!((connection_table.total(), connection_table.half.total(), connection_table.unknown.total(), connection_table.devices.total()), (0, 0, 0, 0));
    }

    #[test]
    fn nobody_modest_loses_a_handshake_while_somebody_greedy_holds_many(
        modest in prop::collection::btree_map(10u8..60, 1usize..5, 1..8), at_fault in 1u8..5, rounds in 1usize..60
    ) {
        let mut lived = lived_in(MOST);
        let mut held = Vec::new();
        for (source, count) in modest {
            held.extend(lived.many(count, &format!("198.51.100.{source}")));
        }
        for _ in 0..rounds {
            for source in 0..at_fault {
                lived.many(16, &format!("192.0.2.{source}"));
            }
        }
        prop_assert_eq!(lived.left(&held), held.len());
    }
}
