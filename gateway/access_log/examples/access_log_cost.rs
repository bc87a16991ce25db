//! What does a line cost? `cargo run --release -p access_log --example access_log_cost DIR`
//!
//! Writes request lines into DIR at about 20,000 a second, as requests do, and tells the processor
//! time of each: in the caller (facts, JSON) and in the writer (hash, page cache, disk).

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use std::{env, fs};

use access_log::{AccessLog, ConnectionFacts, Facts, Kind, Line, Outcome, RequestId, SessionMark, Settings, TlsFacts};
use http::{Method, Request, Version};

const LINES: u32 = 200_000;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = PathBuf::from(env::args_os().nth(1).ok_or("a directory is missing")?);
    fs::create_dir_all(&directory)?;
    let settings = Settings {
        file: directory.join("access.log"),
        checkpoints: directory.join("checkpoints.log"),
        key_pem_path: directory.join("log.pem"),
        rotate_bytes: 256 << 20,
        gateway_name: "gw-1".to_owned(),
        max_waiting_bytes: 256 << 20,
        reserve_bytes: None,
    };
    let log = AccessLog::open(settings)?;
    let tls = TlsFacts { version: "1.3", group: "X25519MLKEM768", suite: "TLS13_AES_128_GCM_SHA256" };
    let connection = Arc::new(ConnectionFacts::new("service".into(), "192.0.2.1:4711".parse()?, Some(tls)));

    let mut line = connection.line(Kind::Request, SystemTime::now());
    line.path = Some(b"/rooms/room-0001/notes");
    measured("append (a line of few facts)", &log, || {
        log.append(&Line { time: SystemTime::now(), ..line });
    });

    let (head, ()) = Request::get("https://kashiwani.example.jp/rooms/room-0001/notes?page=2")
        .version(Version::HTTP_2)
        .method(Method::GET)
        .body(())?
        .into_parts();
    let (user, office, room) = ("k.sato".parse()?, "1272201234".parse()?, "room-0001".parse()?);
    let (device, serial, policy) =
        (certs::DeviceNo::new(123)?, certs::Serial::from_random([7; 16]), "room-members".into());
    let learnt = |facts: &mut Facts| {
        facts.status = Some(200);
        facts.user = Some(Clone::clone(&user));
        facts.office = Some(Clone::clone(&office));
        facts.room = Some(Clone::clone(&room));
        facts.device = Some(device);
        facts.serial = Some(serial);
        facts.policy = Some(Arc::clone(&policy));
        facts.upstream_us = Some(1234);
        facts.session = Some(SessionMark([1, 2, 3, 4]));
    };
    measured("a request: draw, begin, hear, learn, count, close", &log, || {
        let line = log.begin(RequestId::draw(), &connection);
        line.hear(&head);
        line.learn(learnt);
        line.meter().sent(4096);
        line.close(Outcome::Passed);
    });
    let mut answered = 0_u32;
    let asked = Instant::now();
    for _ in 0..10_000_000 {
        answered += u32::from(log.ready().is_ok());
    }
    println!("ready: {:.1} ns ({answered} times yes)", asked.elapsed().as_nanos() as f64 / 1e7);
    tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(log.close())?;
    Ok(())
}

fn measured(what: &str, log: &AccessLog, mut write: impl FnMut()) {
    let (began, used, caller) = (Instant::now(), every_thread(), this_thread());
    for _ in 0..LINES / 100 {
        for _ in 0..100 {
            write();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let (caller, elapsed) = (this_thread() - caller, began.elapsed());
    std::thread::sleep(Duration::from_millis(200));
    let of_each = |nanoseconds: u64| nanoseconds / u64::from(LINES);
    let writer = (every_thread() - used).saturating_sub(caller);
    println!(
        "{what}: {} ns of processor in the caller and {} ns in the writer, at {:.0} lines/s; ready: {:?}",
        of_each(caller),
        of_each(writer),
        f64::from(LINES) / elapsed.as_secs_f64(),
        log.ready()
    );
}

/// Nanoseconds of processor time, as Linux counts them.
fn this_thread() -> u64 {
    nanoseconds("/proc/thread-self/schedstat")
}

fn every_thread() -> u64 {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    tasks.map(|task| nanoseconds(&format!("{}/schedstat", task.path().display()))).sum()
}

fn nanoseconds(path: &str) -> u64 {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(0)
}
