//! Whatever a client asks for: one route and one guard, or nowhere; and no spelling of a room's path
//! leads past the room's guard.
//!
//! The three files are taken in as they stand; the whole gateway would take ten minutes to build with a sanitizer.
#![no_main]

#[allow(dead_code, reason = "the query leads nowhere")]
#[path = "../../../gateway/src/policy/path.rs"]
mod path;
#[path = "../../../gateway/src/policy/pattern.rs"]
mod pattern;
#[allow(dead_code, reason = "what a route says of its upstream is not asked here")]
#[path = "../../../gateway/src/policy/route.rs"]
mod route;

use std::sync::LazyLock;

use http::Method;
use http::uri::PathAndQuery;
use libfuzzer_sys::fuzz_target;
use path::CleanPath;
use policies::Area;
use route::{Destination, RouteSettings, Routes};

static HOUSE: LazyLock<Routes> = LazyLock::new(|| {
    let route = |path: &str, area: Option<&str>| RouteSettings {
        path: path.into(),
        upstream: "care-record".into(),
        area: area.map(Into::into),
        ..RouteSettings::default()
    };
    Routes::new(vec![
        route("/rooms/{room_ref}/files/**", None),
        route("/rooms/{room_ref}/**", None),
        route("/console", Some("console_home")),
        route("/console/", Some("console_home")),
        route("/console/export/**", Some("console_export")),
        route("/console/operations/**", Some("console_operations")),
        route("/console/change/**", Some("console_change")),
        route("/console/approve/**", Some("console_approve")),
        route("/console/custody/**", Some("console_custody")),
        route("/console/**", Some("console")),
        route("/**", Some("record")),
    ])
    .expect("the routes agree")
});

fuzz_target!(|target: &[u8]| {
    let Ok(source) = PathAndQuery::try_from(target) else { return };
    let Ok(path) = CleanPath::of(&source) else { return };
    let read = lenient(path.path());
    let segments: Vec<&str> = read.split('/').skip(1).collect();
    assert!(segments.iter().all(|segment| *segment != "." && *segment != ".."), "{read}");
    let found = HOUSE.find(&Method::GET, &path);
    assert!(found.is_none() || segments[0] != ".gateway", "{read}");
    match found.map(|found| found.destination) {
        Some(Destination::Room(room)) => {
            assert_eq!(path.path().split('/').nth(2), Some(room));
            assert!(!room.is_empty() && room.len() <= 64);
        }
        Some(Destination::Area(Area::Console)) => {
            assert_eq!(segments[0], "console");
            let parts = ["", "export", "operations", "change", "approve", "custody"];
            assert!(segments.len() > 1 && !parts.contains(&segments[1]), "{read}");
        }
        Some(Destination::Area(Area::ConsoleHome)) => assert!(["console", "console/"].contains(&segments.join("/").as_str())),
        Some(Destination::Area(Area::ConsoleExport)) => assert_eq!(segments[..2], ["console", "export"]),
        Some(Destination::Area(Area::ConsoleOperations)) => assert_eq!(segments[..2], ["console", "operations"]),
        Some(Destination::Area(Area::ConsoleChange)) => assert_eq!(segments[..2], ["console", "change"]),
        Some(Destination::Area(Area::ConsoleApprove)) => assert_eq!(segments[..2], ["console", "approve"]),
        Some(Destination::Area(Area::ConsoleCustody)) => assert_eq!(segments[..2], ["console", "custody"]),
        Some(Destination::Area(Area::Record)) => {
            assert_ne!(segments[0], "console");
            assert!(segments[0] != "rooms" || segments.len() == 1, "{read}");
        }
        Some(Destination::Area(Area::Office)) => unreachable!("no route here is the offices'"),
        None => {}
    }
});

/// The path as the most lenient backend reads it: escapes undone until there are none, in lower case.
fn lenient(path: &str) -> String {
    let mut read = path.as_bytes().to_vec();
    loop {
        let undone = undone(&read);
        if undone == read {
            return String::from_utf8_lossy(&read).to_ascii_lowercase();
        }
        read = undone;
    }
}

fn undone(bytes: &[u8]) -> Vec<u8> {
    let (mut read, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| bytes[at] == b'%' && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.map(|digits| u8::from_str_radix(digits, 16).expect("they are digits")) {
            Some(octet) => {
                read.push(octet);
                at += 3;
            }
            None => {
                read.push(bytes[at]);
                at += 1;
            }
        }
    }
    read
}
