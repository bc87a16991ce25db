//! Maintenance accounts, and the windows that were opened for them. What writes a person's own row is called by `acts::person`
//! alone.

use certs::Timestamp;
use registry::{LoginId, Opening, Window};

use crate::database::{Row, Transaction, Versioned};
use crate::refusal::{Kind, Refusal, Unavailable};

/// When an ID is let in, by its row.
pub(crate) fn opening(row: &Row) -> Result<Opening, Unavailable> {
    if row.int("maintenance")? == 0 {
        return Ok(Opening::Always);
    }
    Ok(Opening::Within(match (row.maybe_int("open_from")?, row.maybe_int("open_until")?) {
        (Some(from), Some(until)) => {
            Some(Window { from: Timestamp::from_unix(from), until: Timestamp::from_unix(until) })
        }
        _ => None,
    }))
}

/// When this ID is let in.
///
/// # Errors
/// There is no such ID.
pub(crate) async fn opening_of(tx: &mut Transaction, login_id: &LoginId) -> Result<Opening, Refusal> {
    let question = "SELECT maintenance, open_from, open_until FROM system_users WHERE login_id = $1";
    let row = tx.row(question, [login_id.as_str().into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::SystemUser, login_id.to_string()))?;
    Ok(opening(&row)?)
}

/// A window was opened for it, by a work plan. One that was closed before it began may be opened again.
pub(crate) async fn write_window(
    tx: &mut Versioned,
    (login_id, by): (&LoginId, &LoginId),
    (plan, window): (&str, Window),
) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO maintenance_windows (login_id, from_at, until_at, plan, opened_at, opened_by, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (login_id, from_at) DO UPDATE SET until_at = $3, plan = $4, \
         opened_at = $5, opened_by = $6, closed_at = NULL, closed_by = NULL, version = $7",
        [
            login_id.as_str().into(),
            window.from.unix().into(),
            window.until.unix().into(),
            plan.into(),
            tx.at().unix().into(),
            by.as_str().into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// The window that began then was closed before its end.
pub(crate) async fn write_closed(
    tx: &mut Versioned,
    (login_id, by): (&LoginId, &LoginId),
    from: Timestamp,
) -> Result<(), Unavailable> {
    let statement = "UPDATE maintenance_windows SET closed_at = $3, closed_by = $4, version = $5 \
        WHERE login_id = $1 AND from_at = $2";
    let values =
        [login_id.as_str().into(), from.unix().into(), tx.at().unix().into(), by.as_str().into(), tx.version().into()];
    tx.run(statement, values).await.map(drop)
}

/// The plan of the window that began then.
pub(crate) async fn plan_of(
    tx: &mut Transaction,
    login_id: &LoginId,
    from: Timestamp,
) -> Result<Option<String>, Unavailable> {
    let question = "SELECT plan FROM maintenance_windows WHERE login_id = $1 AND from_at = $2";
    let row = tx.row(question, [login_id.as_str().into(), from.unix().into()]).await?;
    row.map(|row| row.text("plan")).transpose()
}
