//! Redis stopped, hung, emptied, back; and a Redis that will not have us.

use std::process::Command;
use std::time::{Duration, Instant};

use super::{NOON, follow, opened, settings, told, until};
use crate::session::{Change, Ended, Lasting, LivePage, SessionEnd, Sessions, Settings};
use servers::Redis;

const BACK: Duration = Duration::from_secs(2);

/// Until the store answers again and gives out copies again.
async fn back(sessions: &Sessions, key: &crate::session::SessionKey) -> Duration {
    let start = Instant::now();
    while sessions.fetch(key).await.is_err() || sessions.local(key).is_none() {
        assert!(start.elapsed() < Duration::from_secs(10), "the store came back, and we did not");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    start.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_is_trusted_while_redis_is_gone_and_all_are_back_soon_after_it() {
    let mut server = Redis::keeping(&[]);
    let sessions = follow(&server.url()).await;
    let key = opened(&sessions, "k.sato").await;
    back(&sessions, &key).await;

    server.stop();
    let gone = until("no copy is given out", || sessions.local(&key).is_none()).await;
    until("its silence is known", || sessions.ready().is_err()).await;
    assert!(sessions.fetch(&key).await.is_err());
    assert!(sessions.end(&key, Ended { why: SessionEnd::Logout, at: NOON }).await.is_err());

    let mut changes = sessions.changes();
    server.start_again();
    let returned = back(&sessions, &key).await;
    told(&mut changes, Change::Any).await;
    println!("killed: copies gone after {gone:?}; restarted: back after {returned:?}");
    assert!(returned < BACK, "{returned:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_is_trusted_while_redis_hangs() {
    let server = Redis::keeping(&[]);
    let sessions = follow(&server.url()).await;
    let key = opened(&sessions, "k.sato").await;
    back(&sessions, &key).await;

    server.hang();
    let start = Instant::now();
    assert!(sessions.fetch(&key).await.is_err());
    let limit = start.elapsed();
    until("no copy is given out", || sessions.local(&key).is_none()).await;
    let gone = start.elapsed();
    until("its silence is known", || sessions.ready().is_err()).await;
    let asked = Instant::now();
    assert!(sessions.fetch(&key).await.is_err());
    let at_once = asked.elapsed();

    server.go_on();
    let returned = back(&sessions, &key).await;
    println!("hung: answer given up after {limit:?}, copies gone after {gone:?}; went on: back after {returned:?}");
    assert!(limit < Duration::from_secs(1) && gone < Duration::from_secs(2), "{limit:?} {gone:?}");
    assert!(at_once < Duration::from_millis(250), "a known silence makes nobody wait: {at_once:?}");
    assert!(returned < BACK, "{returned:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_redis_knows_no_sessions() {
    let server = Redis::keeping(&[]);
    let sessions = follow(&server.url()).await;
    let key = opened(&sessions, "k.sato").await;
    back(&sessions, &key).await;

    let mut changes = sessions.changes();
    redis::cmd("FLUSHALL").exec_async(&mut server.connection().await).await.unwrap();
    told(&mut changes, Change::Any).await;
    assert!(sessions.local(&key).is_none());
    assert!(sessions.fetch(&key).await.unwrap().is_none());
    let again = opened(&sessions, "k.sato").await;
    assert!(sessions.fetch(&again).await.unwrap().is_some(), "new logins work, scripts are loaded anew");
    assert!(sessions.end(&again, Ended { why: SessionEnd::Logout, at: NOON }).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_while_the_line_was_cut_has_ended_when_it_is_back() {
    let server = Redis::keeping(&[]);
    let (here, there) = (follow(&server.url()).await, follow(&server.url()).await);
    for _ in 0..20 {
        let key = opened(&here, "k.sato").await;
        back(&there, &key).await;
        let mut beside = server.connection().await;
        let kill: Result<i64, _> =
            redis::cmd("CLIENT").arg(&["KILL", "TYPE", "normal", "SKIPME", "yes"]).query_async(&mut beside).await;
        assert!(kill.unwrap() >= 4, "two connections of each gateway");
        while here.end(&key, Ended { why: SessionEnd::Logout, at: NOON }).await.is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let start = Instant::now();
        while there.fetch(&key).await.is_err() {
            assert!(start.elapsed() < BACK);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(there.local(&key).is_none_or(|copy| copy.ended().is_some()));
        assert!(there.fetch(&key).await.unwrap().unwrap().ended().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_may_come_after_the_gateway() {
    let mut server = Redis::absent();
    let sessions = Sessions::follow(&settings(&server.url())).unwrap();
    assert!(sessions.ready().is_err());
    server.start_again();
    let took = until("the store answers", || sessions.ready().is_ok()).await;
    assert!(took < BACK, "{took:?}");
    let key = opened(&sessions, "k.sato").await;
    assert!(sessions.fetch(&key).await.unwrap().is_some());
}

#[tokio::test]
async fn a_record_we_cannot_read_is_no_session() {
    let server = Redis::keeping(&[]);
    let sessions = follow(&server.url()).await;
    for unreadable in ["", "{}", "\x01………………………………", "\x02"] {
        let key = opened(&sessions, "k.sato").await;
        let mut beside = server.connection().await;
        redis::cmd("SET").arg(format!("s:{key}")).arg(unreadable).exec_async(&mut beside).await.unwrap();
        assert!(sessions.fetch(&key).await.unwrap().is_none(), "{unreadable:?}");
        assert!(sessions.end(&key, Ended { why: SessionEnd::Logout, at: NOON }).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn redis_knows_no_secret_and_forgets_in_time() {
    let server = Redis::keeping(&[]);
    let sessions = follow(&server.url()).await;
    let super::Opened { value, key, .. } = sessions.open(super::login("k.sato")).await.unwrap();
    let mut beside = server.connection().await;
    let secret = crate::session::cookie::set(&value).unwrap();
    let secret = &secret.to_str().unwrap()["__Host-session=".len()..][..43];
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut beside).await.unwrap();
    let of_people = |name: &&String| *name != "b:store" && !name.contains(":beat:");
    assert_eq!(keys.iter().filter(of_people).count(), 5, "{keys:?}");
    for name in keys.iter().filter(|name| *name != "b:store") {
        let dump: Vec<u8> = redis::cmd("DUMP").arg(name).query_async(&mut beside).await.unwrap();
        assert!(!name.contains(secret) && !dump.windows(43).any(|part| part == secret.as_bytes()), "{name}");
        let left: i64 = redis::cmd("TTL").arg(name).query_async(&mut beside).await.unwrap();
        assert!(left > 0, "{name} stays for ever");
    }
    sessions.end(&key, Ended { why: SessionEnd::Logout, at: NOON }).await.unwrap();
    let left: i64 = redis::cmd("TTL").arg(format!("s:{key}")).query_async(&mut beside).await.unwrap();
    assert!((86_395..=86_400).contains(&left), "24 hours after its end, not {left} s");
}

#[tokio::test]
async fn the_rights_we_ask_for_are_enough_and_a_wrong_password_is_told() {
    let user = "--user gateway on >open-sesame ~s:* ~l:* ~u:* ~n:* ~f:* ~g:* ~b:store \
                +@connection +client|tracking +@read +@write +@scripting +@transaction +info";
    let server = Redis::keeping(&user.split_whitespace().collect::<Vec<_>>());
    let with = |secret: &str| format!("{}?user=gateway&pass={secret}", server.url());
    let sessions = follow(&with("open-sesame")).await;
    let key = opened(&sessions, "k.sato").await;
    assert!(sessions.fetch(&key).await.unwrap().is_some());
    assert_eq!(sessions.rest_on(&key, NOON).await, Ok(true));
    assert!(sessions.end(&key, Ended { why: SessionEnd::Logout, at: NOON }).await.unwrap().is_some());
    sessions.touch(&sessions.fetch(&key).await.unwrap().unwrap(), NOON.plus(60));
    sessions.told(&key);
    sessions.settle().await;
    assert_eq!(sessions.fetch(&key).await.unwrap().unwrap().seen(), NOON.plus(60));
    let lasting = Lasting { idle: 60, absolute: 3600 };
    assert_eq!(sessions.due(NOON.plus(7200), lasting).await.unwrap().len(), 0);
    let other = opened(&sessions, "m.ito").await;
    assert_eq!(sessions.live_page(LivePage::FIRST).await.unwrap().0.len(), 1);
    assert_eq!(sessions.due(NOON.plus(7200), lasting).await.unwrap()[0].key, other);

    let refused = Sessions::follow(&settings(&with("wrong"))).unwrap();
    until("the reason is told", || refused.ready().is_err_and(|why| why.to_string().contains("WRONGPASS"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_only_a_store_of_the_named_ca_is_believed() {
    let keys = Redis::absent();
    let file = |name: &str| keys.folder().join(name).display().to_string();
    for ca in ["ca", "other"] {
        certificate(&[
            "-x509",
            "-subj",
            "/CN=redis",
            "-keyout",
            &file(&format!("{ca}.key")),
            "-out",
            &file(&format!("{ca}.pem")),
        ]);
    }
    let (ca, ca_key, leaf, leaf_key) = (file("ca.pem"), file("ca.key"), file("leaf.pem"), file("leaf.key"));
    let ours = ["-x509", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext"];
    let signed =
        ["basicConstraints=critical,CA:FALSE", "-CA", &ca, "-CAkey", &ca_key, "-keyout", &leaf_key, "-out", &leaf];
    certificate(&[ours.as_slice(), &signed].concat());

    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let port_text = port.to_string();
    let tls = ["--bind", "127.0.0.1", "--tls-port", &port_text, "--tls-auth-clients", "no"];
    let files = ["--tls-cert-file", &leaf, "--tls-key-file", &leaf_key, "--tls-ca-cert-file", &ca];
    let _server = Redis::keeping(&[tls.as_slice(), &files].concat());
    let url = format!("rediss://localhost:{port}");
    let trusting = |ca: &str| Sessions::follow(&Settings { ca: Some(file(ca).into()), ..settings(&url) }).unwrap();

    let sessions = trusting("ca.pem");
    until("the store answers", || sessions.ready().is_ok()).await;
    let key = opened(&sessions, "k.sato").await;
    assert!(sessions.fetch(&key).await.unwrap().is_some());

    let deceived = trusting("other.pem");
    until("the reason is told", || deceived.ready().is_err_and(|why| why.to_string().contains("certificate"))).await;
}

/// OpenSSL makes it; the gateway cannot.
fn certificate(arguments: &[&str]) {
    let made = Command::new("openssl")
        .args(["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
