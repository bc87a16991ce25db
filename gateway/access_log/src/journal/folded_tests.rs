//! The promises of folding, kept on real files: what strangers send leaves few lines, and the counts add up.

use super::super::test_support::{Place, request, until};
use super::*;
use crate::{OpenLine, Outcome};

fn refused(path: &[u8]) -> Line<'_> {
    let line = Line { path: Some(path), source: Some("192.0.2.1"), ..Line::of(Kind::Request, SystemTime::now()) };
    Line { outcome: Some(Outcome::Refused), reason: Some("no_cert"), ..line }
}

/// Lines of this kind, and how many the folded lines say there were besides.
fn told(place: &Place, kind: &str) -> (usize, u64) {
    let lines = place.chain();
    let folded = lines.iter().filter(|line| line["kind"] == "folded" && line["of"] == kind);
    (lines.iter().filter(|line| line["kind"] == kind).count(), folded.map(|line| line["count"].as_u64().unwrap()).sum())
}

#[tokio::test]
async fn what_strangers_send_from_many_threads_leaves_few_lines_and_a_count_that_adds_up() {
    let place = Place::new();
    let log = place.open();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let log = log.clone();
            std::thread::spawn(move || (0..20_000).for_each(|_| log.append(&refused(b"/"))))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    log.close().await.unwrap();
    let (lines, counted) = told(&place, "request");
    assert_eq!(lines as u64 + counted, 160_000);
    assert_eq!(log.folded(), counted);
    assert!(lines < 200, "{lines}");
    assert!(place.chain().len() < 300);
}

#[tokio::test]
async fn a_count_becomes_a_line_within_a_second_or_two_though_nothing_else_happens() {
    let place = Place::new();
    let log = place.open();
    for _ in 0..50 {
        log.append(&refused(b"/"));
    }
    let began = std::time::Instant::now();
    until(|| fs::read_to_string(&place.file).unwrap().contains("\"kind\":\"folded\"")).await;
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(told(&place, "request"), (20, 30));
    log.close().await.unwrap();
    assert_eq!(told(&place, "request"), (20, 30), "told once");
}

#[tokio::test]
async fn a_counted_line_that_is_awaited_is_not_waited_for() {
    let place = Place::new();
    let log = place.open();
    for _ in 0..50 {
        log.written(&refused(b"/")).await.unwrap();
    }
    log.close().await.unwrap();
    assert_eq!(told(&place, "request"), (20, 30));
}

#[tokio::test]
async fn a_request_whose_open_line_stands_gets_its_end_and_one_whose_open_line_fell_is_counted() {
    let place = Place::new();
    let log = place.open();
    let connection = Arc::new(ConnectionFacts::new("service".into(), "192.0.2.1:99".parse().unwrap(), None));
    let begin = || log.begin(RequestId::draw(), &connection);
    let early: Vec<OpenLine> = (0..3).map(|_| begin()).collect();
    early.iter().for_each(OpenLine::upgraded);
    (0..17).for_each(|_| begin().close(Outcome::Refused));
    let late = begin();
    late.upgraded();
    early.into_iter().chain([late]).for_each(|line| line.close(Outcome::Refused));
    log.close().await.unwrap();
    assert_eq!((told(&place, "open"), told(&place, "request")), ((3, 0), (20, 1)));
}

#[tokio::test]
async fn within_the_reserve_strangers_are_refused_and_only_counted_and_devices_are_not() {
    let place = Place::new();
    let log = AccessLog::open(Settings { reserve_bytes: Some(u64::MAX >> 4), ..place.settings() }).unwrap();
    assert_eq!(log.ready(), Ok(()));
    let refusal = log.ready_for_strangers().unwrap_err();
    assert!(matches!(refusal, LogUnavailable::Reserve { .. }), "{refusal}");
    for _ in 0..10 {
        log.append(&refused(b"/"));
        log.append(&request());
    }
    log.close().await.unwrap();
    assert_eq!(told(&place, "request"), (10, 10));
}

#[tokio::test]
async fn strangers_fill_no_more_than_their_share_of_what_waits_for_the_disk() {
    let place = Place::new();
    let log = AccessLog::open(Settings { max_waiting_bytes: 20_000, ..place.settings() }).unwrap();
    // Nothing can be written: another file stands in our place.
    log.written(&request()).await.unwrap();
    fs::remove_file(&place.file).unwrap();
    fs::write(&place.file, "somebody else's\n").unwrap();
    log.append(&request());
    until(|| log.ready().is_err()).await;
    let path = [b'a'; 256];
    for source in 0..200 {
        let source = format!("192.0.2.{source}");
        (0..20).for_each(|_| log.append(&Line { source: Some(&source), ..refused(&path) }));
    }
    (0..10).for_each(|_| log.append(&request()));
    fs::remove_file(&place.file).unwrap();
    until(|| log.ready().is_ok()).await;
    log.close().await.unwrap();
    let lines = place.chain();
    assert_eq!(lines.iter().filter(|line| line["kind"] == "gap").count(), 0, "no device's line was lost");
    assert_eq!(lines.iter().filter(|line| line["device"] == "DEV-000001").count(), 12);
    let (stand, counted) = told(&place, "request");
    assert_eq!(stand as u64 - 12 + counted, 4000);
    assert!(stand < 12 + 20, "{stand}");
}
