//! From the registry's commit to the cut, as the client sees it; and 200 others who notice nothing.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use house::{House, OFFICE, OTHER_OFFICE, Settled, Talk, until};

use crate::fixtures::cut::AT_MOST;
use crate::fixtures::held::{Held, Holder, Work, hold};
use crate::fixtures::newcomer::Newcomer;

const ROUNDS: usize = 50;
const OTHERS: usize = 200;
/// Of them so many run a download; the rest idle.
const BUSY: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_suspensions_cut_one_device_and_leave_two_hundred_alone() {
    let house = House::open().await;
    let _ = house.settle().await;
    assert_ne!(OFFICE, OTHER_OFFICE);
    let newcomer = Newcomer::of(&house, 1).await;
    let mut others: Vec<(Talk, String, Option<Held>)> = Vec::new();
    for number in 0..OTHERS {
        let (_, credentials) = house.device(OTHER_OFFICE).await;
        house.applied().await;
        let mut talk = house.talk(&credentials).await;
        let cookie = house.login(&mut talk, Settled::OTHER_WORKER).await;
        let holder = Holder { credentials: &credentials, cookie: &cookie, room: Settled::FOREIGN_ROOM };
        let busy = if number < BUSY {
            Some(hold(&house, holder, if number % 2 == 0 { Work::StreamH2 } else { Work::Stream }).await)
        } else {
            None
        };
        others.push((talk, cookie, busy));
    }
    let mut took: BTreeMap<String, Vec<Duration>> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let works = [Work::Idle, Work::Stream, Work::StreamH2, Work::WebSocket];
        let held = crate::fixtures::cut::hold_all(&house, &newcomer, &works).await;
        newcomer.suspend(&house).await;
        let since = Instant::now();
        for line in held {
            let name = format!("{:?}", line.work);
            let after = line.end().await.at.saturating_duration_since(since);
            took.entry(name).or_default().push(after);
            took.entry("all of them".to_owned()).or_default().push(after);
        }
        newcomer.resume(&house).await;
    }
    for (name, mut took) in took {
        took.sort();
        let (median, worst) = (took[took.len() / 2], took[took.len() - 1]);
        println!("commit to cut, {name}: median {median:?}, worst {worst:?} of {}", took.len());
        assert!(worst < AT_MOST, "{name}: {worst:?}");
    }
    let mut untouched = 0;
    for (talk, cookie, busy) in &mut others {
        if let Some(line) = busy {
            assert!(!line.is_over(), "another device's download was cut");
            let heard = line.heard.load(Ordering::Relaxed);
            until("its download goes on", async || line.heard.load(Ordering::Relaxed) > heard).await;
        }
        // The connection they have had all the time: Talk never opens another.
        let answer = house.get(talk, "/rooms/r-jiro/bytes/10", Some(cookie)).await;
        untouched += usize::from(answer.status == 200);
    }
    println!("{untouched} of {OTHERS} other devices untouched, {BUSY} of them in a download");
    assert_eq!(untouched, OTHERS);
}
