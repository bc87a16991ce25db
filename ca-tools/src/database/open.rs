//! Opening and making a registry, by its URL.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Mutex;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::transaction::Database;
use crate::config::DatabaseUrl;
use crate::refusal::Unavailable;

/// How long a change waits for another program that holds the registry.
pub(crate) const WAIT: Duration = Duration::from_secs(5);

/// What a connection keeps of the file in memory at most, in KiB, as SQLite writes it: with its own 2 MB each count over a large
/// house reads the same pages from the file again.
const PAGES: &str = "-16384";

/// Connections that stay open until the process ends.
///
/// When the last connection to a file closes, SQLite removes the write-ahead log beside it, and a
/// reader that may not write into the directory (a gateway under its own user) can then not open
/// the file. SQLite's own switch for this (`SQLITE_FCNTL_PERSIST_WAL`) can only be reached by unsafe
/// code; a connection that is never closed has the same effect.
static NEVER_CLOSED: Mutex<Vec<SqliteConnection>> = Mutex::new(Vec::new());

pub(crate) async fn open(place: &DatabaseUrl) -> Result<Database, Unavailable> {
    match place {
        DatabaseUrl::File(path) => {
            if !path.is_file() {
                return Err(Unavailable::Missing(path.display().to_string()));
            }
            open_file(path).await
        }
        DatabaseUrl::Server(url) => open_server(url).await,
    }
}

pub(crate) async fn make(place: &DatabaseUrl) -> Result<Database, Unavailable> {
    match place {
        DatabaseUrl::File(path) => {
            make_file(path)?;
            open_file(path).await
        }
        DatabaseUrl::Server(url) => open_server(url).await,
    }
}

/// Takes away what [`make`] began, where nothing came of it. A server's tables stay: the next try
/// finds them empty.
pub(crate) fn unmake(place: &DatabaseUrl) {
    if let DatabaseUrl::File(path) = place {
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
        .pragma("cache_size", PAGES)
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

    #[tokio::test]
    async fn a_connection_that_is_not_as_it_was_taken_is_not_kept() {
        let folder = crate::test_support::Folder::new();
        let database = make(&DatabaseUrl::File(folder.path("registry.db"))).await.unwrap();
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
