//! An initial password that nobody has changed for months opens nothing any more: it lies on a slip of paper or in a
//! mailbox, and whoever finds it first would be that person.

use certs::Timestamp;
use serde_json::json;

use super::change::RequiredRole;
use super::{By, Writer};
use crate::refusal::{Refusal, Unavailable};
use crate::rows::person::Unchanged;
use crate::{password, rows};

impl Writer {
    /// Ends the initial passwords set before this moment; the IDs they were for. The city hands out another one.
    ///
    /// # Errors
    /// The registry does not answer; no random numbers from the system.
    pub async fn lapse_initial_passwords(&self, now: Timestamp, days: i64) -> Result<Vec<String>, Refusal> {
        let before = now.plus(-days.saturating_mul(86_400));
        let unchanged = rows::person::unchanged_since(&mut self.read().await?, before).await?;
        let mut lapsed = Vec::new();
        for Unchanged { login_id, hash } in unchanged {
            // Hashed before the registry is held.
            let unknown = tokio::task::spawn_blocking(password::nobodys).await;
            let unknown = unknown.map_err(|why| Unavailable::Other(why.to_string()))?;
            let unknown = unknown.map_err(|why| Unavailable::Other(why.to_string()))?;
            let mut change = self.change(&By::desk(now)?, RequiredRole::Desk).await?;
            // Whoever was given another one in the meantime keeps it.
            if rows::person_change::lapse_password(&mut change, &login_id, &hash, &unknown).await? {
                change.commit("user.initial-password-lapse", &login_id, json!({ "days": days })).await?;
                lapsed.push(login_id);
            }
        }
        Ok(lapsed)
    }
}
