//! Has an office told the city that it ends its use (誓約⑥)? The last event of its that says so, or that takes it back.

use certs::Timestamp;

use crate::database::Transaction;
use crate::refusal::Unavailable;

/// What an office told.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct EndTold {
    pub(crate) at: Timestamp,
    /// Who told it.
    pub(crate) by: String,
    /// Its last day, as it was written.
    pub(crate) last_day: String,
}

/// What it told, unless that was taken back.
pub(crate) async fn told(tx: &mut Transaction, office: &str) -> Result<Option<EndTold>, Unavailable> {
    const LAST: &str = "SELECT action, at, operator, detail FROM events WHERE subject = $1 \
        AND action IN ('office.tell-end', 'office.take-back-end') ORDER BY version DESC LIMIT 1";
    let Some(row) = tx.row(LAST, [office.into()]).await? else { return Ok(None) };
    if row.text("action")? != "office.tell-end" {
        return Ok(None);
    }
    let text = row.text("detail")?;
    let detail: serde_json::Value =
        serde_json::from_str(&text).map_err(|why| Unavailable::Corrupt(format!("the end of {office}: {why}")))?;
    let last_day = detail.get("last_day").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    Ok(Some(EndTold { at: Timestamp::from_unix(row.int("at")?), by: row.text("operator")?, last_day }))
}
