//! Which rows did a change write? All that carry its version, in the order of the tables.

use std::sync::LazyLock;

use serde_json::value::RawValue;

use super::image::image;
use super::tables::{TABLES, Table};
use crate::database::{Transaction, Value};
use crate::refusal::Unavailable;

/// Asks once which tables have any: most changes touch two or three.
static WHICH: LazyLock<String> = LazyLock::new(|| {
    let one = |name: &str| format!("SELECT '{name}' AS name WHERE EXISTS (SELECT 1 FROM {name} WHERE version = $1)");
    journalled().map(|table| one(table.name)).collect::<Vec<_>>().join(" UNION ALL ")
});

static ROWS: LazyLock<Vec<(&'static Table, String)>> = LazyLock::new(|| {
    let of = |table: &Table| format!("SELECT * FROM {} WHERE version = $1 ORDER BY {}", table.name, table.key);
    journalled().map(|table| (table, of(table))).collect()
});

fn journalled() -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(|table| table.journalled())
}

/// The rows that carry this version.
pub(crate) async fn written(tx: &mut Transaction, version: i64) -> Result<Vec<Box<RawValue>>, Unavailable> {
    let mut tables = Vec::new();
    for row in tx.rows(&WHICH, [version.into()]).await? {
        tables.push(row.text("name")?);
    }
    let mut images = Vec::new();
    for (table, question) in ROWS.iter().filter(|(table, _)| tables.iter().any(|name| name == table.name)) {
        for row in tx.rows(question, [version.into()]).await? {
            images.push(image(table, &row)?);
        }
    }
    Ok(images)
}

/// By the highest version of each table, which its index knows. Asked for any row beyond a version that it is not told in time,
/// PostgreSQL expects a third of a table, and walks through all of it to find none.
static PLANTED: LazyLock<String> = LazyLock::new(|| {
    let one = |name: &str| format!("SELECT '{name}' AS name WHERE (SELECT MAX(version) FROM {name}) >= $1");
    journalled().map(|table| one(table.name)).collect::<Vec<_>>().join(" UNION ALL ")
});

/// A table in which a row carries this version, or a later one, though no change has it yet: who put it there would have the
/// next change vouch for it.
pub(crate) async fn planted(tx: &mut Transaction, version: i64) -> Result<Option<String>, Unavailable> {
    let found = tx.row(&PLANTED, [version.into()]).await?;
    found.map(|row| row.text("name")).transpose()
}

/// All rows that there are: what a journal begins with.
pub(crate) async fn all(tx: &mut Transaction) -> Result<Vec<Box<RawValue>>, Unavailable> {
    let mut images = Vec::new();
    for table in journalled() {
        for row in tx.rows(table.question, []).await? {
            images.push(image(table, &row)?);
        }
    }
    Ok(images)
}

/// A row as the journal has it, in the place of the one that its key names.
pub(crate) async fn put(
    tx: &mut Transaction,
    table: &Table,
    cells: Vec<(&'static str, Value)>,
) -> Result<(), Unavailable> {
    let (columns, values): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
    let places: Vec<_> = (1..=columns.len()).map(|number| format!("${number}")).collect();
    let set: Vec<_> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}",
        table.name,
        columns.join(", "),
        places.join(", "),
        table.key,
        set.join(", "),
    );
    tx.run_made(sql, values).await.map(drop)
}
