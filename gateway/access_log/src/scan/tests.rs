use std::time::{Duration, SystemTime, UNIX_EPOCH};

use certs::DeviceNo;
use proptest::prelude::*;

use super::super::line::SessionMark;
use super::super::test_support::{Place, request};
use super::super::{GatewayLog, Kind, Line, Outcome, RequestId};
use super::*;

/// A log of some files: three people in turn, each on a device of their own.
async fn written(place: &Place, lines: u32) {
    let log = place.open();
    for n in 0..lines {
        let user = ["k.sato", "t.ito", "m.abe"][n as usize % 3];
        let path = format!("/rooms/r{n}/notes?secret");
        let line = Line {
            request_id: Some(RequestId::draw()),
            outcome: Some(Outcome::Passed),
            status: Some(200),
            path: Some(path.as_bytes()),
            user: Some(user),
            office: Some("1272201234"),
            device: DeviceNo::new(n % 3 + 1).ok(),
            bytes_out: Some(u64::from(n)),
            ..request()
        };
        log.written(&line).await.unwrap();
    }
    log.close().await.unwrap();
}

fn scanned(place: &Place, wanted: &Wanted, check: ChainCheck) -> (Scanned, Vec<(String, u64)>) {
    let files = whole_log(&place.file).unwrap();
    // A shell gives the newest first.
    let files: Vec<_> = files.into_iter().rev().collect();
    let [log] =
        <[_; 1]>::try_from(GatewayLog::sort(&files, std::slice::from_ref(&place.checkpoints)).unwrap()).unwrap();
    let mut seen = Vec::new();
    let scanned = log
        .scan(wanted, check, &mut |found| {
            seen.push((found.line.path.map(|path| path.read().into_owned()).unwrap_or_default(), found.line.seq));
        })
        .unwrap();
    (scanned, seen)
}

#[tokio::test]
async fn one_pass_over_rotated_files_shows_what_was_wanted_in_its_order_and_where_the_chain_ends() {
    let place = Place::rotating(4096);
    written(&place, 60).await;
    let device = Wanted { device: DeviceNo::new(2).ok(), ..Wanted::default() };
    for check in [ChainCheck::Verify, ChainCheck::Skip] {
        let (scanned, seen) = scanned(&place, &device, check);
        assert!(scanned.is_sound(), "{:?}", scanned.findings);
        assert!(scanned.files.len() > 5);
        assert_eq!((scanned.lines, scanned.found), (62, 20), "all, start and stop among them");
        let expected: Vec<_> = (0..60).filter(|n| n % 3 == 1).map(|n| (format!("/rooms/r{n}/notes"), n + 2)).collect();
        assert_eq!(seen, expected);
        let ends = (scanned.first.map(|link| link.seq), scanned.last.map(|link| link.seq));
        assert_eq!(ends, if check == ChainCheck::Verify { (Some(1), Some(62)) } else { (None, None) });
    }
}

#[tokio::test]
async fn each_thing_that_is_wanted_must_hold() {
    let place = Place::new();
    let begun = SystemTime::now();
    written(&place, 9).await;
    let all = Wanted::default();
    for (wanted, found) in [
        (all.clone(), 11),
        (Wanted { user: "t.ito".parse().ok(), ..all.clone() }, 3),
        (Wanted { user: "t.ito".parse().ok(), device: DeviceNo::new(1).ok(), ..all.clone() }, 0),
        (Wanted { office: "1272201234".parse().ok(), ..all.clone() }, 9),
        (Wanted { session: Some("01010101".to_owned()), ..all.clone() }, 9),
        (Wanted { session: Some("01010102".to_owned()), ..all.clone() }, 0),
        (Wanted { kinds: vec![Kind::Start, Kind::Stop], ..all.clone() }, 2),
        (Wanted { outcomes: vec![Outcome::Refused], ..all.clone() }, 0),
        (Wanted { outcomes: vec![Outcome::Passed], ..all.clone() }, 9),
        (Wanted { from: Some(begun + Duration::from_secs(3600)), ..all.clone() }, 0),
        (Wanted { until: Some(begun - Duration::from_secs(1)), ..all.clone() }, 0),
        (Wanted { from: Some(begun - Duration::from_secs(1)), ..all }, 11),
    ] {
        assert_eq!(scanned(&place, &wanted, ChainCheck::Skip).0.found, found, "{wanted:?}");
    }
}

#[tokio::test]
async fn a_line_that_was_changed_or_is_none_is_named_by_file_and_line() {
    let place = Place::new();
    written(&place, 9).await;
    let text = std::fs::read_to_string(&place.file).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines[3] = lines[3].replace("m.abe", "n.abe");
    lines.insert(6, "hello".to_owned());
    std::fs::write(&place.file, lines.join("\n") + "\n{\"kind\":").unwrap();
    let (name, all) = (place.file.display(), Wanted::default());
    let (verified, _) = scanned(&place, &all, ChainCheck::Verify);
    for said in [format!("{name}:4: changed"), format!("{name}:7: inserted"), format!("{name}:13: cut off within")] {
        assert!(verified.findings.iter().any(|finding| finding.starts_with(&said)), "{said}: {:?}", verified.findings);
    }
    let (skipped, _) = scanned(&place, &all, ChainCheck::Skip);
    assert!(skipped.findings.iter().any(|finding| finding.starts_with(&format!("{name}:7: not a line"))));
    assert!(skipped.findings.iter().any(|finding| finding.starts_with(&format!("{name}:13: cut off within"))));
    assert_eq!(skipped.findings.len(), 2);
}

proptest! {
    /// What the gateway writes is read back, whatever a client sent.
    #[test]
    fn a_line_says_what_was_written(path: Vec<u8>, host: Vec<u8>, status: u16, out: u64, mark: [u8; 4], at in 0_u64..4_000_000_000) {
        let line = Line {
            request_id: Some(RequestId::draw()),
            outcome: Some(Outcome::Refused),
            reason: Some("not_invited"),
            code: Some("KW-111"),
            status: Some(status),
            path: Some(&path),
            host: Some(&host),
            room: Some("r-1"),
            user: Some("k.sato"),
            device: DeviceNo::new(7).ok(),
            bytes_out: Some(out),
            session: Some(SessionMark(mark)),
            ..Line::of(Kind::Request, UNIX_EPOCH + Duration::from_secs(at))
        };
        let mut text = Vec::new();
        line.render(b"\"gw-1\"", &mut super::super::clock::Clockface::new(), &mut text);
        text.extend_from_slice(b",\"seq\":7,\"prev\":\"00\"}");
        let read = LogLine::read(&text).unwrap();
        let as_json: serde_json::Value = serde_json::from_slice(&text).unwrap();
        prop_assert_eq!((read.kind, read.outcome, read.status, read.seq), (Kind::Request, Some(Outcome::Refused), Some(status), 7));
        prop_assert_eq!((read.reason, read.code, read.room, read.user), (Some("not_invited"), Some("KW-111"), Some("r-1"), Some("k.sato")));
        prop_assert_eq!((read.device, read.bytes_out, read.bytes_in, read.site), (Some("DEV-000007"), Some(out), None, None));
        prop_assert_eq!(read.gateway, "gw-1");
        prop_assert_eq!(read.session, as_json["session"].as_str());
        prop_assert_eq!(read.path.unwrap().read().into_owned(), as_json["path"].as_str().unwrap());
        prop_assert_eq!(read.host.unwrap().read().into_owned(), as_json["host"].as_str().unwrap());
        prop_assert_eq!(read.moment(), Some(UNIX_EPOCH + Duration::from_secs(at)));
        for end in 0..text.len() {
            prop_assert!(LogLine::read(&text[..end]).is_none());
        }
    }

    #[test]
    fn no_octets_make_the_reader_fall(line: Vec<u8>, inner: String) {
        let _ = LogLine::read(&line);
        let _ = LogLine::read(format!("{{\"kind\":\"request\",\"time\":{inner}}}").as_bytes());
    }
}
