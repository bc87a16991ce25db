//! What ends with the device: its connections, whatever runs on them.

use std::time::{Duration, Instant};

use ca_tools::rows::Purpose;
use house::{House, Leaf, Plan, Store, by, now, until};
use registry::change::RevokedReason;

use crate::fixtures::cut::{all_end, hold_all};
use crate::fixtures::held::{How, Work, hold_at};
use crate::fixtures::newcomer::Newcomer;

/// Applies a change to a newcomer who holds one line of each kind.
async fn ends_all(house: &House, newcomer: &Newcomer, what: &str, change: impl AsyncFnOnce()) {
    let held = hold_all(house, newcomer, &Work::ALL).await;
    let bystander = Newcomer::of(house, 9_000 + usize::from(what.as_bytes()[0]) * 10 + what.len()).await;
    let untouched = hold_all(house, &bystander, &Work::ALL).await;
    change().await;
    let since = Instant::now();
    for (work, ended) in all_end(held, since, what).await {
        let expected = if work == Work::StreamH2 { How::StreamReset } else { How::Reset };
        assert_eq!(ended.how, expected, "{what}: {work:?}");
    }
    assert!(untouched.iter().all(|line| !line.is_over()), "{what}: another device was cut: {untouched:?}");
}

async fn every_device_level_change_ends_all(house: &House) {
    let suspended = Newcomer::of(house, 1).await;
    ends_all(house, &suspended, "suspended", async || suspended.suspend(house).await).await;
    assert_eq!(suspended.refusal(house).await, (403, "KW-107".into(), "suspended".into()));

    let revoked = Newcomer::of(house, 2).await;
    ends_all(house, &revoked, "revoked", async || {
        house.writer.revoke(&by(), revoked.device, None, RevokedReason::Lost).await.unwrap();
    })
    .await;
    assert_eq!(revoked.refusal(house).await.2, "revoked");

    let superseded = Newcomer::of(house, 3).await;
    ends_all(house, &superseded, "superseded", async || {
        let _ = house.certificate(superseded.device, &Leaf::default(), Purpose::Renewal { grace: 0 }).await;
    })
    .await;
    assert_eq!(superseded.refusal(house).await.2, "superseded");

    let office = Newcomer::of(house, 4).await;
    ends_all(house, &office, "office suspended", async || {
        house.writer.suspend_office(&by(), &office.office.parse().unwrap()).await.unwrap();
    })
    .await;
    assert_eq!(office.refusal(house).await.2, "office_suspended");

    let office = Newcomer::of(house, 5).await;
    ends_all(house, &office, "withdrawn office", async || {
        house.writer.withdraw_office(&by(), &office.office.parse().unwrap()).await.unwrap();
    })
    .await;
    assert_eq!(office.refusal(house).await.2, "revoked");
}

#[tokio::test(flavor = "multi_thread")]
async fn suspended_revoked_superseded_or_of_an_office_that_stopped_a_device_is_cut_off_whatever_it_does() {
    every_device_level_change_ends_all(&House::with(Store::Redis).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_cut_off_by_postgresql_as_by_sqlite() {
    let house = House::planned(Plan { postgres: true, ..Plan::default() }).await;
    every_device_level_change_ends_all(&house).await;
}

/// What a device holds at either of two gateways ends within the time that one gateway has.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_stopped_is_cut_off_at_every_gateway_in_time() {
    for postgres in [false, true] {
        let house = House::planned(Plan { store: Store::Redis, postgres, ..Plan::default() }).await;
        let second = house.another_gateway(|same| same).await;
        let newcomer = Newcomer::of(&house, 1).await;
        house.applied_at(&second).await;
        let mut held = hold_all(&house, &newcomer, &Work::ALL).await;
        for work in Work::ALL {
            held.push(hold_at(&house, second.addresses()[0], newcomer.holder(), work).await);
        }
        newcomer.suspend(&house).await;
        let since = Instant::now();
        for (work, ended) in all_end(held, since, "stopped, at two gateways").await {
            let expected = if work == Work::StreamH2 { How::StreamReset } else { How::Reset };
            assert_eq!(ended.how, expected, "{work:?}");
        }
        assert_eq!(newcomer.refusal(&house).await, (403, "KW-107".into(), "suspended".into()));
        second.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_ends_cuts_off_its_device_at_that_moment() {
    let house = House::open().await;
    let newcomer = Newcomer::of(&house, 1).await;
    let end = now().plus(12);
    house.writer.approve_device(&by(), newcomer.device, Some(end)).await.unwrap();
    house.applied().await;
    let held = hold_all(&house, &newcomer, &Work::ALL).await;
    assert!(now() < end, "the machine was too slow for this test");
    assert!(held.iter().all(|line| !line.is_over()), "ended before its time: {held:?}");
    until("the approval is over", async || now() > end).await;
    all_end(held, Instant::now() + Duration::from_millis(250), "an approval that ended").await;
    assert_eq!(newcomer.refusal(&house).await, (403, "KW-105".into(), "not_approved".into()));
    // Continued, it is back.
    house.writer.approve_device(&by(), newcomer.device, None).await.unwrap();
    house.applied().await;
    assert_eq!(newcomer.refusal(&house).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_certificate_ends_what_runs_under_it() {
    let house = House::open().await;
    let leaf = Leaf::between(-86_400, 12);
    let newcomer = Newcomer::with(&house, 1, &leaf).await;
    let held = hold_all(&house, &newcomer, &Work::ALL).await;
    let not_after = newcomer.credentials.validity.not_after;
    assert!(now() < not_after, "the machine was too slow for this test");
    assert!(held.iter().all(|line| !line.is_over()), "ended before its time: {held:?}");
    until("the certificate expired", async || now() > not_after).await;
    all_end(held, Instant::now() + Duration::from_millis(250), "expired").await;
    assert_eq!(newcomer.refusal(&house).await.2, "expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_of_a_cut_request_says_cut() {
    let house = House::open().await;
    let newcomer = Newcomer::of(&house, 1).await;
    let held = hold_all(&house, &newcomer, &Work::FLIGHTS).await;
    newcomer.suspend(&house).await;
    all_end(held, Instant::now(), "suspended").await;
    let device = newcomer.device.to_string();
    let is_cut = |line: &serde_json::Value| line["kind"] == "request" && line["device"] == device.as_str();
    for path in ["stream", "bytes", "sink", "ws"] {
        let path = format!("/rooms/{}/{path}", newcomer.room);
        let line = house.line(|line| is_cut(line) && line["path"].as_str().unwrap().starts_with(&path)).await;
        assert_eq!(line["outcome"], "cut", "{line}");
    }
}
