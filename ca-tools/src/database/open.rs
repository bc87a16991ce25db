//! Opening and making a registry, by its URL.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Mutex;
use std::time::Duration;
use std::{fmt, io};

use registry::reader::{CLOSED_WAY, ServerRefusal, server};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::transaction::Database;
use crate::language::Text;
use crate::masked::masked;
use crate::refusal::Unavailable;

/// Where a registry is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// `sqlite:PATH`.
    File(PathBuf),
    /// `postgres://…`.
    Server(String),
}

impl Place {
    /// The same server, opened by this password.
    ///
    /// # Errors
    /// It is a file, names no user, or has a password already.
    pub fn with_password(self, password: &str) -> Result<Self, (&'static str, &'static str)> {
        self.takes_password()?;
        let Self::Server(url) = self else { return Err(FILE_HAS_NONE) };
        let mut url = url::Url::parse(&url).map_err(|_| NO_USER)?;
        url.set_password(Some(password)).map_err(|()| NO_USER)?;
        Ok(Self::Server(url.into()))
    }

    /// Whether a password could be given to it.
    pub(crate) fn takes_password(&self) -> Result<(), (&'static str, &'static str)> {
        let Self::Server(url) = self else { return Err(FILE_HAS_NONE) };
        let url = url::Url::parse(url).map_err(|_| NO_USER)?;
        if self.has_password() {
            return Err((
                "台帳の URL にもパスワードがあります。どちらか1つにしてください。",
                "the URL has a password too: only one of them is needed",
            ));
        }
        if url.username().is_empty() { Err(NO_USER) } else { Ok(()) }
    }

    /// Whether what opens the server stands in its URL.
    #[must_use]
    pub fn has_password(&self) -> bool {
        let Self::Server(url) = self else { return false };
        // What cannot be read might hold one.
        url::Url::parse(url)
            .map_or(true, |url| url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password"))
    }

    /// The file that it is.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Server(_) => None,
        }
    }

    /// The URL by which it was named, a password in it included.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::File(path) => format!("sqlite:{}", path.display()),
            Self::Server(url) => url.clone(),
        }
    }
}

const FILE_HAS_NONE: (&str, &str) =
    ("PostgreSQL の台帳でだけ使えます。", "is for a PostgreSQL server: a file is opened by its owner and mode");
const NO_USER: (&str, &str) = (
    "台帳の URL にユーザー名を書いてください（postgres://USER@HOST/NAME）。",
    "the URL names no user: write postgres://USER@HOST/NAME",
);

/// Without what opens it: this stands in messages.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Server(url) = self else { return f.write_str(&self.url()) };
        let shown = url.split(['?', '#']).next().unwrap_or_default();
        let (scheme, rest) = shown.split_once("://").unwrap_or(("postgres", shown));
        match rest.rsplit_once('@') {
            Some((user, host)) => write!(f, "{scheme}://{}@{host}", user.split(':').next().unwrap_or_default()),
            None => write!(f, "{scheme}://{rest}"),
        }
    }
}

impl FromStr for Place {
    type Err = PlaceRefusal;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            server(url)?;
            return Ok(Self::Server(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite:").ok_or_else(|| PlaceRefusal::Neither(shown(url)))?;
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with(':') || path.contains(['?', '#']) {
            return Err(PlaceRefusal::NoFile(shown(url)));
        }
        Ok(Self::File(path.into()))
    }
}

/// What was written, without what might open something.
fn shown(url: &str) -> String {
    match url.split_once(':') {
        _ if url.contains("://") => masked(url),
        Some((scheme, _)) if url.contains(['@', '?']) => format!("{scheme}:…"),
        None if url.contains('@') => "…".to_owned(),
        Some(_) | None => url.to_owned(),
    }
}

/// Not the URL of a registry.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PlaceRefusal {
    /// Neither database.
    #[error("{0:?} names no registry: a registry is sqlite:PATH or postgres://USER@HOST/NAME")]
    Neither(String),
    /// SQLite without a file.
    #[error("{0:?} names no file: write sqlite:PATH")]
    NoFile(String),
    /// A server that is not asked.
    #[error(transparent)]
    Server(#[from] ServerRefusal),
}

impl PlaceRefusal {
    /// For people: what was wrong and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        let ja = match self {
            Self::Neither(url) => {
                format!(
                    "{url:?} は台帳の URL ではありません。sqlite:PATH か postgres://USER@HOST/NAME の形で書いてください。"
                )
            }
            Self::NoFile(url) => format!("{url:?} にファイル名がありません。sqlite:PATH の形で書いてください。"),
            Self::Server(ServerRefusal::Malformed(why)) => {
                format!("台帳の URL が PostgreSQL の形ではありません（{why}）。")
            }
            Self::Server(ServerRefusal::Raw) => {
                "台帳の URL のユーザー名かパスワードに、URL で意味を持つ記号がそのまま入っています。\
                 パーセント記法で書いてください（@ は %40、/ は %2F、: は %3A、? は %3F、# は %23、% は %25）。"
                    .to_owned()
            }
            Self::Server(ServerRefusal::OpenWay(host)) => format!(
                "台帳のサーバー {host} への通信路が保護されていません。URL の終わりに ?{CLOSED_WAY} を付けるか、\
                 同じ機器の中（ループバック、Unix ソケット）でつないでください。"
            ),
            Self::Server(ServerRefusal::NoRoot(path, why)) => format!(
                "台帳の URL の sslrootcert={path} を読めません（{why}）。台帳のサーバーの CA 証明書（PEM）の場所を書いてください。"
            ),
            Self::Server(ServerRefusal::RelativeRoot(path)) => {
                format!("台帳の URL の sslrootcert={path} は / で始まる場所ではありません。/ から書いてください。")
            }
        };
        Text::new(ja, self.to_string())
    }
}

/// How long a change waits for another program that holds the registry.
pub(crate) const WAIT: Duration = Duration::from_secs(5);

/// Connections that stay open until the process ends.
///
/// When the last connection to a file closes, SQLite removes the write-ahead log beside it, and a
/// reader that may not write into the directory (a gateway under its own user) can then not open
/// the file. SQLite's own switch for this (`SQLITE_FCNTL_PERSIST_WAL`) can only be reached by unsafe
/// code; a connection that is never closed has the same effect.
static NEVER_CLOSED: Mutex<Vec<SqliteConnection>> = Mutex::new(Vec::new());

pub(crate) async fn open(place: &Place) -> Result<Database, Unavailable> {
    match place {
        Place::File(path) => {
            if !path.is_file() {
                return Err(Unavailable::Missing(path.display().to_string()));
            }
            open_file(path).await
        }
        Place::Server(url) => open_server(url).await,
    }
}

pub(crate) async fn make(place: &Place) -> Result<Database, Unavailable> {
    match place {
        Place::File(path) => {
            make_file(path)?;
            open_file(path).await
        }
        Place::Server(url) => open_server(url).await,
    }
}

/// Takes away what [`make`] began, where nothing came of it. A server's tables stay: the next try
/// finds them empty.
pub(crate) fn unmake(place: &Place) {
    if let Place::File(path) = place {
        for suffix in ["", "-wal", "-shm", ".reserve"] {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            // One that is not there is what is wanted.
            let _ = std::fs::remove_file(name);
        }
    }
}

/// An empty file that its group may read: the group is the gateway's. SQLite gives the files beside
/// it the same mode.
fn make_file(path: &Path) -> Result<(), Unavailable> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o640).open(path);
    made.map(drop).map_err(|why| {
        let at = path.display();
        if why.kind() == io::ErrorKind::AlreadyExists {
            Unavailable::AlreadyThere(at.to_string())
        } else {
            Unavailable::Unreachable(format!("{at}: {why}"))
        }
    })
}

async fn open_file(path: &Path) -> Result<Database, Unavailable> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(WAIT)
        .foreign_keys(true)
        .disable_statement_logging();
    let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(WAIT * 2);
    let pool = pool.after_release(|connection, _| Box::pin(known(connection))).connect_with(options.clone()).await?;
    let mut keeper = options.connect().await?;
    sqlx::query("SELECT count(*) FROM sqlite_master").execute(&mut keeper).await?;
    if let Ok(mut kept) = NEVER_CLOSED.lock() {
        kept.push(keeper);
    }
    Ok(Database::Sqlite(pool))
}

async fn open_server(url: &str) -> Result<Database, Unavailable> {
    let options = PgConnectOptions::from_str(url)?
        .options([("lock_timeout", format!("{}ms", WAIT.as_millis()))])
        .disable_statement_logging();
    // A pool tries again and again until it gives up; the first connection says at once what is wrong.
    let first = tokio::time::timeout(WAIT, options.connect()).await;
    first.map_err(|_| Unavailable::Unreachable("no answer".to_owned()))??.close().await?;
    let pool = PgPoolOptions::new().max_connections(4).acquire_timeout(WAIT * 2);
    let pool = pool.after_release(|connection, _| Box::pin(known(connection))).connect_with(options).await?;
    Ok(Database::Postgres(pool))
}

/// Is a connection that is given back as it was taken? A disk that was full can end a transaction of which the driver does
/// not know; the next one would not begin. Such a connection is closed, not kept.
async fn known(connection: &mut impl Connection) -> Result<bool, sqlx::Error> {
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_without_its_password_and_kept_with_it() {
        let url = "postgres://writer:secret@localhost:5433/sekisho?password=secret&sslmode=prefer";
        let place: Place = url.parse().unwrap();
        assert_eq!(place.to_string(), "postgres://writer@localhost:5433/sekisho");
        assert_eq!(place.url(), url);
        assert_eq!("sqlite:/a/b.db".parse::<Place>().unwrap().to_string(), "sqlite:/a/b.db");
    }

    #[test]
    fn a_password_from_a_file_opens_the_server_and_is_in_no_message() {
        let place: Place = "postgres://writer@localhost/sekisho?sslmode=prefer".parse().unwrap();
        assert!(!place.has_password());
        let opened = place.with_password("p@ss/w#rd %:1 &?=").unwrap();
        assert!(opened.has_password() && opened.url().parse::<Place>().is_ok(), "{}", opened.url());
        assert_eq!(opened.to_string(), "postgres://writer@localhost/sekisho");
        for (url, word) in [
            ("sqlite:/a/b.db", "is for a PostgreSQL server"),
            ("postgres://localhost/sekisho", "names no user"),
            ("postgres://w:x@localhost/sekisho", "the URL has a password too"),
            ("postgres://w@localhost/sekisho?password=x", "the URL has a password too"),
        ] {
            let refused = url.parse::<Place>().unwrap().with_password("secret").unwrap_err();
            assert!(refused.1.contains(word), "{url}: {refused:?}");
        }
    }

    #[test]
    fn a_server_on_an_open_way_is_refused_with_what_closes_it() {
        let refused = "postgres://writer@db.example/sekisho".parse::<Place>().unwrap_err().text();
        for text in [refused.ja, refused.en] {
            assert!(text.contains("db.example") && text.contains("?sslmode=verify-full&sslrootcert="), "{text}");
        }
    }

    #[tokio::test]
    async fn a_connection_that_is_not_as_it_was_taken_is_not_kept() {
        let folder = crate::test_support::Folder::new();
        let database = make(&Place::File(folder.path("registry.db"))).await.unwrap();
        for _ in 0..3 {
            let mut change = database.begin_write().await.unwrap();
            change.run("CREATE TABLE x (y BIGINT)", []).await.unwrap();
            // As SQLite does by itself where a commit finds the disk full; the driver does not hear of it.
            change.run("ROLLBACK", []).await.unwrap();
            drop(change);
        }
        database.begin_write().await.unwrap().commit().await.unwrap();
    }
}
