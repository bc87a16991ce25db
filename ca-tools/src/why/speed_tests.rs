//! Somebody is on the telephone: the answer is there before they have read out the last sign. Small here; what
//! `WHY_DEVICES=5000 WHY_DAYS=400` comes to is printed (`--nocapture`).

use std::time::{Duration, Instant};

use certs::Timestamp;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use super::ask;
use crate::acts::{By, Founding, NewPassword, OfficeForm, Person, ProofMethod, Writer};
use crate::application::Detail;
use crate::config::{DatabaseUrl, JournalFiles};
use crate::test_support::Folder;

/// 2026-11-22 18:05:30 in Japan.
const NOW: Timestamp = Timestamp::from_unix(1_795_338_330);
/// A large office.
const OF_AN_OFFICE: u32 = 50;
/// Asked so often.
const TIMES: usize = 20;

fn by() -> By {
    let by = By::of("operator".parse().unwrap(), NOW, ProofMethod::Founding);
    By { application: Some("A-1".into()), ..by }
}

#[expect(clippy::disallowed_methods, reason = "a measurement is asked for by whoever starts it")]
fn size(name: &str, small: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(small)
}

/// One refusal of each device on each day, as long as a gateway writes it.
async fn refusals(place: &DatabaseUrl, devices: u32, days: u32) {
    let until = i64::from(devices) * i64::from(days);
    let statement = format!(
        "INSERT INTO told_lines (gateway, kind, sequence, at, line, ref, device, login, worth, reason, happened_at, times) \
         WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {until}) \
         SELECT 'gw-1', 'request', i, {now} - (i / {devices}) * 86400, \
         '{{\"kind\":\"request\",\"status\":403,\"serial\":null,\"room\":null,\"path\":\"/rooms/r-' || i || '{filler}\"}}', \
         'REF' || i, i % {devices} + 1, 'p.' || (i % {devices}), 'refusal', 'suspended', \
         {now} - (i / {devices}) * 86400 - i % 80000, 1 FROM n",
        now = NOW.unix(),
        filler = "x".repeat(550),
    );
    let named = format!("UPDATE told_lines SET ref = 'K7P3-W9QX' WHERE sequence = {}", until / 2);
    match place {
        DatabaseUrl::File(path) => {
            let mut file = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
            for statement in [statement, named] {
                sqlx::query(AssertSqlSafe(statement)).execute(&mut file).await.unwrap();
            }
        }
        DatabaseUrl::Server(url) => {
            let mut server = PgConnection::connect(url.as_str()).await.unwrap();
            for statement in [statement, named, "ANALYZE told_lines".to_owned()] {
                sqlx::query(AssertSqlSafe(statement)).execute(&mut server).await.unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn among_the_refusals_of_every_device_a_caller_s_is_found_at_once() {
    let (devices, days) = (size("WHY_DEVICES", 50), size("WHY_DAYS", 20));
    let folder = Folder::new();
    let server = servers::Postgres::start();
    let places = [DatabaseUrl::File(folder.path("registry.db")), server.database().parse().unwrap()];
    for (name, place) in ["sqlite", "postgres"].into_iter().zip(places) {
        let apart = folder.path(name);
        std::fs::create_dir(&apart).unwrap();
        let founding = Founding { id: &"0a".repeat(16), authorities: &[], reader: None };
        let writer = Writer::init(&place, &JournalFiles::in_folder(&apart), (&by(), &founding)).await.unwrap();
        for number in 0..devices.div_ceil(OF_AN_OFFICE) {
            let office = format!("{:010}", 1_272_200_001 + number).parse().unwrap();
            let telephone = format!("04-7167-{:04}", 1_111 + number);
            let details = [
                (Detail::Corporation, "法人"),
                (Detail::Name, "ひだまり"),
                (Detail::Contact, "山田"),
                (Detail::Mail, "a@example.jp"),
                (Detail::Telephone, &telephone),
                (Detail::Address, "柏市"),
            ];
            let form = OfficeForm { pledge: Some("2026-04".to_owned()), ..OfficeForm::from(details) };
            writer.register_office(&by(), &office, form).await.unwrap();
            writer.example_devices(&by(), &office, OF_AN_OFFICE).await.unwrap();
        }
        let person = Person {
            office: "1272200001".parse().unwrap(),
            name: "佐藤 花子".into(),
            kana: String::new(),
            profession: "看護師".into(),
            roles: Vec::new(),
            login_id: Some("p.7".parse().unwrap()),
        };
        writer.add_user(&by(), person, NewPassword { hash: "$argon2id$v=19$m=8,t=1,p=1$YQ$YQ".into() }).await.unwrap();
        refusals(&place, devices, days).await;
        let ledger = writer.ledger();
        for typed in ["K7P3-W9QX", "DEV-000007", "p.7", "04-7167-1111"] {
            let mut took: Vec<Duration> = Vec::with_capacity(TIMES);
            for _ in 0..TIMES {
                let begun = Instant::now();
                let found = ask(&ledger, typed, NOW).await.unwrap();
                took.push(begun.elapsed());
                assert!(!found.refused.is_empty(), "{typed}");
            }
            took.sort();
            println!(
                "{name}: {devices} devices, {days} days: why {typed}: half within {:?}, all within {:?}",
                took[TIMES / 2],
                took[TIMES - 1]
            );
        }
    }
}
