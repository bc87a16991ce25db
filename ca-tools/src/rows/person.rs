//! People's IDs. Who acts on a person asks for their rank first: what writes a row of one is called by `acts::person` alone,
//! whose proofs are made by asking.

use registry::change::{InService, Rank};
use registry::{LoginId, SystemUserState};

use crate::acts::Unavailable;
use crate::database::{Row, Transaction};

/// Whether this ID is in service, and the roles it has; `None` of one that there is not.
pub(crate) async fn rank_of(tx: &mut Transaction, login_id: &LoginId) -> Result<Option<(bool, Rank)>, Unavailable> {
    let row = tx.row("SELECT state, roles FROM system_users WHERE login_id = $1", [login_id.as_str().into()]).await?;
    row.map(|row| Ok((row.text("state")? == SystemUserState::Active.as_str(), rank(&row.text("roles")?)?))).transpose()
}

/// Whether there is any operator in service.
pub(crate) async fn any_operator(tx: &mut Transaction) -> Result<bool, Unavailable> {
    let question = "SELECT login_id FROM system_users WHERE roles <> '' AND state = 'active' LIMIT 1";
    Ok(tx.row(question, []).await?.is_some())
}

/// The operators in service.
pub(crate) async fn operators(tx: &mut Transaction) -> Result<Vec<InService>, Unavailable> {
    let question = "SELECT login_id, office, roles FROM system_users WHERE roles <> '' AND state = 'active'";
    tx.rows(question, []).await?.iter().map(in_service).collect()
}

/// The JSON array in `previous_hashes`.
pub(crate) fn former_hashes(text: &str) -> Result<Vec<String>, Unavailable> {
    serde_json::from_str(text).map_err(|why| Unavailable::Corrupt(format!("previous_hashes: {why}")))
}

/// The column `roles`.
pub(crate) fn rank(text: &str) -> Result<Rank, Unavailable> {
    text.parse().map_err(|why| Unavailable::Corrupt(format!("roles {text:?}: {why}")))
}

pub(crate) fn in_service(row: &Row) -> Result<InService, Unavailable> {
    let login_id = row.text("login_id")?;
    Ok(InService {
        login_id: login_id.parse().map_err(|why| Unavailable::Corrupt(format!("ID {login_id}: {why}")))?,
        office: row.text("office")?,
        rank: rank(&row.text("roles")?)?,
    })
}
