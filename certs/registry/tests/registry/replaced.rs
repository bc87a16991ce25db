//! A file that is gone, another one or an older one is silence, and the right one ends it.

use std::fs;
use std::path::Path;

use certs::DeviceNo;
use registry::Feed;
use sqlx::sqlite::SqliteJournalMode;

use crate::written::{Folder, Written, applied, device, office, silent, until};

const OFFICE: &str = "1272201234";

/// A registry in a single file that can be copied about, with one office and one device at version 2.
async fn single(id: &str) -> Written {
    let written = Written::file_with(&Folder::new(), id, SqliteJournalMode::Delete).await;
    written.change(&office(OFFICE)).await;
    written.change(&device(1, OFFICE)).await;
    written
}

async fn hold(written: &Written) -> u64 {
    written.change("UPDATE devices SET suspended = 1, version = :v WHERE device = 1").await
}

fn held(feed: &Feed) -> bool {
    feed.newest().unwrap().device(DeviceNo::new(1).unwrap()).unwrap().suspended
}

fn path(written: &Written) -> &Path {
    Path::new(written.url.strip_prefix("sqlite:").unwrap())
}

/// Puts a copy in the place of the registry, as a restore does: at once, as another file.
fn put(copy: &Path, written: &Written) {
    let beside = written.folder.join("beside");
    fs::copy(copy, &beside).unwrap();
    fs::rename(&beside, path(written)).unwrap();
}

#[tokio::test]
async fn a_registry_that_is_not_there_yet_is_silence_and_is_read_when_it_comes() {
    let folder = Folder::new();
    let place = folder.join("registry.db");
    let feed = Feed::follow(&format!("sqlite:{}", place.display()), &place.with_extension("state"), None).unwrap();
    silent(&feed, "there is no registry at").await;
    assert!(feed.newest().is_none());
    let written = Written::file(&folder, "one").await;
    let version = written.change(&office(OFFICE)).await;
    applied(&feed, version).await;
}

#[tokio::test]
async fn a_removed_file_is_silence_and_the_last_snapshot_stays_until_it_is_restored() {
    let written = single("one").await;
    let feed = written.follow();
    applied(&feed, 2).await;
    let away = written.folder.join("away");
    fs::rename(path(&written), &away).unwrap();
    silent(&feed, "there is no registry at").await;
    assert_eq!(feed.newest().unwrap().version(), 2);
    fs::rename(&away, path(&written)).unwrap();
    applied(&feed, 2).await;
    let version = hold(&written).await;
    applied(&feed, version).await;
    assert!(held(&feed));
}

#[tokio::test]
async fn an_older_file_is_refused_and_the_newest_one_ends_the_silence() {
    let written = single("one").await;
    let older = written.folder.join("older");
    fs::copy(path(&written), &older).unwrap();
    let feed = written.follow();
    hold(&written).await;
    applied(&feed, 3).await;
    written.close().await;
    let newest = written.folder.join("newest");
    fs::copy(path(&written), &newest).unwrap();

    put(&older, &written);
    silent(&feed, "stands at version 2, but version 3 was applied already").await;
    assert!(held(&feed), "the hold stays in force");
    put(&newest, &written);
    applied(&feed, 3).await;

    // Written over in place: the same inode.
    fs::copy(&older, path(&written)).unwrap();
    silent(&feed, "stands at version 2, but version 3 was applied already").await;
    assert!(held(&feed));
    fs::copy(&newest, path(&written)).unwrap();
    applied(&feed, 3).await;
}

#[tokio::test]
async fn another_registry_is_refused_whatever_its_version() {
    let written = single("one").await;
    let other = single("another").await;
    hold(&other).await;
    other.close().await;
    let feed = written.follow();
    applied(&feed, 2).await;
    put(path(&other), &written);
    silent(&feed, "this is another registry (another) than the one followed so far (one)").await;
    assert_eq!(feed.newest().unwrap().registry_id(), "one");
}

#[tokio::test]
async fn a_newer_file_of_the_same_registry_takes_over() {
    let written = single("one").await;
    let feed = written.follow();
    applied(&feed, 2).await;
    let copy = written.folder.join("copy.db");
    fs::copy(path(&written), &copy).unwrap();
    put(&copy, &written);
    applied(&feed, 2).await;
    // The old writer still writes into the file that is gone; a new one into what lies there now.
    written.close().await;
    let again = reopened(&written).await;
    let version = hold(&again).await;
    applied(&feed, version).await;
    assert!(held(&feed));
}

async fn reopened(written: &Written) -> Written {
    let copy = written.folder.join("again.db");
    fs::copy(path(written), &copy).unwrap();
    fs::rename(&copy, path(written)).unwrap();
    Written::opened(path(written), &written.folder).await
}

#[tokio::test]
async fn a_history_that_shares_its_numbers_with_another_is_refused_however_it_is_put_there() {
    let written = single("one").await;
    let fork = written.folder.join("fork.db");
    fs::copy(path(&written), &fork).unwrap();
    let feed = written.follow();
    hold(&written).await;
    applied(&feed, 3).await;
    // The backup of version 2 was worked on, and is at 4 by now; there, the device was not put on hold.
    let forked = Written::opened(&fork, &written.folder).await;
    forked.change("UPDATE offices SET name = 'x', version = :v").await;
    forked.change("UPDATE offices SET name = 'y', version = :v").await;
    forked.close().await;
    written.close().await;
    let newest = written.folder.join("newest");
    fs::copy(path(&written), &newest).unwrap();
    // Written over in place, so that only the events can tell; then as another file.
    fs::copy(&fork, path(&written)).unwrap();
    silent(&feed, "registry_forked: ").await;
    assert!(held(&feed) && feed.is_forked());
    put(&newest, &written);
    applied(&feed, 3).await;
    assert!(!feed.is_forked());
    put(&fork, &written);
    silent(&feed, "registry_forked: ").await;
    assert!(held(&feed) && feed.is_forked());
    // Also where the numbers pass ours under our eyes.
    let forked = Written::opened(path(&written), &written.folder).await;
    for n in 0..5 {
        forked.change(&format!("UPDATE offices SET name = '{n}', version = :v")).await;
        silent(&feed, &format!("it stands at version {}", 5 + n)).await;
    }
    assert!(held(&feed) && feed.is_forked());
    put(&newest, &written);
    applied(&feed, 3).await;
}

#[tokio::test]
async fn an_older_registry_is_refused_after_a_restart_too() {
    for written in Written::both("one").await {
        written.change(&office(OFFICE)).await;
        written.change(&device(1, OFFICE)).await;
        let feed = written.follow();
        applied(&feed, 2).await;
        let state = written.state();
        until("the floor is kept", &feed, |_| fs::read_to_string(&state).is_ok_and(|text| text.contains(":2,"))).await;
        drop(feed);
        written.run("UPDATE registry SET version = 1").await;
        let feed = written.follow();
        silent(&feed, "stands at version 1, but version 2 was applied already").await;
        assert!(feed.newest().is_none());
        assert!(fs::read_to_string(&state).unwrap().contains("\"version\":2,"), "never lower");
        written.run("UPDATE registry SET version = 2").await;
        applied(&feed, 2).await;
    }
}

#[tokio::test]
async fn a_change_is_in_force_though_the_floor_cannot_be_kept_and_that_is_said() {
    let written = single("one").await;
    let state = written.folder.join("no-such-folder").join("gateway.state");
    let feed = Feed::follow(&written.url, &state, None).unwrap();
    applied(&feed, 2).await;
    let version = hold(&written).await;
    applied(&feed, version).await;
    assert!(held(&feed));
    until("it is said", &feed, |feed| feed.why_unkept().is_some_and(|why| why.contains("no-such-folder"))).await;
    fs::create_dir_all(state.parent().unwrap()).unwrap();
    until("it is kept", &feed, |feed| feed.why_unkept().is_none()).await;
    let hash = written.asked("SELECT hash FROM events WHERE version = 3").await;
    let kept = format!("{{\"registry\":\"one\",\"epoch\":0,\"version\":3,\"hash\":\"{hash}\"}}\n");
    assert_eq!(fs::read_to_string(&state).unwrap(), kept);
}
