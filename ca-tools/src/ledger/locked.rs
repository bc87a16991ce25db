//! What the gateways told of an ID's logins, as far as it shows a lock.

use certs::Timestamp;
use registry::LoginId;

use super::Ledger;
use crate::refusal::{Kind, Refusal};
use crate::reports::{Login, MATTERS, locked_until};

impl Ledger {
    /// Until when the ID is locked, as far as the gateways told; none where they told of no lock.
    ///
    /// # Errors
    /// There is none of that ID, or the registry does not answer.
    pub async fn locked_until(&self, login_id: &LoginId, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
        let mut tx = self.read().await?;
        let person = tx
            .row("SELECT failures_count_from FROM system_users WHERE login_id = $1", [login_id.as_str().into()])
            .await?
            .ok_or_else(|| Refusal::Unknown(Kind::SystemUser, login_id.to_string()))?;
        let counts_from = Timestamp::from_unix(person.int("failures_count_from")?);
        // Of the request that a login was, too, there is a line.
        let rows = tx
            .rows(
                "SELECT happened_at, reason FROM told_lines WHERE login = $1 AND happened_at > $2 AND worth = 'login' \
                 AND reason IS NOT NULL",
                [login_id.as_str().into(), now.plus(-MATTERS).unix().into()],
            )
            .await?;
        let mut told = Vec::new();
        for row in rows {
            if let Some(login) = Login::of(&row.text("reason")?) {
                told.push((Timestamp::from_unix(row.int("happened_at")?), login));
            }
        }
        Ok(locked_until(&told, counts_from, now))
    }
}
