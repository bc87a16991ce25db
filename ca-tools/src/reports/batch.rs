//! What does a gateway tell? One JSON object, as it was sent.

use certs::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Some hundreds of reports of one gateway.
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// The gateway's name.
    pub gateway: String,
    /// Drawn at each of its starts.
    pub boot: String,
    /// Of the batches since that start.
    pub sequence: i64,
    /// The registry's version it applies.
    pub applied: i64,
    /// The hash of that version's event, by which it is known whose history it follows.
    #[serde(default)]
    pub head: Option<String>,
    /// What its spool had no room for, since that start.
    pub dropped: i64,
    /// What changes of the registry ended.
    #[serde(default)]
    pub cuts: Vec<Cut>,
    /// Where certificates were seen.
    #[serde(default)]
    pub sightings: Vec<Sighting>,
    /// Access lines, as they were written.
    #[serde(default)]
    pub lines: Vec<Box<RawValue>>,
    /// Checkpoints of the access log, likewise.
    #[serde(default)]
    pub checkpoints: Vec<Box<RawValue>>,
    /// How often whoever showed no certificate of ours was refused.
    #[serde(default)]
    pub strangers: Vec<Strangers>,
}

/// So many refusals of strangers for one reason.
#[derive(Clone, Debug, Deserialize)]
pub struct Strangers {
    /// Why, as the access line says it.
    pub reason: String,
    /// How many.
    pub count: i64,
    /// Milliseconds since 1970, of the last.
    pub at: i64,
}

/// What a change of the registry ended at a gateway.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Cut {
    /// Of the change; of the newest where several were applied at once.
    pub version: i64,
    /// How many connections.
    pub connections: i64,
    /// From the gateway's learning of it to the last cut.
    pub microseconds: i64,
}

/// A certificate that passed the device check.
#[derive(Clone, Debug, Deserialize)]
pub struct Sighting {
    /// Its serial, lower-case hex.
    pub serial: String,
    /// Milliseconds since 1970.
    pub at: i64,
    /// The family its browser claims.
    pub os: String,
    /// `192.0.2.0/24`, `2001:db8::/48`.
    pub network: String,
}

/// What is read of a line: its number, whom it is about, and which kind of fact it is.
#[derive(Debug)]
pub(crate) struct AccessLine {
    pub(crate) seq: i64,
    pub(crate) device: Option<String>,
    pub(crate) worth: Worth,
    /// The code that its reader saw.
    pub(crate) reference: Option<String>,
    pub(crate) login: Option<String>,
    /// None of a login that went well.
    pub(crate) reason: Option<String>,
    /// When it was written, or the last of those that it stands for.
    pub(crate) at: Option<Timestamp>,
    /// For how many it stands.
    pub(crate) times: i64,
}

/// A login is worth more than a refusal, of which there can be any number.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Worth {
    Login,
    Refusal,
}

impl AccessLine {
    /// A text without a number is no line of a chain.
    pub(crate) fn read(line: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Read {
            seq: i64,
            #[serde(default)]
            kind: String,
            time: Option<String>,
            #[serde(rename = "ref")]
            reference: Option<String>,
            user: Option<String>,
            device: Option<String>,
            reason: Option<String>,
            /// What a count counts.
            of: Option<String>,
            count: Option<i64>,
            until: Option<String>,
        }
        let Read { seq, kind, time, reference, user, device, reason, of, count, until } =
            serde_json::from_str(line).ok()?;
        let of = of.unwrap_or(kind);
        let worth = match of.as_str() {
            "login" | "id_concurrent_use" => Worth::Login,
            _ => Worth::Refusal,
        };
        // A count of logins that went well has their kind for a reason.
        let reason = reason.filter(|reason| *reason != of);
        let at = until.or(time).and_then(|at| moment(&at));
        Some(Self { seq, device, worth, reference, login: user, reason, at, times: count.unwrap_or(1) })
    }
}

/// A moment as a line writes it.
fn moment(text: &str) -> Option<Timestamp> {
    Some(Timestamp::from_unix(OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp()))
}

impl Worth {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Refusal => "refusal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_read_as_what_it_counts_with_its_last_moment() {
        let line = r#"{"kind":"untold","of":"request","device":"DEV-000002","reason":"suspended","count":995,
            "since":"1970-01-01T09:00:00+09:00","until":"1970-01-01T09:00:09+09:00","seq":999}"#;
        let read = AccessLine::read(line).unwrap();
        assert_eq!((read.worth, read.times, read.at), (Worth::Refusal, 995, Some(Timestamp::from_unix(9))));
        assert_eq!(read.reason.as_deref(), Some("suspended"));
        let logins = r#"{"kind":"untold","of":"login","reason":"login","count":3,"seq":1}"#;
        let read = AccessLine::read(logins).unwrap();
        assert_eq!((read.worth, read.reason, read.at), (Worth::Login, None, None));
    }
}
