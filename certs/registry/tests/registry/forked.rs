//! Another history is silence by its own name, in either database, at whatever height it stands and whenever it is met.

use std::fs;

use certs::DeviceNo;
use registry::Feed;

use crate::written::{Written, applied, device, office, silent, until, uuid_of_sorts};

const OFFICE: &str = "1272201234";

/// An office and a device at version 2, the device on hold at 3.
pub(crate) async fn lived_in(written: &Written) {
    written.change(&office(OFFICE)).await;
    written.change(&device(1, OFFICE)).await;
    written.change("UPDATE devices SET suspended = 1, version = :v WHERE device = 1").await;
}

pub(crate) fn held(feed: &Feed) -> bool {
    feed.newest().unwrap().device(DeviceNo::new(1).unwrap()).unwrap().suspended
}

/// The registry as it was at version 2, in one transaction with `more`: nobody sees the steps in between.
pub(crate) async fn put_back(written: &Written, more: &str) {
    let back = "DELETE FROM restorations; DELETE FROM events WHERE version > 2; \
                UPDATE devices SET suspended = 0, version = 2 WHERE device = 1; \
                UPDATE offices SET version = 1; UPDATE registry SET version = 2";
    written.run(&format!("BEGIN; {back}; {more} COMMIT;")).await;
}

/// An event of this version, of no history but its own.
pub(crate) fn event(version: u64) -> String {
    let hash = uuid_of_sorts();
    format!(
        "INSERT INTO events VALUES ({version}, 0, 'test', 'test', 'test', NULL, NULL, '{{}}', '', '{hash}', NULL); \
         UPDATE registry SET version = {version};"
    )
}

async fn state_is_kept(written: &Written, feed: &Feed, words: &str) {
    let state = written.state();
    until("the floor is kept", feed, |_| fs::read_to_string(&state).is_ok_and(|text| text.contains(words))).await;
}

#[tokio::test]
async fn at_the_same_height_another_history_is_refused() {
    for written in Written::both("one").await {
        lived_in(&written).await;
        let feed = written.follow();
        applied(&feed, 3).await;
        put_back(&written, &event(3)).await;
        silent(&feed, "registry_forked: ").await;
        assert!(feed.is_forked() && held(&feed));
    }
}

#[tokio::test]
async fn a_backup_that_is_worked_on_never_gets_past_the_version_applied() {
    for written in Written::both("one").await {
        lived_in(&written).await;
        let feed = written.follow();
        applied(&feed, 3).await;
        state_is_kept(&written, &feed, "\"version\":3,").await;
        put_back(&written, "").await;
        silent(&feed, "stands at version 2, but version 3 was applied already").await;
        assert!(!feed.is_forked(), "an older one is told as such");
        for version in 3..=6 {
            written.change("UPDATE offices SET name = 'x', version = :v").await;
            silent(&feed, &format!("it stands at version {version}")).await;
            assert!(feed.is_forked() && held(&feed), "at {version}");
        }
        drop(feed);
        let again = written.follow();
        silent(&again, "registry_forked: ").await;
        assert!(again.newest().is_none(), "nor after a restart");
    }
}

#[tokio::test]
async fn a_history_whose_event_of_our_version_is_gone_is_refused() {
    for written in Written::both("one").await {
        lived_in(&written).await;
        let feed = written.follow();
        applied(&feed, 3).await;
        put_back(&written, &event(40)).await;
        silent(&feed, "registry_forked: ").await;
        assert!(held(&feed));
    }
}

#[tokio::test]
async fn a_registry_whose_last_change_left_no_event_is_refused() {
    for written in Written::both("one").await {
        lived_in(&written).await;
        let feed = written.follow();
        applied(&feed, 3).await;
        written.run("UPDATE registry SET version = 4; UPDATE devices SET suspended = 0, version = 4").await;
        silent(&feed, "there is no event of its version 4").await;
        assert!(held(&feed));
    }
}

#[tokio::test]
async fn a_state_file_of_an_earlier_release_is_read_once_and_completed() {
    for written in Written::both("one").await {
        lived_in(&written).await;
        fs::write(written.state(), "{\"registry\":\"one\",\"version\":3}\n").unwrap();
        let feed = written.follow();
        applied(&feed, 3).await;
        let hash = written.asked("SELECT hash FROM events WHERE version = 3").await;
        state_is_kept(&written, &feed, &hash).await;
        drop(feed);
        put_back(&written, &event(3)).await;
        let again = written.follow();
        silent(&again, "registry_forked: ").await;
        assert!(again.newest().is_none());
    }
}

#[tokio::test]
async fn without_its_state_file_a_gateway_believes_what_it_finds() {
    for written in Written::both("one").await {
        lived_in(&written).await;
        let feed = written.follow();
        applied(&feed, 3).await;
        state_is_kept(&written, &feed, "\"version\":3,").await;
        drop(feed);
        put_back(&written, &event(3)).await;
        fs::remove_file(written.state()).unwrap();
        let again = written.follow();
        applied(&again, 3).await;
        assert!(!held(&again), "somebody removed it on purpose");
    }
}

#[tokio::test]
async fn where_the_history_goes_on_again_so_does_the_follower() {
    for written in Written::both("one").await {
        lived_in(&written).await;
        let hash = written.asked("SELECT hash FROM events WHERE version = 3").await;
        let feed = written.follow();
        applied(&feed, 3).await;
        written.run("UPDATE events SET hash = 'another' WHERE version = 3").await;
        silent(&feed, "registry_forked: ").await;
        written.run(&format!("UPDATE events SET hash = '{hash}' WHERE version = 3")).await;
        applied(&feed, 3).await;
        let version = written.change("UPDATE devices SET suspended = 0, version = :v WHERE device = 1").await;
        applied(&feed, version).await;
        assert!(!held(&feed) && !feed.is_forked());
    }
}
