//! Redis stopped, hung, emptied, back: in doubt nobody is let in, and it mends itself.

use std::time::{Duration, Instant};

use house::{Answer, Credentials, House, Load, OFFICE, PASSWORD, Plan, Settled, Store, Talk, by, until};

/// How long the gateway may go by its copies after Redis was last heard of (ARCHITECTURE.md#how-long-what-counts).
const PROMISE: Duration = Duration::from_millis(1000);
const ROOM: &str = "/rooms/r-hanako/echo";

fn told(status: u16, code: &str, reason: &str) -> (u16, String, String) {
    (status, code.into(), reason.into())
}

fn silent() -> (u16, String, String) {
    told(503, "KW-301", "session_store_unavailable")
}

struct Lived {
    house: House,
    settled: Settled,
    revoked: Credentials,
    cookies: Vec<String>,
}

/// A house with a revoked device, and four sessions that lie in the local copies.
async fn lived_in() -> Lived {
    let house = House::planned(Plan { store: Store::Redis, ..Plan::default() }).await;
    let settled = house.settle().await;
    let (lost, revoked) = house.device(OFFICE).await;
    house.writer.revoke(&by(), lost, None, registry::change::RevokedReason::Lost).await.unwrap();
    house.applied().await;
    house.ready().await;
    let mut talk = house.talk(&settled.credentials).await;
    let mut cookies = Vec::new();
    for _ in 0..4 {
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        assert_eq!(house.get(&mut talk, ROOM, Some(&cookie)).await.status, 200);
        cookies.push(cookie);
    }
    Lived { house, settled, revoked, cookies }
}

impl Lived {
    async fn talk(&self) -> Talk {
        self.house.talk(&self.settled.credentials).await
    }

    fn load(&self) -> Load {
        let opening = self.house.opening(Some(&self.settled.credentials));
        Load::start(&opening, &self.house.host(), ROOM, &self.cookies)
    }

    /// Whatever needs a session, or would make one, is refused; whoever would be refused anyway hears why.
    async fn all_that_needs_the_store_is_refused(&self) {
        let (house, mut talk) = (&self.house, self.talk().await);
        for cookie in [Some(&*self.cookies[0]), Some("__Host-session=never-was"), None] {
            assert_eq!(house.get(&mut talk, ROOM, cookie).await.problem(), silent(), "{cookie:?}");
        }
        assert_eq!(house.try_login(&mut talk, Settled::WORKER, PASSWORD).await.problem(), silent());
        assert_eq!(house.try_login(&mut talk, Settled::WORKER, "wrong").await.problem(), silent());
        let out = house.post_form(&mut talk, "/.gateway/logout", Some(&self.cookies[0]), "").await;
        assert_eq!(out.problem(), silent(), "a logout that did not take place is not confirmed");
        assert!(out.headers.contains_key("retry-after"));
        let mut lost = house.talk(&self.revoked).await;
        assert_eq!(house.get(&mut lost, ROOM, None).await.problem(), told(403, "KW-103", "revoked"));
        let mut bare = Talk::open(&house.opening(None)).await.unwrap();
        assert_eq!(house.get(&mut bare, ROOM, None).await.problem(), told(403, "KW-101", "no_cert"));
        assert_eq!(house.get(&mut talk, "/.gateway/jwks.json", None).await.status, 200);
    }

    async fn again(&self, cookie: &str) -> Answer {
        let mut talk = self.talk().await;
        self.house.get(&mut talk, ROOM, Some(cookie)).await
    }

    /// Waits until the room answers so, and returns how long that took.
    async fn until_told(&self, cookie: &str, status: u16, reason: &str) -> Duration {
        let begun = Instant::now();
        until("the store's return is noticed", async || {
            let answer = self.again(cookie).await;
            answer.status == status && (status == 200 || answer.problem().2 == reason)
        })
        .await;
        begun.elapsed()
    }
}

/// Nobody who asked after the promise's end was let in, and nobody heard anything but this refusal.
fn nobody_was_trusted_after(broken: Instant, seen: &[house::Seen]) -> usize {
    let late: Vec<_> = seen.iter().filter(|seen| seen.asked > broken + PROMISE).collect();
    for seen in seen {
        let (status, reason) = seen.answer.as_ref().expect("every request has its answer");
        assert!(*status == 200 || (*status, reason.as_str()) == (503, "session_store_unavailable"), "{seen:?}");
    }
    assert!(late.iter().all(|seen| seen.answer.as_ref().is_some_and(|(status, _)| *status == 503)), "{late:?}");
    late.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_killed_under_load_no_session_is_trusted_and_new_ones_open_soon_after_its_return() {
    let mut lived = lived_in().await;
    let load = lived.load();
    load.passed(40).await;
    let broken = Instant::now();
    lived.house.redis.as_mut().unwrap().stop();
    let noticed = lived.house.unready("sessions: ").await;
    until("requests after the promise's end", async || {
        load.so_far().iter().filter(|seen| seen.asked > broken + PROMISE).count() >= 20
    })
    .await;
    let late = nobody_was_trusted_after(broken, &load.end().await);
    lived.all_that_needs_the_store_is_refused().await;
    lived.house.redis.as_mut().unwrap().start_again();
    let returned = lived.until_told(&lived.cookies[0], 401, "no_session").await;
    let ready = lived.house.ready().await;
    let cookie = lived.house.login(&mut lived.talk().await, Settled::WORKER).await;
    assert_eq!(lived.again(&cookie).await.status, 200);
    println!(
        "Redis killed: /readyz after {noticed:?}, {late} late requests refused; back after {returned:?} + {ready:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_hangs_no_session_is_trusted_and_the_same_ones_work_soon_after_it_goes_on() {
    let lived = lived_in().await;
    let load = lived.load();
    load.passed(40).await;
    let redis = lived.house.redis.as_ref().unwrap();
    redis.hang();
    let broken = Instant::now();
    let noticed = lived.house.unready("sessions: ").await;
    until("requests after the promise's end", async || {
        load.so_far().iter().filter(|seen| seen.asked > broken + PROMISE).count() >= 20
    })
    .await;
    let seen = load.end().await;
    let late = nobody_was_trusted_after(broken, &seen);
    let slowest = seen.iter().map(|seen| seen.told - seen.asked).max().unwrap();
    lived.all_that_needs_the_store_is_refused().await;
    redis.go_on();
    let returned = lived.until_told(&lived.cookies[0], 200, "").await;
    for cookie in &lived.cookies {
        assert_eq!(lived.again(cookie).await.status, 200, "no session is lost");
    }
    lived.house.ready().await;
    println!(
        "Redis hung: /readyz after {noticed:?}, {late} late requests refused, slowest answer {slowest:?}; back after {returned:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_redis_ends_every_session_and_one_can_log_in_again_at_once() {
    let lived = lived_in().await;
    lived.house.redis.as_ref().unwrap().empty();
    let forgotten = lived.until_told(&lived.cookies[0], 401, "no_session").await;
    for cookie in &lived.cookies {
        assert_eq!(lived.again(cookie).await.problem(), told(401, "KW-207", "no_session"));
    }
    let cookie = lived.house.login(&mut lived.talk().await, Settled::WORKER).await;
    assert_eq!(lived.again(&cookie).await.status, 200);
    assert_eq!(lived.house.readyz().await.0, 200);
    println!("Redis emptied: sessions refused after {forgotten:?}");
}
