//! The promises of the journal, kept on real files.

use std::collections::HashSet;
use std::time::Instant;

use super::super::test_support::{Place, made_up_key, request, until};
use super::*;
use crate::{Facts, Outcome};

#[tokio::test]
async fn every_line_of_eight_writers_is_there_once_and_in_one_chain() {
    let place = Place::new();
    let log = place.open();
    let threads: Vec<_> = (0..8)
        .map(|thread| {
            let log = log.clone();
            std::thread::spawn(move || {
                for n in 0..10_000 {
                    let path = format!("/{thread}/{n}");
                    log.append(&Line { path: Some(path.as_bytes()), ..request() });
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    log.close().await.unwrap();

    let lines = place.chain();
    let paths: HashSet<_> = lines.iter().filter_map(|line| line["path"].as_str()).collect();
    assert_eq!(lines.len(), 80_000 + 2, "the start and the stop beside them");
    assert_eq!(paths.len(), 80_000);
    for thread in 0..8 {
        for n in 0..10_000 {
            assert!(paths.contains(format!("/{thread}/{n}").as_str()));
        }
    }
}

#[tokio::test]
async fn a_line_that_was_awaited_is_on_disk_and_the_group_was_not_waited_for() {
    let place = Place::new();
    let log = place.open();
    // A group is written every 20 ms. Where one was waited for, no line would be quicker than that.
    let (mut quickest, begun) = (Duration::MAX, Instant::now());
    let mut n = 0;
    while quickest >= Duration::from_millis(20) {
        assert!(begun.elapsed() < Duration::from_secs(20), "the quickest of {n}: {quickest:?}");
        let (path, asked) = (format!("/{n}"), Instant::now());
        log.written(&Line { path: Some(path.as_bytes()), ..request() }).await.unwrap();
        quickest = quickest.min(asked.elapsed());
        assert!(std::fs::read_to_string(&place.file).unwrap().contains(&format!("\"{path}\"")));
        n += 1;
    }
}

#[tokio::test]
async fn a_request_leaves_one_line_whether_closed_or_dropped_or_panicked() {
    let place = Place::new();
    let log = place.open();
    let connection = Arc::new(ConnectionFacts::new("service".into(), "[::ffff:192.0.2.1]:99".parse().unwrap(), None));
    let begin = || log.begin(RequestId::draw(), &connection);

    let line = begin();
    line.learn(|facts| *facts = Facts { status: Some(200), ..Facts::default() });
    line.meter().sent(7);
    line.close(Outcome::Passed);
    drop(begin());
    let line = begin();
    let fell = std::thread::spawn(move || {
        let _line = line;
        panic!("on purpose");
    });
    assert!(fell.join().is_err());
    let line = begin();
    line.upgraded();
    line.upgraded();
    line.close_written(Outcome::Cut).await.unwrap();
    log.close().await.unwrap();

    let lines = place.chain();
    let told: Vec<_> = lines.iter().map(|line| (line["kind"].as_str().unwrap(), line["outcome"].as_str())).collect();
    assert_eq!(
        told,
        [
            ("start", None),
            ("request", Some("passed")),
            ("request", Some("aborted")),
            ("request", Some("aborted")),
            ("open", None),
            ("request", Some("cut")),
            ("stop", None),
        ]
    );
    assert_eq!((&lines[1]["status"], &lines[1]["bytes_out"]), (&200.into(), &7.into()));
    assert_eq!((&lines[1]["source"], &lines[1]["site"]), (&"192.0.2.1".into(), &"service".into()));
    assert_eq!(lines[4]["request_id"], lines[5]["request_id"]);
}

#[tokio::test]
async fn a_request_that_runs_long_says_so_once_while_it_runs() {
    let place = Place::new();
    let log = place.open();
    let connection = Arc::new(ConnectionFacts::new("service".into(), "192.0.2.1:99".parse().unwrap(), None));
    let (long, short) = (log.begin(RequestId::draw(), &connection), log.begin(RequestId::draw(), &connection));
    short.close(Outcome::Passed);
    let later = Instant::now() + Duration::from_secs(10);
    log.watch().tell_open(later - Duration::from_secs(1), Duration::from_secs(10));
    for _ in 0..3 {
        log.watch().tell_open(later, Duration::from_secs(10));
    }
    long.close(Outcome::Passed);
    log.watch().tell_open(later, Duration::from_secs(10));
    log.close().await.unwrap();
    let lines = place.chain();
    let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["start", "request", "open", "request", "stop"]);
    assert_eq!(lines[2]["request_id"], lines[3]["request_id"]);
}

#[tokio::test]
async fn a_request_that_a_killed_gateway_left_open_gets_its_one_line_from_the_next() {
    let (place, after) = (Place::new(), Place::new());
    let log = place.open();
    let connection = Arc::new(ConnectionFacts::new("service".into(), "192.0.2.1:99".parse().unwrap(), None));
    let (ended, left) = (log.begin(RequestId::draw(), &connection), log.begin(RequestId::draw(), &connection));
    left.learn(|facts| {
        facts.user = "k.sato".parse().ok();
        facts.device = certs::DeviceNo::new(7).ok();
        facts.serial = Some(certs::Serial::from_random([9; 16]));
        facts.session = Some(crate::SessionMark([1, 2, 3, 255]));
    });
    for line in [&ended, &left] {
        line.upgraded();
    }
    ended.close_written(Outcome::Passed).await.unwrap();
    // What a power cut leaves: the files as they are now.
    for (from, to) in [(&place.file, &after.file), (&place.key, &after.key)] {
        fs::copy(from, to).unwrap();
    }

    for _ in 0..2 {
        let log = after.open();
        log.written(&request()).await.unwrap();
        log.close().await.unwrap();
    }
    let lines = after.chain();
    let id = left.request_id().to_string();
    let of_it: Vec<_> = lines.iter().filter(|line| line["request_id"] == id.as_str()).collect();
    let [open, end] = of_it.as_slice() else { panic!("{of_it:?}") };
    assert_eq!(
        (&end["kind"], &end["outcome"], &end["reason"]),
        (&"request".into(), &"aborted".into(), &"gateway_ended".into())
    );
    for fact in ["ref", "site", "user", "device", "serial", "source", "session"] {
        assert!(!end[fact].is_null());
        assert_eq!(open[fact], end[fact], "{fact}");
    }
    assert_eq!(lines.iter().filter(|line| line["reason"] == "gateway_ended").count(), 1);
}

#[tokio::test]
async fn the_chain_runs_on_across_rotated_files_and_restarts() {
    let place = Place::rotating(4096);
    for _ in 0..3 {
        let log = place.open();
        for _ in 0..50 {
            log.written(&request()).await.unwrap();
        }
        log.close().await.unwrap();
    }
    assert!(rotated(&place.file).unwrap().len() > 10);
    let lines = place.chain();
    assert_eq!(lines.len(), 3 * 52);
    assert_eq!(lines[52]["reason"], "continues after line 52");
    assert_eq!(mode(&place.file), 0o640);
}

#[tokio::test]
async fn a_file_moved_away_is_written_on_until_reopened() {
    let place = Place::new();
    let log = place.open();
    log.written(&request()).await.unwrap();
    let moved = place.file.with_file_name("access.log.000001");
    fs::rename(&place.file, &moved).unwrap();
    log.written(&request()).await.unwrap();
    assert_eq!(count(&moved), 3);
    log.reopen();
    until(|| place.file.exists()).await;
    log.written(&request()).await.unwrap();
    log.written(&request()).await.unwrap();
    log.close().await.unwrap();
    assert_eq!((count(&moved), count(&place.file)), (3, 3));
    assert_eq!(place.chain().len(), 6);
}

#[tokio::test]
async fn a_removed_file_is_put_back_whole() {
    let place = Place::new();
    let log = place.open();
    log.written(&request()).await.unwrap();
    fs::remove_file(&place.file).unwrap();
    log.written(&request()).await.unwrap();
    assert_eq!(place.chain().len(), 3);
    assert_eq!(log.ready(), Ok(()));
}

#[tokio::test]
async fn another_file_in_our_place_is_not_overwritten_and_nothing_is_lost_meanwhile() {
    let place = Place::new();
    let log = place.open();
    log.written(&request()).await.unwrap();
    fs::remove_file(&place.file).unwrap();
    fs::write(&place.file, "somebody else's\n").unwrap();
    log.append(&request());
    until(|| log.ready().is_err()).await;
    let refused = log.ready().unwrap_err().to_string();
    assert!(refused.contains("another file stands at"), "{refused}");
    assert_eq!(fs::read_to_string(&place.file).unwrap(), "somebody else's\n");
    fs::remove_file(&place.file).unwrap();
    until(|| log.ready().is_ok()).await;
    assert_eq!(place.chain().len(), 3);
    assert!(log.failures() > 0);
}

#[tokio::test]
async fn a_second_process_is_refused_the_file() {
    let place = Place::new();
    let log = place.open();
    assert!(matches!(AccessLog::open(place.settings()), Err(LogRefusal::InUse { path }) if path == place.file));
    log.close().await.unwrap();
    drop(log);
    until(|| AccessLog::open(place.settings()).is_ok()).await;
}

#[tokio::test]
async fn a_torn_last_line_is_cut_off_and_the_next_start_says_so() {
    let place = Place::new();
    let log = place.open();
    log.written(&request()).await.unwrap();
    log.close().await.unwrap();
    let mut text = fs::read(&place.file).unwrap();
    let torn = text[..30].to_vec();
    text.extend_from_slice(&torn);
    fs::write(&place.file, text).unwrap();
    let log = place.open();
    log.close().await.unwrap();
    assert_eq!(place.chain()[3]["reason"], "continues after line 3; 30 bytes of a torn line were cut off");
}

#[tokio::test]
async fn an_end_that_is_no_chain_is_refused_and_left_alone() {
    let place = Place::new();
    let log = place.open();
    log.written(&request()).await.unwrap();
    log.close().await.unwrap();
    let sound = fs::read_to_string(&place.file).unwrap();
    let refused = |text: String| {
        fs::write(&place.file, &text).unwrap();
        let refusal = AccessLog::open(place.settings()).unwrap_err();
        assert_eq!(fs::read_to_string(&place.file).unwrap(), text, "{refusal}");
        refusal
    };
    let tail = |refusal| matches!(refusal, LogRefusal::Tail { .. });
    assert!(tail(refused(sound.replace("\"seq\":2", "\"seq\":7"))));
    assert!(tail(refused(sound.replace("192.0.2.1", "192.0.2.2"))));
    assert!(tail(refused(sound.clone() + "something else\n")));
    assert!(tail(refused(sound.clone() + "something else")));
    let cut: String = sound.split_inclusive('\n').take(2).collect();
    assert!(matches!(refused(cut), LogRefusal::CutOff { vouched: 3, last: 2, .. }));
    assert!(matches!(refused(String::new()), LogRefusal::CutOff { vouched: 3, last: 0, .. }));
    let last = sound.rfind("\"kind\":\"stop\"").unwrap();
    let changed = format!("{}{}", &sound[..last], sound[last..].replace("\"site\":null", "\"site\":\"x\""));
    assert!(matches!(refused(changed), LogRefusal::Changed { seq: 3, .. }));
    fs::write(&place.file, &sound).unwrap();
    place.open();
}

#[tokio::test]
async fn another_gateways_log_is_not_continued() {
    let place = Place::new();
    place.open().close().await.unwrap();
    let settings = Settings { gateway_name: "gw-2".to_owned(), ..place.settings() };
    let refusal = AccessLog::open(settings).unwrap_err();
    assert!(matches!(refusal, LogRefusal::OtherGateway { .. }), "{refusal}");
}

#[tokio::test]
async fn a_new_log_key_leaves_the_old_checkpoints_verifiable() {
    let place = Place::new();
    place.open().close().await.unwrap();
    fs::write(&place.key, made_up_key()).unwrap();
    place.open().close().await.unwrap();
    let keys = PublicLogKey::all_from_pem(&fs::read(public_keys_beside(&place.checkpoints)).unwrap()).unwrap();
    assert_eq!(keys.len(), 2);
    let checkpoints = fs::read_to_string(&place.checkpoints).unwrap();
    let read: Vec<_> =
        checkpoints.lines().map(|line| crate::checkpoint::Checkpoint::read(line, &keys).unwrap()).collect();
    assert_eq!(read.iter().map(|checkpoint| checkpoint.seq).collect::<Vec<_>>(), [2, 4]);
    assert_ne!(read[0].kid, read[1].kid);
}

#[tokio::test]
async fn a_checkpoint_comes_with_every_thousand_lines() {
    let place = Place::new();
    let log = place.open();
    for _ in 0..3 {
        for _ in 0..999 {
            log.append(&request());
        }
        log.written(&request()).await.unwrap();
    }
    log.close().await.unwrap();
    assert_eq!(count(&place.checkpoints), 4, "three, and one at the end");
}

#[test]
fn a_key_that_is_none_is_refused_with_how_to_make_one() {
    let place = Place::new();
    fs::write(&place.key, "nothing").unwrap();
    let refusal = AccessLog::open(place.settings()).unwrap_err().to_string();
    assert!(refusal.contains("log.pem") && refusal.contains("openssl genpkey"), "{refusal}");
}

fn count(path: &Path) -> usize {
    fs::read_to_string(path).unwrap().lines().count()
}

fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
}
