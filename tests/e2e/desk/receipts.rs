//! Gateway and desk together: what the one sees the other acts on, and an operator is told what became of a change.

use std::time::Duration;

use ca_tools::ledger::receipts;
use ca_tools::reports::Confirmation;
use gateway::reports::SpoolStats;
use house::{House, Plan, Settled, Talk, by, empty, now};
use http::Method;

use crate::fixtures::held::{Holder, Work, hold};

const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) Version/17.6 Mobile/15E148 Safari/604.1";

async fn house_that_tells() -> House {
    House::planned(Plan { extra: "[reports]\ndesk = \"desk\"\n".to_owned(), ..Plan::default() }).await
}

async fn ask(house: &House, talk: &mut Talk, user_agent: &str) -> u16 {
    let asked = house.request(Method::GET, "/.gateway/check", None).header("user-agent", user_agent);
    talk.ask(asked.body(empty()).unwrap()).await.unwrap().status.as_u16()
}

async fn happened(house: &House, action: &str) -> bool {
    let events = house.writer.ledger().events_after(0, 1_000).await.unwrap();
    events.iter().any(|recorded| recorded.event.action == action)
}

#[tokio::test]
async fn a_request_proves_its_certificate_and_one_from_another_system_rouses_suspicion() {
    let house = house_that_tells().await;
    let _desk = house.desk().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    assert_eq!(ask(&house, &mut talk, WINDOWS).await, 200);
    house::until("the first use is noted", async || happened(&house, "cert.first-use").await).await;
    assert!(!happened(&house, "device.clone_suspected").await);
    assert_eq!(ask(&house, &mut talk, IPHONE).await, 200);
    house::until("two systems are noticed", async || happened(&house, "device.clone_suspected").await).await;
    house::until("all is told", async || house.gateway.state().reports.stats().spooled == 0).await;
    let SpoolStats { refused, dropped, .. } = house.gateway.state().reports.stats();
    assert_eq!((refused, dropped), (0, 0));
}

#[tokio::test]
async fn a_suspension_has_a_receipt_with_the_connections_it_cut() {
    let house = house_that_tells().await;
    let _desk = house.desk().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    assert_eq!(ask(&house, &mut talk, WINDOWS).await, 200);
    house::until("the first use is noted", async || happened(&house, "cert.first-use").await).await;
    let version = house.writer.suspend_device(&by(), settled.device).await.unwrap();
    let begun = std::time::Instant::now();
    let told = receipts(&house.writer.ledger(), version, now()).await.unwrap();
    println!("the receipt came after {:?}", begun.elapsed());
    let [receipt] = told.as_slice() else { panic!("{told:?}") };
    let Confirmation::Done { version: applied, connections, microseconds } = receipt.says else { panic!("{told:?}") };
    assert_eq!(connections, 1, "{told:?}");
    assert!(applied.unsigned_abs() >= version && microseconds < 1_000_000, "{told:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_end_has_a_receipt_with_every_connection_of_which_something_was_ended_once() {
    let house = house_that_tells().await;
    let _desk = house.desk().await;
    let settled = house.settle().await;
    let cookie = house.login(&mut house.talk(&settled.credentials).await, Settled::WORKER).await;
    let holder = Holder { credentials: &settled.credentials, cookie: &cookie, room: Settled::ROOM };
    let mut held = Vec::new();
    for work in [Work::Stream, Work::StreamH2, Work::WebSocket, Work::IdleH2] {
        held.push(hold(&house, holder, work).await);
    }
    let version = house.writer.suspend_user(&by(), &Settled::WORKER.parse().unwrap()).await.unwrap();
    let told = receipts(&house.writer.ledger(), version, now()).await.unwrap();
    let [receipt] = told.as_slice() else { panic!("{told:?}") };
    let Confirmation::Done { connections, microseconds, .. } = receipt.says else { panic!("{told:?}") };
    println!("a person's requests were gone after {microseconds} µs");
    assert_eq!(connections, 3, "the fourth is the device's alone: {told:?}");
    let idle = held.pop().unwrap();
    for line in held {
        line.end().await;
    }
    assert!(!idle.is_over());
}
