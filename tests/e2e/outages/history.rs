//! An old registry is put back and worked on until its version passes the one applied: another history lets nobody in. Signed
//! by the house it is followed, by itself, and whoever ended in it is cut off.

use std::path::PathBuf;
use std::time::Instant;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ca_tools::acts::{By, Writer};
use ca_tools::config::DatabaseUrl;
use gateway::config::Config;
use gateway::run::Running;
use house::{Credentials, OFFICE, OTHER_OFFICE, Plan, Settled, Talk, by, empty, operations, until};
use registry::change::RevokedReason;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::registry::{Lived, PARTS, at, backup, lived_in, part, revoked};

fn forked() -> (u16, String, String) {
    (503, "KW-301".into(), "registry_forked".into())
}

/// The house's journal key; its public half lies in a file.
struct JournalKey {
    pair: EcdsaKeyPair,
    public: PathBuf,
}

impl JournalKey {
    fn new(name: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        let text = BASE64_STANDARD.encode(der.as_ref());
        let public = std::env::temp_dir().join(format!("journal-{name}-{}.pub", std::process::id()));
        std::fs::write(&public, format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")).unwrap();
        Self { pair, public }
    }

    /// The row of restore `epoch` from the event of this version, told of by the event of version `at`.
    fn restoration(&self, epoch: u64, registry: &str, (from, hash): (u64, &str), at: u64) -> String {
        let record = format!(
            r#"{{"restoration":1,"registry":"{registry}","epoch":{epoch},"from":{{"version":{from},"hash":"{hash}"}},"lost":null,"at":1}}"#
        );
        let signature = self.pair.sign(&SystemRandom::new(), record.as_bytes()).unwrap();
        let signature = BASE64_STANDARD.encode(signature);
        format!("INSERT INTO restorations VALUES ({epoch}, '{record}', '{signature}', {at})")
    }
}

impl Drop for JournalKey {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.public);
    }
}

/// A registry's backup.
enum Backup {
    File(PathBuf),
    Dump(Vec<u8>),
}

async fn back_up(lived: &Lived) -> Backup {
    match &lived.house.postgres {
        Some(_) => Backup::Dump(servers::dump(&lived.house.registry_url())),
        None => {
            let copy = lived
                .house
                .dir
                .join(format!("backup-{}.db", lived.house.gateway.state().feed.newest().unwrap().version()));
            backup(&lived.file(), &copy).await;
            Backup::File(copy)
        }
    }
}

/// Puts it back, past every tool of ours, and opens it to be worked on.
async fn put_back(lived: &Lived, backup: &Backup) -> Writer {
    match (backup, &lived.house.postgres) {
        (Backup::Dump(dump), Some(_)) => servers::put_back(&lived.house.registry_url(), dump),
        (Backup::File(copy), None) => {
            for suffix in PARTS {
                let _ = std::fs::remove_file(part(&lived.file(), suffix));
            }
            std::fs::copy(copy, lived.file()).unwrap();
        }
        (Backup::Dump(_) | Backup::File(_), _) => unreachable!("a backup of another database"),
    }
    let place: DatabaseUrl = lived.house.registry_url().parse().unwrap();
    // The house's journal refuses to go on with another history, and a copy without one refuses to be worked on: whoever
    // does all the same begins one.
    let aside = lived.house.dir.join("aside");
    std::fs::create_dir_all(&aside).unwrap();
    let writer = Writer::open(&place, &ca_tools::config::JournalFiles::in_folder(&aside)).await.unwrap();
    let writer = writer.sealing(ca_tools::letters::Seal::in_directory(&aside));
    let _ = writer.start_journal(&By { why: Some("a copy is worked on".into()), ..by() }, &[]).await.unwrap();
    writer
}

/// What the lost device is told, unless it is hung up on.
async fn stolen(lived: &Lived) -> Option<(u16, String, String)> {
    told(lived, &lived.stolen, None).await
}

/// What the device of the worker is told.
async fn the_held(lived: &Lived) -> Option<(u16, String, String)> {
    told(lived, &lived.settled.credentials, Some(&lived.cookie)).await
}

async fn told(lived: &Lived, device: &Credentials, cookie: Option<&str>) -> Option<(u16, String, String)> {
    let mut talk = Talk::open(&lived.house.opening(Some(device))).await.ok()?;
    let request = lived.house.request(http::Method::GET, "/rooms/r-hanako/echo", cookie).body(empty()).unwrap();
    let answer = talk.ask(request).await.ok()?;
    Some(if answer.status == 200 { (200, String::new(), String::new()) } else { answer.problem() })
}

async fn version(writer: &Writer) -> u64 {
    u64::try_from(writer.ledger().version().await.unwrap()).unwrap()
}

/// Runs SQL behind every tool's back, or asks for one text.
async fn sql(lived: &Lived, text: &str) -> Option<String> {
    let text = AssertSqlSafe(text.to_owned());
    if lived.house.postgres.is_some() {
        let mut connection = sqlx::PgConnection::connect(&lived.house.registry_url()).await.unwrap();
        sqlx::query_scalar(text).fetch_optional(&mut connection).await.unwrap()
    } else {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(lived.file());
        let mut connection = options.connect().await.unwrap();
        let answer = sqlx::query_scalar(text).fetch_optional(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        answer
    }
}

async fn hash_of(lived: &Lived, version: u64) -> String {
    sql(lived, &format!("SELECT hash FROM events WHERE version = {version}")).await.unwrap()
}

/// Changes that nobody would miss, until the version is above this one.
async fn worked_on(writer: &Writer, above: u64) {
    let office: registry::OfficeNo = OTHER_OFFICE.parse().unwrap();
    while version(writer).await <= above {
        writer.suspend_office(&by(), &office).await.unwrap();
        writer.resume_office(&by(), &office).await.unwrap();
    }
}

fn plans(key: &JournalKey) -> [Plan; 2] {
    let registry = format!("journal_key = \"{}\"", key.public.display());
    // Whoever is refused is asked for again and again here.
    let limits = "stranger_burst = 10000";
    [false, true].map(|postgres| Plan {
        postgres,
        registry: registry.clone(),
        limits: limits.into(),
        ..Plan::default()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_device_never_comes_back_with_an_old_registry_that_is_worked_on() {
    let key = JournalKey::new("worked-on");
    for plan in plans(&key) {
        let lived = lived_in(plan).await;
        let backup = back_up(&lived).await;
        lived.revoke().await;
        assert_eq!(lived.with_the_stolen().await.problem(), revoked());
        let applied = lived.house.gateway.state().feed.newest().unwrap().version();

        let since = Instant::now();
        let old = put_back(&lived, &backup).await;
        worked_on(&old, applied + 3).await;
        lived.house.unready("registry: registry_forked: ").await;
        println!("another history was named after {:?}", since.elapsed());
        assert!(operations(lived.house.ops_address(), "/metrics").await.1.contains("\ngateway_registry_forked 1\n"));
        // Through the time for which the last snapshot serves, and beyond it, whatever is done to the registry.
        until("nobody is let in any more", async || {
            let Some(told) = stolen(&lived).await else { return false };
            assert!([revoked(), forked()].contains(&told), "{told:?}");
            told == forked()
        })
        .await;
        assert_eq!(lived.room().await.problem(), forked());
        let named = |line: &serde_json::Value| line["reason"] == "registry_forked";
        until("it stands in an access line", async || lived.house.lines().iter().any(named)).await;
        let above = version(&old).await;
        worked_on(&old, above + 3).await;
        assert_eq!(lived.with_the_stolen().await.problem(), forked());

        // A gateway that is started anew knows the history it had applied before.
        let configuration = lived.house.configuration.replace("/access.log", "/second.log");
        let configuration = configuration.replace("/checkpoints.log", "/second-checkpoints.log");
        let second = Running::with(Config::parse(&configuration).unwrap()).await.unwrap();
        until("the second gateway has looked", async || second.state().feed.is_forked()).await;
        assert_eq!(at(&lived, &second).await.problem(), forked());
        assert!(second.state().feed.newest().is_none(), "nothing of it is believed");
        second.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_restore_is_followed_by_itself_and_ends_what_ended_in_it() {
    let key = JournalKey::new("signed");
    for plan in plans(&key) {
        let lived = lived_in(plan).await;
        let (held, taken) = lived.house.device(OFFICE).await;
        lived.house.applied().await;
        let backup = back_up(&lived).await;
        let from = lived.house.version().await;
        let hash = hash_of(&lived, from).await;
        lived.revoke().await;
        worked_on(&lived.house.writer, from + 2).await;
        lived.house.writer.suspend_office(&by(), &OTHER_OFFICE.parse().unwrap()).await.unwrap();
        lived.house.applied().await;
        let lost = lived.house.version().await;
        assert_eq!(lived.room().await.status, 200, "and the decision is remembered");
        let mut open = lived.house.talk(&taken).await;
        assert_eq!(lived.house.get(&mut open, "/rooms/r-hanako/echo", None).await.problem().2, "no_session");

        let restored = put_back(&lived, &backup).await;
        lived.house.unready("registry: ").await;
        // What a restore does: whoever cannot be vouched for is ended again, and the house signs for it.
        restored.revoke(&by(), lived.lost, None, RevokedReason::Lost).await.unwrap();
        restored.suspend_device(&by(), held).await.unwrap();
        let (room, worker) = (Settled::ROOM.parse().unwrap(), Settled::WORKER.parse().unwrap());
        restored.remove(&by(), &room, &worker).await.unwrap();
        lived.house.unready("registry: registry_forked: ").await;
        let id = restored.ledger().id().await.unwrap();
        let newest = version(&restored).await;
        assert_eq!(newest, lost, "a version alone tells nothing");
        let other = JournalKey::new("other");
        sql(&lived, &other.restoration(1, &id, (from, &hash), newest)).await;
        lived.house.unready("is not signed by the journal key").await;
        assert_ne!(lived.with_the_stolen().await.status, 200);
        sql(&lived, "DELETE FROM restorations").await;
        let since = Instant::now();
        sql(&lived, &key.restoration(1, &id, (from, &hash), newest)).await;
        lived.house.ready().await;
        println!("a signed restore was followed after {:?}", since.elapsed());
        let snapshot = lived.house.gateway.state().feed.newest().unwrap();
        assert_eq!((snapshot.moment().epoch, snapshot.version()), (1, newest));
        assert_eq!(lived.room().await.problem().2, "not_invited", "decided anew");
        assert_eq!(lived.with_the_stolen().await.problem(), revoked());
        restored.invite(&by(), &room, &worker).await.unwrap();
        until("changes are followed again", async || lived.room().await.status == 200).await;
        // Its connection was open all the while.
        until("the device on hold is cut off", async || {
            let request = lived.house.request(http::Method::GET, "/rooms/r-hanako/echo", None);
            match open.ask(request.body(empty()).unwrap()).await {
                Ok(answer) => {
                    assert_ne!(answer.problem().2, "no_session", "it is let in no more");
                    false
                }
                Err(_) => true,
            }
        })
        .await;

        // The restored registry as it was on its first day is used up.
        let first_day = back_up(&lived).await;
        restored.suspend_device(&by(), lived.settled.device).await.unwrap();
        until("the hold is in force", async || the_held(&lived).await.is_some_and(|told| told.2 == "suspended")).await;
        let now = version(&restored).await;
        let again = put_back(&lived, &first_day).await;
        worked_on(&again, now + 2).await;
        lived.house.unready("is no newer than the last one taken here").await;
        // Its last word was that this device is on hold; no older one counts.
        until("nobody is let in any more", async || {
            let Some(told) = the_held(&lived).await else { return false };
            assert!(told.2 == "suspended" || told == forked(), "{told:?}");
            told == forked()
        })
        .await;
    }
}
