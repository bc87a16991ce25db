//! An invitation with an end is over at that second, for what runs under it too, though nobody changes anything.

use std::time::{Duration, Instant};

use house::{House, by, now};

use crate::fixtures::cut::{AT_MOST, all_end, hold_all};
use crate::fixtures::held::Work;
use crate::fixtures::newcomer::Newcomer;

/// The person's invitation to their room ends in so many seconds, or some more; when that is. Every minute all is judged anew:
/// the end lies where that would not be in time.
async fn ends_in(house: &House, newcomer: &Newcomer, seconds: i64) -> Instant {
    let (room, user) = (newcomer.room.parse().unwrap(), newcomer.login_id.parse().unwrap());
    let in_its_minute = now().plus(seconds).unix().rem_euclid(60);
    let seconds = if (2..=50).contains(&in_its_minute) { seconds } else { seconds + 15 };
    let (end, clock) = (now().plus(seconds), Instant::now());
    house.writer.extend_invitations(&by(), &room, (&[user], Some(end))).await.unwrap();
    // A second begins up to a second before its number says.
    clock + Duration::from_secs(u64::try_from(seconds).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_under_an_invitation_is_cut_at_its_end_and_told_that_nobody_is_invited() {
    let house = House::open().await;
    let (ending, staying) = (Newcomer::of(&house, 1).await, Newcomer::of(&house, 2).await);
    let end = ends_in(&house, &ending, 15).await;
    // This one would end first, and is extended before.
    ends_in(&house, &staying, 15).await;
    house.applied().await;
    let mut idle = house.talk(&ending.credentials).await;
    assert_eq!(ending.refusal_on(&house, &mut idle).await.0, 200);
    let held = hold_all(&house, &ending, &Work::FLIGHTS).await;
    let kept = hold_all(&house, &staying, &[Work::Stream, Work::WebSocket]).await;
    ends_in(&house, &staying, 3_600).await;
    house.applied().await;
    assert!(Instant::now() < end - Duration::from_secs(2), "this machine is too slow: nothing was seen before the end");
    tokio::time::sleep_until((end - Duration::from_millis(1_100)).into()).await;
    assert!(held.iter().all(|line| !line.is_over()), "something ended before the end of the invitation");
    for (work, ended) in all_end(held, end, "the end of an invitation").await {
        assert!(ended.at > end - Duration::from_millis(1_100), "{work:?} ended before its time");
    }
    let told = ending.refusal_on(&house, &mut idle).await;
    assert_eq!(told, (403, "KW-111".to_owned(), "not_invited".to_owned()), "the device stays connected");
    assert!(Instant::now() < end + AT_MOST + Duration::from_secs(2));
    assert!(kept.iter().all(|line| !line.is_over()), "an invitation that was extended goes on");
    assert_eq!(staying.refusal(&house).await.0, 200);
}
