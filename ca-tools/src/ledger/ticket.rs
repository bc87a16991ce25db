//! Pick-up tickets: which devices, until when, what became of them. Neither numbers nor codes.

use certs::DeviceNo;
use serde_json::Value as Json;

use super::Column::{Device, Flag, MaybeText, MaybeTime, Number, Text, Time};
use super::{Column, Entry, Ledger, entries};
use crate::refusal::{Kind, Refusal, Unavailable};

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

    /// One ticket; with the office of its device, and the device whose place is taken, where one is.
    ///
    /// # Errors
    /// There is none of that name, or the registry does not answer.
    pub(crate) async fn ticket(&self, ticket: &str) -> Result<Entry, Refusal> {
        let question = "SELECT t.*, d.label, d.office, o.name AS office_name FROM tickets t \
            LEFT JOIN devices d ON d.device = t.device LEFT JOIN offices o ON o.office = d.office WHERE t.ticket = $1";
        let mut columns = COLUMNS.to_vec();
        columns.push(MaybeText("office"));
        let mut tx = self.read().await?;
        let found = entries(&mut tx, question, [ticket.into()], &columns).await?;
        let unknown = || Refusal::Unknown(Kind::Ticket, ticket.to_owned());
        let mut entry = found.into_iter().next().ok_or_else(unknown)?;
        let row = tx.row("SELECT replaces FROM tickets WHERE ticket = $1", [ticket.into()]).await?;
        let replaces = row.ok_or_else(unknown)?.maybe_int("replaces")?.map(crate::rows::device::number).transpose()?;
        entry.insert("replaces".to_owned(), replaces.map_or(Json::Null, |old| old.to_string().into()));
        super::names::of_people(&mut tx, &mut entry, &["issued_by"]).await?;
        Ok(entry)
    }
}
