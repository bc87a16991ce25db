//! What did a change do, gateway by gateway? An operator's command waits for it, for a while.

use std::time::Duration;

use certs::Timestamp;
use serde_json::{Value as Json, json};
use tokio::time::Instant;

use crate::acts::{Unavailable, Writer};
use crate::language::Text;

/// How long a command waits at most.
const PATIENCE: Duration = Duration::from_secs(5);
/// A gateway that told nothing for so long, in seconds, is none of ours any more.
pub(crate) const FORGOTTEN: i64 = 86_400;
/// Reading takes no lock, so looking often is in nobody's way.
const LOOK: Duration = Duration::from_millis(20);

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

/// Waits until every gateway that told something in the last day has done the change of this version;
/// what they say then, or when patience ends. No gateway: no receipts, at once.
///
/// # Errors
/// The registry does not answer.
pub async fn receipts(writer: &Writer, version: u64, now: Timestamp) -> Result<Vec<Receipt>, Unavailable> {
    let deadline = Instant::now() + PATIENCE;
    let since = now.plus(-FORGOTTEN);
    loop {
        let receipts = writer.ledger().confirmations(version, since).await?;
        let done = receipts.iter().all(|receipt| matches!(receipt.says, Confirmation::Done { .. }));
        if done || Instant::now() >= deadline {
            return Ok(receipts);
        }
        tokio::time::sleep(LOOK).await;
    }
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
