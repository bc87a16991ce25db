//! A registry's tables, brought up to this program's version.

use super::transaction::Database;
use crate::refusal::Unavailable;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../certs/registry/migrations");

impl Database {
    async fn is_migrated(&self) -> bool {
        let done = async {
            let question = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";
            let rows = self.begin_read().await?.rows(question, []).await?;
            rows.iter().map(|row| row.int("version")).collect::<Result<Vec<_>, Unavailable>>()
        };
        let known = MIGRATIONS.iter().map(|migration| migration.version);
        done.await.is_ok_and(|done| done.into_iter().eq(known))
    }

    /// Makes the tables that are not there yet.
    pub(crate) async fn migrate(&self) -> Result<(), Unavailable> {
        // A registry that is up to date is not touched: a server that takes no changes can still be read.
        if self.is_migrated().await {
            return Ok(());
        }
        match self {
            Self::Sqlite(pool) => MIGRATIONS.run(pool).await?,
            Self::Postgres(pool) => MIGRATIONS.run(pool).await?,
        }
        self.let_read_on().await
    }
}
