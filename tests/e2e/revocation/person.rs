//! What ends with the person or the session: the requests in flight, and not the device's connections.

use std::time::Instant;

use ca_tools::acts::{LastPost, NewPassword};
use house::{House, Opening, PASSWORD, Plan, Settled, Store, Talk, by, empty, until};
use http::Method;

use crate::fixtures::cut::{all_end, hold_all};
use crate::fixtures::held::{How, Work, hold};
use crate::fixtures::newcomer::Newcomer;

/// Applies a change to a newcomer who has requests in flight; returns how the next request is refused.
async fn ends_flights(
    house: &House,
    newcomer: &Newcomer,
    what: &str,
    change: impl AsyncFnOnce(),
) -> (u16, String, String) {
    let mut idle = house.talk(&newcomer.credentials).await;
    assert_eq!(newcomer.refusal_on(house, &mut idle).await.0, 200);
    let held = hold_all(house, newcomer, &Work::FLIGHTS).await;
    let mut sender = held.iter().find_map(|line| line.sender.clone()).unwrap();
    change().await;
    let since = Instant::now();
    for (work, ended) in all_end(held, since, what).await {
        let said = String::from_utf8_lossy(&ended.said[..ended.said.len().min(20)]).into_owned();
        match work {
            Work::StreamH2 => assert_eq!(ended.how, How::StreamReset, "{what}: {work:?}"),
            // Nothing of its answer was on its way yet: it may still be told why.
            Work::Upload => assert!(!said.starts_with("HTTP/1.1 2"), "{what}: {said}"),
            Work::Idle | Work::IdleH2 | Work::Stream | Work::Bytes | Work::Old | Work::WebSocket => {
                assert_eq!(ended.how, How::Reset, "{what}: {work:?}");
            }
        }
    }
    let login = house.get(&mut idle, "/.gateway/login", None).await;
    assert_eq!(login.status, 200, "{what}: the device's connection must live on");
    let page = house.request(Method::GET, &format!("https://{}/.gateway/login", house.host()), None);
    let page = sender.send_request(page.body(empty()).unwrap()).await.unwrap();
    assert_eq!(page.status(), 200, "{what}: the device's HTTP/2 connection must live on");
    newcomer.refusal_on(house, &mut idle).await
}

fn refused(status: u16, code: &str, reason: &str) -> (u16, String, String) {
    (status, code.to_owned(), reason.to_owned())
}

async fn every_person_level_change_ends_the_flights(house: &House) {
    let newcomer = Newcomer::of(house, 1).await;
    let told = ends_flights(house, &newcomer, "deleted", async || {
        house.writer.delete_user(&by(), &newcomer.login_id.parse().unwrap()).await.unwrap();
    })
    .await;
    assert_eq!(told, refused(401, "KW-201", "login_failed"));

    let newcomer = Newcomer::of(house, 2).await;
    let told = ends_flights(house, &newcomer, "user suspended", async || {
        house.writer.suspend_user(&by(), &newcomer.login_id.parse().unwrap()).await.unwrap();
    })
    .await;
    assert_eq!(told, refused(403, "KW-112", "user_suspended"));

    let newcomer = Newcomer::of(house, 3).await;
    let told = ends_flights(house, &newcomer, "withdrawn invitation", async || {
        let (room, user) = (newcomer.room.parse().unwrap(), newcomer.login_id.parse().unwrap());
        house.writer.remove(&by(), &room, &user).await.unwrap();
    })
    .await;
    assert_eq!(told, refused(403, "KW-111", "not_invited"));

    let newcomer = Newcomer::of(house, 4).await;
    let told = ends_flights(house, &newcomer, "closed room", async || {
        let last_post = LastPost::on("2026-04-01", by().at).unwrap();
        house.writer.close_room(&by(), &newcomer.room.parse().unwrap(), last_post).await.unwrap();
    })
    .await;
    assert_eq!(told, refused(403, "KW-111", "not_invited"));

    let newcomer = Newcomer::of(house, 5).await;
    let told = ends_flights(house, &newcomer, "new password", async || {
        let password = NewPassword { hash: house::hash(PASSWORD) };
        house.writer.reset_password(&by(), &newcomer.login_id.parse().unwrap(), password).await.unwrap();
    })
    .await;
    assert_eq!(told, refused(401, "KW-207", "no_session"));

    let newcomer = Newcomer::of(house, 7).await;
    house.office("1272209999").await;
    let told = ends_flights(house, &newcomer, "moved to another office", async || {
        let (user, office) = (newcomer.login_id.parse().unwrap(), "1272209999".parse().unwrap());
        house.writer.move_user(&by(), &user, &office).await.unwrap();
    })
    .await;
    assert_eq!(told, refused(403, "KW-108", "office_mismatch"));

    let newcomer = Newcomer::of(house, 6).await;
    let told = ends_flights(house, &newcomer, "logout elsewhere", async || {
        let mut talk = house.talk(&newcomer.credentials).await;
        let answer = house.post_form(&mut talk, "/.gateway/logout", Some(&newcomer.cookie), "").await;
        assert_eq!(answer.status, 200);
    })
    .await;
    assert_eq!(told, refused(401, "KW-207", "no_session"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_for_a_person_who_may_no_longer_is_ended_and_the_device_stays_connected() {
    every_person_level_change_ends_the_flights(&House::with(Store::Redis).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_sessions_in_memory_too_what_runs_for_a_person_who_may_no_longer_is_ended() {
    every_person_level_change_ends_the_flights(&House::open().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_at_another_gateway_ends_the_flights_here() {
    for postgres in [false, true] {
        let house = House::planned(Plan { store: Store::Redis, postgres, ..Plan::default() }).await;
        let second = house.another_gateway(|same| same).await;
        let newcomer = Newcomer::of(&house, 1).await;
        house.applied_at(&second).await;
        let told = ends_flights(&house, &newcomer, "logout at another gateway", async || {
            let opening = Opening { address: second.addresses()[0], ..house.opening(Some(&newcomer.credentials)) };
            let mut talk = Talk::open(&opening).await.unwrap();
            let host = format!("localhost:{}", second.addresses()[0].port());
            let request = house::request(Method::POST, &host, "/.gateway/logout", Some(&newcomer.cookie));
            assert_eq!(talk.ask(request.body(empty()).unwrap()).await.unwrap().status, 200);
        })
        .await;
        assert_eq!(told, refused(401, "KW-207", "no_session"));
        second.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_session_on_the_same_device_goes_on() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let (first, second) =
        (house.login(&mut talk, Settled::WORKER).await, house.login(&mut talk, Settled::WORKER).await);
    let holder =
        |cookie| crate::fixtures::held::Holder { credentials: &settled.credentials, cookie, room: Settled::ROOM };
    let ends = hold(&house, holder(&first), Work::Stream).await;
    let stays = hold(&house, holder(&second), Work::Stream).await;
    assert_eq!(house.post_form(&mut talk, "/.gateway/logout", Some(&first), "").await.status, 200);
    all_end(vec![ends], Instant::now(), "logout").await;
    let heard = stays.heard.load(std::sync::atomic::Ordering::Relaxed);
    until("the other session's download goes on", async || {
        assert!(!stays.is_over());
        stays.heard.load(std::sync::atomic::Ordering::Relaxed) > heard + 3
    })
    .await;
}
