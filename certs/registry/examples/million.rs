//! How long does a registry of a million devices take to read, and how much room does it take?
//!
//! ```text
//! cargo run --release -p registry --example million -- make  URL [DEVICES]
//! cargo run --release -p registry --example million -- load  URL
//! ```
//! `make` fills an empty database (`sqlite:PATH` is created) with that many devices, a certificate and
//! a kilobyte of PEM each. `load` follows it as a gateway does and prints seconds and memory. They are
//! two runs, so that the memory of the one does not count for the other.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use certs::{DeviceNo, Fingerprint};
use registry::{Changes, Feed};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

const SCHEMA: &str = concat!(
    include_str!("../migrations/0001_registry.sql"),
    include_str!("../migrations/0004_history.sql"),
    include_str!("../migrations/0026_training.sql"),
);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", url] => make(url, 1_000_000),
        ["make", url, devices] => make(url, devices.parse()?),
        ["load", url] => load(url),
        _ => Err("use: million make URL [DEVICES] | million load URL".into()),
    }
}

fn make(url: &str, devices: u32) -> Result<(), Box<dyn Error>> {
    let numbers = format!("WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {devices})");
    let file = url.strip_prefix("sqlite:");
    let (serial, fingerprint) = match file {
        Some(_) => ("CAST(4 + n % 4 AS TEXT) || substr(lower(hex(randomblob(16))), 2)", "lower(hex(randomblob(32)))"),
        None => (
            "CAST(4 + n % 4 AS TEXT) || substr(md5(CAST(n AS TEXT)), 2)",
            "md5('a' || CAST(n AS TEXT)) || md5(CAST(n AS TEXT))",
        ),
    };
    let pem = "A".repeat(1_000);
    let statements = [
        "INSERT INTO registry VALUES (1, '00112233445566778899aabbccddeeff', 1);".to_owned(),
        "INSERT INTO events VALUES (1, 0, 'o', 'init', 's', NULL, NULL, '{}', '', 'first', NULL);".to_owned(),
        "WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 999) \
         INSERT INTO offices SELECT CAST(1272000000 + n AS TEXT), 'c', 'office', 'k', 'm', 't', 'a', '1', 'registered', \
         NULL, 'A', 1 FROM n;"
            .to_owned(),
        format!(
            "{numbers} INSERT INTO devices (device, office, label, os, ownership, stage, suspended, inspected_at, \
             inspected_by, checklist, approved_at, approved_by, approved_until, application, version) SELECT n, CAST(1272000000 + n % 1000 AS TEXT), 'PC', 'windows', 'office', \
             'approved', 0, 1700000000, 'i', '{{}}', 1700000000, 'a', 1900000000, 'A-1', 1 FROM n;"
        ),
        format!(
            "{numbers} INSERT INTO certificates SELECT {serial}, n, {fingerprint}, 'issued', 1700000000, 1800000000, \
             NULL, NULL, NULL, NULL, 'swk', 'csr', 'issuer', 'tbs', '{pem}', 'A-1', 1 FROM n;"
        ),
    ];
    let all = AssertSqlSafe(format!("{SCHEMA} BEGIN; {} COMMIT;", statements.concat()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match file {
            Some(path) => {
                let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
                let mut connection = options.pragma("cache_size", "-400000").connect().await?;
                sqlx::raw_sql(all).execute(&mut connection).await?;
                connection.close().await?;
            }
            None => {
                let mut connection = PgConnection::connect(url).await?;
                sqlx::raw_sql(all).execute(&mut connection).await?;
                // As autovacuum does within a minute.
                sqlx::raw_sql("VACUUM ANALYZE").execute(&mut connection).await?;
            }
        }
        Ok(())
    })
}

fn load(url: &str) -> Result<(), Box<dyn Error>> {
    let state = std::env::temp_dir().join(format!("million-{}.state", std::process::id()));
    let before = memory("VmRSS");
    let started = Instant::now();
    let feed = Feed::follow(url, &state, None)?;
    let snapshot = loop {
        match feed.newest() {
            Some(snapshot) => break snapshot,
            None if started.elapsed() > Duration::from_secs(120) => {
                return Err(format!("{:?}", feed.why_silent()).into());
            }
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    let took = started.elapsed();
    // The connections that helped are closed meanwhile.
    std::thread::sleep(Duration::from_millis(300));
    println!("{snapshot:?}");
    println!("loaded in {:.2} s", took.as_secs_f64());
    println!("memory {:.1} MB before, {:.1} MB after, {:.1} MB at most", before, memory("VmRSS"), memory("VmHWM"));

    let device = DeviceNo::new(7)?;
    let held = snapshot.device(device).map(|device| registry::Device { suspended: true, ..device });
    let change = Changes { version: 2, devices: held.into_iter().collect(), ..Changes::default() };
    let (count, started) = (1_000_u32, Instant::now());
    for _ in 0..count {
        std::hint::black_box(snapshot.apply(&change));
    }
    println!("one suspension applied in {:.1} µs", started.elapsed().as_secs_f64() * 1e6 / f64::from(count));

    let (count, started) = (1_000_000_u32, Instant::now());
    for n in 1..=count {
        std::hint::black_box(snapshot.certificate(&Fingerprint::from_bytes([n.to_le_bytes()[0]; 32])));
        std::hint::black_box(feed.load().as_ref().and_then(|snapshot| snapshot.device(DeviceNo::new(n).ok()?)));
    }
    println!(
        "a device found and a certificate missed in {:.0} ns",
        started.elapsed().as_secs_f64() * 1e9 / f64::from(count)
    );
    remove(&state);
    Ok(())
}

/// Megabytes of this line in `/proc/self/status`.
fn memory(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|found| found.strip_prefix(line)?.split_whitespace().nth(1)?.parse().ok());
    kilobytes.unwrap_or(0.0) * 1024.0 / 1e6
}

fn remove(state: &Path) {
    for file in [state.to_owned(), PathBuf::from(format!("{}.new", state.display()))] {
        let _gone = std::fs::remove_file(file);
    }
}
