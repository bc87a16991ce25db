//! What a gateway says of a change, for programs and for people.

use serde_json::{Value as Json, json};

use crate::language::Text;

/// A gateway that told nothing for so long, in seconds, is none of ours any more.
pub(crate) const FORGOTTEN: i64 = 86_400;
/// What a gateway says of a change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Receipt {
    /// Its name.
    pub gateway: String,
    /// What it says.
    pub says: Confirmation,
}

/// How far a gateway is with a change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Confirmation {
    /// It applies this version, and everything that ended is gone.
    Done {
        /// The version it applies.
        version: i64,
        /// Connections that were cut.
        connections: i64,
        /// From its learning of the change to the last cut.
        microseconds: i64,
    },
    /// It applies the change; what ended is not gone yet.
    Applied {
        /// The version it applies.
        version: i64,
    },
    /// Nothing was heard of it.
    Unconfirmed,
}

impl Receipt {
    /// For programs.
    #[must_use]
    pub fn json(&self) -> Json {
        let gateway = &self.gateway;
        match self.says {
            Confirmation::Done { version, connections, microseconds } => {
                let seconds = std::time::Duration::from_micros(microseconds.unsigned_abs()).as_secs_f64();
                json!({ "gateway": gateway, "version": version, "connections": connections, "seconds": seconds })
            }
            Confirmation::Applied { version } => {
                json!({ "gateway": gateway, "version": version, "connections": null, "seconds": null })
            }
            Confirmation::Unconfirmed => json!({ "gateway": gateway, "confirmed": false }),
        }
    }

    /// For people, one line.
    #[must_use]
    pub fn text(&self) -> Text {
        let gateway = &self.gateway;
        match self.says {
            Confirmation::Done { version, connections, microseconds } => {
                let seconds = std::time::Duration::from_micros(microseconds.unsigned_abs()).as_secs_f64();
                Text::new(
                    format!("{gateway}：反映済み（台帳の版 {version}）、切断した接続 {connections}、{seconds:.3}秒"),
                    format!("{gateway}: applies version {version}, cut {connections} connections in {seconds:.3} s"),
                )
            }
            Confirmation::Applied { version } => Text::new(
                format!("{gateway}：反映済み（台帳の版 {version}）、接続の切断は確認中"),
                format!("{gateway}: applies version {version}, connections are still being cut"),
            ),
            Confirmation::Unconfirmed => Text::new(
                format!(
                    "{gateway}：未確認（gateway の状態を確かめてください。使用を終えたものは gateway retire {gateway}）"
                ),
                format!("{gateway}: not confirmed; look at that gateway, or retire it: gateway retire {gateway}"),
            ),
        }
    }
}
