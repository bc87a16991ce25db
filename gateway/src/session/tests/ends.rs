//! Each end is given to one teller, once: also where nobody comes back, and where whoever ended it died.

use std::collections::HashSet;

use certs::Timestamp;
use servers::Redis;

use super::{NOON, follow, login, on_both, opened};
use crate::session::{Ended, Lasting, LivePage, NewSession, SessionEnd, SessionKey, Sessions};

const LASTING: Lasting = Lasting { idle: 1800, absolute: 12 * 3600 };
/// Later than any gateway may lag behind with the last activity.
const SURELY: i64 = 60;

type Due = Vec<(SessionKey, Option<(SessionEnd, Timestamp)>)>;

async fn due(sessions: &Sessions, now: Timestamp) -> Due {
    let due = sessions.due(now, LASTING).await.unwrap();
    let told = |record: &std::sync::Arc<crate::session::SessionRecord>| record.ended().map(|end| (end.why, end.at));
    due.iter().map(|end| (end.key, end.record.as_ref().and_then(told))).collect()
}

#[tokio::test]
async fn a_session_left_alone_ends_when_its_time_was_up_though_nobody_comes_back_and_is_told_once() {
    on_both(async |sessions| {
        let key = opened(sessions, "k.sato").await;
        let record = sessions.fetch(&key).await.unwrap().unwrap();
        sessions.touch(&record, NOON.plus(600));
        sessions.settle().await;
        assert_eq!(due(sessions, NOON.plus(1800 + SURELY)).await, [], "it was in use");
        let over = NOON.plus(600 + 1800);
        assert_eq!(due(sessions, over.plus(SURELY)).await, [(key, Some((SessionEnd::Idle, over)))]);
        let ended = sessions.fetch(&key).await.unwrap().unwrap().ended();
        assert_eq!(ended, Some(Ended { why: SessionEnd::Idle, at: over }));
        sessions.told(&key);
        sessions.settle().await;
        assert_eq!(due(sessions, over.plus(3600)).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_session_in_use_all_day_ends_at_its_longest_time() {
    on_both(async |sessions| {
        let key = opened(sessions, "k.sato").await;
        let record = sessions.fetch(&key).await.unwrap().unwrap();
        let over = NOON.plus(LASTING.absolute);
        for seconds in (0..LASTING.absolute).step_by(300) {
            sessions.touch(&record, NOON.plus(seconds));
            if seconds % 3600 == 0 {
                sessions.settle().await;
                assert_eq!(due(sessions, NOON.plus(seconds)).await, [], "{seconds}");
            }
        }
        sessions.settle().await;
        assert_eq!(due(sessions, over.plus(SURELY)).await, [(key, Some((SessionEnd::Absolute, over)))]);
    })
    .await;
}

#[tokio::test]
async fn of_two_gateways_one_is_given_an_end_and_the_other_only_where_the_first_died() {
    let server = Redis::keeping(&[]);
    let (here, there) = (follow(&server.url()).await, follow(&server.url()).await);
    let mut keys = HashSet::new();
    for _ in 0..450 {
        keys.insert(
            here.open(NewSession { opened_at: NOON, ..login(&format!("p-{}", keys.len())) }).await.unwrap().key,
        );
    }
    let over = NOON.plus(1800 + SURELY);
    let mut taken = Vec::new();
    loop {
        let (mine, theirs) = tokio::join!(due(&here, over), due(&there, over));
        if mine.is_empty() && theirs.is_empty() {
            break;
        }
        taken.extend(mine.into_iter().chain(theirs).map(|(key, _)| key));
    }
    assert_eq!((taken.len(), taken.iter().copied().collect::<HashSet<_>>()), (450, keys.clone()));
    // All but one are told of.
    let left = taken.pop().unwrap();
    taken.iter().for_each(|key| here.told(key));
    here.settle().await;
    assert_eq!(due(&there, over.plus(200)).await, [], "it may still be told");
    let again = due(&there, over.plus(400)).await;
    assert_eq!(again, [(left, Some((SessionEnd::Idle, NOON.plus(1800))))], "as it was, not as of now");
    there.told(&left);
    there.settle().await;
    assert_eq!(due(&here, over.plus(4000)).await, []);
}

#[tokio::test]
async fn an_end_in_a_request_that_nobody_could_tell_of_is_told_by_another() {
    let server = Redis::keeping(&[]);
    let (dies, lives) = (follow(&server.url()).await, follow(&server.url()).await);
    let key = opened(&dies, "k.sato").await;
    let ended = Ended { why: SessionEnd::Logout, at: NOON.plus(9) };
    assert!(dies.end(&key, ended).await.unwrap().is_some());
    assert_eq!(due(&lives, NOON.plus(100)).await, []);
    assert_eq!(due(&lives, NOON.plus(400)).await, [(key, Some((SessionEnd::Logout, NOON.plus(9))))]);
}

#[tokio::test]
async fn what_was_told_while_the_store_was_away_is_not_told_again() {
    let server = Redis::keeping(&[]);
    let sessions = follow(&server.url()).await;
    let key = opened(&sessions, "k.sato").await;
    assert!(sessions.end(&key, Ended { why: SessionEnd::Logout, at: NOON }).await.unwrap().is_some());
    server.hang();
    servers::until("the store is silent", async || sessions.ready().is_err()).await;
    sessions.told(&key);
    sessions.settle().await;
    server.go_on();
    servers::until("the store answers", async || sessions.ready().is_ok()).await;
    assert_eq!(due(&sessions, NOON.plus(4000)).await, [], "before the store has heard of it");
    sessions.settle().await;
    assert_eq!(due(&sessions, NOON.plus(4000)).await, []);
}

#[tokio::test]
async fn of_a_session_that_the_store_has_lost_there_is_its_name_once() {
    let server = Redis::keeping(&[]);
    let sessions = follow(&server.url()).await;
    let key = opened(&sessions, "k.sato").await;
    let mut beside = server.connection().await;
    redis::cmd("DEL").arg(format!("s:{key}")).exec_async(&mut beside).await.unwrap();
    assert_eq!(due(&sessions, NOON.plus(4000)).await, [(key, None)]);
    assert_eq!(due(&sessions, NOON.plus(8000)).await, []);
}

#[tokio::test]
async fn every_session_that_lives_is_on_some_page() {
    on_both(async |sessions| {
        let mut keys = HashSet::new();
        for n in 0..1200 {
            keys.insert(opened(sessions, &format!("p-{n}")).await);
        }
        let ended = *keys.iter().next().unwrap();
        sessions.end(&ended, Ended { why: SessionEnd::Logout, at: NOON }).await.unwrap();
        keys.remove(&ended);
        let (mut found, mut page) = (HashSet::new(), Some(LivePage::FIRST));
        while let Some(this) = page {
            let (live, next) = sessions.live_page(this).await.unwrap();
            found.extend(live.iter().map(|record| *record.key()));
            page = next;
        }
        assert_eq!(found, keys);
    })
    .await;
}
