//! What does an audit event say, and how is it chained to the one before?
//!
//! The hash is SHA-256 over one JSON array of all columns in the order of the table, `hash` itself
//! left out; `changed`, which older events have not, only where it is there. So the hash stands for what was written, too. JSON strings are self-delimiting, so no two events have the same text. The event before
//! the first is the registry's id, so that a chain cannot be moved under another registry.

use crate::digest::sha256;

/// One row of `events`.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The registry's version that this event made.
    pub version: i64,
    /// Seconds since 1970.
    pub at: i64,
    /// The login ID of who did it.
    pub operator: String,
    /// `device.suspend`.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// On which application.
    pub application: Option<String>,
    /// Why.
    pub why: Option<String>,
    /// A JSON object; no secrets.
    pub detail: String,
    /// The hash of the event before.
    pub prev: String,
    /// SHA-256 over the rows that it wrote, as they stand in the journal; `None` of an event that is older than the journal.
    pub changed: Option<String>,
}

impl Event {
    /// 64 hex digits over everything this event says.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut canonical = serde_json::json!([
            self.version,
            self.at,
            self.operator,
            self.action,
            self.subject,
            self.application,
            self.why,
            self.detail,
            self.prev,
        ]);
        if let (Some(changed), Some(columns)) = (&self.changed, canonical.as_array_mut()) {
            columns.push(changed.as_str().into());
        }
        sha256(canonical.to_string())
    }
}

/// What stands as `prev` in the first event of the registry with this id.
#[must_use]
pub fn before_the_first(registry_id: &str) -> String {
    sha256(format!("registry {registry_id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        Event {
            version: 2,
            at: 1_800_000_000,
            operator: "k.sato".into(),
            action: "device.suspend".into(),
            subject: "DEV-000001".into(),
            application: None,
            why: Some("盗難".into()),
            detail: "{}".into(),
            prev: before_the_first("00"),
            changed: None,
        }
    }

    #[test]
    fn every_column_of_an_event_moves_its_hash() {
        let hash = event().hash();
        let changed: [fn(&mut Event); 10] = [
            |event| event.version += 1,
            |event| event.at += 1,
            |event| event.operator.push('x'),
            |event| event.action.push('x'),
            |event| event.subject.push('x'),
            |event| event.application = Some(String::new()),
            |event| event.why = None,
            |event| event.detail = "{ }".into(),
            |event| event.prev = before_the_first("01"),
            |event| event.changed = Some(before_the_first("02")),
        ];
        for change in changed {
            let mut other = event();
            change(&mut other);
            assert_ne!(other.hash(), hash);
        }
        assert_eq!(event().hash(), hash);
    }

    #[test]
    fn a_character_moved_from_one_column_to_the_next_moves_the_hash() {
        let mut other = event();
        other.action = "device.suspen".into();
        other.subject = "dDEV-000001".into();
        assert_ne!(other.hash(), event().hash());
    }
}
