//! A registry to read: made by the migration, filled in plain SQL, in a file or on a server.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use registry::Feed;
use servers::Postgres;
use sqlx::postgres::PgPool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use crate::signed::Signer;

/// What a state has to be reached within; far above what it takes.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

const SCHEMA: &str = concat!(
    include_str!("../../migrations/0001_registry.sql"),
    include_str!("../../migrations/0004_history.sql"),
    include_str!("../../migrations/0025_rooms.sql"),
    include_str!("../../migrations/0026_training.sql"),
    "ALTER TABLE system_users ADD COLUMN maintenance BIGINT NOT NULL DEFAULT 0;\n",
    "ALTER TABLE system_users ADD COLUMN open_from BIGINT;\n",
    "ALTER TABLE system_users ADD COLUMN open_until BIGINT;\n",
    include_str!("../../migrations/0029_retention.sql"),
);

/// A registry with a writer.
#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) url: String,
    pub(crate) folder: Folder,
    pool: Pool,
}

#[derive(Clone)]
enum Pool {
    File(SqlitePool),
    Server(PgPool),
}

/// A folder of its own, gone with the last who holds it.
#[derive(Clone)]
pub(crate) struct Folder(Arc<servers::Folder>);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(Arc::new(servers::Folder::new("registry")))
    }
}

impl std::ops::Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Written {
    /// One of each kind.
    pub(crate) async fn both(id: &str) -> [Self; 2] {
        [Self::file(&Folder::new(), id).await, Self::server(id).await]
    }

    /// In a file with a write-ahead log.
    pub(crate) async fn file(folder: &Folder, id: &str) -> Self {
        Self::file_with(folder, id, SqliteJournalMode::Wal).await
    }

    pub(crate) async fn file_with(folder: &Folder, id: &str, journal: SqliteJournalMode) -> Self {
        let path = folder.join("registry.db");
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(journal)
            .busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await.unwrap();
        let url = format!("sqlite:{}", path.display());
        let written = Self { url, folder: folder.clone(), pool: Pool::File(pool) };
        written.run(SCHEMA).await;
        written.run(&format!("INSERT INTO registry VALUES (1, '{id}', 0)")).await;
        written
    }

    /// A registry that is there already, in a single file.
    pub(crate) async fn opened(path: &Path, folder: &Folder) -> Self {
        let options = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await.unwrap();
        Self { url: format!("sqlite:{}", path.display()), folder: folder.clone(), pool: Pool::File(pool) }
    }

    /// Locks the file against readers, as a writer does that hangs in its commit.
    pub(crate) async fn locked(&self) -> Lock {
        let path = self.url.strip_prefix("sqlite:").unwrap();
        let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
        sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut connection).await.unwrap();
        Lock(connection)
    }

    /// In a database of its own on the server.
    pub(crate) async fn server(id: &str) -> Self {
        let url = Postgres::shared().database();
        let pool = PgPool::connect(&url).await.unwrap();
        let written = Self { url, folder: Folder::new(), pool: Pool::Server(pool) };
        written.run(SCHEMA).await;
        written.run(&format!("INSERT INTO registry VALUES (1, '{id}', 0)")).await;
        written
    }

    /// Where a follower of this registry keeps its floor.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.join("gateway.state")
    }

    /// A follower.
    pub(crate) fn follow(&self) -> Arc<Feed> {
        Feed::follow(&self.url, &self.state(), None).unwrap()
    }

    /// A follower that knows the house's journal key.
    pub(crate) fn follow_with(&self, key: &Signer) -> Arc<Feed> {
        Feed::follow(&self.url, &self.state(), Some(key.public())).unwrap()
    }

    /// The one number or text that a question has for an answer.
    pub(crate) async fn asked(&self, sql: &str) -> String {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.pool {
            Pool::File(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Pool::Server(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    /// Runs statements as they are, past every rule.
    pub(crate) async fn run(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.pool {
            Pool::File(pool) => drop(sqlx::raw_sql(sql).execute(pool).await.unwrap()),
            Pool::Server(pool) => drop(sqlx::raw_sql(sql).execute(pool).await.unwrap()),
        }
    }

    /// One change as the writer makes it: the counter raised and an event appended in the transaction
    /// of the statements, in which `:v` stands for the new version. Returns the version.
    pub(crate) async fn change(&self, statements: &str) -> u64 {
        let raise = "UPDATE registry SET version = version + 1 WHERE one = 1 RETURNING version";
        let event = |version: i64| {
            format!(
                "INSERT INTO events VALUES ({version}, 0, 'test', 'test', 'test', NULL, NULL, '{{}}', '', '{}', NULL)",
                uuid_of_sorts()
            )
        };
        let of = |version: i64| {
            AssertSqlSafe(format!("{}; {}", statements.replace(":v", &version.to_string()), event(version)))
        };
        let version: i64 = match &self.pool {
            Pool::File(pool) => {
                let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
                let version = sqlx::query_scalar(raise).fetch_one(&mut *transaction).await.unwrap();
                sqlx::raw_sql(of(version)).execute(&mut *transaction).await.unwrap();
                transaction.commit().await.unwrap();
                version
            }
            Pool::Server(pool) => {
                let mut transaction = pool.begin().await.unwrap();
                let version = sqlx::query_scalar(raise).fetch_one(&mut *transaction).await.unwrap();
                sqlx::raw_sql(of(version)).execute(&mut *transaction).await.unwrap();
                sqlx::raw_sql("NOTIFY registry").execute(&mut *transaction).await.unwrap();
                transaction.commit().await.unwrap();
                version
            }
        };
        version.try_into().unwrap()
    }

    /// Lets go of every connection, so that the file can be moved about.
    pub(crate) async fn close(&self) {
        match &self.pool {
            Pool::File(pool) => pool.close().await,
            Pool::Server(pool) => pool.close().await,
        }
    }
}

/// A file locked against everybody.
pub(crate) struct Lock(SqliteConnection);

impl Lock {
    pub(crate) async fn let_go(mut self) {
        sqlx::raw_sql("ROLLBACK").execute(&mut self.0).await.unwrap();
        self.0.close().await.unwrap();
    }
}

/// Two histories never share the hashes of their events.
pub(crate) fn uuid_of_sorts() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    static START: std::sync::OnceLock<u128> = std::sync::OnceLock::new();
    let start =
        START.get_or_init(|| std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos());
    format!("{start:x}-{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// An office.
pub(crate) fn office(office: &str) -> String {
    format!(
        "INSERT INTO offices VALUES ('{office}', '法人', 'かしわ訪問看護', '担当', 'a@example.jp', '04', '柏', '1', \
         'registered', NULL, 'A-1', :v);"
    )
}

/// A person of an office.
pub(crate) fn user(login_id: &str, office: &str) -> String {
    format!(
        "INSERT INTO system_users (login_id, office, name, profession, roles, state, password_hash, password_initial, \
         password_set_at, failures_count_from, previous_hashes, application, version) VALUES ('{login_id}', '{office}', '佐藤', '看護師', '', 'active', '$argon2id$', 0, \
         1700000000, 0, '[]', 'A-1', :v);"
    )
}

/// An approved device of an office.
pub(crate) fn device(device: u32, office: &str) -> String {
    format!(
        "INSERT INTO devices (device, office, label, os, ownership, stage, suspended, inspected_at, inspected_by, \
         checklist, approved_at, approved_by, approved_until, application, version) VALUES ({device}, '{office}', '受付', 'windows', 'office', 'approved', 0, 1700000000, \
         'i', '{{}}', 1700000000, 'a', 1900000000, 'A-1', :v);"
    )
}

/// An issued certificate of a device; its serial and fingerprint repeat this digit.
pub(crate) fn certificate(digit: char, device: u32) -> String {
    let (serial, fingerprint) = (serial(digit), fingerprint(digit));
    format!(
        "INSERT INTO certificates VALUES ('{serial}', {device}, '{fingerprint}', 'issued', 1700000000, 1800000000, \
         NULL, NULL, NULL, NULL, 'swk', 'csr', 'issuer', 'tbs', 'PEM', 'A-1', :v);"
    )
}

pub(crate) fn serial(digit: char) -> String {
    format!("4{}", digit.to_string().repeat(31))
}

pub(crate) fn fingerprint(digit: char) -> String {
    digit.to_string().repeat(64)
}

/// Waits until it holds; fails with what is the case instead.
pub(crate) async fn until(what: &str, feed: &Feed, holds: impl Fn(&Feed) -> bool) {
    servers::until_or(
        async || holds(feed),
        || {
            let (newest, silent, unkept) = (feed.newest(), feed.why_silent(), feed.why_unkept());
            format!("{what}: never; at {newest:?}, silent: {silent:?}, unkept: {unkept:?}")
        },
    )
    .await;
}

/// Waits until this version is applied and the registry answers.
pub(crate) async fn applied(feed: &Feed, version: u64) {
    until(&format!("version {version} is applied"), feed, |feed| {
        feed.newest().is_some_and(|snapshot| snapshot.version() == version) && feed.why_silent().is_none()
    })
    .await;
}

/// Waits until the registry is silent for a reason that says this.
pub(crate) async fn silent(feed: &Feed, because: &str) {
    until(&format!("silent, because {because:?}"), feed, |feed| {
        feed.why_silent().is_some_and(|why| why.contains(because))
    })
    .await;
}
