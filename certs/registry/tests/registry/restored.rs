//! A restore that the house signed is followed by itself, once; whatever else calls itself restored is another history.

use std::fs;
use std::sync::Arc;

use registry::{Feed, Moment};

use crate::forked::{event, held, lived_in, put_back};
use crate::signed::Signer;
use crate::written::{Written, applied, silent, until};

async fn hash_of(written: &Written, version: u64) -> String {
    written.asked(&format!("SELECT hash FROM events WHERE version = {version}")).await
}

/// Followed up to version 3, at which the device is on hold.
async fn followed(written: &Written, signer: &Signer) -> Arc<Feed> {
    lived_in(written).await;
    let feed = written.follow_with(signer);
    applied(&feed, 3).await;
    feed
}

async fn kept(written: &Written, feed: &Feed, words: &str) {
    let state = written.state();
    until("the floor is kept", feed, |_| fs::read_to_string(&state).is_ok_and(|text| text.contains(words))).await;
}

#[tokio::test]
async fn a_signed_restore_is_followed_by_itself_and_read_anew_whatever_its_version() {
    for at in [3, 4, 40] {
        for written in Written::both("one").await {
            let signer = Signer::new();
            let feed = followed(&written, &signer).await;
            let before = feed.newest().unwrap().moment();
            let from = hash_of(&written, 2).await;
            let mut changed = feed.changed();
            changed.borrow_and_update();
            // The device's row carries version 2, below what was applied: only who reads it all sees it.
            put_back(&written, &[event(at), signer.restoration(1, "one", (2, &from), at)].concat()).await;
            until("the restore is followed", &feed, |feed| feed.newest().unwrap().moment().epoch == 1).await;
            applied(&feed, at).await;
            assert!(!held(&feed), "all of it is read anew");
            let after = feed.newest().unwrap().moment();
            assert_eq!(after, Moment { epoch: 1, version: at });
            assert!(after > before && changed.has_changed().unwrap(), "whoever watches is told, at {at}");
            let version = written.change("UPDATE devices SET suspended = 1, version = :v WHERE device = 1").await;
            applied(&feed, version).await;
            assert!(held(&feed));
        }
    }
}

#[tokio::test]
async fn a_restore_at_a_lower_version_than_was_applied_is_followed_too() {
    for written in Written::both("one").await {
        let signer = Signer::new();
        let feed = followed(&written, &signer).await;
        for _ in 0..3 {
            written.change("UPDATE offices SET name = 'x', version = :v").await;
        }
        applied(&feed, 6).await;
        let from = hash_of(&written, 2).await;
        put_back(&written, &[event(3), signer.restoration(1, "one", (2, &from), 3)].concat()).await;
        applied(&feed, 3).await;
        assert!(!held(&feed));
        kept(&written, &feed, "\"epoch\":1,\"version\":3,").await;
    }
}

#[tokio::test]
async fn a_restore_that_was_followed_is_used_up_also_after_a_restart() {
    for written in Written::both("one").await {
        let signer = Signer::new();
        let feed = followed(&written, &signer).await;
        let from = hash_of(&written, 2).await;
        let restored = [event(10), signer.restoration(1, "one", (2, &from), 10)].concat();
        put_back(&written, &restored).await;
        applied(&feed, 10).await;
        let version = written.change("UPDATE devices SET suspended = 1, version = :v WHERE device = 1").await;
        applied(&feed, version).await;
        kept(&written, &feed, "\"epoch\":1,\"version\":11,").await;
        // The restored registry as it was on its first day, put back and worked on.
        put_back(&written, &[restored, event(11), event(12)].concat()).await;
        silent(&feed, "(number 1) is no newer than the last one taken here (number 1)").await;
        assert!(held(&feed) && feed.is_forked());
        drop(feed);
        let again = written.follow_with(&signer);
        silent(&again, "registry_forked: ").await;
        assert!(again.newest().is_none());
        // The next restore of the house is taken.
        put_back(&written, &[event(20), signer.restoration(2, "one", (2, &from), 20)].concat()).await;
        applied(&again, 20).await;
    }
}

#[tokio::test]
async fn a_restore_that_lost_nothing_here_is_used_up_by_being_followed() {
    for written in Written::both("one").await {
        let signer = Signer::new();
        let feed = followed(&written, &signer).await;
        let from = hash_of(&written, 3).await;
        // From version 3, the very one that was applied: the history goes on.
        let goes_on = [event(4), signer.restoration(1, "one", (3, &from), 4)].concat();
        written.run(&format!("BEGIN; {goes_on} COMMIT;")).await;
        applied(&feed, 4).await;
        kept(&written, &feed, "\"epoch\":1,\"version\":4,").await;
        written.change("UPDATE offices SET name = 'x', version = :v").await;
        applied(&feed, 5).await;
        written.run("DELETE FROM events WHERE version = 5; UPDATE events SET hash = 'x' WHERE version = 4").await;
        written.run(&format!("BEGIN; {} COMMIT;", event(6))).await;
        silent(&feed, "is no newer than the last one taken here").await;
    }
}

#[tokio::test]
async fn what_the_house_did_not_sign_for_this_registry_and_this_history_is_not_followed() {
    for written in Written::both("one").await {
        let (signer, other) = (Signer::new(), Signer::new());
        let feed = followed(&written, &signer).await;
        let (from, lost) = (hash_of(&written, 2).await, hash_of(&written, 3).await);
        let good = signer.restoration(1, "one", (2, &from), 10);
        for (restoration, told) in [
            (other.restoration(1, "one", (2, &from), 10), "is not signed by the journal key"),
            (good.replace("\"epoch\":1", "\"epoch\":7"), "is not signed by the journal key"),
            (good.replace("(1, ", "(7, "), "of another history"),
            (signer.restoration(1, "two", (2, &from), 10), "of another registry"),
            (signer.restoration(1, "one", (3, &lost), 10), "of another history"),
            (signer.restoration(1, "one", (2, &lost), 10), "of another history"),
            (signer.restoration(1, "one", (2, &from), 9), "of another history"),
            (signer.restoration(0, "one", (2, &from), 10), "is no newer than the last one taken here (number 0)"),
            (String::new(), "no restore is recorded in it"),
        ] {
            put_back(&written, &[event(10), restoration].concat()).await;
            silent(&feed, told).await;
            assert!(held(&feed) && feed.is_forked(), "{told}");
        }
        // Whatever was tried before does not keep the house's own word out.
        put_back(&written, &[event(10), good].concat()).await;
        applied(&feed, 10).await;
        assert!(!held(&feed));
    }
}

#[tokio::test]
async fn without_a_journal_key_no_restore_is_followed_by_itself() {
    for written in Written::both("one").await {
        let signer = Signer::new();
        lived_in(&written).await;
        let feed = written.follow();
        applied(&feed, 3).await;
        let from = hash_of(&written, 2).await;
        put_back(&written, &[event(10), signer.restoration(1, "one", (2, &from), 10)].concat()).await;
        silent(&feed, "no journal key is configured here (registry.journal_key)").await;
        assert!(held(&feed) && feed.is_forked());
        kept(&written, &feed, "\"version\":3,").await;
        drop(feed);
        // Told the key, it goes on by itself from the same state file.
        let again = written.follow_with(&signer);
        applied(&again, 10).await;
        assert!(!held(&again));
    }
}

#[tokio::test]
async fn a_number_written_into_the_table_keeps_no_restore_out() {
    for written in Written::both("one").await {
        let (signer, other) = (Signer::new(), Signer::new());
        let feed = followed(&written, &signer).await;
        let from = hash_of(&written, 2).await;
        written.run(&other.restoration(9_000, "one", (2, &from), 3)).await;
        let version = written.change("UPDATE offices SET name = 'x', version = :v").await;
        applied(&feed, version).await;
        put_back(&written, &[event(10), signer.restoration(1, "one", (2, &from), 10)].concat()).await;
        applied(&feed, 10).await;
        assert!(!held(&feed));
    }
}
