//! What the gateways told of an ID's logins, as far as it shows a lock.

use certs::Timestamp;
use registry::LoginId;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Ledger;
use crate::refusal::{Kind, Refusal};
use crate::reports::{Login, MATTERS, locked_until};

/// What is read of a line.
#[derive(Deserialize)]
struct Line {
    time: String,
    user: Option<String>,
    reason: Option<String>,
}

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
        // It was told after it happened, so the time of telling narrows the search; the line says whom it is about.
        let rows = tx
            .rows(
                "SELECT line FROM told_lines WHERE at > $1 AND kind = 'request' AND line LIKE $2",
                [now.plus(-MATTERS).unix().into(), format!("%\"user\":\"{login_id}\"%").into()],
            )
            .await?;
        let mut told = Vec::new();
        for row in rows {
            told.extend(read(&row.text("line")?, login_id));
        }
        Ok(locked_until(&told, counts_from, now))
    }
}

/// One login of this ID; none of a line that is about something else.
fn read(line: &str, login_id: &LoginId) -> Option<(Timestamp, Login)> {
    let Line { time, user, reason } = serde_json::from_str(line).ok()?;
    if user? != login_id.as_str() {
        return None;
    }
    let at = OffsetDateTime::parse(&time, &Rfc3339).ok()?.unix_timestamp();
    Some((Timestamp::from_unix(at), Login::of(&reason?)?))
}
