//! One text of SQL, two databases: the few words in which the writer speaks to either.
//!
//! Statements use `$1` placeholders and only what SQLite and PostgreSQL share, so that no act has
//! two spellings. What differs (how to open, how to lock, how to notify) stands in this folder alone.

use sqlx::postgres::{PgPool, PgRow};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, ColumnIndex, Decode, Postgres, Row as _, Sqlite, Type};

use crate::refusal::Unavailable;

/// An open registry.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// One file.
    Sqlite(SqlitePool),
    /// A server.
    Postgres(PgPool),
}

impl Database {
    /// A transaction that means to write. SQLite takes its one write lock here, so that two writers
    /// wait for each other instead of failing half-way.
    pub(crate) async fn begin_write(&self) -> Result<Transaction, Unavailable> {
        Ok(match self {
            Self::Sqlite(pool) => Transaction::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Transaction::Postgres(pool.begin().await?),
        })
    }

    /// A transaction in which everything read belongs together.
    pub(crate) async fn begin_read(&self) -> Result<Transaction, Unavailable> {
        Ok(match self {
            Self::Sqlite(pool) => Transaction::Sqlite(pool.begin().await?),
            Self::Postgres(pool) => Transaction::Postgres(
                pool.begin_with("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?,
            ),
        })
    }
}

/// A transaction on either database; undone when dropped.
#[derive(Debug)]
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// A value bound to a placeholder.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Int(i64),
    MaybeText(Option<String>),
    MaybeInt(Option<i64>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::MaybeText(text)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::MaybeText(text.map(str::to_owned))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::MaybeInt(number)
    }
}

macro_rules! bind {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query($sql);
        for value in $values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Int(number) => query.bind(number),
                Value::MaybeText(text) => query.bind(text),
                Value::MaybeInt(number) => query.bind(number),
            };
        }
        query
    }};
}

impl Transaction {
    /// Runs a statement; how many rows it touched.
    pub(crate) async fn run<const N: usize>(
        &mut self,
        sql: &'static str,
        values: [Value; N],
    ) -> Result<u64, Unavailable> {
        Ok(match self {
            Self::Sqlite(tx) => bind!(sql, values).execute(&mut **tx).await?.rows_affected(),
            Self::Postgres(tx) => bind!(sql, values).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// Runs a statement that was put together from names of tables and columns that are our own.
    pub(crate) async fn run_made(&mut self, sql: String, values: Vec<Value>) -> Result<u64, Unavailable> {
        Ok(match self {
            Self::Sqlite(tx) => bind!(AssertSqlSafe(sql), values).execute(&mut **tx).await?.rows_affected(),
            Self::Postgres(tx) => bind!(AssertSqlSafe(sql), values).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// Runs one `INSERT … VALUES …` for many rows of the same width, between `head` and `tail`; how
    /// many rows it touched.
    pub(crate) async fn insert_many(
        &mut self,
        (head, tail): (&'static str, &'static str),
        rows: Vec<Vec<Value>>,
    ) -> Result<u64, Unavailable> {
        let mut touched = 0;
        let most_values = match self {
            // SQLite looks each `$N` up among those before it: the time goes with the square.
            Self::Sqlite(_) => 500,
            // A round trip each; it takes 65,535 values at most.
            Self::Postgres(_) => 16_000,
        };
        let width = rows.first().map_or(1, Vec::len).max(1);
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let chunk: Vec<_> = rows.by_ref().take((most_values / width).max(1)).collect();
            let places: Vec<String> = (0..chunk.len())
                .map(|row| {
                    let places: Vec<String> = (1..=width).map(|column| format!("${}", row * width + column)).collect();
                    format!("({})", places.join(","))
                })
                .collect();
            let sql = format!("{head} VALUES {} {tail}", places.join(","));
            let values = chunk.into_iter().flatten();
            touched += match self {
                Self::Sqlite(tx) => bind!(AssertSqlSafe(sql), values).execute(&mut **tx).await?.rows_affected(),
                Self::Postgres(tx) => bind!(AssertSqlSafe(sql), values).execute(&mut **tx).await?.rows_affected(),
            };
        }
        Ok(touched)
    }

    /// All rows of a question.
    pub(crate) async fn rows<const N: usize>(
        &mut self,
        sql: &'static str,
        values: [Value; N],
    ) -> Result<Vec<Row>, Unavailable> {
        Ok(match self {
            Self::Sqlite(tx) => bind!(sql, values).fetch_all(&mut **tx).await?.into_iter().map(Row::Sqlite).collect(),
            Self::Postgres(tx) => {
                bind!(sql, values).fetch_all(&mut **tx).await?.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// All rows of a question that was put together from clauses that are our own.
    pub(crate) async fn rows_made(&mut self, sql: String, values: Vec<Value>) -> Result<Vec<Row>, Unavailable> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let rows = bind!(AssertSqlSafe(sql), values).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Self::Postgres(tx) => {
                let rows = bind!(AssertSqlSafe(sql), values).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// The one row of a question, if there is one.
    pub(crate) async fn row<const N: usize>(
        &mut self,
        sql: &'static str,
        values: [Value; N],
    ) -> Result<Option<Row>, Unavailable> {
        Ok(match self {
            Self::Sqlite(tx) => bind!(sql, values).fetch_optional(&mut **tx).await?.map(Row::Sqlite),
            Self::Postgres(tx) => bind!(sql, values).fetch_optional(&mut **tx).await?.map(Row::Postgres),
        })
    }

    /// Tells listening gateways that there is something new. Only a hint: the version is the truth.
    pub(crate) async fn notify(&mut self, version: i64) -> Result<(), Unavailable> {
        if let Self::Postgres(tx) = self {
            sqlx::query("SELECT pg_notify('registry', $1)").bind(version.to_string()).execute(&mut **tx).await?;
        }
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<(), Unavailable> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// A row of either database.
#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub(crate) fn text(&self, column: &'static str) -> Result<String, Unavailable> {
        self.cell(column)
    }

    pub(crate) fn int(&self, column: &'static str) -> Result<i64, Unavailable> {
        self.cell(column)
    }

    pub(crate) fn maybe_text(&self, column: &'static str) -> Result<Option<String>, Unavailable> {
        self.cell(column)
    }

    pub(crate) fn maybe_int(&self, column: &'static str) -> Result<Option<i64>, Unavailable> {
        self.cell(column)
    }

    fn cell<T>(&self, column: &'static str) -> Result<T, Unavailable>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
        &'static str: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }
}
