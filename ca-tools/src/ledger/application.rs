//! Applications, and what is known of the office that one is about.

use std::collections::BTreeMap;

use certs::DeviceNo;
use registry::OfficeNo;
use serde_json::Value as Json;

use super::Column::{Json as JsonText, MaybeText, MaybeTime, Text, Time};
use super::{Column, Entry, Ledger, entries};
use crate::application::{ApplicationNo, Form, KnownOffice};
use crate::refusal::{Kind, Refusal, Unavailable};
use crate::rows::office_details;

const COLUMNS: [Column; 15] = [
    Text("application"),
    Text("kind"),
    Text("state"),
    Text("office"),
    MaybeText("office_name"),
    Text("channel"),
    Time("received_at"),
    Text("received_by"),
    MaybeTime("inspected_at"),
    MaybeText("inspected_by"),
    JsonText("inspection"),
    MaybeTime("inspection_until"),
    MaybeTime("decided_at"),
    MaybeText("decided_by"),
    MaybeText("reason"),
];

/// Without the forms: of those there may be more than fit into memory.
const QUESTION: &str = "SELECT a.application, a.kind, a.state, a.office, o.name AS office_name, a.channel, \
    a.received_at, a.received_by, a.inspected_at, a.inspected_by, a.inspection, a.inspection_until, a.decided_at, \
    a.decided_by, a.reason FROM applications a LEFT JOIN offices o ON o.office = a.office \
    WHERE ($1 IS NULL OR a.application = $1) AND ($2 IS NULL OR a.state = $2) AND ($3 IS NULL OR a.office = $3) \
    ORDER BY a.application";

/// Which applications a list shows; `None` shows all.
#[derive(Clone, Debug, Default)]
pub struct ApplicationFilter {
    /// In this state.
    pub state: Option<String>,
    /// Of this office.
    pub office: Option<String>,
}

impl Ledger {
    /// The applications that a filter lets through.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn applications(&self, filter: ApplicationFilter) -> Result<Vec<Entry>, Unavailable> {
        let values = [None::<&str>.into(), filter.state.into(), filter.office.into()];
        let mut tx = self.read().await?;
        let mut found = entries(&mut tx, QUESTION, values, &COLUMNS).await?;
        // An office that is not registered has its name in its form alone; one form after the other.
        for entry in found.iter_mut().filter(|entry| entry.get("office_name").is_some_and(Json::is_null)) {
            let no = entry.get("application").and_then(Json::as_str).unwrap_or_default().to_owned();
            let row = tx.row("SELECT form FROM applications WHERE application = $1", [no.as_str().into()]).await?;
            let Some(row) = row else { continue };
            let form = serde_json::from_str(&row.text("form")?);
            name_office(entry, &form.map_err(|why| Unavailable::Corrupt(format!("{no}: {why}")))?);
        }
        Ok(found)
    }

    /// One application, with what it says.
    ///
    /// # Errors
    /// There is none of that number, or the registry does not answer.
    pub async fn application(&self, no: ApplicationNo) -> Result<(Entry, Form), Refusal> {
        let unknown = || Refusal::Unknown(Kind::Application, no.to_string());
        let mut tx = self.read().await?;
        let values = [Some(no.to_string()).into(), None::<&str>.into(), None::<&str>.into()];
        let found = entries(&mut tx, QUESTION, values, &COLUMNS).await?;
        let mut entry = found.into_iter().next().ok_or_else(unknown)?;
        let row =
            tx.row("SELECT form, device FROM applications WHERE application = $1", [no.to_string().into()]).await?;
        let row = row.ok_or_else(unknown)?;
        let text = row.text("form")?;
        let form: Form = serde_json::from_str(&text).map_err(|why| Unavailable::Corrupt(format!("{no}: {why}")))?;
        let device = row.maybe_int("device")?.and_then(|no| DeviceNo::new(u32::try_from(no).ok()?).ok());
        entry.insert("device".into(), device.map_or(Json::Null, |device| device.to_string().into()));
        let said: Json = serde_json::from_str(&text).map_err(|why| Unavailable::Corrupt(format!("{no}: {why}")))?;
        name_office(&mut entry, &said);
        entry.insert("form".into(), said);
        super::names::of_people(&mut tx, &mut entry, &["received_by", "inspected_by", "decided_by"]).await?;
        Ok((entry, form))
    }

    /// The office of this number, where it is one that may still be spoken for.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn known_office(&self, office: &OfficeNo) -> Result<Option<KnownOffice>, Unavailable> {
        let mut tx = self.read().await?;
        let Some(details) = office_details::in_use(&mut tx, office).await? else { return Ok(None) };
        let rows = tx
            .rows(
                "SELECT login_id, name FROM system_users WHERE office = $1 AND state <> 'deleted'",
                [office.as_str().into()],
            )
            .await?;
        let mut people = BTreeMap::new();
        for row in rows {
            let id = row.text("login_id")?;
            let id = id.parse().map_err(|why| Unavailable::Corrupt(format!("ID {id}: {why}")))?;
            people.insert(id, row.text("name")?);
        }
        Ok(Some(KnownOffice { details, people }))
    }

    /// Whether the office's contact can log in for what they ask: one is named, and a device of the office holds a
    /// certificate that is good now.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn contact_may_log_in(&self, office: &OfficeNo, now: certs::Timestamp) -> Result<bool, Unavailable> {
        let row = self
            .read()
            .await?
            .row(
                "SELECT c.login_id FROM office_contacts c JOIN system_users u ON u.login_id = c.login_id \
                 AND u.office = c.office WHERE c.office = $1 AND c.state = 'contact' AND u.state = 'active' \
                 AND EXISTS (SELECT 1 FROM certificates x JOIN devices d ON d.device = x.device \
                 WHERE d.office = $1 AND d.stage = 'approved' AND d.suspended = 0 AND x.state = 'issued' \
                 AND x.not_after >= $2) LIMIT 1",
                [office.as_str().into(), now.unix().into()],
            )
            .await?;
        Ok(row.is_some())
    }
}

/// An office that is not registered yet has the name by which it asks to be.
fn name_office(entry: &mut Entry, form: &Json) {
    if let (Some(Json::Null), Json::String(name)) = (entry.get("office_name"), &form["details"]["name"]) {
        entry.insert("office_name".into(), name.as_str().into());
    }
}
