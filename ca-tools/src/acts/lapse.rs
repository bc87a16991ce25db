//! An initial password that nobody has changed for months opens nothing any more: it lies on a slip of paper or in a
//! mailbox, and whoever finds it first would be that person.

use certs::Timestamp;
use serde_json::json;

use super::change::Duty;
use super::refusal::{Refusal, Unavailable};
use super::{By, Writer};
use crate::password;

impl Writer {
    /// Ends the initial passwords set before this moment; the IDs they were for. The city hands out another one.
    ///
    /// # Errors
    /// The registry does not answer; no random numbers from the system.
    pub async fn lapse_initial_passwords(&self, now: Timestamp, days: i64) -> Result<Vec<String>, Refusal> {
        let before = now.plus(-days.saturating_mul(86_400));
        let rows = self
            .read()
            .await?
            .rows(
                "SELECT login_id, password_hash FROM system_users WHERE password_initial = 1 AND password_set_at < $1 \
                 AND password_lapsed_at IS NULL AND state <> 'deleted' ORDER BY login_id",
                [before.unix().into()],
            )
            .await?;
        let mut lapsed = Vec::new();
        for row in rows {
            let (login_id, hash) = (row.text("login_id")?, row.text("password_hash")?);
            // Hashed before the registry is held.
            let unknown = tokio::task::spawn_blocking(password::nobodys).await;
            let unknown = unknown.map_err(|why| Unavailable::Other(why.to_string()))?;
            let unknown = unknown.map_err(|why| Unavailable::Other(why.to_string()))?;
            let mut change = self.change(&By::desk(now)?, Duty::Desk).await?;
            // Whoever was given another one in the meantime keeps it.
            if change.lapse_password(&login_id, (hash, unknown)).await? {
                change.commit("user.initial-password-lapse", &login_id, json!({ "days": days })).await?;
                lapsed.push(login_id);
            }
        }
        Ok(lapsed)
    }
}
