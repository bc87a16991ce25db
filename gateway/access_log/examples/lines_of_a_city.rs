//! Lines of days, for tests and measurement: a city of 382 offices, 1,513 IDs and 5,000 devices.
//!
//! - `cargo run --release -p access_log --example lines_of_a_city write DIR LINES [DAYS]` writes a log with a real chain,
//!   rotated files and signed checkpoints; the last line was written now. Everybody works on some devices of their office, in
//!   some rooms.
//! - `… scatter DIR LINES [DAYS]` likewise, but anybody on any device in any room: more combinations than a replay keeps.
//! - `… scan DIR DEVICE` looks for one device's lines among them with the chain verified, and tells seconds and memory.
//! - `… read DIR` reads every line.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use std::{env, fs};

use access_log::{
    AccessLog, ChainCheck, GatewayLog, Kind, Line, Outcome, RequestId, SessionMark, Settings, Wanted, whole_log,
};
use certs::{DeviceNo, Serial};

/// More than a year of a city.
const MOST: u64 = 100_000_000;
const OFFICES: u64 = 382;
const IDS: u64 = 1_513;
const DEVICES: u64 = 5_000;
const ROOMS: u64 = 2_000;
/// Devices of an office on which one person works, and rooms in which they do.
const OF_AN_OFFICE: u64 = 3;
const OF_A_PERSON: u64 = 12;
const DAYS: u64 = 30;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [verb @ ("write" | "scatter"), directory, lines, days @ ..] => {
            let days = days.first().map_or(Ok(DAYS), |days| days.parse())?;
            let doing = if *verb == "write" { city } else { scattered };
            write(Path::new(directory), (lines.parse()?, days), doing)
        }
        ["scan", directory, device] => scan(Path::new(directory), device.parse().ok()),
        ["read", directory] => scan(Path::new(directory), None),
        _ => Err("write or scatter DIR LINES [DAYS], scan DIR DEVICE, or read DIR".into()),
    }
}

fn settings(directory: &Path) -> Settings {
    Settings {
        file: directory.join("access.log"),
        checkpoints: directory.join("checkpoints.log"),
        key_pem_path: directory.join("log.pem"),
        rotate_bytes: 256 << 20,
        gateway_name: "gw-1".to_owned(),
        max_waiting_bytes: 64 << 20,
        reserve_bytes: Some(0),
    }
}

/// Who, on which device, in which room.
struct Doing {
    id: u64,
    device: u64,
    room: u64,
}

/// Some devices and rooms each.
fn city(at: u64) -> Doing {
    let (id, other) = (at % IDS, at / IDS);
    let device = id % OFFICES + OFFICES * (id / OFFICES * OF_AN_OFFICE + other % OF_AN_OFFICE);
    Doing { id, device, room: (id * 7 + other / OF_AN_OFFICE % OF_A_PERSON) % ROOMS }
}

fn scattered(at: u64) -> Doing {
    Doing { id: at % IDS, device: at % DEVICES, room: at % ROOMS }
}

fn write(directory: &Path, (lines, days): (u64, u64), doing: fn(u64) -> Doing) -> Result<(), Box<dyn Error>> {
    if lines > MOST {
        return Err(format!("at most {MOST} lines").into());
    }
    fs::create_dir_all(directory)?;
    let key = directory.join("log.pem");
    if !key.exists() {
        return Err(format!(
            "a key is missing: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {}",
            key.display()
        )
        .into());
    }
    let log = AccessLog::open(settings(directory))?;
    let span = Duration::from_secs(days * 86_400);
    let first = SystemTime::now() - span;
    for n in 0..lines {
        // Nobody waits here but us.
        while log.ready().is_err() {
            std::thread::sleep(Duration::from_millis(1));
        }
        // Neighbours in time have little to do with each other.
        let at = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        one(&log, (n, at, doing(at)), first + span.mul_f64(n as f64 / lines as f64));
    }
    tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(log.close())?;
    Ok(())
}

/// One of a hundred is refused, the others pass.
fn one(log: &AccessLog, (n, at, Doing { id, device, room }): (u64, u64, Doing), time: SystemTime) {
    let room = format!("room-{room:04}");
    let path = format!("/rooms/{room}/notes/{}", at % 997);
    let (user, office) = (format!("kw{id:05}"), format!("127{:07}", id % OFFICES));
    let source = format!("192.0.2.{}", at % 250);
    let refused = n % 100 == 7;
    let mut serial = [7; 16];
    serial[8..].copy_from_slice(&device.to_be_bytes());
    log.append(&Line {
        request_id: Some(RequestId::draw()),
        site: Some("service"),
        outcome: Some(if refused { Outcome::Refused } else { Outcome::Passed }),
        reason: refused.then_some("not_invited"),
        code: refused.then_some("KW-111"),
        status: Some(if refused { 403 } else { 200 }),
        method: Some("GET"),
        host: Some(b"kashiwani.example.jp"),
        path: Some(path.as_bytes()),
        room: Some(&room),
        user: Some(&user),
        office: Some(&office),
        device: DeviceNo::new(device as u32 + 1).ok(),
        serial: Some(Serial::from_random(serial)),
        source: Some(&source),
        tls_version: Some("1.3"),
        tls_group: Some(if device.is_multiple_of(10) { "X25519" } else { "X25519MLKEM768" }),
        tls_suite: Some("TLS13_AES_128_GCM_SHA256"),
        http_version: Some("2"),
        bytes_in: Some(0),
        bytes_out: Some(at % 9000),
        duration_us: Some(at % 50_000),
        upstream_us: Some(at % 40_000),
        policy: (!refused).then_some("room-members"),
        session: Some(SessionMark((id as u32).to_be_bytes())),
        ..Line::of(Kind::Request, time)
    });
}

fn scan(directory: &Path, device: Option<DeviceNo>) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let settings = settings(directory);
    let checkpoints: Vec<PathBuf> = whole_log(&settings.checkpoints)?;
    let wanted = Wanted { device, ..Wanted::default() };
    for log in GatewayLog::sort(&whole_log(&settings.file)?, &checkpoints)? {
        let mut octets = 0;
        let scanned =
            log.scan(&wanted, ChainCheck::Verify, &mut |found| octets += found.line.bytes_out.unwrap_or(0))?;
        println!(
            "{}: {} of {} lines in {} files, {octets} octets went out; {} findings; vouched up to {:?}",
            scanned.gateway,
            scanned.found,
            scanned.lines,
            scanned.files.len(),
            scanned.findings.len(),
            scanned.vouched_up_to
        );
    }
    println!("{:.1} s, {}", begun.elapsed().as_secs_f64(), highest_memory());
    Ok(())
}

fn highest_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("memory is not known").to_owned()
}
