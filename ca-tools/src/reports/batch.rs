//! What does a gateway tell? One JSON object, as it was sent.

use serde::Deserialize;
use serde_json::value::RawValue;

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
}

/// A login is worth more than a refusal, of which there can be any number.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Worth {
    Login,
    Refusal,
}

impl AccessLine {
    /// A text without a number is no line of a chain.
    pub(crate) fn read(line: &RawValue) -> Option<Self> {
        #[derive(Deserialize)]
        struct Read {
            seq: i64,
            #[serde(default)]
            kind: String,
            device: Option<String>,
            /// What a count counts.
            of: Option<String>,
        }
        let Read { seq, kind, device, of } = serde_json::from_str(line.get()).ok()?;
        let worth = match of.as_deref().unwrap_or(&kind) {
            "login" | "id_concurrent_use" => Worth::Login,
            _ => Worth::Refusal,
        };
        Some(Self { seq, device, worth })
    }
}

impl Worth {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Refusal => "refusal",
        }
    }
}
