//! An ID in use on two devices at once is told to those who watch (運用編14章②), and ends the older where a house wishes.

use house::{Credentials, House, OFFICE, Plan, Settled, Store, by};

const ROOM: &str = "/rooms/r-hanako/bytes/1";

async fn with_two_devices(plan: Plan) -> (House, Settled, (certs::DeviceNo, Credentials)) {
    let house = House::planned(plan).await;
    let settled = house.settle().await;
    let second = house.device(OFFICE).await;
    house.applied().await;
    (house, settled, second)
}

fn told(house: &House) -> Vec<serde_json::Value> {
    house.lines().into_iter().filter(|line| line["kind"] == "id_concurrent_use").collect()
}

async fn counted(house: &House) -> u64 {
    house.metric("gateway_id_concurrent_use_total").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_live_on_another_device_is_told_at_its_login_and_let_in() {
    for store in [Store::Redis, Store::Memory] {
        let (house, settled, (device, tablet)) = with_two_devices(Plan { store, ..Plan::default() }).await;
        let (mut here, mut there) = (house.talk(&settled.credentials).await, house.talk(&tablet).await);
        let first = house.login(&mut here, Settled::WORKER).await;
        house.login(&mut here, Settled::WORKER).await;
        assert_eq!((told(&house).len(), counted(&house).await), (0, 0), "two browsers on one device are no matter");
        let second = house.login(&mut there, Settled::WORKER).await;
        // On disk before the login was answered: one line for each session elsewhere, under the login's own request.
        let lines = told(&house);
        assert_eq!((lines.len(), counted(&house).await), (2, 1), "{store:?}: {lines:#?}");
        for line in &lines {
            assert_eq!(line["user"], Settled::WORKER);
            assert_eq!(line["device"], settled.device.to_string());
        }
        let request = &lines[0]["request_id"];
        let login = house.line(|line| line["kind"] == "login" && line["request_id"] == *request).await;
        assert_eq!(login["device"], device.to_string());
        for (talk, cookie) in [(&mut here, &first), (&mut there, &second)] {
            assert_eq!(house.get(talk, ROOM, Some(cookie)).await.status, 200, "nobody is refused for it");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_over_or_on_a_device_out_of_service_is_no_use_of_an_id() {
    for store in [Store::Redis, Store::Memory] {
        let (house, settled, (device, tablet)) = with_two_devices(Plan { store, ..Plan::default() }).await;
        let (mut here, mut there) = (house.talk(&settled.credentials).await, house.talk(&tablet).await);
        let out = house.login(&mut there, Settled::WORKER).await;
        assert_eq!(house.post_form(&mut there, "/.gateway/logout", Some(&out), "").await.status, 200);
        house.login(&mut here, Settled::WORKER).await;
        assert_eq!(told(&house).len(), 0, "logged out there");
        house.writer.suspend_device(&by(), settled.device).await.unwrap();
        house.applied().await;
        house.login(&mut there, Settled::WORKER).await;
        assert_eq!(told(&house).len(), 0, "{store:?}: {device} is the only one in service");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_may_wish_that_the_older_session_ends() {
    for store in [Store::Redis, Store::Memory] {
        let sessions = "concurrent = \"end_older\"".to_owned();
        let (house, settled, (_, tablet)) = with_two_devices(Plan { store, sessions, ..Plan::default() }).await;
        let (mut here, mut there) = (house.talk(&settled.credentials).await, house.talk(&tablet).await);
        let older = house.login(&mut here, Settled::WORKER).await;
        let newer = house.login(&mut there, Settled::WORKER).await;
        assert_eq!(told(&house).len(), 1);
        let refused = house.get(&mut here, ROOM, Some(&older)).await;
        assert_eq!(refused.problem(), (401, "KW-207".into(), "no_session".into()), "{store:?}");
        assert_eq!(house.get(&mut there, ROOM, Some(&newer)).await.status, 200);
        house.line(|line| line["kind"] == "session_end" && line["reason"] == "logged_in_elsewhere").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_logins_at_the_same_moment_on_two_devices_one_session_is_left() {
    for store in [Store::Redis, Store::Memory] {
        let sessions = "concurrent = \"end_older\"".to_owned();
        let (house, settled, (_, tablet)) = with_two_devices(Plan { store, sessions, ..Plan::default() }).await;
        let (mut here, mut there) = (house.talk(&settled.credentials).await, house.talk(&tablet).await);
        for round in 0..20 {
            let (one, other) =
                tokio::join!(house.login(&mut here, Settled::WORKER), house.login(&mut there, Settled::WORKER));
            let open = [
                house.get(&mut here, ROOM, Some(&one)).await.status == 200,
                house.get(&mut there, ROOM, Some(&other)).await.status == 200,
            ];
            assert_eq!(open.iter().filter(|open| **open).count(), 1, "{store:?}, round {round}: {open:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_keeps_ten_sessions_on_a_device_and_the_end_of_the_oldest_is_told() {
    for store in [Store::Redis, Store::Memory] {
        let (house, settled, (_, tablet)) = with_two_devices(Plan { store, ..Plan::default() }).await;
        let (mut here, mut there) = (house.talk(&settled.credentials).await, house.talk(&tablet).await);
        let elsewhere = house.login(&mut there, Settled::WORKER).await;
        let mut cookies = Vec::new();
        for _ in 0..12 {
            cookies.push(house.login(&mut here, Settled::WORKER).await);
        }
        for (n, cookie) in cookies.iter().enumerate() {
            let answer = house.get(&mut here, ROOM, Some(cookie)).await;
            assert_eq!(answer.status == 200, n >= 2, "{store:?}: the {n}th");
        }
        assert_eq!(house.get(&mut there, ROOM, Some(&elsewhere)).await.status, 200);
        let told = |line: &serde_json::Value| line["kind"] == "session_end" && line["reason"] == "too_many_sessions";
        assert_eq!(house.lines().iter().filter(|line| told(line)).count(), 2);
        let name = "gateway_budget_refused_total{party=\"id\",bound=\"sessions\"}";
        assert_eq!(house.metric(name).await, 2);
    }
}
