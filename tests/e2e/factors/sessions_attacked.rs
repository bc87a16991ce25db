//! A session is only ever one that was opened here, by this login, on this device.
//!
//! Classes 27 and 28 of the attacks that gateways have fallen to: values that were never given out, cookies tossed
//! beside ours, a session fixed before the login, one that outlives a login, a logout or a renewal, and one taken
//! elsewhere. What a password change does to sessions is promised in `password`.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::time::Instant;

use ca_tools::rows::Purpose;
use gateway::session::CookieValue;
use house::{Answer, Credentials, House, Leaf, OFFICE, PASSWORD, Settled, Store, Talk, empty};
use http::{HeaderValue, Method};

use crate::fixtures::held::{Holder, How, Work, hold};

const ROOM: &str = "/rooms/r-hanako/bytes/1";

type Told = (u16, String, String);

fn refusal(status: u16, code: &str, reason: &str) -> Told {
    (status, code.into(), reason.into())
}

fn no_session() -> Told {
    refusal(401, "KW-207", "no_session")
}

fn elsewhere() -> Told {
    refusal(401, "KW-110", "session_cert_mismatch")
}

fn value_of(cookie: &str) -> &str {
    cookie.strip_prefix("__Host-session=").unwrap()
}

fn key_of(cookie: &str) -> String {
    CookieValue::read(value_of(cookie).as_bytes()).unwrap().key().to_string()
}

/// The value with its last octet but one changed: a neighbour that nobody was given.
fn neighbour(cookie: &str) -> String {
    let (kept, end) = cookie.split_at(cookie.len() - 2);
    let changed = if end.starts_with('A') { 'B' } else { 'A' };
    format!("{kept}{changed}{}", &end[1..])
}

/// The room's answer to these `Cookie` lines.
async fn with_lines(house: &House, talk: &mut Talk, lines: &[&str]) -> Answer {
    let target = match talk {
        Talk::H1(_) => ROOM.to_owned(),
        Talk::H2(_) => format!("https://{}{ROOM}", house.host()),
    };
    let mut request = house.request(Method::GET, &target, None);
    for line in lines {
        request = request.header("cookie", *line);
    }
    talk.ask(request.body(empty()).unwrap()).await.unwrap()
}

async fn opens(house: &House, talk: &mut Talk, cookie: &str) -> bool {
    let answer = house.get(talk, ROOM, Some(cookie)).await;
    assert!(answer.status == 200 || answer.problem() == no_session(), "{}", answer.text());
    answer.status == 200
}

/// How often Redis was told each command so far.
fn commands(house: &House) -> String {
    let mut stream = UnixStream::connect(house.redis.as_ref().unwrap().socket()).unwrap();
    stream.write_all(b"INFO commandstats\r\nQUIT\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

fn gets(commands: &str) -> u64 {
    let line = commands.lines().find(|line| line.starts_with("cmdstat_get:"));
    line.map_or(0, |line| line.split(['=', ',']).nth(1).unwrap().parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_nobody_was_given_opens_nothing_and_one_of_another_form_never_reaches_the_store() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        let settled = house.settle().await;
        let mut talk = house.talk(&settled.credentials).await;
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        let key = key_of(&cookie);
        let long = "A".repeat(8000);
        let (prefixed, hashed) = (format!("s:{key}"), key.clone());
        let (quoted, spaced) = (format!("\"{}\"", value_of(&cookie)), format!("{}\u{9}x", value_of(&cookie)));
        let forms = [
            "",
            "*",
            "?",
            "[A-Za-z]*",
            "s:*",
            "u:k.sato",
            "k.sato",
            "%2A",
            "..",
            "../s",
            "0",
            "null",
            "true",
            "{}",
            "AAAA",
            &long,
            &prefixed,
            &hashed,
            &quoted,
            &spaced,
        ];
        let before = if store == Store::Redis { gets(&commands(&house)) } else { 0 };
        for form in forms {
            let told = house.get(&mut talk, ROOM, Some(&format!("__Host-session={form}"))).await.problem();
            assert_eq!(told, no_session(), "{store:?}: {form}");
        }
        if store == Store::Redis {
            let told = commands(&house);
            assert_eq!(gets(&told), before, "a value of another form was looked up");
            assert!(
                !["keys", "scan", "eval_ro"].iter().any(|word| told.contains(&format!("cmdstat_{word}:"))),
                "{told}"
            );
        }
        let nobodys = format!("__Host-session={}", "A".repeat(43));
        for guess in [neighbour(&cookie), cookie.to_lowercase().replace("__host", "__Host"), nobodys] {
            assert!(!opens(&house, &mut talk, &guess).await, "{guess}");
        }
        assert!(opens(&house, &mut talk, &cookie).await, "and the one that was given is as good as before");
        assert_eq!(house.backend.entered(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_tossed_beside_ours_is_refused_if_it_has_our_name_and_ignored_if_not() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        let settled = house.settle().await;
        house.person("mallory", OFFICE, &[]).await;
        house.applied().await;
        let mut h1 = house.talk(&settled.credentials).await;
        let (ours, tossed) = (house.login(&mut h1, Settled::WORKER).await, house.login(&mut h1, "mallory").await);
        let ill_formed = "__Host-session=*";
        let h2 = house.talk_h2(&settled.credentials).await;
        for mut talk in [h1, h2] {
            for lines in [
                vec![format!("{ours}; {tossed}")],
                vec![format!("{tossed}; {ours}")],
                vec![ours.clone(), tossed.clone()],
                vec![tossed.clone(), "theme=dark".into(), ours.clone()],
                vec![format!("{ours}; {ill_formed}")],
                vec![format!("__Host-session=; {ours}")],
                vec![format!("{ours};{}", neighbour(&ours))],
            ] {
                let lines: Vec<_> = lines.iter().map(String::as_str).collect();
                let answer = with_lines(&house, &mut talk, &lines).await;
                assert_eq!(answer.problem(), refusal(400, "KW-306", "bad_request"), "{lines:?}");
            }
            let value = value_of(&tossed);
            for name in
                ["session", "__host-session", "__HOST-SESSION", "__Secure-session", "__Host-session2", "Host-session"]
            {
                let shadow = format!("{name}={value}");
                let alone = with_lines(&house, &mut talk, &[&shadow]).await;
                assert_eq!(alone.problem(), no_session(), "{name}");
                for lines in [format!("{shadow}; {ours}"), format!("{ours}; {shadow}")] {
                    assert_eq!(with_lines(&house, &mut talk, &[&lines]).await.status, 200, "{lines}");
                }
            }
            let twice = with_lines(&house, &mut talk, &[&ours, &ours]).await;
            assert_eq!(twice.status, 200, "twice the same is one");
        }
        let mut talk = house.talk(&settled.credentials).await;
        for cookie in [&ours, &tossed] {
            assert_eq!(house.get(&mut talk, "/bytes/1", Some(cookie)).await.status, 200, "no session ended by it");
        }
        let line = house.line(|line| line["reason"] == "bad_request").await;
        assert_eq!((&line["status"], &line["session"]), (&400.into(), &serde_json::Value::Null));
    }
}

/// Tries to log in where this cookie is.
async fn login_over(house: &House, talk: &mut Talk, cookie: &str, (login_id, password): (&str, &str)) -> Answer {
    let form = format!("login_id={login_id}&password={password}&return_to=%2F");
    house.post_form(talk, "/.gateway/login", Some(cookie), &form).await
}

async fn ended_line(house: &House, cookie: &str, reason: &str) -> serde_json::Value {
    let mark = &key_of(cookie)[..8];
    let line = house.line(|line| line["kind"] == "session_end" && line["session"] == mark).await;
    assert_eq!(line["reason"], reason, "{line}");
    line
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_opens_a_session_of_its_own_whatever_the_browser_came_with() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        let settled = house.settle().await;
        let mut talk = house.talk(&settled.credentials).await;
        let page = house.get(&mut talk, "/.gateway/login", None).await;
        assert_eq!(page.headers.get("set-cookie"), None, "there is no session before the login");
        let fixed = format!("__Host-session={}", "A".repeat(43));
        for brought in [fixed.as_str(), "__Host-session=*", "__Host-session="] {
            let answer = login_over(&house, &mut talk, brought, (Settled::WORKER, PASSWORD)).await;
            assert_eq!(answer.status, 303);
            let given = answer.cookie().unwrap();
            assert_ne!(given, brought);
            assert!(opens(&house, &mut talk, &given).await);
            assert!(!opens(&house, &mut talk, brought).await, "what was brought is worth nothing still");
        }
        let tossed = format!("{fixed}; __Host-session=B{}", "A".repeat(42));
        let answer = login_over(&house, &mut talk, &tossed, (Settled::WORKER, PASSWORD)).await;
        assert_eq!(answer.problem(), refusal(400, "KW-306", "bad_request"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_logs_in_over_a_session_ends_it_whether_or_not_they_succeed() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        let settled = house.settle().await;
        house.person("second", OFFICE, &[]).await;
        house.person("held", OFFICE, &[]).await;
        house.writer.suspend_user(&house::by(), &"held".parse().unwrap()).await.unwrap();
        house.applied().await;
        let mut talk = house.talk(&settled.credentials).await;
        for (who, status) in [
            (("second", PASSWORD), 303),
            ((Settled::WORKER, PASSWORD), 303),
            ((Settled::WORKER, "wrong"), 401),
            (("nobody", "wrong"), 401),
            (("held", PASSWORD), 403),
            ((Settled::OTHER_WORKER, PASSWORD), 403),
        ] {
            let before = house.login(&mut talk, Settled::WORKER).await;
            let holder = Holder { credentials: &settled.credentials, cookie: &before, room: Settled::ROOM };
            let stream = hold(&house, holder, Work::Stream).await;
            let answer = login_over(&house, &mut talk, &before, who).await;
            let since = Instant::now();
            assert_eq!(answer.status.as_u16(), status, "{who:?}");
            assert!(!opens(&house, &mut talk, &before).await, "{store:?} {who:?}: found in the session of before");
            crate::fixtures::cut::all_end(vec![stream], since, "a login over it").await;
            ended_line(&house, &before, "logged_in_again").await;
            let told: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
            let of_session = |told: &&&HeaderValue| told.as_bytes().starts_with(b"__Host-session=");
            assert_eq!(told.iter().filter(of_session).count(), 1, "{told:?}");
            assert_eq!(answer.cookie().is_some(), status == 303, "a failed login leaves no cookie in the browser");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_only_asked_to_wait_ends_nobodys_session() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    for _ in 0..5 {
        assert_eq!(house.try_login(&mut talk, "nobody", "wrong").await.status, 401);
    }
    let answer = login_over(&house, &mut talk, &cookie, ("nobody", "wrong")).await;
    assert_eq!(answer.problem(), refusal(429, "KW-202", "locked"));
    assert!(opens(&house, &mut talk, &cookie).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_logout_the_cookie_is_worth_nothing_at_any_gateway() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        let settled = house.settle().await;
        let second = match store {
            Store::Redis => Some(house.another_gateway(|same| same).await),
            Store::Memory => None,
        };
        let mut talk = house.talk(&settled.credentials).await;
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        let socket = hold(
            &house,
            Holder { credentials: &settled.credentials, cookie: &cookie, room: Settled::ROOM },
            Work::WebSocket,
        )
        .await;
        let at_second = async |second: &gateway::run::Running| {
            let address = second.addresses()[0];
            let opening = house::Opening { address, ..house.opening(Some(&settled.credentials)) };
            let mut talk = Talk::open(&opening).await.unwrap();
            let host = format!("localhost:{}", address.port());
            let request = house::request(Method::GET, &host, ROOM, Some(&cookie));
            talk.ask(request.body(empty()).unwrap()).await.unwrap()
        };
        if let Some(second) = &second {
            assert_eq!(at_second(second).await.status, 200, "the other gateway has a copy of it now");
        }
        let answer = house.post_form(&mut talk, "/.gateway/logout", Some(&cookie), "").await;
        assert_eq!(answer.headers["clear-site-data"], "\"cache\", \"storage\"");
        assert_eq!(socket.end().await.how, How::Reset);
        assert!(!opens(&house, &mut talk, &cookie).await);
        if let Some(second) = second {
            house::until("the other gateway refuses it", async || at_second(&second).await.problem() == no_session())
                .await;
            second.stop().await;
        }
        let again = house.post_form(&mut talk, "/.gateway/logout", Some(&cookie), "").await;
        assert_eq!(again.status, 200, "to log out twice is no mistake");
    }
}

/// Somebody on a device of their own, where a cookie of another device turns up.
async fn thief(house: &House) -> (certs::DeviceNo, Credentials) {
    let found = house.device(OFFICE).await;
    house.applied().await;
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_shown_on_another_device_ends_its_session_whatever_was_asked_and_the_log_says_where() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        let settled = house.settle().await;
        let (device, credentials) = thief(&house).await;
        let mut owner = house.talk(&settled.credentials).await;
        let mut thief = house.talk(&credentials).await;
        let login = format!("login_id={}&password={PASSWORD}", Settled::WORKER);
        let wrong = format!("login_id={}&password=wrong", Settled::WORKER);
        for (method, path, form) in [
            (Method::GET, ROOM, ""),
            (Method::POST, "/rooms/r-hanako/sink", "x=1"),
            (Method::GET, "/.gateway/whoami", ""),
            (Method::GET, "/.gateway/check", ""),
            (Method::GET, "/.gateway/password", ""),
            (Method::POST, "/.gateway/logout", ""),
            (Method::POST, "/.gateway/login", login.as_str()),
            (Method::POST, "/.gateway/login", wrong.as_str()),
        ] {
            let cookie = house.login(&mut owner, Settled::WORKER).await;
            let holder = Holder { credentials: &settled.credentials, cookie: &cookie, room: Settled::ROOM };
            let stream = hold(&house, holder, Work::Stream).await;
            let answer = match method {
                Method::GET => house.get(&mut thief, path, Some(&cookie)).await,
                _ => house.post_form(&mut thief, path, Some(&cookie), form).await,
            };
            let since = Instant::now();
            if !path.starts_with("/.gateway/") || path == "/.gateway/password" {
                assert_eq!(answer.problem(), elsewhere(), "{path}");
            }
            assert!(!answer.text().contains(Settled::WORKER) || path == "/.gateway/login", "{path}: {}", answer.text());
            crate::fixtures::cut::all_end(vec![stream], since, "its cookie was shown elsewhere").await;
            let owners = house.get(&mut owner, ROOM, Some(&cookie)).await;
            assert_eq!(owners.problem(), elsewhere(), "{store:?} {path}: the owner is told why");
            let line = ended_line(&house, &cookie, "session_cert_mismatch").await;
            assert_eq!((&line["user"], &line["device"]), (&Settled::WORKER.into(), &device.to_string().into()));
        }
        assert_eq!(house.backend.entered(), 8, "the owner's streams and nothing else");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_outlives_the_renewal_of_its_devices_certificate_and_ends_with_the_device() {
    for store in [Store::Redis, Store::Memory] {
        let house = House::with(store).await;
        let settled = house.settle().await;
        let mut talk = house.talk(&settled.credentials).await;
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        let renewed = house.certificate(settled.device, &Leaf::default(), Purpose::Renewal { grace: 0 }).await;
        house.applied().await;
        let old = house.get(&mut house.talk(&settled.credentials).await, ROOM, Some(&cookie)).await;
        assert_eq!(old.problem(), refusal(403, "KW-104", "superseded"));
        let mut talk = house.talk(&renewed).await;
        assert!(opens(&house, &mut talk, &cookie).await, "another certificate, the same device");
        house.writer.revoke(&house::by(), settled.device, None, registry::change::RevokedReason::Lost).await.unwrap();
        house.applied().await;
        let gone = house.get(&mut house.talk(&renewed).await, ROOM, Some(&cookie)).await;
        assert_eq!(gone.problem(), refusal(403, "KW-103", "revoked"));
    }
}
