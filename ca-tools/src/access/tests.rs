//! Logs as a gateway writes them, rotated, and what is said of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use certs::Timestamp;
use registry::Window;
use serde_json::{Value as Json, json};

use super::{
    AccessAsked, AccessRows, AccessWhom, Extract, ExtractFor, LogFiles, MaintenanceAsked, access_report,
    maintenance_report,
};
use crate::digest::sha256;
use crate::incident::IncidentNo;
use crate::language::Language;
use crate::ledger::{CalledThen, PlannedWindow};
use crate::sheet::ReportFormat;

/// 2026-11-28 18:00 in Japan.
const SIX: Timestamp = Timestamp::from_unix(1_795_856_400);
const DEVICE: &str = "DEV-000007";

/// A folder of logs, gone with the test.
struct Logs {
    folder: PathBuf,
    /// The hash of the line before, and its number, of each gateway.
    ends: Vec<(String, u64, String)>,
}

static FOLDERS: AtomicU32 = AtomicU32::new(0);

impl Logs {
    fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("access-report-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self { folder, ends: Vec::new() }
    }

    /// Writes these lines behind those of before, into this file.
    fn write(&mut self, gateway: &str, name: &str, lines: &[Json]) -> PathBuf {
        let path = self.folder.join(name);
        if !self.ends.iter().any(|(of, ..)| of == gateway) {
            self.ends.push((gateway.to_owned(), 1, "0".repeat(64)));
        }
        let (_, next, prev) = self.ends.iter_mut().find(|(of, ..)| of == gateway).unwrap();
        let mut text = String::new();
        for line in lines {
            let mut line = line.clone();
            line["gateway"] = gateway.into();
            let written = serde_json::to_string(&line).unwrap();
            let sealed = format!("{},\"seq\":{next},\"prev\":\"{prev}\"}}", written.strip_suffix('}').unwrap());
            *prev = sha256(&sealed);
            *next += 1;
            text.push_str(&sealed);
            text.push('\n');
        }
        fs::write(&path, text).unwrap();
        path
    }

    fn files(&self) -> LogFiles {
        LogFiles { logs: vec![self.folder.join("access.log")], checkpoints: Vec::new() }
    }
}

impl Drop for Logs {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A line of this kind, so many seconds after six, with these facts.
fn line(kind: &str, after: i64, facts: Json) -> Json {
    let time = SIX.plus(after).to_string().replacen('+', ".000000+", 1);
    let mut line = json!({ "kind": kind, "time": time, "gateway": "" });
    for (name, value) in facts.as_object().unwrap() {
        line[name] = value.clone();
    }
    line
}

/// A request by k.sato on the device that went through to this room.
fn request(after: i64, room: &str) -> Json {
    let facts = json!({
        "request_id": format!("{after:032x}"), "outcome": "passed", "status": 200, "method": "GET",
        "path": format!("/rooms/{room}/notes"), "room": room, "user": "k.sato", "office": "1272200001",
        "device": DEVICE, "bytes_out": 100, "duration_us": 1_000,
    });
    line("request", after, facts)
}

fn with(mut line: Json, facts: Json) -> Json {
    for (name, value) in facts.as_object().unwrap() {
        line[name] = value.clone();
    }
    line
}

fn of_device(from: i64, until: i64) -> AccessAsked {
    let whom = AccessWhom { device: DEVICE.parse().ok(), ..AccessWhom::default() };
    AccessAsked { whom, from: SIX.plus(from), until: SIX.plus(until) }
}

fn extract(asked: &AccessAsked, files: &LogFiles) -> super::seal::Sealed {
    let incident = IncidentNo::of(1).unwrap();
    Extract::make(&ExtractFor { incident, asked, made_at: SIX.plus(9_000), made_by: "a.ito" }, files).unwrap()
}

/// An hour of a device over a rotated file and the one that is written, and what is none of it.
fn an_hour() -> Logs {
    let mut logs = Logs::new();
    let refused = json!({ "outcome": "refused", "reason": "not_invited", "code": "KW-111", "status": 403 });
    logs.write(
        "gw-1",
        "access.log.00000000000000000001",
        &[
            line("start", -10, json!({})),
            request(-1, "r-before"),
            line(
                "login",
                0,
                json!({ "outcome": "passed", "user": "k.sato", "office": "1272200001", "device": DEVICE }),
            ),
            request(1, "r-hanako"),
            with(request(2, "r-other"), json!({ "device": "DEV-000008" })),
            with(request(3, "r-guessed"), refused),
        ],
    );
    logs.write(
        "gw-1",
        "access.log",
        &[
            with(request(4, "r-jiro"), json!({ "user": "m.abe", "method": "POST" })),
            // It began before the end and ran on: it counts once, though it left two lines.
            with(
                line("open", 20, json!({})),
                json!({
                    "request_id": format!("{:032x}", 5000), "method": "GET", "path": "/rooms/r-hanako/file",
                    "room": "r-hanako", "user": "k.sato", "office": "1272200001", "device": DEVICE,
                    "duration_us": 10_000_000,
                }),
            ),
            with(
                request(5000, "r-hanako"),
                json!({ "path": "/rooms/r-hanako/file", "duration_us": 4_990_000_000_u64 }),
            ),
            with(request(4000, "r-late"), json!({ "duration_us": 10 })),
            line(
                "open",
                30,
                json!({ "request_id": "0".repeat(31) + "9", "room": "r-jiro", "user": "k.sato",
                "device": DEVICE, "office": "1272200001", "duration_us": 10_000_000 }),
            ),
        ],
    );
    logs
}

#[test]
fn an_extract_counts_what_a_device_reached_between_two_moments_over_rotated_files() {
    let logs = an_hour();
    let sealed = extract(&of_device(0, 3_600), &logs.files());
    let reached = &sealed.whole.reached;
    assert_eq!((reached.requests, reached.passed, reached.refused, reached.running), (5, 4, 1, 1));
    assert_eq!((reached.logins, reached.failed_logins), (1, 0));
    let rooms: Vec<_> = reached.rooms.each.iter().map(|(room, span)| (room.as_str(), span.requests)).collect();
    assert_eq!(rooms, [("r-hanako", 2), ("r-jiro", 2)], "a room that was refused was not reached");
    let people: Vec<_> = reached.people.each.iter().map(|(id, span)| (id.as_str(), span.requests)).collect();
    assert_eq!(people, [("k.sato", 4), ("m.abe", 1)]);
    assert_eq!(reached.reasons.each["not_invited"].requests, 1);
    assert_eq!(reached.first.as_deref(), Some("2026-11-28T18:00:01.000000+09:00"));
    assert!(sealed.whole.is_verified(), "{:?}", sealed.whole.chains);
    let chain = &sealed.whole.chains[0];
    assert_eq!((chain.lines, chain.first.as_ref().unwrap().seq, chain.last.as_ref().unwrap().seq), (11, 1, 11));
    let files: Vec<_> = sealed.whole.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(files, ["access.log.00000000000000000001", "access.log"]);
    let digest = sha256(fs::read(logs.folder.join("access.log")).unwrap());
    assert_eq!(sealed.whole.files[1].sha256, digest);
    assert_eq!(sha256(&sealed.content), sealed.digest);
    assert_eq!(Extract::read(&sealed.content).unwrap(), sealed.whole);
}

#[test]
fn a_line_that_was_changed_is_named_in_the_extract_by_file_and_line() {
    let logs = an_hour();
    let path = logs.folder.join("access.log.00000000000000000001");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("r-hanako", "r-sabuto")).unwrap();
    let sealed = extract(&of_device(0, 3_600), &logs.files());
    assert!(!sealed.whole.is_verified());
    let said = sealed.whole.chains[0].said().ja;
    assert!(said.contains("改変・欠落が") && said.contains("access.log.00000000000000000001:"), "{said}");
}

#[test]
fn a_file_that_is_no_log_is_refused_and_not_passed_over() {
    let logs = Logs::new();
    fs::write(logs.folder.join("access.log"), "x\n").unwrap();
    let asked = of_device(0, 1);
    assert!(AccessRows::read(&asked, &logs.files()).is_err());
    let absent = LogFiles { logs: vec![Path::new("/nowhere/access.log").to_owned()], checkpoints: Vec::new() };
    assert!(AccessRows::read(&asked, &absent).is_err());
}

/// The whole of a report is held against what was looked at once.
fn golden(name: &str, said: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/access/golden").join(name);
    if std::env::var_os("GOLDEN").is_some() {
        fs::write(&path, said).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), said, "{}", path.display());
}

#[test]
fn an_access_report_has_the_columns_that_the_ministry_shows() {
    let mut logs = an_hour();
    logs.write(
        "gw-2",
        "second.log",
        &[
            with(request(2, "r-hanako"), json!({ "path": "/rooms/r-hanako/\u{202e}x", "outcome": "aborted" })),
            line(
                "login",
                6,
                json!({ "outcome": "refused", "reason": "wrong_password", "code": "KW-201",
                "user": "m.abe", "office": "1272200001", "device": DEVICE }),
            ),
            line("session_end", 7, json!({ "reason": "password_changed", "user": "m.abe", "device": DEVICE })),
            line("logout", 8, json!({ "outcome": "passed", "user": "k.sato", "device": DEVICE })),
        ],
    );
    let mut files = logs.files();
    files.logs.push(logs.folder.join("second.log"));
    let asked = of_device(0, 3_600);
    let rows = AccessRows::read(&asked, &files).unwrap();
    let names = rows.names();
    assert!(names.people.contains("m.abe") && names.rooms.contains("r-jiro"), "{names:?}");
    let report = access_report(&asked, &rows, &CalledThen::example(SIX.plus(10)));
    golden("access.txt", &report.read(Language::Japanese));
    let text = report.read(Language::Japanese);
    assert!(text.contains("佐藤 花子") && text.contains("田中 花子"), "each as they were called then: {text}");
    golden("access.csv", &String::from_utf8(report.file(ReportFormat::Csv).unwrap()).unwrap());
    assert_eq!(report.json()["tables"]["lines"][0]["category"], "login");
}

#[test]
fn a_maintenance_report_tells_all_of_a_window_in_order_and_whether_personal_data_was_touched() {
    let logs = an_hour();
    let window = Window { from: SIX, until: SIX.plus(60) };
    let planned = PlannedWindow { login_id: "k.sato".to_owned(), name: "佐藤".to_owned(), window };
    let asked = MaintenanceAsked { plan: "W-12".to_owned(), windows: vec![planned] };
    let of = AccessAsked {
        whom: AccessWhom { person: "k.sato".parse().ok(), ..AccessWhom::default() },
        from: window.from,
        until: window.until,
    };
    let rows = AccessRows::read(&of, &logs.files()).unwrap();
    let report = maintenance_report(&asked, &rows, &CalledThen::example(SIX.plus(10)));
    golden("maintenance.txt", &report.read(Language::Japanese));
    let nothing = maintenance_report(&asked, &AccessRows::default(), &CalledThen::default());
    assert!(nothing.notes.iter().any(|note| note.ja == "個人情報（部屋）への到達：なし。"));
}
