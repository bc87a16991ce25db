//! A gateway that is told to stop cuts nobody off, and does not wait for ever.

use std::time::{Duration, Instant};

use house::{House, Opening, Settled, Store, Talk, empty, until};
use http::Method;
use http_body_util::BodyExt;
use tokio::net::TcpStream;

use crate::fixtures::held::{Holder, Work, hold_at, looks_whole};

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_is_answered_whole_what_idles_ends_and_nobody_new_comes_in() {
    let house = House::with(Store::Redis).await;
    let settled = house.settle().await;
    let cookie = house.login(&mut house.talk(&settled.credentials).await, Settled::WORKER).await;
    let gateway = house.another_gateway(|same| same).await;
    let address = gateway.addresses()[0];
    let holder = Holder { credentials: &settled.credentials, cookie: &cookie, room: Settled::ROOM };
    let idle =
        [hold_at(&house, address, holder, Work::Idle).await, hold_at(&house, address, holder, Work::IdleH2).await];
    let half_open = TcpStream::connect(address).await.unwrap();
    let mut downloads = Vec::new();
    for alpn in ["http/1.1", "h2"] {
        let alpn = vec![alpn.as_bytes().to_vec()];
        let opening = Opening { address, alpn, ..house.opening(Some(&settled.credentials)) };
        let mut talk = Talk::open(&opening).await.unwrap();
        let target = format!("https://{}/rooms/r-hanako/stream?seconds=4", house.host());
        let target =
            if matches!(talk, Talk::H1(_)) { target.split_at(target.find("/rooms").unwrap()).1 } else { &target };
        let request = house.request(Method::GET, target, Some(&cookie)).body(empty()).unwrap();
        let answer = talk.send(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        downloads.push(tokio::spawn(async move {
            let whole = answer.into_body().collect().await.unwrap();
            drop(talk);
            (whole.to_bytes(), Instant::now())
        }));
    }
    let told = Instant::now();
    let stopping = tokio::spawn(async move {
        gateway.stop().await;
        Instant::now()
    });
    until("new connections are refused", async || TcpStream::connect(address).await.is_err()).await;
    let mut idle_until = told;
    for line in idle {
        let ended = line.end().await;
        println!("{:?} ended {:?} after {:?}", line_of(&ended.how), ended.how, ended.at - told);
        idle_until = idle_until.max(ended.at);
    }
    let mut whole_at = told;
    for download in downloads {
        let (whole, at) = download.await.unwrap();
        assert_eq!(whole.iter().filter(|octet| **octet == b'\n').count(), 40, "the download is whole");
        whole_at = whole_at.max(at);
    }
    assert!(idle_until < whole_at, "idle connections do not wait for the download");
    let stopped = stopping.await.unwrap();
    println!("downloads whole after {:?}, stopped after {:?}", whole_at - told, stopped - told);
    assert!(stopped - told < Duration::from_secs(20), "nothing but the downloads was to be waited for");
    drop(half_open);
}

fn line_of(how: &crate::fixtures::held::How) -> &'static str {
    match how {
        crate::fixtures::held::How::Closed => "an idle line in order",
        crate::fixtures::held::How::Reset
        | crate::fixtures::held::How::StreamReset
        | crate::fixtures::held::How::Whole => "an idle line",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_still_runs_after_the_drain_is_cut_and_never_looks_whole() {
    let house = House::with(Store::Redis).await;
    let settled = house.settle().await;
    let cookie = house.login(&mut house.talk(&settled.credentials).await, Settled::WORKER).await;
    let gateway = house.another_gateway(|same| same.replace("[limits]", "[limits]\ndrain = \"1s\"")).await;
    let address = gateway.addresses()[0];
    let holder = Holder { credentials: &settled.credentials, cookie: &cookie, room: Settled::ROOM };
    let mut held = Vec::new();
    for work in Work::FLIGHTS {
        held.push(hold_at(&house, address, holder, work).await);
    }
    let told = Instant::now();
    let stopping = tokio::spawn(gateway.stop());
    for line in held {
        let work = line.work;
        let ended = line.end().await;
        assert!(!looks_whole(work, &ended), "{work:?} looks whole: {ended:?}");
        assert!(ended.at - told > Duration::from_millis(900), "{work:?} was not given its time");
    }
    stopping.await.unwrap();
    println!("stopped after {:?}", told.elapsed());
    let log = std::fs::read_to_string(house.dir.join("another-access.log")).unwrap();
    let cut = log.lines().filter(|line| line.contains("\"outcome\":\"cut\"") && line.contains("\"kind\":\"request\""));
    assert_eq!(cut.count(), Work::FLIGHTS.len(), "{log}");
}
