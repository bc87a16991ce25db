//! Who waits for room is let on when there is some, and nothing that was counted is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};

use bytes::Bytes;
use certs::DeviceNo;

use super::octets::{Account, BufferLimits, Headroom, Holder, Octets};

const MOST: BufferLimits = BufferLimits { whole: 1600, party: 800, connection: 400 };

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn device(number: u32) -> DeviceNo {
    format!("DEV-{number:06}").parse().unwrap()
}

fn connection(octets: &Arc<Octets>, number: u32) -> Arc<Account> {
    let account = Account::new(octets);
    account.belongs_to(device(number));
    account
}

fn room(account: &Account) -> Headroom {
    account.room(&mut None, &Context::from_waker(Waker::noop()))
}

#[test]
fn each_piece_counts_until_the_last_of_it_is_dropped() {
    let octets = Octets::new(MOST);
    let account = connection(&octets, 1);
    let mut piece = account.hold(Bytes::from(vec![0; 100]));
    let cut = piece.split_to(10);
    drop(piece);
    assert_eq!((octets.held(), account.held(), octets.held_by(&Holder::Device(device(1)))), (100, 100, 100));
    drop(account);
    assert_eq!(octets.held_by(&Holder::Device(device(1))), 100, "the connection is gone, the piece is not");
    drop(cut);
    assert_eq!((octets.held(), octets.heaviest()), (0, None));
}

#[test]
fn a_connection_a_device_and_all_together_have_no_more_room_than_their_own() {
    let octets = Octets::new(MOST);
    let own: Vec<_> = (0..2).map(|_| connection(&octets, 1)).collect();
    let first = own[0].take(400);
    assert_eq!((room(&own[0]), room(&own[1])), (Headroom::OwnFull, Headroom::There));
    let second = own[1].take(400);
    let third = connection(&octets, 1);
    assert_eq!((room(&third), third.passed()), (Headroom::OwnFull, Some(crate::budget::Party::Device)));
    let other = connection(&octets, 2);
    assert_eq!(room(&other), Headroom::There);
    let rest = [connection(&octets, 3).take(500), connection(&octets, 4).take(300)];
    assert_eq!((room(&other), octets.heaviest()), (Headroom::WholeFull, Some(Holder::Device(device(1)))));
    drop((first, second, rest));
    assert_eq!((room(&other), room(&third), octets.held()), (Headroom::There, Headroom::There, 0));
}

#[test]
fn a_stranger_is_its_network_until_a_device_stands_there() {
    let octets = Octets::new(MOST);
    let [one, other] = ["2001:db8:1:2::3", "2001:db8:1:ffff::4"].map(|address| {
        let account = Account::new(&octets);
        account.comes_from(address.parse().unwrap());
        account
    });
    let held = [one.take(10), other.take(20)];
    let network = Holder::Source("2001:db8:1::".parse().unwrap());
    assert_eq!(octets.held_by(&network), 30);
    one.belongs_to(device(1));
    let own = one.take(5);
    assert_eq!((octets.held_by(&network), octets.held_by(&Holder::Device(device(1)))), (30, 5));
    drop((held, own));
    assert_eq!(octets.held_by(&network), 0);
}

#[test]
fn who_waits_is_woken_when_there_is_room_for_many_and_not_for_each_piece() {
    let octets = Octets::new(MOST);
    let account = connection(&octets, 1);
    let mut held: Vec<_> = (0..10).map(|_| account.take(40)).collect();
    let woken = Arc::<Woken>::default();
    let waker = Waker::from(Arc::clone(&woken));
    let mut waiter = None;
    for _ in 0..3 {
        assert_eq!(account.room(&mut waiter, &Context::from_waker(&waker)), Headroom::OwnFull);
    }
    held.pop();
    assert_eq!(woken.0.load(Ordering::Relaxed), 0);
    held.pop();
    assert_eq!((woken.0.load(Ordering::Relaxed), account.held()), (1, 320));
    assert_eq!(account.room(&mut waiter, &Context::from_waker(&waker)), Headroom::There);
    held.clear();
    assert_eq!(woken.0.load(Ordering::Relaxed), 1, "nobody waits any more");
}

#[test]
fn nothing_is_wanted_for_those_who_no_longer_wait() {
    let octets = Octets::new(MOST);
    let held: Vec<_> = (1..=4).map(|number| connection(&octets, number).take(400)).collect();
    let newcomer = connection(&octets, 5);
    assert_eq!(octets.wanted(), 0, "nobody waits");
    let mut waiter = None;
    assert_eq!(newcomer.room(&mut waiter, &Context::from_waker(Waker::noop())), Headroom::WholeFull);
    assert_eq!(octets.wanted(), 200);
    drop(waiter);
    assert_eq!(octets.wanted(), 0);
    drop(held);
}
