//! What the gateways told of logins, as far as it shows a lock.

use std::collections::BTreeMap;

use certs::Timestamp;
use registry::LoginId;

use super::Ledger;
use crate::database::{Row, Transaction};
use crate::refusal::{Kind, Refusal, Unavailable};
use crate::reports::{Login, MATTERS, locked_until};

/// IDs that are looked at whether they are locked: of more than this at once it is an attack, and shown as one.
const LOOKED_AT: i64 = 200;

/// All logins that still matter of those IDs that failed; of an ID that is nobody's nothing is asked.
const FAILED: &str = "SELECT t.login, t.happened_at, t.reason, u.failures_count_from FROM told_lines t \
    JOIN system_users u ON u.login_id = t.login WHERE t.login IN (SELECT DISTINCT f.login FROM told_lines f \
    JOIN system_users k ON k.login_id = f.login WHERE f.happened_at > $1 AND f.worth = 'login' \
    AND f.reason IN ('wrong_password', 'locked') ORDER BY f.login LIMIT $2) \
    AND t.happened_at > $1 AND t.worth = 'login' AND t.reason IS NOT NULL";
/// The same of the people of one office.
const OF_OFFICE: &str = "SELECT t.login, t.happened_at, t.reason, u.failures_count_from FROM system_users u \
    JOIN told_lines t ON t.login = u.login_id WHERE u.office = $2 AND t.happened_at > $1 AND t.worth = 'login' \
    AND t.reason IS NOT NULL";

/// The same of one. Of the request that a login was, too, there is a line.
const OF_ONE: &str = "SELECT t.login, t.happened_at, t.reason, u.failures_count_from FROM told_lines t \
    JOIN system_users u ON u.login_id = t.login WHERE t.login = $2 AND t.happened_at > $1 AND t.worth = 'login' \
    AND t.reason IS NOT NULL";

/// What became of an ID's logins, and up to when failures are forgiven.
#[derive(Default)]
struct Logins {
    counts_from: i64,
    told: Vec<(Timestamp, Login)>,
}

impl Ledger {
    /// Until when the ID is locked, as far as the gateways told; none where they told of no lock.
    ///
    /// # Errors
    /// There is none of that ID, or the registry does not answer.
    pub async fn locked_until(&self, login_id: &LoginId, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
        let mut tx = self.read().await?;
        let known = tx.row("SELECT login_id FROM system_users WHERE login_id = $1", [login_id.as_str().into()]).await?;
        known.ok_or_else(|| Refusal::Unknown(Kind::SystemUser, login_id.to_string()))?;
        let rows = tx.rows(OF_ONE, [now.plus(-MATTERS).unix().into(), login_id.as_str().into()]).await?;
        Ok(locked_of(&rows, now)?.remove(login_id.as_str()))
    }

    /// IDs that are locked now, each with until when.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn locked_now(&self, now: Timestamp) -> Result<Vec<(LoginId, Timestamp)>, Unavailable> {
        let rows = self.read().await?.rows(FAILED, [now.plus(-MATTERS).unix().into(), LOOKED_AT.into()]).await?;
        let locked = locked_of(&rows, now)?.into_iter();
        Ok(locked.filter_map(|(id, until)| Some((id.parse().ok()?, until))).collect())
    }
}

/// Those of an office's people who are locked, each with until when.
pub(super) async fn locked_of_office(
    tx: &mut Transaction,
    (office, now): (&str, Timestamp),
) -> Result<BTreeMap<String, Timestamp>, Unavailable> {
    locked_of(&tx.rows(OF_OFFICE, [now.plus(-MATTERS).unix().into(), office.into()]).await?, now)
}

fn locked_of(rows: &[Row], now: Timestamp) -> Result<BTreeMap<String, Timestamp>, Unavailable> {
    let mut each: BTreeMap<String, Logins> = BTreeMap::new();
    for row in rows {
        let logins = each.entry(row.text("login")?).or_default();
        logins.counts_from = row.int("failures_count_from")?;
        if let Some(login) = Login::of(&row.text("reason")?) {
            logins.told.push((Timestamp::from_unix(row.int("happened_at")?), login));
        }
    }
    let until = |logins: Logins| locked_until(&logins.told, Timestamp::from_unix(logins.counts_from), now);
    Ok(each.into_iter().filter_map(|(id, logins)| Some((id, until(logins)?))).collect())
}
