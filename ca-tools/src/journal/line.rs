//! One line: what it says, the line before it, a signature over both.

use registry::JournalKey as PublicKey;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::event::Event;
use super::key::JournalKey;
use crate::digest::sha256;
use crate::refusal::JournalRefusal;

/// What stands as `prev` in the first line.
pub(super) const BEFORE_THE_FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a line says.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    pub(crate) kind: LineKind,
    /// Of the registry, in the first line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) registry: Option<String>,
    /// The registry's version: the one that a change makes, or the one at which the registry stands.
    pub(crate) version: i64,
    /// The hash of that version's event.
    pub(crate) hash: String,
    /// When the journal was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<i64>,
    /// Of a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) event: Option<Event>,
    /// The rows that a change wrote; in the first line, all there were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rows: Vec<Box<RawValue>>,
    /// SHA-256 of the line before.
    pub(crate) prev: String,
}

/// The kinds of lines.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LineKind {
    /// About to be committed.
    Change,
    /// The change before was committed.
    Done,
    /// The journal begins, with all rows there are.
    Open,
    /// The change before was not committed.
    Void,
}

impl Said {
    /// That the registry stands at this head.
    pub(super) fn standing(kind: LineKind, (version, hash): (i64, &str), prev: &str) -> Self {
        Self {
            kind,
            registry: None,
            version,
            hash: hash.to_owned(),
            at: None,
            event: None,
            rows: Vec::new(),
            prev: prev.to_owned(),
        }
    }

    /// The line, its end included.
    pub(super) fn signed(&self, key: &JournalKey) -> Result<String, JournalRefusal> {
        let mut line = serde_json::to_string(self).map_err(|why| JournalRefusal::Unwritable(why.to_string()))?;
        // The closing brace moves behind the signature.
        line.pop();
        let signature = key.sign(&line)?;
        line.push_str(SIGNATURE);
        line.push_str(&signature);
        line.push_str("\"}\n");
        Ok(line)
    }

    /// Reads a line without its end; the signature is not looked at.
    pub(super) fn read(line: &str) -> Option<(Self, &str, &str)> {
        let (body, signature) = line.strip_suffix("\"}")?.rsplit_once(SIGNATURE)?;
        let said = serde_json::from_str(&format!("{body}}}")).ok()?;
        Some((said, body, signature))
    }

    /// Reads a line that must be signed.
    pub(super) fn verified(line: &str, key: &PublicKey) -> Option<Self> {
        let (said, body, signature) = Self::read(line)?;
        key.signed(body.as_bytes(), signature).then_some(said)
    }
}

const SIGNATURE: &str = ",\"sig\":\"";

/// What the next line names as the one before it: the line's own octets, its end left out.
pub(super) fn chained(line: &str) -> String {
    sha256(line.trim_end_matches('\n').as_bytes())
}

/// 64 hex digits over rows in their order.
pub(crate) fn digest(rows: &[Box<RawValue>]) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str(row.get());
        text.push('\n');
    }
    sha256(text.as_bytes())
}
