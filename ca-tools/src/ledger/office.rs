//! Offices, and how much hangs on each.

use registry::OfficeNo;

use super::Column::{Number, Text};
use super::{Column, Entry, Ledger, entries};
use crate::application::Detail;
use crate::refusal::{Kind, Refusal, Unavailable};

/// By which it is known and how it stands, then what else is known of it.
fn columns() -> Vec<Column> {
    let named = [Text("office"), Text(Detail::Name.as_str()), Text("state")];
    let details = Detail::ALL.into_iter().filter(|detail| *detail != Detail::Name).map(|detail| Text(detail.as_str()));
    let beside = [
        Text("pledge"),
        Text("application"),
        Number("users"),
        Number("devices"),
        Number("emergencies"),
        Number("version"),
    ];
    named.into_iter().chain(details).chain(beside).collect()
}

const QUESTION: &str = "SELECT o.*, \
    (SELECT count(*) FROM system_users u WHERE u.office = o.office AND u.state <> 'deleted') AS users, \
    (SELECT count(*) FROM devices d WHERE d.office = o.office AND d.stage <> 'retired') AS devices, \
    (SELECT count(*) FROM emergencies e JOIN devices d ON d.device = e.device WHERE d.office = o.office) AS emergencies \
    FROM offices o WHERE ($1 IS NULL OR o.office = $1) AND ($2 IS NULL OR o.state = $2) ORDER BY o.office";

impl Ledger {
    /// Every office, or those in one state.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn offices(&self, state: Option<&str>) -> Result<Vec<Entry>, Unavailable> {
        entries(&mut self.read().await?, QUESTION, [None::<&str>.into(), state.into()], &columns()).await
    }

    /// One office.
    ///
    /// # Errors
    /// There is none of that number, or the registry does not answer.
    pub async fn office(&self, office: &OfficeNo) -> Result<Entry, Refusal> {
        let values = [Some(office.as_str()).into(), None::<&str>.into()];
        let found = entries(&mut self.read().await?, QUESTION, values, &columns()).await?;
        found.into_iter().next().ok_or_else(|| Refusal::Unknown(Kind::Office, office.to_string()))
    }
}
