//! What was ended leaves a chain that verifies, and says what is gone.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::super::command::GatewayLog;
use super::super::journal::rotated;
use super::super::test_support::{Place, request};
use super::plan::Lies;
use super::*;

const DAY: Duration = Duration::from_secs(86_400);
const POLICY: RetentionPolicy = RetentionPolicy { at_hand_days: 366, keep_days: 1_827, held_from: None };

fn later(days: u32) -> SystemTime {
    SystemTime::now() + DAY * days
}

/// A log of several rotated files.
async fn written(place: &Place) {
    let log = place.open();
    for _ in 0..200 {
        log.written(&request()).await.unwrap();
    }
    log.close().await.unwrap();
    assert!(rotated(&place.file).unwrap().len() > 5);
}

fn log(place: &Place, archive: Option<PathBuf>) -> OldLines {
    OldLines {
        file: place.file.clone(),
        checkpoints: place.checkpoints.clone(),
        key: place.key.clone(),
        gateway: "gw-1".to_owned(),
        archive,
        policy: POLICY,
    }
}

fn at_hand(place: &Place) -> Vec<PathBuf> {
    rotated(&place.file).unwrap().into_iter().map(|(_, path)| path).chain([place.file.clone()]).collect()
}

/// What is wrong with these files, and the number of their first line.
fn verified(place: &Place, files: &[PathBuf]) -> (Vec<String>, u64) {
    let logs = GatewayLog::sort(files, std::slice::from_ref(&place.checkpoints)).unwrap();
    let checked = logs[0].read(&mut |_| {}).unwrap();
    (checked.findings, checked.span.unwrap().0)
}

fn change(path: &Path, with: impl Fn(&str) -> String) {
    fs::write(path, with(&fs::read_to_string(path).unwrap())).unwrap();
}

#[tokio::test]
async fn what_remains_verifies_after_the_end_and_the_gateway_goes_on_behind_it() {
    let place = Place::rotating(4_096);
    written(&place).await;
    let log = log(&place, None);
    let before = at_hand(&place);
    assert_eq!(end_old(&log, later(1_826), false).unwrap(), [], "nothing is too old yet");
    let would = end_old(&log, later(1_828), true).unwrap();
    assert_eq!((would.len(), at_hand(&place)), (before.len() - 2, before), "a dry run takes nothing away");
    let ended = end_old(&log, later(1_828), false).unwrap();
    assert_eq!(ended, would);
    let left = at_hand(&place);
    assert_eq!(left.len(), 2, "the newest rotated file and the one that is written");
    let (findings, first) = verified(&place, &left);
    assert_eq!((findings, first), (Vec::new(), ended.last().unwrap().lines.1 + 1));
    // The gateway starts behind it as behind any log, and the chain is still one.
    place.open().close().await.unwrap();
    assert_eq!(verified(&place, &at_hand(&place)).0, [""; 0]);
    assert_eq!(end_old(&log, later(1_828), false).unwrap(), [], "once is enough");
}

#[tokio::test]
async fn a_file_goes_to_the_archive_after_its_time_at_hand_and_out_of_it_after_all_its_time() {
    let place = Place::rotating(4_096);
    written(&place).await;
    let archive = place.directory.join("archive");
    let log = log(&place, Some(archive.clone()));
    let all = at_hand(&place).len();
    let ended = end_old(&log, later(367), false).unwrap();
    assert!(ended.iter().all(|file| file.how == EndedHow::Archived) && ended.len() == all - 2, "{ended:?}");
    let (findings, first) = verified(&place, &at_hand(&place));
    assert!(findings.is_empty() && first > 1, "{findings:?}");
    let name = place.file.file_name().unwrap();
    let archived = rotated(&archive.join(name)).unwrap().into_iter().map(|(_, path)| path);
    let whole: Vec<_> = archived.chain(at_hand(&place)).collect();
    assert_eq!(verified(&place, &whole), (Vec::new(), 1), "with the archive the chain is whole");
    let gone = end_old(&log, later(1_828), false).unwrap();
    assert!(gone.iter().all(|file| file.how == EndedHow::Removed) && gone.len() == ended.len(), "{gone:?}");
    assert_eq!(rotated(&archive.join(name)).unwrap(), []);
    assert_eq!(verified(&place, &at_hand(&place)).0, [""; 0]);
}

#[tokio::test]
async fn the_archive_is_filled_bit_by_bit_and_what_is_on_hold_stays_there() {
    let place = Place::rotating(4_096);
    written(&place).await;
    let mut log = log(&place, Some(place.directory.join("archive")));
    let first = end_old(&log, later(367), false).unwrap().len();
    written(&place).await;
    let more = end_old(&log, later(367), false).unwrap();
    assert!(more.len() > 3 && more.iter().all(|file| file.how == EndedHow::Archived), "{more:?}");
    log.policy.held_from = Some(SystemTime::now() - DAY);
    assert_eq!(end_old(&log, later(1_828), false).unwrap(), [], "all of it is of the time that is on hold");
    log.policy.held_from = Some(later(1));
    assert_eq!(end_old(&log, later(1_828), false).unwrap().len(), first + more.len());
}

#[tokio::test]
async fn lines_that_somebody_took_away_instead_are_found() {
    let place = Place::rotating(4_096);
    written(&place).await;
    end_old(&log(&place, None), later(1_828), false).unwrap();
    let left = at_hand(&place);
    let heads = heads_beside(&place.file);
    let sound = fs::read_to_string(&heads).unwrap();
    // A head says another hash, or that other lines are gone: its signature does not fit.
    change(&heads, |text| text.replacen("\"first\":1,", "\"first\":2,", 1));
    assert!(verified(&place, &left).0.iter().any(|found| found.contains("bad head")));
    // A head of the middle is taken out: the others do not follow each other.
    change(&heads, |_| {
        sound.lines().enumerate().filter(|(at, _)| *at != 1).map(|(_, line)| format!("{line}\n")).collect()
    });
    assert!(verified(&place, &left).0.iter().any(|found| found.contains("do not follow each other")));
    // The first line that is left is another than the one that followed.
    fs::write(&heads, &sound).unwrap();
    assert_eq!(verified(&place, &left).0, [""; 0]);
    change(&left[0], |text| {
        let (before, rest) = text.split_once("\"prev\":\"").unwrap();
        let other = if rest.starts_with('0') { '1' } else { '0' };
        format!("{before}\"prev\":\"{other}{}", &rest[1..])
    });
    assert!(!verified(&place, &left).0.is_empty());
}

#[tokio::test]
async fn a_head_that_was_cut_off_takes_no_other_with_it() {
    let place = Place::rotating(4_096);
    written(&place).await;
    let heads = heads_beside(&place.file);
    // The disk was full in the middle of it: the file that it is of is still there.
    fs::write(&heads, "{\"kind\":\"ended\",\"time\":\"2026-11").unwrap();
    let ended = end_old(&log(&place, None), later(1_828), false).unwrap();
    assert_eq!(verified(&place, &at_hand(&place)), (Vec::new(), ended.last().unwrap().lines.1 + 1));
    assert_eq!(fs::read_to_string(&heads).unwrap().lines().count(), ended.len());
}

#[tokio::test]
async fn nothing_is_ended_on_hold_and_nothing_that_is_no_whole_part_of_a_chain() {
    let place = Place::rotating(4_096);
    written(&place).await;
    let log = log(&place, None);
    let before = at_hand(&place);
    let hold = place.directory.join("access.log.hold");
    fs::write(&hold, "").unwrap();
    assert!(matches!(end_old(&log, later(1_828), false), Err(EndRefusal::OnHold(_))));
    fs::remove_file(&hold).unwrap();
    change(&before[0], |text| text.replacen("192.0.2.1", "192.0.2.9", 1));
    assert!(matches!(end_old(&log, later(1_828), false), Err(EndRefusal::Broken { .. })));
    assert_eq!(at_hand(&place), before);
}

#[test]
fn the_time_of_a_file_is_that_of_its_last_line() {
    let written = SystemTime::UNIX_EPOCH;
    let due = |lies, days: u32| POLICY.due(lies, written, written + DAY * days);
    let (alone, beside) = (Lies::AtHand { archive: false }, Lies::AtHand { archive: true });
    assert_eq!([due(alone, 1_827), due(beside, 366), due(Lies::InArchive, 1_827)], [None; 3]);
    assert_eq!(due(beside, 367), Some(EndedHow::Archived));
    assert_eq!([due(alone, 1_828), due(beside, 1_828), due(Lies::InArchive, 1_828)], [Some(EndedHow::Removed); 3]);
    let held = RetentionPolicy { held_from: Some(written), ..POLICY };
    let due = |lies, days: u32| held.due(lies, written, written + DAY * days);
    assert_eq!([due(alone, 1_828), due(Lies::InArchive, 1_828)], [None; 2], "on hold from its own moment on");
    assert_eq!(due(beside, 1_828), Some(EndedHow::Archived), "it may go to the archive");
}
