//! Pick-up tickets: which devices, until when, what became of them. Neither numbers nor codes.

use certs::DeviceNo;

use super::Column::{Device, Flag, MaybeText, MaybeTime, Number, Text, Time};
use super::{Column, Entry, Ledger, entries};
use crate::refusal::Unavailable;

const COLUMNS: [Column; 15] = [
    Text("ticket"),
    Device("device"),
    MaybeText("label"),
    MaybeText("office_name"),
    Text("purpose"),
    Text("state"),
    MaybeText("killed_why"),
    Time("issued_at"),
    Text("issued_by"),
    Time("until"),
    Number("tries_left"),
    MaybeText("serial"),
    MaybeTime("used_at"),
    Flag("retaken"),
    Text("application"),
];

const QUESTION: &str = "SELECT t.*, d.label, o.name AS office_name FROM tickets t LEFT JOIN devices d ON d.device = t.device \
    LEFT JOIN offices o ON o.office = d.office WHERE ($1 IS NULL OR t.device = $1) AND ($2 IS NULL OR t.state = $2) \
    ORDER BY t.ticket";

/// Which tickets a list shows; `None` shows all.
#[derive(Clone, Debug, Default)]
pub struct TicketFilter {
    /// Of this device.
    pub device: Option<DeviceNo>,
    /// In this state.
    pub state: Option<String>,
}

impl Ledger {
    /// The tickets that a filter lets through.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn tickets(&self, filter: TicketFilter) -> Result<Vec<Entry>, Unavailable> {
        let values = [filter.device.map(|no| i64::from(no.number())).into(), filter.state.into()];
        entries(&mut self.read().await?, QUESTION, values, &COLUMNS).await
    }
}
