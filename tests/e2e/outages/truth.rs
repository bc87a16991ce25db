//! A Redis that answers and is not the truth: `/readyz` says so in its own words, login and logout say what happened, and
//! no session is trusted beyond the promise.

use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use house::{House, Load, PASSWORD, Plan, Redis, Settled, Store, Talk, until};

/// How long the gateway may go by its copies after the store ceased to be the truth (ARCHITECTURE.md#how-long-what-counts), and until it is back.
const PROMISE: Duration = Duration::from_millis(1000);
const BACK: Duration = Duration::from_secs(2);
const ROOM: &str = "/rooms/r-hanako/echo";

fn told(status: u16, code: &str, reason: &str) -> (u16, String, String) {
    (status, code.into(), reason.into())
}

struct Lived {
    house: House,
    settled: Settled,
    cookies: Vec<String>,
}

async fn lived_in() -> Lived {
    let house = House::planned(Plan { store: Store::Redis, ..Plan::default() }).await;
    let settled = house.settle().await;
    house.ready().await;
    let mut talk = house.talk(&settled.credentials).await;
    let mut cookies = Vec::new();
    for _ in 0..3 {
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        assert_eq!(house.get(&mut talk, ROOM, Some(&cookie)).await.status, 200);
        cookies.push(cookie);
    }
    Lived { house, settled, cookies }
}

impl Lived {
    async fn talk(&self) -> Talk {
        self.house.talk(&self.settled.credentials).await
    }

    fn redis(&self) -> &Redis {
        self.house.redis.as_ref().unwrap()
    }

    async fn state(&self) -> u64 {
        self.house.metric("gateway_store_state{store=\"sessions\"}").await
    }

    /// Whoever needs the store is refused by name, and the log has it.
    async fn refused(&self, words: &str) {
        let (house, mut talk) = (&self.house, self.talk().await);
        let silent = told(503, "KW-301", "session_store_unavailable");
        let lines = |kind: &str| {
            let refused = |line: &&serde_json::Value| {
                line["kind"] == kind && line["outcome"] == "refused" && line["reason"] == "session_store_unavailable"
            };
            house.lines().iter().filter(refused).count()
        };
        let before = (lines("login"), lines("logout"));
        assert_eq!(house.get(&mut talk, ROOM, Some(&self.cookies[0])).await.problem(), silent, "{words}");
        assert_eq!(house.try_login(&mut talk, Settled::WORKER, PASSWORD).await.problem(), silent, "{words}");
        let out = house.post_form(&mut talk, "/.gateway/logout", Some(&self.cookies[0]), "").await;
        assert_eq!(out.problem(), silent, "{words}: a logout that did not take place is not confirmed");
        assert_eq!((lines("login"), lines("logout")), (before.0 + 1, before.1 + 1), "{words}");
        assert_eq!(self.state().await, 0, "{words}");
    }

    async fn back(&self, cookie: &str) {
        let since = Instant::now();
        until("it is believed again", async || {
            let mut talk = self.talk().await;
            self.house.get(&mut talk, ROOM, Some(cookie)).await.status == 200
        })
        .await;
        self.house.ready().await;
        assert!(since.elapsed() < BACK, "{:?}", since.elapsed());
        assert_eq!(self.state().await, 1);
    }

    fn load(&self) -> Load {
        let opening = self.house.opening(Some(&self.settled.credentials));
        Load::start(&opening, &self.house.host(), ROOM, &self.cookies)
    }
}

/// Breaks the store under load; nobody who asked after the promise's end was let in.
async fn broken(lived: &Lived, words: &str, breaks: impl FnOnce()) {
    let load = lived.load();
    load.passed(20).await;
    breaks();
    let since = Instant::now();
    lived.house.unready(words).await;
    until("requests after the promise's end", async || {
        load.so_far().iter().filter(|seen| seen.asked > since + PROMISE).count() >= 10
    })
    .await;
    for seen in load.end().await {
        let (status, reason) = seen.answer.clone().expect("every request has its answer");
        let silent = (status, reason.as_str()) == (503, "session_store_unavailable");
        assert!(silent || (status == 200 && seen.asked <= since + PROMISE), "{words}: {seen:?}");
    }
    lived.refused(words).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_demoted_full_or_crippled_under_load_is_not_believed() {
    let lived = lived_in().await;
    for (cause, words, remedy) in [
        ("REPLICAOF 127.0.0.1 1", "sessions: the session store is silent: READONLY", "REPLICAOF NO ONE"),
        ("ACL SETUSER default -@scripting", "NOPERM", "ACL SETUSER default +@all"),
        ("CONFIG SET maxmemory 1", "OOM command not allowed", "CONFIG SET maxmemory 0"),
    ] {
        broken(&lived, words, || drop(lived.redis().told(cause))).await;
        lived.redis().told(remedy);
        lived.back(&lived.cookies[0]).await;
    }
    let out = lived.house.post_form(&mut lived.talk().await, "/.gateway/logout", Some(&lived.cookies[0]), "").await;
    assert_eq!(out.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fail_over_is_followed_to_where_the_address_leads_and_the_sessions_live_on() {
    let lived = lived_in().await;
    let port = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let (first, second) = (port(), port());
    lived.redis().told(&format!("CONFIG SET port {first}"));
    let replica = Redis::start_with(&["--bind", "127.0.0.1", "--port", &second]);
    replica.told(&format!("REPLICAOF 127.0.0.1 {first}"));
    until("it is in step", async || replica.told("INFO replication").contains("master_link_status:up")).await;
    // What is acknowledged from here on is there, too, once the primary says so.
    assert!(lived.redis().told("WAIT 1 5000").contains('1'));
    broken(&lived, "sessions: the session store is silent: READONLY", || {
        replica.told("REPLICAOF NO ONE");
        lived.redis().told(&format!("REPLICAOF 127.0.0.1 {second}"));
    })
    .await;
    let next = replica.folder().join("next");
    symlink(replica.socket(), &next).unwrap();
    std::fs::rename(next, lived.redis().socket()).unwrap();
    lived.back(&lived.cookies[0]).await;
    let mut talk = lived.talk().await;
    let out = lived.house.post_form(&mut talk, "/.gateway/logout", Some(&lived.cookies[0]), "").await;
    assert_eq!(out.status, 200, "one can log out there");
    let again = lived.house.get(&mut talk, ROOM, Some(&lived.cookies[0])).await;
    assert_eq!(again.problem(), told(401, "KW-207", "no_session"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_database_in_the_stores_place_knows_nobody_and_is_told_of() {
    let lived = lived_in().await;
    lived.redis().told("SWAPDB 0 1");
    let since = Instant::now();
    until("it is found out", async || {
        let mut talk = lived.talk().await;
        lived.house.get(&mut talk, ROOM, Some(&lived.cookies[0])).await.status == 401
    })
    .await;
    assert!(since.elapsed() < PROMISE + PROMISE, "{:?}", since.elapsed());
    let (status, said) = lived.house.readyz().await;
    assert!(status == 200 && said.contains("sessions: every session ended"), "{said}");
    assert_eq!(lived.house.metric("gateway_sessions_forgotten_total").await, 1);
    let cookie = lived.house.login(&mut lived.talk().await, Settled::WORKER).await;
    lived.back(&cookie).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logged_out_cookie_is_worth_nothing_though_the_store_is_put_back_from_before_the_logout() {
    let mut lived = lived_in().await;
    lived.redis().told("SAVE");
    let out = lived.house.post_form(&mut lived.talk().await, "/.gateway/logout", Some(&lived.cookies[0]), "").await;
    assert_eq!(out.status, 200);
    let redis = lived.house.redis.as_mut().unwrap();
    redis.stop();
    redis.start_again();
    lived.house.ready().await;
    for cookie in &lived.cookies {
        let answer = lived.house.get(&mut lived.talk().await, ROOM, Some(cookie)).await;
        assert_eq!(answer.problem(), told(401, "KW-207", "no_session"));
    }
    let (_, said) = lived.house.readyz().await;
    assert!(said.contains("gone back in time"), "{said}");
    let cookie = lived.house.login(&mut lived.talk().await, Settled::WORKER).await;
    lived.back(&cookie).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_throws_things_away_is_told_of_though_it_is_ready() {
    let lived = lived_in().await;
    lived.redis().told("CONFIG SET maxmemory-policy allkeys-lru");
    let gateway = lived.house.another_gateway(|same| same).await;
    let ops = *gateway.addresses().last().unwrap();
    until("it is told", async || {
        let (status, said) = house::operations(ops, "/readyz").await;
        status == 200 && said.contains("maxmemory-policy allkeys-lru")
    })
    .await;
    gateway.stop().await;
}
