//! What does a timeline cost, 400 days on? A registry of 100,000 devices in 5,000 offices, 15,000 people and a million events; how long it
//! takes to find out what they are about, and how long each question takes.
//!
//! `cargo run -p ca-tools --example timeline_cost [EVENTS]`
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use std::time::Instant;

use ca_tools::acts::{By, Founding, ProofMethod, Writer};
use ca_tools::config::{DatabaseUrl, JournalFiles};
use ca_tools::ledger::EventFilter;
use ca_tools::rows::SubjectKind;
use certs::Timestamp;
use sqlx::{ConnectOptions, SqliteConnection};

const BEGIN: i64 = 1_760_000_000;
const DAYS: i64 = 400 * 86_400;

/// Numbers from 1 to `$1`, and a row of each.
const MADE: [(&str, &str); 4] = [
    (
        "offices",
        "INSERT INTO offices (office, corporation, name, contact, mail, telephone, address, pledge, state, application, version) SELECT printf('12722%05d', i), '法人', printf('事業所%d', i), '担当', 'a@example.jp', '04', '柏市', '1', 'registered', 'A-1', 1 FROM n",
    ),
    (
        "people",
        "INSERT INTO system_users (login_id, office, name, profession, roles, state, password_hash, password_initial, password_set_at, failures_count_from, previous_hashes, application, version) SELECT printf('person%d', i), printf('12722%05d', 1 + i % 5000), printf('利用者%d', i), '看護師', '', 'active', '', 0, 0, 0, '[]', 'A-1', 1 FROM n",
    ),
    (
        "devices",
        "INSERT INTO devices (device, office, label, os, ownership, stage, suspended, checklist, application, version) SELECT i, printf('12722%05d', 1 + i % 5000), printf('端末%d', i), 'windows', 'office', 'approved', 0, '{}', 'A-1', 1 FROM n",
    ),
    (
        "events",
        "INSERT INTO events (version, at, operator, action, subject, application, detail, prev, hash, changed) SELECT i + 1, $2 + i * $3 / $1, CASE i % 10 WHEN 0 THEN 'desk' ELSE 'clerk' END, CASE i % 5 WHEN 0 THEN 'device.suspend' WHEN 1 THEN 'cert.renew' WHEN 2 THEN 'cert.remind' WHEN 3 THEN 'user.reset-password' ELSE 'cert.first-use' END, CASE i % 5 WHEN 3 THEN printf('person%d', 1 + i % 15000) ELSE printf('DEV-%06d', 1 + (i * 7919) % 100000) END, 'A-1', printf('{\"serial\":\"%032x\",\"proof\":\"login\"}', i), '', '', '' FROM n",
    ),
];

async fn make(connection: &mut SqliteConnection, events: i64) {
    for (name, sql) in MADE {
        let count = match name {
            "offices" => 5_000,
            "people" => 15_000,
            "devices" => 100_000,
            _ => events,
        };
        let sql = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) {sql}");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(count);
        let query = if name == "events" { query.bind(BEGIN).bind(DAYS) } else { query };
        query.execute(&mut *connection).await.unwrap();
    }
    sqlx::query("UPDATE registry SET version = $1").bind(events + 1).execute(&mut *connection).await.unwrap();
    sqlx::query("DELETE FROM event_subjects").execute(connection).await.unwrap();
}

#[tokio::main]
async fn main() {
    let events = std::env::args().nth(1).map_or(1_000_000, |typed| typed.parse().unwrap());
    let folder = std::env::temp_dir().join(format!("timeline-cost-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (place, journal) = (DatabaseUrl::File(folder.join("registry.db")), JournalFiles::in_folder(&folder));
    let by = By::of("operator".parse().unwrap(), Timestamp::from_unix(BEGIN), ProofMethod::Founding);
    let founding = Founding { id: "00112233445566778899aabbccddeeff", authorities: &[], reader: None };
    drop(Writer::init(&place, &journal, (&by, &founding)).await.unwrap());
    let mut connection =
        sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("registry.db")).connect().await.unwrap();
    make(&mut connection, events).await;
    drop(connection);
    let begun = Instant::now();
    let writer = Writer::open(&place, &journal).await.unwrap();
    println!("opened, and {events} events filled in: {:.1} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    drop(Writer::open(&place, &journal).await.unwrap());
    println!("opened once more: {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    let ledger = writer.ledger();
    let about = |kind, id: &str| EventFilter { about: Some((kind, id.to_owned())), ..EventFilter::default() };
    let middle = Timestamp::from_unix(BEGIN + DAYS / 2);
    for (name, filter) in [
        ("a device", about(SubjectKind::Device, "DEV-000777")),
        ("an office", about(SubjectKind::Office, "1272200777")),
        ("a person", about(SubjectKind::Person, "person777")),
        ("everything", EventFilter::default()),
        ("an operator", EventFilter { operator: Some("desk".into()), ..EventFilter::default() }),
        ("an action", EventFilter { action: Some("device.suspend".into()), ..EventFilter::default() }),
        ("up to half a year ago", EventFilter { until: Some(middle), ..EventFilter::default() }),
        ("an office, up to then", EventFilter { until: Some(middle), ..about(SubjectKind::Office, "1272200777") }),
        ("an operator that there is not", EventFilter { operator: Some("nobody".into()), ..EventFilter::default() }),
        ("a way that there is not, of all", EventFilter { proof: Some("console".into()), ..EventFilter::default() }),
    ] {
        let begun = Instant::now();
        let found = ledger.happened(&filter, 50).await.unwrap();
        println!("{name}: {} of 50 in {:.2} ms", found.len(), begun.elapsed().as_secs_f64() * 1e3);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
