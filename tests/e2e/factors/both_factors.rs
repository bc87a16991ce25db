//! Nothing passes without both factors; with both, the invited room opens and no other.

use house::{House, PASSWORD, Settled};

#[tokio::test]
async fn with_both_factors_the_invited_room_opens_and_no_other() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    let room = house.get(&mut talk, "/rooms/r-hanako/echo", Some(&cookie)).await;
    assert_eq!(room.status, 200, "{}", room.text());
    let foreign = house.get(&mut talk, "/rooms/r-jiro/echo", Some(&cookie)).await;
    assert_eq!(foreign.problem(), (403, "KW-111".into(), "not_invited".into()));
    let unknown = house.get(&mut talk, "/rooms/none/echo", Some(&cookie)).await;
    assert_eq!(unknown.problem(), (403, "KW-111".into(), "not_invited".into()));
}

#[tokio::test]
async fn the_device_alone_opens_nothing_but_the_login() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let answer = house.get(&mut talk, "/rooms/r-hanako/echo", None).await;
    assert_eq!(answer.problem(), (401, "KW-207".into(), "no_session".into()));
    assert_eq!(house.backend.entered(), 0);
}

#[tokio::test]
async fn a_session_alone_opens_nothing() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    let mut bare = house::Talk::open(&house.opening(None)).await.unwrap();
    let answer = house.get(&mut bare, "/rooms/r-hanako/echo", Some(&cookie)).await;
    assert_eq!(answer.problem(), (403, "KW-101".into(), "no_cert".into()));
    assert_eq!(house.backend.entered(), 0);
}

#[tokio::test]
async fn a_wrong_password_opens_nothing() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let answer = house.try_login(&mut talk, Settled::WORKER, "wrong").await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.cookie(), None);
    assert_ne!(PASSWORD, "wrong");
}
