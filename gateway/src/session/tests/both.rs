//! What either store promises.

use std::time::{Duration, Instant};

use certs::DeviceNo;

use super::{NOON, copied, follow, login, on_both, opened, told};
use crate::session::{Change, CookieValue, Ended, NewSession, Opened, SessionEnd};

const LOGOUT: Ended = Ended { why: SessionEnd::Logout, at: NOON };

#[tokio::test]
async fn a_session_is_found_as_it_was_opened() {
    on_both(async |sessions| {
        let Opened { value, key, gone } = sessions.open(login("k.sato")).await.unwrap();
        assert_eq!((value.key(), gone.len()), (key, 0));
        let record = sessions.fetch(&key).await.unwrap().unwrap();
        assert_eq!(*record.key(), key);
        assert_eq!(record.login_id().as_str(), "k.sato");
        assert_eq!(record.device(), login("k.sato").device);
        assert_eq!((record.opened_at(), record.seen()), (NOON, NOON));
        assert_eq!(record.password_set_at(), NOON.plus(-86_400));
        assert_eq!((record.previous_login(), record.ended()), (None, None));
        copied(sessions, &key).await;

        assert!(sessions.fetch(&CookieValue::draw().unwrap().key()).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn the_login_before_is_told_at_the_next() {
    on_both(async |sessions| {
        opened(sessions, "k.sato").await;
        let again = sessions.open(NewSession { opened_at: NOON.plus(60), ..login("k.sato") }).await;
        let record = sessions.fetch(&again.unwrap().key).await.unwrap().unwrap();
        assert_eq!(record.previous_login(), Some(NOON));
        let other = opened(sessions, "m.ito").await;
        assert_eq!(sessions.fetch(&other).await.unwrap().unwrap().previous_login(), None);
    })
    .await;
}

#[tokio::test]
async fn an_ended_session_says_why_and_never_lives_again() {
    on_both(async |sessions| {
        let key = opened(sessions, "k.sato").await;
        assert_eq!(sessions.end(&key, LOGOUT).await.unwrap().unwrap().ended(), Some(LOGOUT));
        assert!(sessions.local(&key).is_none_or(|copy| copy.ended() == Some(LOGOUT)));
        assert!(sessions.end(&key, Ended { why: SessionEnd::Idle, at: NOON.plus(1) }).await.unwrap().is_none());
        assert_eq!(sessions.rest_on(&key, NOON).await, Ok(false));
        sessions.touch(&sessions.fetch(&key).await.unwrap().unwrap(), NOON.plus(5));
        assert_eq!(sessions.fetch(&key).await.unwrap().unwrap().ended(), Some(LOGOUT));

        let never = CookieValue::draw().unwrap().key();
        assert!(sessions.end(&never, LOGOUT).await.unwrap().is_none());
        assert!(sessions.fetch(&never).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_the_ids_other_sessions_and_no_one_elses() {
    on_both(async |sessions| {
        let here = opened(sessions, "k.sato").await;
        let elsewhere = [opened(sessions, "k.sato").await, opened(sessions, "k.sato").await];
        let other = opened(sessions, "m.ito").await;
        let ended = Ended { why: SessionEnd::PasswordChanged, at: NOON.plus(9) };

        assert_eq!(sessions.rest_on(&here, NOON.plus(9)).await, Ok(true));
        let gone = sessions.end_others(&"k.sato".parse().unwrap(), &here, ended).await.unwrap();
        assert!(gone.len() == 2 && gone.iter().all(|record| elsewhere.contains(record.key())));
        for key in elsewhere {
            assert_eq!(sessions.fetch(&key).await.unwrap().unwrap().ended(), Some(ended));
        }
        let here = sessions.fetch(&here).await.unwrap().unwrap();
        assert_eq!((here.ended(), here.password_set_at(), here.opened_at()), (None, NOON.plus(9), NOON));
        assert_eq!(here.login_id().as_str(), "k.sato");
        assert_eq!(sessions.fetch(&other).await.unwrap().unwrap().ended(), None);
        assert!(sessions.end_others(&"k.sato".parse().unwrap(), here.key(), ended).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_id_has_so_many_sessions_on_a_device_and_the_oldest_ends() {
    on_both(async |sessions| {
        let at = |n: i64| NewSession { opened_at: NOON.plus(n), ..login("k.sato") };
        let elsewhere = sessions.open(NewSession { device: DeviceNo::new(9).unwrap(), ..at(-1) }).await.unwrap().key;
        let colleague = opened(sessions, "m.ito").await;
        let mut mine = Vec::new();
        for n in 0..13 {
            let opened = sessions.open(at(n)).await.unwrap();
            let gone: Vec<_> = mine.iter().rev().nth(9).copied().into_iter().collect();
            assert_eq!(opened.gone.iter().map(|record| *record.key()).collect::<Vec<_>>(), gone, "the {n}th");
            mine.push(opened.key);
        }
        for (n, key) in mine.iter().enumerate() {
            let ended = sessions.fetch(key).await.unwrap().unwrap().ended();
            assert_eq!(ended.map(|ended| ended.why), (n < 3).then_some(SessionEnd::TooMany), "the {n}th");
        }
        for key in [elsewhere, colleague] {
            assert_eq!(sessions.fetch(&key).await.unwrap().unwrap().ended(), None, "not on other devices, nor others'");
        }
        assert_eq!(sessions.live(&"k.sato".parse().unwrap()).await.unwrap().len(), 11);
        for key in mine {
            sessions.end(&key, LOGOUT).await.unwrap();
        }
        assert!(sessions.open(at(20)).await.unwrap().gone.is_empty(), "what has ended takes no place");
    })
    .await;
}

#[tokio::test]
async fn what_an_id_leaves_behind_on_a_device_is_bounded_in_redis() {
    let server = servers::Redis::keeping(&[]);
    let sessions = follow(&server.url()).await;
    let (mut beside, of_records) = (server.connection().await, "s:????????????????*");
    for n in 0..60 {
        let key = sessions.open(NewSession { opened_at: NOON.plus(n), ..login("k.sato") }).await.unwrap().key;
        if n % 2 == 0 {
            sessions.end(&key, LOGOUT).await.unwrap();
        }
    }
    let records: Vec<String> = redis::cmd("KEYS").arg(of_records).query_async(&mut beside).await.unwrap();
    let records = records.iter().filter(|name| !name.contains(":beat:")).count();
    let indexed: usize = redis::cmd("ZCARD")
        .arg(crate::session::failure_counts::named("u:", "k.sato"))
        .query_async(&mut beside)
        .await
        .unwrap();
    assert_eq!(sessions.live(&"k.sato".parse().unwrap()).await.unwrap().len(), 10);
    assert!(records <= 21 && indexed <= 21, "{records} records, {indexed} in the index");
}

#[tokio::test]
async fn activity_is_remembered() {
    on_both(async |sessions| {
        let key = opened(sessions, "k.sato").await;
        let record = sessions.fetch(&key).await.unwrap().unwrap();
        sessions.touch(&record, NOON.plus(100));
        assert_eq!(record.seen(), NOON.plus(100));
        assert_eq!(sessions.last_seen(&record).await, Ok(NOON.plus(100)));
        sessions.settle().await;
        assert_eq!(sessions.fetch(&key).await.unwrap().unwrap().seen(), NOON.plus(100));
    })
    .await;
}

#[tokio::test]
async fn activity_at_one_gateway_keeps_a_session_alive_at_another() {
    let server = servers::Redis::keeping(&[]);
    let (here, there) = (follow(&server.url()).await, follow(&server.url()).await);
    let key = opened(&here, "k.sato").await;
    let record = there.fetch(&key).await.unwrap().unwrap();
    copied(&there, &key).await;
    here.touch(&here.fetch(&key).await.unwrap().unwrap(), NOON.plus(1700));
    let start = Instant::now();
    while there.last_seen(&record).await != Ok(NOON.plus(1700)) {
        assert!(start.elapsed() < Duration::from_secs(5), "written behind within a second or so");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(there.local(&key).is_some(), "activity is not tracked and empties no copies");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_session_is_heard_at_once() {
    on_both(async |sessions| {
        let mut changes = sessions.changes();
        let mut took = Vec::new();
        for _ in 0..200 {
            let key = opened(sessions, "k.sato").await;
            told(&mut changes, Change::One(key)).await;
            let start = Instant::now();
            sessions.end(&key, LOGOUT).await.unwrap();
            told(&mut changes, Change::One(key)).await;
            took.push(start.elapsed());
        }
        report("end() to the event, same gateway", took);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_session_is_heard_at_every_gateway() {
    let server = servers::Redis::keeping(&[]);
    let (here, there) = (follow(&server.url()).await, follow(&server.url()).await);
    let mut changes = there.changes();
    let mut took = Vec::new();
    for _ in 0..500 {
        let key = opened(&here, "k.sato").await;
        told(&mut changes, Change::One(key)).await;
        assert_eq!(there.fetch(&key).await.unwrap().unwrap().ended(), None);
        copied(&there, &key).await;
        let start = Instant::now();
        here.end(&key, LOGOUT).await.unwrap();
        told(&mut changes, Change::One(key)).await;
        took.push(start.elapsed());
        assert!(there.local(&key).is_none(), "the copy is gone before the event is heard");
        assert_eq!(there.fetch(&key).await.unwrap().unwrap().ended(), Some(LOGOUT));
    }
    report("end() here to the event there", took);
}

fn report(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let (median, worst) = (took[took.len() / 2], took[took.len() - 1]);
    println!("{what}: median {median:?}, worst {worst:?} of {}", took.len());
    assert!(median < Duration::from_millis(5), "{what}: median {median:?}");
}
