//! A record that goes away while it is being fetched must not stay behind as a copy.

use servers::Redis;

use super::{NOON, follow, login, opened, told};
use crate::session::{Change, CookieValue, SessionKey, SessionRecord, Sessions};

const AT_ONCE: usize = 100;
const ROUNDS: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn a_record_deleted_while_it_is_fetched_leaves_no_stale_copy_behind() {
    let server = Redis::keeping(&[]);
    let sessions = follow(&server.url()).await;
    let beside = server.connection().await;
    let Sessions::Redis(redis) = &sessions else { unreachable!() };
    let era = redis.era().unwrap();
    let mut changes = sessions.changes();
    let (mut stale, mut overtaken) = (0, 0);
    for round in 0..ROUNDS {
        let keys: Vec<SessionKey> = (0..AT_ONCE).map(|_| CookieValue::draw().unwrap().key()).collect();
        let mut writes = redis::pipe();
        for key in &keys {
            let record = SessionRecord::new(*key, login("k.sato"), None);
            writes.cmd("SET").arg(format!("s:{key}")).arg(record.encode(era)).ignore();
        }
        writes.exec_async(&mut beside.clone()).await.unwrap();

        let both: Vec<_> = keys.iter().map(|key| (fetched(&sessions, *key), deleted(&beside, *key, round))).collect();
        for (fetched, deleted) in both {
            overtaken += usize::from(fetched.await.unwrap());
            deleted.await.unwrap();
        }
        // Redis tells of changes in order: once this one is heard, all before it were.
        let last = opened(&sessions, "m.ito").await;
        told(&mut changes, Change::One(last)).await;
        stale += keys.iter().filter(|key| sessions.local(key).is_some()).count();
    }
    println!("{stale} stale of {}, {overtaken} were fetched before they were deleted", AT_ONCE * ROUNDS);
    assert_eq!(stale, 0);
    assert!(overtaken > 1000, "the race was no race: {overtaken}");
    assert_eq!(login("k.sato").opened_at, NOON);
}

fn fetched(sessions: &Sessions, key: SessionKey) -> tokio::task::JoinHandle<bool> {
    let sessions = sessions.clone();
    tokio::spawn(async move { sessions.fetch(&key).await.unwrap().is_some() })
}

fn deleted(beside: &redis::aio::MultiplexedConnection, key: SessionKey, round: usize) -> tokio::task::JoinHandle<()> {
    let mut beside = beside.clone();
    tokio::spawn(async move {
        for _ in 0..round % 4 {
            tokio::task::yield_now().await;
        }
        redis::cmd("DEL").arg(format!("s:{key}")).exec_async(&mut beside).await.unwrap();
    })
}
