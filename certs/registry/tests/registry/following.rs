//! A follower misses nothing, and is quick.

use std::time::{Duration, Instant};

use certs::DeviceNo;
use registry::Feed;

use crate::written::{DEADLINE, Written, applied, device, office};

const OFFICE: &str = "1272201234";

fn suspended(feed: &Feed, number: u32) -> bool {
    feed.load().as_ref().unwrap().device(DeviceNo::new(number).unwrap()).unwrap().suspended
}

#[tokio::test]
async fn nothing_is_missed_while_four_write_at_once() {
    const EACH: u32 = 100;
    for written in Written::both("one").await {
        let version = written.change(&office(OFFICE)).await;
        let feed = written.follow();
        applied(&feed, version).await;
        let mut changed = feed.changed();
        let writers: Vec<_> = (0..4_u32)
            .map(|writer| {
                let written = written.clone();
                tokio::spawn(async move {
                    for n in 0..EACH {
                        let number = writer * EACH + n + 1;
                        written.change(&device(number, OFFICE)).await;
                        if n % 2 == 0 {
                            let hold =
                                format!("UPDATE devices SET suspended = 1, version = :v WHERE device = {number}");
                            written.change(&hold).await;
                        }
                    }
                })
            })
            .collect();
        let last = 1 + u64::from(4 * (EACH + EACH / 2));
        let mut seen = *changed.borrow_and_update();
        while seen < last {
            tokio::time::timeout(DEADLINE, changed.changed()).await.expect("the last version is applied").unwrap();
            let version = *changed.borrow_and_update();
            assert!(version > seen, "versions only rise");
            assert!(feed.newest().unwrap().version() >= version, "a snapshot is in place before it is told of");
            seen = version;
        }
        for writer in writers {
            writer.await.unwrap();
        }
        for number in 1..=4 * EACH {
            assert_eq!(suspended(&feed, number), ((number - 1) % EACH).is_multiple_of(2), "DEV-{number:06}");
        }
        let states = feed.newest().unwrap().devices_by_state();
        assert_eq!((states.approved, states.suspended), (200, 200));
    }
}

#[tokio::test]
async fn a_suspension_is_applied_soon_after_its_commit() {
    for written in Written::both("one").await {
        let version = written.change(&[office(OFFICE), device(1, OFFICE)].concat()).await;
        let feed = written.follow();
        applied(&feed, version).await;
        let mut changed = feed.changed();
        let mut took = Vec::new();
        for n in 0..60 {
            changed.borrow_and_update();
            let version = written
                .change(&format!("UPDATE devices SET suspended = {}, version = :v WHERE device = 1", (n + 1) % 2))
                .await;
            let committed = Instant::now();
            while *changed.borrow_and_update() < version {
                tokio::time::timeout(DEADLINE, changed.changed()).await.expect("it is applied").unwrap();
            }
            took.push(committed.elapsed());
            assert_eq!(suspended(&feed, 1), n % 2 == 0);
            // Off the follower's beat, so that every moment of it is met.
            tokio::time::sleep(Duration::from_millis(n % 23)).await;
        }
        took.sort();
        let kind = written.url.split(':').next().unwrap();
        println!("{kind}: commit to applied: median {:?}, worst {:?} of {}", took[30], took[59], took.len());
    }
}

#[tokio::test]
async fn silence_is_counted_from_the_last_check_and_a_good_registry_is_never_silent_for_long() {
    for written in Written::both("one").await {
        let version = written.change(&office(OFFICE)).await;
        let feed = written.follow();
        applied(&feed, version).await;
        let quiet = Instant::now() + Duration::from_secs(1);
        while Instant::now() < quiet {
            assert_eq!(feed.why_silent(), None);
            assert!(feed.silent_for(Instant::now()) < DEADLINE);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(feed.silent_for(Instant::now() + Duration::from_secs(3600)) > Duration::from_secs(3000));
    }
}
