//! One connection to either database, on which nothing can be written and nothing waits for ever.

use std::future::Future;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection as _, Row};

use crate::reader::refusal::ReadRefusal;
use crate::reader::source::Source;

/// Longest wait for a connection, for id and version, and for whatever else takes no time at all.
pub(super) const AT_ONCE: Duration = Duration::from_secs(2);

/// Longest wait for rows. A page takes milliseconds, but the first look into a large and cold
/// database may take seconds.
const ROWS: Duration = Duration::from_secs(10);

/// Longest wait for a writer that holds the file; below [`AT_ONCE`], so that the reason is told.
const BUSY: Duration = Duration::from_millis(500);

/// A row as it came: each column's text, or NULL.
pub(super) type Columns = Vec<Option<Vec<u8>>>;

/// What stands for `$1`, `$2`, …
#[derive(Clone, Copy, Debug)]
pub(super) enum Parameter<'a> {
    /// A number.
    Number(i64),
    /// A text.
    Text(&'a str),
}

/// Which file it is: device and inode. A file that is open keeps its inode from being given to
/// another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// Of what lies at the path now.
    pub(super) fn at(path: &Path) -> Result<Self, ReadRefusal> {
        let metadata = std::fs::metadata(path).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                ReadRefusal::Missing(path.display().to_string())
            } else {
                ReadRefusal::Database(format!("{}: {error}", path.display()))
            }
        })?;
        Ok(Self { device: metadata.dev(), inode: metadata.ino() })
    }
}

/// An open connection.
#[derive(Debug)]
pub(super) enum Connection {
    /// To a file.
    File(SqliteConnection),
    /// To a server.
    Server(Box<PgConnection>),
}

macro_rules! columns {
    ($connection:expr, $sql:expr, $parameters:expr, $limit:expr) => {{
        let mut query = sqlx::query($sql);
        for parameter in $parameters {
            query = match parameter {
                Parameter::Number(number) => query.bind(*number),
                Parameter::Text(text) => query.bind((*text).to_owned()),
            };
        }
        let rows = in_time($limit, async { Ok(query.fetch_all($connection).await?) }).await?;
        let of_row = |row: &_| (0..Row::len(row)).map(|column| Row::try_get_unchecked(row, column)).collect();
        rows.iter().map(of_row).collect::<Result<Vec<Columns>, sqlx::Error>>()?
    }};
}

impl Connection {
    /// Opens a connection and proves that there is a database at its other end.
    pub(super) async fn open(source: &Source) -> Result<Self, ReadRefusal> {
        match source {
            Source::File(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .read_only(true)
                    .create_if_missing(false)
                    .pragma("query_only", "ON")
                    .busy_timeout(BUSY)
                    // Kilobytes: whoever reads from one end to the other needs no page twice.
                    .pragma("cache_size", "-512")
                    .row_buffer_size(2)
                    .disable_statement_logging();
                Ok(Self::File(in_time(AT_ONCE, async { Ok(options.connect().await?) }).await?))
            }
            Source::Server(options) => {
                let options = (**options)
                    .clone()
                    .application_name("sekisho-reader")
                    .options([
                        ("default_transaction_read_only", "on"),
                        ("statement_timeout", "10000"),
                        // A version is a different number each time: what was planned for the last
                        // thousand changes must not be used for the first million.
                        ("plan_cache_mode", "force_custom_plan"),
                    ])
                    .disable_statement_logging();
                let connection = in_time(AT_ONCE, async { Ok(PgConnection::connect_with(&options).await?) }).await?;
                Ok(Self::Server(Box::new(connection)))
            }
        }
    }

    /// Begins to read: from the first answer on, everything is of one moment.
    pub(super) async fn begin(&mut self) -> Result<(), ReadRefusal> {
        match self {
            Self::File(_) => self.run("BEGIN").await,
            Self::Server(_) => self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await,
        }
    }

    /// Ends what [`Self::begin`] began.
    pub(super) async fn end(&mut self) -> Result<(), ReadRefusal> {
        self.run("COMMIT").await
    }

    /// All rows of the answer.
    pub(super) async fn rows(
        &mut self,
        sql: &'static str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Columns>, ReadRefusal> {
        self.rows_within(ROWS, sql, parameters).await
    }

    /// All rows of an answer that is due within so long.
    pub(super) async fn rows_within(
        &mut self,
        limit: Duration,
        sql: &'static str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Columns>, ReadRefusal> {
        Ok(match self {
            Self::File(connection) => columns!(&mut *connection, sql, parameters, limit),
            Self::Server(connection) => columns!(&mut **connection, sql, parameters, limit),
        })
    }

    /// A number that changes whenever another connection has committed to the file; `None` of a
    /// server, which has no such thing.
    pub(super) async fn data_version(&mut self) -> Result<Option<i64>, ReadRefusal> {
        match self {
            Self::File(connection) => {
                let asked = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut *connection);
                in_time(AT_ONCE, async { Ok(Some(asked.await?)) }).await
            }
            Self::Server(_) => Ok(None),
        }
    }

    /// Says good-bye; a connection that is merely dropped leaves the server to find out.
    pub(super) async fn close(self) {
        let closed = match self {
            Self::File(connection) => in_time(AT_ONCE, async { Ok(connection.close().await?) }).await,
            Self::Server(connection) => in_time(AT_ONCE, async { Ok(connection.close().await?) }).await,
        };
        if let Err(error) = closed {
            tracing::debug!(%error, "a connection to the registry was not closed in order");
        }
    }

    /// Runs what has no answer.
    pub(super) async fn run(&mut self, sql: &'static str) -> Result<(), ReadRefusal> {
        match self {
            Self::File(connection) => {
                in_time(AT_ONCE, async { Ok(sqlx::query(sql).execute(&mut *connection).await.map(drop)?) }).await
            }
            Self::Server(connection) => {
                in_time(AT_ONCE, async { Ok(sqlx::query(sql).execute(&mut **connection).await.map(drop)?) }).await
            }
        }
    }
}

/// An answer, or [`ReadRefusal::Hung`]. Who meets it lets go of the connection: its answer may still
/// come, and would be taken for that of a later question.
pub(super) async fn in_time<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, ReadRefusal>>,
) -> Result<T, ReadRefusal> {
    tokio::time::timeout(limit, answer).await.unwrap_or(Err(ReadRefusal::Hung(limit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refuses_to_write(source: &Source, told: &str) {
        let mut connection = Connection::open(source).await.unwrap();
        for write in ["CREATE TABLE mine (n BIGINT)", "UPDATE registry SET version = 0", "DELETE FROM registry"] {
            let refusal = connection.run(write).await.unwrap_err().to_string();
            assert!(refusal.contains(told), "{write}: {refusal}");
        }
        connection.close().await;
    }

    const SCHEMA: &str = "CREATE TABLE registry (version BIGINT); INSERT INTO registry VALUES (1)";

    #[tokio::test]
    async fn nothing_can_be_written_through_a_readers_connection_to_a_file() {
        let path = std::env::temp_dir().join(format!("read-only-{}.db", std::process::id()));
        let writer = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let mut writer = writer.connect().await.unwrap();
        sqlx::raw_sql(SCHEMA).execute(&mut writer).await.unwrap();
        refuses_to_write(&Source::File(path.clone()), "readonly database").await;
        writer.close().await.unwrap();
        std::fs::remove_file(path).unwrap();
    }

    #[tokio::test]
    async fn nothing_can_be_written_through_a_readers_connection_to_a_server() {
        let url = servers::Postgres::shared().url("postgres");
        let mut writer = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(SCHEMA).execute(&mut writer).await.unwrap();
        refuses_to_write(&url.parse().unwrap(), "in a read-only transaction").await;
        sqlx::raw_sql("DROP TABLE registry").execute(&mut writer).await.unwrap();
    }
}
