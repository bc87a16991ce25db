//! The CAs a gateway trusts.

use serde_json::json;

use super::change::{Change, RequiredRole};
use super::{By, Writer};
use crate::proposal::Act;
use crate::refusal::Refusal;
use crate::rows::{Authority, authority};

impl Writer {
    /// Makes authorities known.
    ///
    /// # Errors
    /// One of them is known already; it rests on no second.
    pub async fn add_authorities(&self, by: &By, authorities: &[Authority]) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Custody).await?;
        let name = authorities.iter().map(|authority| authority.fingerprint.to_string()).collect::<Vec<_>>().join(" ");
        change.needs_two(&Act::AddIssuing { name }).await?;
        let names = write_all(&mut change, authorities, 0).await?;
        change.commit("ca.add", names.first().map_or("", String::as_str), json!({ "fingerprints": names })).await
    }
}

/// Writes a row each, whose first list was signed already; their fingerprints.
pub(super) async fn write_all(
    change: &mut Change,
    authorities: &[Authority],
    first_list: i64,
) -> Result<Vec<String>, Refusal> {
    for authority in authorities {
        authority::write(change, authority, first_list).await?;
    }
    Ok(authorities.iter().map(|authority| authority.fingerprint.to_string()).collect())
}
