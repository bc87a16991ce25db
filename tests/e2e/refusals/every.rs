//! Every refusal, with its status, code, reason and support code; and which is told first where two hold.

use ca_tools::rows::Purpose;
use certs::DeviceNo;
use house::{Answer, Ca, House, Leaf, OFFICE, OTHER_OFFICE, PASSWORD, Plan, Settled, Store, Talk, by, empty};
use http::Method;
use registry::Role;

type Told = (u16, &'static str, &'static str);

fn told(answer: &Answer) -> (u16, String, String) {
    let problem = answer.json();
    let reference = problem["ref"].as_str().unwrap();
    assert!(reference.len() >= 8, "{problem}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(problem["status"].as_u64(), Some(u64::from(answer.status.as_u16())));
    answer.problem()
}

fn is(answer: &Answer, expected: Told) {
    assert_eq!(told(answer), (expected.0, expected.1.to_owned(), expected.2.to_owned()), "{}", answer.text());
}

async fn room(house: &House, talk: &mut Talk, cookie: Option<&str>) -> Answer {
    house.get(talk, "/rooms/r-hanako/echo", cookie).await
}

#[tokio::test]
async fn every_refusal_of_a_certificate_has_its_own_name() {
    let house = House::open().await;
    let settled = house.settle().await;
    let foreign = Ca::new("Device");
    let twin = foreign.sign(settled.device, &Leaf::default());
    let unknown = house.ca.sign(DeviceNo::new(999_999).unwrap(), &Leaf::default());
    let soon = house.approved_device(OFFICE, &[]).await;
    let soon = house.certificate(soon, &Leaf::between(86_400, 86_400 * 9), Purpose::First).await;
    let past = house.approved_device(OFFICE, &[]).await;
    let past = house.certificate(past, &Leaf::between(-86_400 * 9, -86_400), Purpose::First).await;
    let (renewed, old) = house.device(OFFICE).await;
    house.certificate(renewed, &Leaf::default(), Purpose::Renewal { grace: 0 }).await;
    let (suspended, held) = house.device(OFFICE).await;
    house.writer.suspend_device(&by(), suspended).await.unwrap();
    let (lost, revoked) = house.device(OFFICE).await;
    house.writer.revoke(&by(), lost, None, registry::change::RevokedReason::Lost).await.unwrap();
    house.applied().await;
    let cases: [(&str, Option<&house::Credentials>, Told); 8] = [
        ("no certificate", None, (403, "KW-101", "no_cert")),
        ("a twin CA's", Some(&twin), (403, "KW-101", "foreign_cert")),
        ("not in the registry", Some(&unknown), (403, "KW-101", "unknown_device")),
        ("not yet valid", Some(&soon), (403, "KW-105", "not_yet_valid")),
        ("expired", Some(&past), (403, "KW-102", "expired")),
        ("superseded", Some(&old), (403, "KW-104", "superseded")),
        ("suspended", Some(&held), (403, "KW-107", "suspended")),
        ("revoked", Some(&revoked), (403, "KW-103", "revoked")),
    ];
    for (name, credentials, expected) in cases {
        for alpn in ["http/1.1", "h2"] {
            let opening = house::Opening { alpn: vec![alpn.into()], ..house.opening(credentials) };
            let mut talk = Talk::open(&opening).await.unwrap();
            let answer = room(&house, &mut talk, None).await;
            assert_eq!(told(&answer), (expected.0, expected.1.into(), expected.2.into()), "{name} over {alpn}");
            let reference = answer.json()["ref"].as_str().unwrap().to_owned();
            let line = house.line(|line| line["kind"] == "request" && line["ref"] == reference.as_str()).await;
            assert_eq!(line["reason"], expected.2, "{name}");
            assert_eq!(line["outcome"], "refused");
        }
    }
    assert_eq!(house.backend.entered(), 0);
}

#[tokio::test]
async fn an_office_on_hold_and_a_device_not_approved_are_told_apart() {
    let house = House::open().await;
    let settled = house.settle().await;
    house.writer.suspend_office(&by(), &OFFICE.parse().unwrap()).await.unwrap();
    house.applied().await;
    let mut talk = house.talk(&settled.credentials).await;
    is(&room(&house, &mut talk, None).await, (403, "KW-109", "office_suspended"));
    let lapsed = house.approved_device(OTHER_OFFICE, &[]).await;
    let credentials = house.certificate(lapsed, &Leaf::default(), Purpose::First).await;
    house.writer.approve_device(&by(), lapsed, Some(house::now().plus(2))).await.unwrap();
    house.applied().await;
    house::until("the approval lapses", async || {
        let Ok(mut talk) = Talk::open(&house.opening(Some(&credentials))).await else { return false };
        let request = house.request(Method::GET, "/rooms/r-hanako/echo", None).body(empty()).unwrap();
        let answer = talk.ask(request).await;
        answer.is_ok_and(|answer| answer.problem() == (403, "KW-105".into(), "not_approved".into()))
    })
    .await;
}

#[tokio::test]
async fn every_refusal_of_a_person_has_its_own_name() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        let settled = house.settle().await;
        house.person_with_initial_password("n.new", OFFICE, &[]).await;
        house.person("t.gone", OFFICE, &[]).await;
        house.person("u.held", OFFICE, &[]).await;
        house.person("v.moved", OTHER_OFFICE, &[]).await;
        house.person("h.hoshu", OFFICE, &[]).await;
        house.applied().await;
        let mut talk = house.talk(&settled.credentials).await;
        is(&room(&house, &mut talk, None).await, (401, "KW-207", "no_session"));
        is(&house.try_login(&mut talk, "nobody", PASSWORD).await, (401, "KW-201", "login_failed"));
        is(&house.try_login(&mut talk, Settled::WORKER, "wrong").await, (401, "KW-201", "login_failed"));
        is(&house.try_login(&mut talk, "v.moved", PASSWORD).await, (403, "KW-108", "office_mismatch"));
        let initial = house.login(&mut talk, "n.new").await;
        is(&room(&house, &mut talk, Some(&initial)).await, (403, "KW-205", "must_change_password"));
        let (gone, held) = (house.login(&mut talk, "t.gone").await, house.login(&mut talk, "u.held").await);
        let maintained = house.login(&mut talk, "h.hoshu").await;
        house.writer.make_maintenance(&by(), &"h.hoshu".parse().unwrap()).await.unwrap();
        house.writer.delete_user(&by(), &"t.gone".parse().unwrap()).await.unwrap();
        house.writer.suspend_user(&by(), &"u.held".parse().unwrap()).await.unwrap();
        house.applied().await;
        is(&room(&house, &mut talk, Some(&gone)).await, (401, "KW-201", "login_failed"));
        is(&room(&house, &mut talk, Some(&held)).await, (403, "KW-112", "user_suspended"));
        is(&room(&house, &mut talk, Some(&maintained)).await, (403, "KW-112", "maintenance_closed"));
        is(&house.try_login(&mut talk, "h.hoshu", PASSWORD).await, (403, "KW-112", "maintenance_closed"));
        is(&house.try_login(&mut talk, "t.gone", PASSWORD).await, (401, "KW-201", "login_failed"));
        is(&house.try_login(&mut talk, "u.held", PASSWORD).await, (403, "KW-112", "user_suspended"));
        let listed = house.approved_device(OFFICE, &[Settled::WORKER]).await;
        let listed = house.certificate(listed, &Leaf::default(), Purpose::First).await;
        house.person("w.unlisted", OFFICE, &[]).await;
        house.applied().await;
        let mut talk = house.talk(&listed).await;
        is(&house.try_login(&mut talk, "w.unlisted", PASSWORD).await, (403, "KW-108", "user_not_on_device"));
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        assert_eq!(room(&house, &mut talk, Some(&cookie)).await.status, 200);
    }
}

#[tokio::test]
async fn a_cookie_of_one_device_on_another_is_refused_and_worth_nothing_any_more() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        let settled = house.settle().await;
        let (_, second) = house.device(OFFICE).await;
        house.applied().await;
        let mut talk = house.talk(&settled.credentials).await;
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        let mut thief = house.talk(&second).await;
        let refused = room(&house, &mut thief, Some(&cookie)).await;
        is(&refused, (401, "KW-110", "session_cert_mismatch"));
        is(&room(&house, &mut talk, Some(&cookie)).await, (401, "KW-110", "session_cert_mismatch"));
        let reference = refused.json()["ref"].as_str().unwrap().to_owned();
        let line = house.line(|line| line["ref"] == reference.as_str()).await;
        assert_eq!((&line["reason"], &line["user"]), (&"session_cert_mismatch".into(), &Settled::WORKER.into()));
        assert_eq!(house.backend.entered(), 0);
    }
}

#[tokio::test]
async fn five_failures_lock_an_id_whether_or_not_it_exists_and_no_other() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        let settled = house.settle().await;
        house.person("second", OFFICE, &[]).await;
        house.applied().await;
        let mut talk = house.talk(&settled.credentials).await;
        for id in [Settled::WORKER, "nobody"] {
            for _ in 0..5 {
                is(&house.try_login(&mut talk, id, "wrong").await, (401, "KW-201", "login_failed"));
            }
            is(&house.try_login(&mut talk, id, PASSWORD).await, (429, "KW-202", "locked"));
        }
        house.login(&mut talk, "second").await;
        house.writer.unlock_user(&by(), &Settled::WORKER.parse().unwrap()).await.unwrap();
        house.applied().await;
        house.login(&mut talk, Settled::WORKER).await;
    }
}

#[tokio::test]
async fn a_session_left_alone_or_too_old_says_which() {
    for store in [Store::Redis, Store::Memory] {
        let plan = Plan { store, sessions: "idle = \"60s\"\nabsolute = \"60s\"".into(), ..Plan::default() };
        let house = House::planned(plan).await;
        let settled = house.settle().await;
        let mut talk = house.talk(&settled.credentials).await;
        for (why, code, reason) in [
            (gateway::session::SessionEnd::Idle, "KW-203", "session_idle"),
            (gateway::session::SessionEnd::Absolute, "KW-204", "session_absolute"),
            (gateway::session::SessionEnd::Logout, "KW-207", "no_session"),
        ] {
            let cookie = house.login(&mut talk, Settled::WORKER).await;
            let value = cookie.split_once('=').unwrap().1;
            let key = gateway::session::CookieValue::read(value.as_bytes()).unwrap().key();
            let ended = gateway::session::Ended { why, at: house::now() };
            assert!(house.gateway.state().sessions.end(&key, ended).await.unwrap().is_some());
            let answer = room(&house, &mut talk, Some(&cookie)).await;
            is(&answer, (401, code, reason));
        }
    }
}

#[tokio::test]
async fn a_request_that_another_site_sends_changes_nothing() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    for (name, value, allowed) in [
        ("sec-fetch-site", "cross-site", false),
        ("sec-fetch-site", "same-site", false),
        ("sec-fetch-site", "none", false),
        ("sec-fetch-site", "same-origin", true),
        ("origin", "https://evil.example", false),
        ("origin", "null", false),
        ("x-nothing", "neither", true),
    ] {
        let request = house
            .request(Method::POST, "/rooms/r-hanako/sink", Some(&cookie))
            .header(name, value)
            .body(empty())
            .unwrap();
        let answer = talk.ask(request).await.unwrap();
        if allowed {
            assert_eq!(answer.status, 200, "{name}: {value}: {}", answer.text());
        } else {
            is(&answer, (403, "KW-305", "cross_site"));
        }
    }
}

#[tokio::test]
async fn what_is_no_request_of_ours_is_refused_before_anybody_asks_who_sent_it() {
    let house = House::open().await;
    for path in [
        "/rooms//r-hanako",
        "/rooms/./x",
        "/a/../b",
        "/a%2fb",
        "/a%2Fb",
        "/a%5cb",
        "/%2e%2e/x",
        "/a;b",
        "/a%00",
        "/a%zz",
        "/a\\b",
    ] {
        let mut bare = Talk::open(&house.opening(None)).await.unwrap();
        let Ok(request) = house.request(Method::GET, path, None).body(empty()) else { continue };
        let answer = bare.ask(request).await.unwrap();
        is(&answer, (400, "KW-306", "bad_request"));
    }
    let mut bare = Talk::open(&house.opening(None)).await.unwrap();
    let request = house::request(Method::GET, "other.example", "/", None).body(empty()).unwrap();
    is(&bare.ask(request).await.unwrap(), (421, "KW-304", "misdirected"));
}

#[tokio::test]
async fn an_iphone_without_safari_is_told_so_before_anything_else() {
    let house = House::open().await;
    let mut bare = Talk::open(&house.opening(None)).await.unwrap();
    let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1";
    let request =
        house.request(Method::GET, "/rooms/r-hanako/", None).header("user-agent", agent).body(empty()).unwrap();
    is(&bare.ask(request).await.unwrap(), (403, "KW-106", "wrong_browser"));
}

#[tokio::test]
async fn a_path_of_no_route_and_an_area_for_operators_are_refused_to_workers() {
    let routes = "[[site.route]]\npath = \"/rooms/{room_ref}/**\"\nupstream = \"care-record\"\n\
                  [[site.route]]\npath = \"/console/**\"\nupstream = \"care-record\"\narea = \"console\"\n";
    let house = House::planned(Plan { routes: routes.into(), ..Plan::default() }).await;
    let settled = house.settle().await;
    house.person("a.auditor", OFFICE, &Role::ALL).await;
    house.applied().await;
    let mut talk = house.talk(&settled.credentials).await;
    let worker = house.login(&mut talk, Settled::WORKER).await;
    is(&house.get(&mut talk, "/nowhere", Some(&worker)).await, (404, "KW-307", "no_route"));
    is(&house.get(&mut talk, "/.gateway/nothing", Some(&worker)).await, (404, "KW-307", "no_route"));
    is(&house.get(&mut talk, "/console/echo", Some(&worker)).await, (403, "KW-113", "policy_denied"));
    is(&house.get(&mut talk, "/nowhere", None).await, (401, "KW-207", "no_session"));
    let auditor = house.login(&mut talk, "a.auditor").await;
    assert_eq!(house.get(&mut talk, "/console/echo", Some(&auditor)).await.status, 404, "the backend's own 404");
}

#[tokio::test]
async fn planned_maintenance_is_told_with_its_end() {
    let times = "[maintenance]\nfrom = \"2020-01-01T00:00:00+09:00\"\nuntil = \"2099-01-01T00:00:00+09:00\"\n";
    let house = House::planned(Plan { more: times.into(), ..Plan::default() }).await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    is(&room(&house, &mut talk, None).await, (503, "KW-302", "maintenance"));
}

#[tokio::test]
async fn a_backend_that_is_gone_is_told_and_comes_back_by_itself() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let house = House::planned(Plan { backend: format!("http://{address}"), ..Plan::default() }).await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    let answer = room(&house, &mut talk, Some(&cookie)).await;
    is(&answer, (503, "KW-301", "backend_unavailable"));
    assert!(answer.headers.contains_key("retry-after"));
}
