//! A maintenance account is let in within the window of its work plan: outside it nothing passes, and at its end what runs is
//! cut, to the second.

use std::time::{Duration, Instant};

use ca_tools::acts::WorkPlan;
use certs::Timestamp;
use house::{House, PASSWORD, Store, by, now, until};

use crate::fixtures::cut::{all_end, hold_all};
use crate::fixtures::held::Work;
use crate::fixtures::newcomer::Newcomer;

/// A window of this minute, that ends with a later one: in ten seconds at the earliest.
fn window() -> WorkPlan {
    let now = now();
    let minute = now.plus(-now.unix().rem_euclid(60));
    let left = 60 - now.unix().rem_euclid(60);
    let until = if left > 10 { minute.plus(60) } else { minute.plus(120) };
    WorkPlan { plan: "W-2026-12".into(), from: minute, until }
}

/// The clock says so.
async fn at(moment: Timestamp) {
    while now() < moment {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn closed() -> (u16, String, String) {
    (403, "KW-112".to_owned(), "maintenance_closed".to_owned())
}

/// So many sessions of theirs have ended, and of each the log says that it was by the window.
async fn ended_by_the_window(house: &House, newcomer: &Newcomer, sessions: usize) {
    let reasons = || -> Vec<_> {
        let lines = house.lines().into_iter();
        let ends = lines.filter(|line| line["kind"] == "session_end" && line["user"] == newcomer.login_id.as_str());
        ends.map(|line| line["reason"].clone()).collect()
    };
    until("the ends of sessions", async || reasons().len() >= sessions).await;
    assert_eq!(reasons(), vec!["maintenance_closed"; sessions]);
}

async fn comes_and_goes_with_its_window(house: &House) {
    let mut newcomer = Newcomer::of(house, 1).await;
    let id = newcomer.login_id.parse().unwrap();
    assert_eq!(newcomer.refusal(house).await.0, 200);
    house.writer.make_maintenance(&by(), &id).await.unwrap();
    house.applied().await;
    assert_eq!(newcomer.refusal(house).await, closed(), "a session that was open does not go on");
    ended_by_the_window(house, &newcomer, 1).await;
    let mut talk = house.talk(&newcomer.credentials).await;
    let told = house.try_login(&mut talk, &newcomer.login_id, PASSWORD).await.problem();
    assert_eq!(told, closed(), "the right password opens nothing outside the window");
    let wrong = house.try_login(&mut talk, &newcomer.login_id, "wrong").await.problem();
    assert_eq!(wrong.1, "KW-201", "whoever has no password is not told what kind of an ID it is");

    let first = window();
    house.writer.open_maintenance(&by(), &id, &first).await.unwrap();
    house.applied().await;
    newcomer.cookie = house.login(&mut talk, &newcomer.login_id).await;
    assert_eq!(newcomer.refusal(house).await.0, 200, "inside the window");
    at(first.until.plus(-5)).await;
    let held = hold_all(house, &newcomer, &Work::FLIGHTS).await;
    at(first.until).await;
    all_end(held, Instant::now(), "the end of a window").await;
    assert_eq!(newcomer.refusal(house).await, closed());
    // Though nobody changes anything at its end.
    ended_by_the_window(house, &newcomer, 2).await;
    assert_eq!(newcomer.refusal(house).await, closed(), "what is wrong is still told");

    // Another window, another login: what was opened in the one before counts for nothing.
    let next = WorkPlan { plan: "W-2026-13".into(), from: first.until, until: first.until.plus(600) };
    house.writer.open_maintenance(&by(), &id, &next).await.unwrap();
    house.applied().await;
    assert_eq!(newcomer.refusal(house).await, (401, "KW-207".to_owned(), "no_session".to_owned()));
    newcomer.cookie = house.login(&mut talk, &newcomer.login_id).await;
    assert_eq!(newcomer.refusal(house).await.0, 200);
    house.writer.close_maintenance(&by(), &id).await.unwrap();
    house.applied().await;
    assert_eq!(newcomer.refusal(house).await, closed(), "closed before its end");
    ended_by_the_window(house, &newcomer, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maintenance_account_passes_within_its_window_is_cut_at_its_end_and_refused_outside() {
    comes_and_goes_with_its_window(&House::with(Store::Memory).await).await;
}
