//! What is a number called? Names that stand beside the IDs of an entry, so that nobody has to look each of them up.

use serde_json::{Map, Value as Json};

use super::Entry;
use crate::database::Transaction;
use crate::refusal::Unavailable;

/// Adds `names` to an entry: of each of these IDs that is a person's, what they are called.
pub(super) async fn of_people(tx: &mut Transaction, entry: &mut Entry, fields: &[&str]) -> Result<(), Unavailable> {
    let mut ids: Vec<String> = Vec::new();
    for field in fields {
        match entry.get(*field) {
            Some(Json::String(id)) => ids.push(id.clone()),
            Some(Json::Array(list)) => ids.extend(list.iter().filter_map(Json::as_str).map(str::to_owned)),
            Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_)) | None => {}
        }
    }
    ids.sort_unstable();
    ids.dedup();
    let mut names = Map::new();
    for id in ids {
        let row = tx.row("SELECT name FROM system_users WHERE login_id = $1", [id.as_str().into()]).await?;
        if let Some(row) = row {
            names.insert(id, row.text("name")?.into());
        }
    }
    add(entry, names);
    Ok(())
}

/// Adds these to `names`.
pub(super) fn add(entry: &mut Entry, more: Map<String, Json>) {
    match entry.entry("names").or_insert_with(|| Json::Object(Map::new())) {
        Json::Object(names) => names.extend(more),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {}
    }
}
