//! Certificates, by device, state, or how soon they end.

use certs::{DeviceNo, Serial, Timestamp};

use super::Column::{Device, Flag, MaybeText, MaybeTime, Text, Time};
use super::{Column, Entry, Ledger, entries};
use crate::refusal::{Kind, Refusal, Unavailable};

const COLUMNS: [Column; 20] = [
    Text("serial"),
    Device("device"),
    MaybeText("label"),
    MaybeText("office"),
    MaybeText("office_name"),
    MaybeText("contact"),
    MaybeText("telephone"),
    Text("state"),
    Time("not_before"),
    Time("not_after"),
    MaybeText("fingerprint"),
    MaybeTime("superseded_from"),
    MaybeText("successor"),
    MaybeTime("revoked_at"),
    MaybeText("revoked_reason"),
    Text("assurance"),
    Text("key_origin"),
    Text("issuer"),
    Flag("shortened"),
    MaybeText("application"),
];

macro_rules! asked {
    () => {
        "SELECT c.*, d.label, d.office, o.name AS office_name, o.contact, o.telephone FROM certificates c \
         LEFT JOIN devices d ON d.device = c.device LEFT JOIN offices o ON o.office = d.office WHERE "
    };
}

const QUESTION: &str = concat!(
    asked!(),
    "($1 IS NULL OR c.device = $1) AND ($2 IS NULL OR c.state = $2) AND ($3 IS NULL OR c.not_after <= $3) \
     ORDER BY c.device, c.not_before, c.serial"
);
/// By its key, and not by a look at each.
const ONE: &str = concat!(asked!(), "c.serial = $1");

/// Which certificates a list shows; `None` shows all.
#[derive(Clone, Debug, Default)]
pub struct CertificateFilter {
    /// Of this device.
    pub device: Option<DeviceNo>,
    /// In this state.
    pub state: Option<String>,
    /// That end by then.
    pub ending_by: Option<Timestamp>,
}

impl Ledger {
    /// The certificates that a filter lets through.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn certificates(&self, filter: CertificateFilter) -> Result<Vec<Entry>, Unavailable> {
        let values = [
            filter.device.map(|no| i64::from(no.number())).into(),
            filter.state.into(),
            filter.ending_by.map(Timestamp::unix).into(),
        ];
        entries(&mut self.read().await?, QUESTION, values, &COLUMNS).await
    }

    /// The certificates whose place this one took, by their serials.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn predecessors(&self, serial: &Serial) -> Result<Vec<String>, Unavailable> {
        let question = "SELECT serial FROM certificates WHERE successor = $1 ORDER BY not_before, serial";
        let rows = self.read().await?.rows(question, [serial.to_string().into()]).await?;
        rows.iter().map(|row| row.text("serial")).collect()
    }

    /// One certificate, with its PEM.
    ///
    /// # Errors
    /// There is none of that serial, or the registry does not answer.
    pub async fn certificate(&self, serial: &Serial) -> Result<Entry, Refusal> {
        let mut columns = COLUMNS.to_vec();
        columns.push(MaybeText("certificate"));
        let found = entries(&mut self.read().await?, ONE, [serial.to_string().into()], &columns).await?;
        found.into_iter().next().ok_or_else(|| Refusal::Unknown(Kind::Certificate, serial.to_string()))
    }
}
