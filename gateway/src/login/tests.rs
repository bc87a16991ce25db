//! The promises of a login, kept with either store, Redis first.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use argon2::{Argon2, Params, PasswordHasher};
use certs::{DeviceNo, Timestamp};
use registry::{Opening, Password, SystemUser, SystemUserState};

use super::{
    Guess, LockedUntil, LoginAttempt, LoginRefusal, LoginServices, PasswordPool, Proven, ReserveRefusal, Reserved,
    TypedId, Verdict,
};
use crate::refusal::LoginFault;
use crate::session::tests::{NOON, follow, on_both};
use crate::session::{CountKey, Sessions};

const RIGHT: &str = "yuki-no-hi-2026!";
pub(super) const WRONG: &str = "yuki-no-hi-2025!";
/// Cheap where only the order of things is looked at.
const CHEAP: (u32, u32) = (64, 1);
const AS_CA_TOOLS: (u32, u32) = (Params::DEFAULT_M_COST, Params::DEFAULT_T_COST);

#[tokio::test]
async fn the_right_password_proves_who_it_is() {
    on_both(async |sessions| {
        let door = Door::to(sessions);
        let proven = door.tries("k.sato", RIGHT, 0).await.unwrap();
        assert_eq!(proven.user().login_id.as_str(), "k.sato");
        assert_eq!(door.tries("k.sato", WRONG, 0).await.unwrap_err(), LoginRefusal::Failed(LoginFault::WrongPassword));
        assert_eq!(door.tries("nobody", RIGHT, 0).await.unwrap_err(), LoginRefusal::Failed(LoginFault::UnknownId));
        assert_eq!(door.tries("m.ito", RIGHT, 0).await.unwrap_err(), LoginRefusal::Failed(LoginFault::DeletedId));
        assert_eq!(door.tries("y.abe", RIGHT, 0).await.unwrap_err(), LoginRefusal::UserSuspended);
        assert_eq!(door.tries("y.abe", WRONG, 0).await.unwrap_err(), LoginRefusal::Failed(LoginFault::WrongPassword));
    })
    .await;
}

#[tokio::test]
async fn after_five_failures_the_right_password_opens_nothing_and_an_unknown_id_does_the_same() {
    on_both(async |sessions| {
        for (id, device) in [("k.sato", 1), ("nobody", 2), ("m.ito", 3), ("佐藤", 4)] {
            let door = Door { device, ..Door::to(sessions) };
            for second in 0..5 {
                assert!(matches!(door.tries(id, WRONG, second).await.unwrap_err(), LoginRefusal::Failed(_)), "{id}");
            }
            let locked = LoginRefusal::Locked { until: NOON.plus(4 + 1800) };
            assert_eq!(door.tries(id, RIGHT, 5).await.unwrap_err(), locked, "{id}");
            assert_eq!(door.tries(id, RIGHT, 1803).await.unwrap_err(), locked, "{id}");
            let again = door.tries(id, WRONG, 1804).await.unwrap_err();
            assert!(matches!(again, LoginRefusal::Failed(_)), "{id}: {again:?}");
            assert!(door.tries("t.mori", RIGHT, 6).await.is_ok(), "others on this device are not locked");
        }
    })
    .await;
}

#[tokio::test]
async fn a_right_password_in_time_takes_the_failures_back() {
    on_both(async |sessions| {
        let door = Door::to(sessions);
        for round in 0..3 {
            for second in 0..4 {
                assert!(door.tries("k.sato", WRONG, round * 10 + second).await.is_err());
            }
            assert!(door.tries("k.sato", RIGHT, round * 10 + 4).await.is_ok(), "the fifth guess was right");
        }
    })
    .await;
}

#[tokio::test]
async fn an_operator_unlocks_whichever_store_counts() {
    on_both(async |sessions| {
        let door = Door::to(sessions);
        for _ in 0..5 {
            assert!(door.tries("k.sato", WRONG, 0).await.is_err());
        }
        assert!(matches!(door.tries("k.sato", RIGHT, 0).await.unwrap_err(), LoginRefusal::Locked { .. }));
        let unlocked = Door { counts_from: NOON, ..Door::to(sessions) };
        assert!(unlocked.tries("k.sato", RIGHT, 0).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_device_that_fails_on_many_ids_is_slowed_and_no_other_is() {
    on_both(async |sessions| {
        let (door, other) = (Door::to(sessions), Door { device: 2, ..Door::to(sessions) });
        for n in 0..30 {
            assert!(door.tries(&format!("guess-{n}"), WRONG, n).await.is_err());
        }
        let slowed = LoginRefusal::RateLimited { retry_after: 30 };
        assert_eq!(door.tries("k.sato", RIGHT, 59).await.unwrap_err(), slowed);
        assert!(other.tries("k.sato", RIGHT, 59).await.is_ok());
        assert!(door.tries("k.sato", RIGHT, 89).await.is_ok(), "a guess a minute is left");
        assert!(door.tries("t.mori", RIGHT, 89).await.is_ok(), "a right one does not count");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_parallel_guesses_are_a_hundred_guesses() {
    let server = servers::Redis::keeping(&[]);
    let gateways = [follow(&server.url()).await, follow(&server.url()).await];
    parallel(&gateways).await;
    let memory = follow("memory:").await;
    parallel(&[memory.clone(), memory]).await;
}

async fn parallel(gateways: &[Sessions; 2]) {
    let on_one_id: Vec<_> = (0..100).map(|n| guess(&gateways[n % 2], "k.sato".into(), n + 100)).collect();
    let mut let_in = 0;
    for guess in on_one_id {
        match guess.await.unwrap() {
            Ok(_) => let_in += 1,
            Err(refusal) => assert_eq!(refusal, ReserveRefusal::IdLocked(LockedUntil { until: NOON.plus(1800) })),
        }
    }
    assert_eq!(let_in, 5);

    let on_one_device: Vec<_> = (0..100).map(|n| guess(&gateways[n % 2], format!("guess-{n}"), 7)).collect();
    let mut let_in = 0;
    for guess in on_one_device {
        match guess.await.unwrap() {
            Ok(_) => let_in += 1,
            Err(refusal) => assert_eq!(refusal, ReserveRefusal::DeviceSlowed(LockedUntil { until: NOON.plus(60) })),
        }
    }
    assert_eq!(let_in, 30);
}

fn guess(gateway: &Sessions, id: String, device: usize) -> tokio::task::JoinHandle<Result<Reserved, ReserveRefusal>> {
    let gateway = gateway.clone();
    let device = DeviceNo::new(u32::try_from(device).unwrap()).unwrap();
    tokio::spawn(async move {
        let counts_from = Timestamp::from_unix(0);
        Reserved::make(&gateway, Guess { typed_id: &id, device, counts_from, now: NOON }).await
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_at_once_and_counts_no_failure() {
    let sessions = follow("memory:").await;
    let services = LoginServices { sessions: sessions.clone(), passwords: PasswordPool::new(1).unwrap() };
    let long = hash(RIGHT, AS_CA_TOOLS);
    // Polled once, each of them takes the turn or a place in the queue, and keeps it.
    let mut running: Vec<_> = (0..65)
        .map(|_| Box::pin(services.passwords.compare(String::from(RIGHT).into(), Some(Arc::clone(&long)))))
        .collect();
    for one in &mut running {
        assert!(one.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    let door = Door { services: services.clone(), ..Door::to(&sessions) };
    let start = Instant::now();
    assert_eq!(door.tries("k.sato", RIGHT, 0).await.unwrap_err(), LoginRefusal::RateLimited { retry_after: 10 });
    assert!(start.elapsed() < Duration::from_secs(1), "at once");
    assert_eq!(counted(&sessions, "k.sato", 1).await, (0, 0), "who was not heard has not failed");

    drop(running);
    assert!(door.tries("k.sato", RIGHT, 1).await.is_ok(), "those who went away gave their places back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_is_compared_by_its_own_parameters_and_an_unreadable_one_opens_nothing() {
    let pool = PasswordPool::new(2).unwrap();
    let compare = async |password: &str, hash: &str| pool.compare(password.to_owned().into(), Some(hash.into())).await;
    for parameters in [CHEAP, (256, 3), AS_CA_TOOLS, CHEAP] {
        let hash = hash(RIGHT, parameters);
        assert_eq!(compare(RIGHT, &hash).await, Ok(Verdict::Matches), "{hash}");
        assert_eq!(compare(WRONG, &hash).await, Ok(Verdict::Differs), "{hash}");
        assert_eq!(compare("", &hash).await, Ok(Verdict::Differs), "{hash}");
    }
    let good = hash(RIGHT, CHEAP);
    let huge = good.replace("m=64,", "m=4000000000,");
    for bad in ["", "plain", "$argon2id$v=19$m=64,t=1,p=1", "$scrypt$ln=4,r=8,p=1$c2FsdHNhbHQ$aGFzaGhhc2g", &huge] {
        assert_eq!(compare(RIGHT, bad).await, Ok(Verdict::Differs), "{bad}");
    }
    assert_eq!(pool.compare(String::from(RIGHT).into(), None).await, Ok(Verdict::Differs));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_an_answer_does_not_say_whether_an_id_exists() {
    let server = servers::Redis::keeping(&[]);
    let sessions = follow(&server.url()).await;
    let door = Door { hash: hash(RIGHT, AS_CA_TOOLS), ..Door::to(&sessions) };
    let (mut unknown, mut deleted, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..200_u32 {
        // Another device and other IDs each time, so that none of them is locked or slowed.
        let door = Door { device: 100 + n, services: door.services.clone(), hash: Arc::clone(&door.hash), ..door };
        for (id, took) in [("nobody", &mut unknown), ("m.ito", &mut deleted), ("k.sato", &mut wrong)] {
            if id == "m.ito" && n % 4 != 0 {
                continue;
            }
            let start = Instant::now();
            let refusal = door.tries(&format!("{id}-{n}"), WRONG, 0).await.unwrap_err();
            took.push(start.elapsed());
            assert!(matches!(refusal, LoginRefusal::Failed(_)), "{refusal:?}");
        }
    }
    let [unknown, deleted, wrong] = [unknown, deleted, wrong].map(|mut took| {
        took.sort_unstable();
        took[took.len() / 2].as_secs_f64() * 1000.0
    });
    println!("medians of 200: unknown {unknown:.2} ms, (of 50) deleted {deleted:.2} ms, wrong password {wrong:.2} ms");
    for other in [unknown, deleted] {
        assert!((other / wrong - 1.0).abs() < 0.25, "{other} against {wrong} ms");
    }
}

/// How many failures stand against this device, and against this ID.
pub(super) async fn counted(sessions: &Sessions, id: &str, device: u32) -> (usize, usize) {
    let (device, id) = (CountKey::of_device(DeviceNo::new(device).unwrap()), CountKey::of_id(id));
    let counts = sessions.counts(&[&device, &id]).await.unwrap();
    (counts[0].len() / 8, counts[1].len() / 8)
}

/// A gateway's login, and a registry of four people: the first part of an ID says who, a number may follow.
pub(super) struct Door {
    pub(super) services: LoginServices,
    pub(super) device: u32,
    pub(super) counts_from: Timestamp,
    pub(super) hash: Arc<str>,
}

impl Door {
    pub(super) fn to(sessions: &Sessions) -> Self {
        let services = LoginServices { sessions: sessions.clone(), passwords: PasswordPool::new(2).unwrap() };
        Self { services, device: 1, counts_from: Timestamp::from_unix(0), hash: hash(RIGHT, CHEAP) }
    }

    pub(super) async fn tries(&self, id: &str, password: &str, second: i64) -> Result<Proven, LoginRefusal> {
        let login = LoginAttempt {
            typed: &TypedId::read(id),
            password: password.to_owned().into(),
            user: self.registered(id),
            device: DeviceNo::new(self.device).unwrap(),
        };
        super::attempt(&self.services, login, NOON.plus(second)).await
    }

    fn registered(&self, id: &str) -> Option<SystemUser> {
        let state = match id.split('-').next().unwrap() {
            "k.sato" | "t.mori" => SystemUserState::Active,
            "y.abe" => SystemUserState::Suspended,
            "m.ito" => SystemUserState::Deleted,
            _ => return None,
        };
        Some(SystemUser {
            login_id: id.parse().unwrap(),
            office: "1272201234".parse().unwrap(),
            roles: Vec::new(),
            state,
            password: Password { hash: Arc::clone(&self.hash), initial: false, set_at: NOON },
            failures_count_from: self.counts_from,
            trained: Vec::new(),
            opening: Opening::Always,
        })
    }
}

fn hash(password: &str, (memory, passes): (u32, u32)) -> Arc<str> {
    let argon2 = Argon2::from(Params::new(memory, passes, 1, None).unwrap());
    argon2.hash_password_with_salt(password.as_bytes(), b"0123456789abcdef").unwrap().to_string().into()
}
