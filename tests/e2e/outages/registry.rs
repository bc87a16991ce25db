//! The registry removed, replaced by an older one or another, stopped, restored.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ca_tools::config::DatabaseUrl;
use gateway::config::Config;
use gateway::run::Running;
use house::{Answer, Credentials, House, OFFICE, Opening, Plan, Settled, Talk, by, until};

const ROOM: &str = "/rooms/r-hanako/echo";
const MAX_AGE: Duration = Duration::from_secs(3);

fn stale() -> (u16, String, String) {
    (503, "KW-301".into(), "registry_stale".into())
}

pub(crate) fn revoked() -> (u16, String, String) {
    (403, "KW-103".into(), "revoked".into())
}

pub(crate) struct Lived {
    pub(crate) house: House,
    pub(crate) settled: Settled,
    pub(crate) lost: certs::DeviceNo,
    pub(crate) stolen: Credentials,
    pub(crate) cookie: String,
}

pub(crate) async fn lived_in(plan: Plan) -> Lived {
    let registry = format!("max_age = \"3s\"\n{}", plan.registry);
    let house = House::planned(Plan { registry, ..plan }).await;
    let settled = house.settle().await;
    let (lost, stolen) = house.device(OFFICE).await;
    house.applied().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    Lived { house, settled, lost, stolen, cookie }
}

impl Lived {
    pub(crate) fn file(&self) -> PathBuf {
        self.house.dir.join("registry.db")
    }

    pub(crate) async fn revoke(&self) {
        self.house.writer.revoke(&by(), self.lost, None, registry::change::RevokedReason::Lost).await.unwrap();
        self.house.applied().await;
    }

    pub(crate) async fn room(&self) -> Answer {
        let mut talk = self.house.talk(&self.settled.credentials).await;
        self.house.get(&mut talk, ROOM, Some(&self.cookie)).await
    }

    pub(crate) async fn with_the_stolen(&self) -> Answer {
        let mut talk = self.house.talk(&self.stolen).await;
        self.house.get(&mut talk, ROOM, None).await
    }

    /// The last snapshot serves while it may, then nobody is let in, whoever it is; `/readyz` says so from the start.
    async fn goes_stale(&self, since: Instant, words: &str) {
        let noticed = self.house.unready(words).await;
        let answer = self.room().await;
        if since.elapsed() < MAX_AGE {
            assert_eq!(answer.status, 200, "the last snapshot serves: {}", answer.text());
        }
        until("it is too old", async || self.room().await.problem_if_refused() == Some(stale())).await;
        let refused = since.elapsed();
        assert_eq!(self.with_the_stolen().await.problem(), stale());
        let mut bare = Talk::open(&self.house.opening(None)).await.unwrap();
        assert_eq!(self.house.get(&mut bare, ROOM, None).await.problem(), stale());
        println!("{words}: /readyz after {noticed:?}, refused after {refused:?}");
    }

    async fn recovers(&self, what: &str) {
        let begun = Instant::now();
        self.house.ready().await;
        assert_eq!(self.room().await.status, 200);
        println!("{what}: back after {:?}", begun.elapsed());
    }
}

trait ProblemIfRefused {
    fn problem_if_refused(&self) -> Option<(u16, String, String)>;
}

impl ProblemIfRefused for Answer {
    fn problem_if_refused(&self) -> Option<(u16, String, String)> {
        (self.status != 200).then(|| self.problem())
    }
}

/// The revoked device comes to another gateway.
pub(crate) async fn at(lived: &Lived, gateway: &Running) -> Answer {
    let opening = Opening { address: gateway.addresses()[0], ..lived.house.opening(Some(&lived.stolen)) };
    let mut talk = Talk::open(&opening).await.unwrap();
    lived.house.get(&mut talk, ROOM, None).await
}

/// The file and what SQLite keeps beside it.
pub(crate) const PARTS: [&str; 3] = ["", "-wal", "-shm"];

pub(crate) fn part(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Takes the registry to another place, whole.
pub(crate) fn carry(from: &Path, to: &Path) {
    for suffix in PARTS.into_iter().rev() {
        if part(from, suffix).exists() {
            std::fs::rename(part(from, suffix), part(to, suffix)).unwrap();
        }
    }
}

/// A backup, as an operator makes one while the registry is in use.
pub(crate) async fn backup(from: &Path, to: &Path) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(from);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let order = format!("VACUUM INTO '{}'", to.display());
    sqlx::query(sqlx::AssertSqlSafe(order)).execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_file_the_last_snapshot_serves_for_max_age_and_no_longer() {
    let lived = lived_in(Plan::default()).await;
    lived.revoke().await;
    let away = lived.house.dir.join("away.db");
    let since = Instant::now();
    carry(&lived.file(), &away);
    lived.goes_stale(since, "there is no registry").await;
    carry(&away, &lived.file());
    lived.recovers("registry file restored").await;
    assert_eq!(lived.with_the_stolen().await.problem(), revoked());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_registry_lets_no_revoked_device_in_now_or_after_a_restart() {
    let lived = lived_in(Plan::default()).await;
    let older = lived.house.dir.join("older.db");
    backup(&lived.file(), &older).await;
    lived.revoke().await;
    let away = lived.house.dir.join("away.db");
    let since = Instant::now();
    carry(&lived.file(), &away);
    std::fs::copy(&older, lived.file()).unwrap();
    assert_eq!(lived.with_the_stolen().await.problem(), revoked());
    lived.goes_stale(since, "was applied already").await;

    // A gateway that is started anew knows the version it had applied before.
    let before = lived.house.gateway.state().feed.newest().unwrap().version();
    let state = lived.house.dir.join("gateway.state");
    until("the version is kept", async || {
        std::fs::read_to_string(&state).is_ok_and(|kept| kept.contains(&format!("\"version\":{before},")))
    })
    .await;
    let configuration = lived.house.configuration.replace("/access.log", "/second.log");
    let configuration = configuration.replace("/checkpoints.log", "/second-checkpoints.log");
    let second = Running::with(Config::parse(&configuration).unwrap()).await.unwrap();
    until("the second gateway has looked", async || {
        second.state().feed.why_silent().is_some_and(|why| why.contains("was applied already"))
    })
    .await;
    assert_eq!(at(&lived, &second).await.problem(), stale());
    assert!(second.state().feed.newest().is_none(), "nothing of the older one is believed");

    for suffix in PARTS {
        let _ = std::fs::remove_file(part(&lived.file(), suffix));
    }
    carry(&away, &lived.file());
    lived.recovers("newest registry put back").await;
    assert_eq!(lived.with_the_stolen().await.problem(), revoked());
    until("the second one recovers, too", async || at(&lived, &second).await.problem() == revoked()).await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_registry_is_never_believed_whatever_it_says() {
    let lived = lived_in(Plan::default()).await;
    lived.revoke().await;
    let other = lived_in(Plan::default()).await;
    for _ in 0..5 {
        other.house.office(&format!("12722{:05}", other.house.version().await)).await;
    }
    assert!(other.house.version().await > lived.house.version().await, "its version is no lower");
    let foreign = lived.house.dir.join("foreign.db");
    backup(&other.file(), &foreign).await;
    let away = lived.house.dir.join("away.db");
    let since = Instant::now();
    carry(&lived.file(), &away);
    std::fs::copy(&foreign, lived.file()).unwrap();
    lived.goes_stale(since, "another registry").await;
    for suffix in PARTS {
        let _ = std::fs::remove_file(part(&lived.file(), suffix));
    }
    carry(&away, &lived.file());
    lived.recovers("registry restored after another one").await;
    assert_eq!(lived.with_the_stolen().await.problem(), revoked());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_postgresql_is_silence_and_changes_are_followed_again_after_its_return() {
    let lived = lived_in(Plan { postgres: true, ..Plan::default() }).await;
    let postgres = lived.house.postgres.as_ref().unwrap();
    let since = Instant::now();
    postgres.stop();
    lived.goes_stale(since, "registry: ").await;
    postgres.start_again();
    lived.recovers("PostgreSQL started again").await;
    let place: DatabaseUrl = lived.house.registry_url().parse().unwrap();
    let journal = ca_tools::config::JournalFiles::in_folder(&lived.house.dir);
    let writer = ca_tools::acts::Writer::open(&place, &journal).await.unwrap();
    let writer = writer.sealing(ca_tools::letters::Seal::in_directory(&lived.house.dir));
    writer.revoke(&by(), lived.lost, None, registry::change::RevokedReason::Lost).await.unwrap();
    until("the revocation is in force", async || lived.with_the_stolen().await.problem() == revoked()).await;
}

/// What is applied is in force; only a restart could fall back behind it, and that is said before it happens.
#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_cannot_be_kept_is_said_where_operations_look() {
    let lived = lived_in(Plan::default()).await;
    let folder = lived.house.dir.join("not-there-yet");
    let state = folder.join("gateway.state").display().to_string();
    let kept = lived.house.dir.join("another-gateway.state").display().to_string();
    let other = lived.house.another_gateway(|same| same.replace(&kept, &state)).await;
    let operations = *other.addresses().last().unwrap();
    let says = async |path: &str| house::operations(operations, path).await;
    until("it is said", async || says("/readyz").await.1.contains("not kept over restarts")).await;
    let (status, words) = says("/readyz").await;
    assert!(status == 200 && words.starts_with("ready\n") && words.contains("not-there-yet"), "{status} {words}");
    for name in ["registry_state_unsaved", "registry_unkept"] {
        assert!(says("/metrics").await.1.contains(&format!("\ngateway_{name} 1\n")), "{name}");
    }
    std::fs::create_dir(&folder).unwrap();
    until("it is kept", async || says("/readyz").await == (200, "ready\n".to_owned())).await;
    assert!(says("/metrics").await.1.contains("\ngateway_registry_state_unsaved 0\n"));
    other.stop().await;
}
