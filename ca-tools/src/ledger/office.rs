//! Offices, and how much hangs on each.

use std::sync::LazyLock;

use registry::{LoginId, OfficeNo};

use super::Column::{Number, Text};
use super::{Column, Entry, Ledger, entries};
use crate::application::Detail;
use crate::refusal::{Kind, Refusal, Unavailable};
use crate::rows;
use crate::rows::office_end::EndTold;

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

/// Registered, with people who use it and none of them to speak for it. The city's own office speaks for itself. Of offices `x`.
pub(super) const WITHOUT_CONTACT: &str = "x.state = 'registered' \
    AND EXISTS (SELECT 1 FROM system_users u WHERE u.office = x.office AND u.state = 'active') \
    AND NOT EXISTS (SELECT 1 FROM system_users u WHERE u.office = x.office AND u.state <> 'deleted' AND u.roles <> '') \
    AND NOT EXISTS (SELECT 1 FROM system_users u JOIN office_contacts c ON c.login_id = u.login_id AND c.office = u.office \
    WHERE u.office = x.office AND u.state = 'active' AND c.state = 'contact')";
/// Still there, though they told that their use ends. Of offices `x`.
pub(super) const END_TOLD: &str = "x.state IN ('registered', 'suspended') AND EXISTS (SELECT 1 FROM events e \
    WHERE e.subject = x.office AND e.action = 'office.tell-end' AND NOT EXISTS (SELECT 1 FROM events l \
    WHERE l.subject = x.office AND l.action = 'office.take-back-end' AND l.version > e.version))";

static NO_CONTACT: LazyLock<String> =
    LazyLock::new(|| format!("SELECT x.office, x.name FROM offices x WHERE {WITHOUT_CONTACT} ORDER BY x.office"));

impl Ledger {
    /// Offices in use for which nobody speaks: numbers and names.
    pub(crate) async fn offices_without_contact(&self) -> Result<Vec<(String, String)>, Unavailable> {
        let rows = self.read().await?.rows(NO_CONTACT.as_str(), []).await?;
        rows.iter().map(|row| Ok((row.text("office")?, row.text("name")?))).collect()
    }

    /// What an office told of its end, unless it took that back.
    pub(crate) async fn end_told(&self, office: &OfficeNo) -> Result<Option<EndTold>, Unavailable> {
        rows::office_end::told(&mut self.read().await?, office.as_str()).await
    }

    /// The office that nobody would speak for if this person left or were put on hold.
    pub(crate) async fn last_contact_of(&self, person: &LoginId) -> Result<Option<String>, Unavailable> {
        rows::contact::last_of(&mut self.read().await?, person).await
    }

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
