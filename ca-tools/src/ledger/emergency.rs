//! Emergency certificates: who had one, until when, and who agreed on it.

use super::Column::{Device, Text, Time};
use super::{Column, Entry, Ledger, entries};
use crate::refusal::Unavailable;

const COLUMNS: [Column; 9] = [
    Text("serial"),
    Device("device"),
    Text("office"),
    Text("state"),
    Time("at"),
    Time("not_after"),
    Text("first"),
    Text("second"),
    Text("why"),
];

impl Ledger {
    /// Every emergency certificate there was, the newest first.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn emergencies(&self) -> Result<Vec<Entry>, Unavailable> {
        let question = "SELECT e.serial, e.device, d.office, c.state, e.at, c.not_after, e.first, e.second, e.why \
            FROM emergencies e JOIN certificates c ON c.serial = e.serial JOIN devices d ON d.device = e.device \
            ORDER BY e.at DESC, e.version DESC";
        entries(&mut self.read().await?, question, [], &COLUMNS).await
    }
}
