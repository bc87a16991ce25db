//! A Redis that answers and is not the truth: a replica, a full or crippled one, another one, one of yesterday.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::{NOON, copied, follow, opened, settings, until};
use crate::session::{Ended, SessionEnd, SessionKey, Sessions};
use servers::Redis;

/// How long a session may be trusted after the store ceased to be the truth, and until it must be back (ARCHITECTURE.md#how-long-what-counts).
const PROMISE: Duration = Duration::from_secs(1);
const BACK: Duration = Duration::from_secs(2);
/// What a busy machine may add.
const GRACE: Duration = Duration::from_millis(500);

const LOGOUT: Ended = Ended { why: SessionEnd::Logout, at: NOON };

/// A session at a gateway that has a copy of it.
async fn trusted(server: &Redis) -> (Sessions, SessionKey) {
    let sessions = follow(&server.url()).await;
    let key = opened(&sessions, "k.sato").await;
    copied(&sessions, &key).await;
    (sessions, key)
}

/// Waits until the store is silent with these words and nothing is trusted any more; until then no longer than promised.
async fn silent(sessions: &Sessions, key: &SessionKey, words: &str) {
    let since = Instant::now();
    let told = || sessions.ready().is_err_and(|why| why.to_string().contains(words));
    until(words, || told() && sessions.local(key).is_none()).await;
    assert!(since.elapsed() < PROMISE + GRACE, "{words}: {:?}", since.elapsed());
    assert!(sessions.fetch(key).await.is_err(), "{words}");
    assert!(sessions.open(super::login("k.sato")).await.is_err(), "{words}");
    assert!(sessions.end(key, LOGOUT).await.is_err(), "{words}: a logout that did not take place is not confirmed");
}

/// Waits until the store is believed again, and the session with it.
async fn back(sessions: &Sessions, key: &SessionKey) {
    let since = Instant::now();
    while !matches!(sessions.fetch(key).await, Ok(Some(record)) if record.ended().is_none()) {
        assert!(since.elapsed() < BACK, "{:?}", sessions.ready());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_do_the_work_is_silent_in_its_own_words_and_back_soon_after() {
    let server = Redis::keeping(&[]);
    let (sessions, key) = trusted(&server).await;
    for (cause, words, remedy) in [
        ("REPLICAOF 127.0.0.1 1", "READONLY", "REPLICAOF NO ONE"),
        ("ACL SETUSER default -@scripting", "NOPERM", "ACL SETUSER default +@all"),
        ("ACL SETUSER default -set", "can't run this command", "ACL SETUSER default +@all"),
        ("ACL SETUSER default -zadd", "can't run this command", "ACL SETUSER default +@all"),
        ("ACL SETUSER default resetkeys ~s:* ~l:* ~b:*", "NOPERM", "ACL SETUSER default allkeys"),
        ("CONFIG SET maxmemory 1", "OOM", "CONFIG SET maxmemory 0"),
        ("CONFIG SET min-replicas-to-write 1", "NOREPLICAS", "CONFIG SET min-replicas-to-write 0"),
    ] {
        server.told(cause);
        silent(&sessions, &key, words).await;
        server.told(remedy);
        back(&sessions, &key).await;
    }
    assert_eq!(sessions.times_forgotten(), 0, "nothing was lost by any of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_is_silent_though_it_takes_writes_or_answers_nothing_but_an_error() {
    let server = Redis::keeping(&[]);
    let (sessions, key) = trusted(&server).await;
    for (setting, words) in [("replica-read-only no", "replica"), ("replica-serve-stale-data no", "MASTERDOWN")] {
        server.told(&format!("CONFIG SET {setting}"));
        server.told("REPLICAOF 127.0.0.1 1");
        silent(&sessions, &key, words).await;
        server.told("REPLICAOF NO ONE");
        back(&sessions, &key).await;
        server.told(&format!("CONFIG SET {}", setting.replace("no", "yes")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_command_is_told_silences_the_store_without_waiting_for_a_heartbeat() {
    let server = Redis::keeping(&[]);
    let (sessions, key) = trusted(&server).await;
    server.told("REPLICAOF 127.0.0.1 1");
    assert!(sessions.end(&key, LOGOUT).await.is_err());
    assert!(sessions.local(&key).is_none() && sessions.ready().is_err(), "from this answer on");
    server.told("REPLICAOF NO ONE");
    back(&sessions, &key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_is_not_there_is_silence_from_the_start() {
    for command in ["EVALSHA", "HINCRBY", "ZREM"] {
        let server = Redis::keeping(&["--rename-command", command, "HIDDEN"]);
        let sessions = Sessions::follow(&settings(&server.url())).unwrap();
        let told = || sessions.ready().is_err_and(|why| why.to_string().to_lowercase().contains("unknown"));
        until(command, told).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_whose_word_of_changes_does_not_arrive_is_silent() {
    let server = Redis::keeping(&[]);
    let between = server.folder().join("between.sock");
    tokio::spawn(swallowing(tokio::net::UnixListener::bind(&between).unwrap(), server.socket()));
    let sessions = Sessions::follow(&settings(&format!("redis+unix://{}", between.display()))).unwrap();
    let told = || sessions.ready().is_err_and(|why| why.to_string().contains("does not tell of changes"));
    until("it is found out", told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_leads_to_the_promoted_replica_is_followed_and_the_sessions_live_on() {
    let [first, second] = [port(), port()];
    let primary = Redis::keeping(&["--bind", "127.0.0.1", "--port", &first.to_string()]);
    let replica = Redis::keeping(&["--bind", "127.0.0.1", "--port", &second.to_string()]);
    let address = Address::to(&primary);
    let sessions = follow(&address.url()).await;
    replica.told(&format!("REPLICAOF 127.0.0.1 {first}"));
    until("it is in step", || replica.told("INFO replication").contains("master_link_status:up")).await;
    let key = opened(&sessions, "k.sato").await;
    let ended = opened(&sessions, "k.sato").await;
    sessions.end(&ended, LOGOUT).await.unwrap();
    back(&sessions, &key).await;
    until("it has both", || replica.told(&format!("EXISTS s:{key} s:{ended}")).contains('2')).await;
    replica.told("REPLICAOF NO ONE");
    primary.told(&format!("REPLICAOF 127.0.0.1 {second}"));
    let since = Instant::now();
    until("the demoted one is not believed", || sessions.ready().is_err() && sessions.local(&key).is_none()).await;
    assert!(since.elapsed() < PROMISE + GRACE, "{:?}", since.elapsed());
    address.lead_to(&replica);
    back(&sessions, &key).await;
    assert!(sessions.fetch(&ended).await.unwrap().unwrap().ended().is_some());
    assert!(sessions.end(&key, LOGOUT).await.unwrap().is_some(), "one can log out there");
    assert_eq!(sessions.times_forgotten(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_database_in_its_place_knows_no_session_and_neither_does_the_first_one_again() {
    let server = Redis::keeping(&[]);
    let (sessions, key) = trusted(&server).await;
    for times in [1, 2] {
        server.told("SWAPDB 0 1");
        let since = Instant::now();
        until("it is found out", || sessions.times_forgotten() == times && sessions.local(&key).is_none()).await;
        assert!(since.elapsed() < PROMISE + GRACE, "{:?}", since.elapsed());
        assert!(sessions.fetch(&key).await.unwrap().is_none());
        let here = opened(&sessions, "k.sato").await;
        assert!(sessions.fetch(&here).await.unwrap().is_some(), "everybody may log in again");
        assert!(sessions.notes().iter().any(|note| note.contains("every session ended")), "{:?}", sessions.notes());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_stays_ended_though_the_store_is_put_back_from_before() {
    let mut server = Redis::keeping(&["--appendonly", "no"]);
    let (here, key) = trusted(&server).await;
    let there = follow(&server.url()).await;
    server.told("SAVE");
    // At once, so that no heartbeat comes between.
    assert!(here.end(&key, LOGOUT).await.unwrap().is_some());
    server.stop();
    until("it is silent", || here.ready().is_err() && there.ready().is_err()).await;
    server.start_again();
    until("it is heard", || here.ready().is_ok() && there.ready().is_ok()).await;
    for gateway in [&here, &there] {
        until("both know", || gateway.times_forgotten() == 1).await;
        assert!(gateway.fetch(&key).await.unwrap().is_none(), "the logged-out session came back");
    }
    let again = opened(&here, "k.sato").await;
    assert!(there.fetch(&again).await.unwrap().is_some(), "the gateways agree on the new era");
    let notes = here.notes().join("\n");
    assert!(notes.contains("gone back in time") || notes.contains("another gateway"), "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_throws_things_away_is_told_of_and_one_that_does_not_say_too() {
    let server = Redis::keeping(&["--maxmemory-policy", "allkeys-lru", "--maxmemory", "64mb"]);
    let sessions = follow(&server.url()).await;
    until("it is told", || sessions.notes().iter().any(|note| note.contains("maxmemory-policy allkeys-lru"))).await;
    let keeps = Redis::keeping(&[]);
    assert!(follow(&keeps.url()).await.notes().is_empty());
    keeps.told("ACL SETUSER default -info -config");
    let mute = follow(&keeps.url()).await;
    until("it is told", || mute.notes().iter().any(|note| note.contains("is not known") && note.contains("NOPERM")))
        .await;
}

/// Stands between a gateway and a server, and hands on everything but what the server tells of changes.
async fn swallowing(near: tokio::net::UnixListener, server: std::path::PathBuf) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    while let Ok((near, _)) = near.accept().await {
        let Ok(far) = tokio::net::UnixStream::connect(&server).await else { continue };
        let ((mut from_near, mut to_near), (mut from_far, mut to_far)) = (near.into_split(), far.into_split());
        tokio::spawn(async move { tokio::io::copy(&mut from_near, &mut to_far).await });
        tokio::spawn(async move {
            let mut octets = vec![0; 64 << 10];
            while let Ok(read @ 1..) = from_far.read(&mut octets).await {
                let said = String::from_utf8_lossy(&octets[..read]).into_owned();
                // One key, by what this test's gateway writes: the push's head, then how many keys, the key's length, the key.
                let kept: String = match said.split_once(">2\r\n$10\r\ninvalidate\r\n") {
                    Some((before, rest)) => before.to_owned() + &rest.splitn(4, "\r\n").skip(3).collect::<String>(),
                    None => said,
                };
                if to_near.write_all(kept.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
    }
}

/// A name that leads to one server or to another, as a virtual address or a DNS name does.
struct Address(PathBuf);

impl Address {
    fn to(server: &Redis) -> Self {
        let address = Self(server.folder().join("address.sock"));
        address.lead_to(server);
        address
    }

    fn url(&self) -> String {
        format!("redis+unix://{}", self.0.display())
    }

    fn lead_to(&self, server: &Redis) {
        let next = self.0.with_extension("next");
        std::os::unix::fs::symlink(server.socket(), &next).unwrap();
        std::fs::rename(next, &self.0).unwrap();
    }
}

fn port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
