//! Incidents, what is noted of them, and the extracts that were made for them.

use certs::{DeviceNo, Timestamp};
use registry::{LoginId, OfficeNo};

use super::device::number;
use crate::database::{Row, Transaction, Versioned};
use crate::incident::{Duty, IncidentForm, IncidentNo, IncidentWhom};
use crate::refusal::{Kind, Refusal, Unavailable};

/// An incident as it stands.
#[derive(Clone, Debug)]
pub(crate) struct StoredIncident {
    pub(crate) open: bool,
    pub(crate) whom: IncidentWhom,
    pub(crate) found: Timestamp,
    /// The reports that were made.
    pub(crate) done: Vec<Duty>,
}

/// The number of the next one.
pub(crate) async fn next_number(tx: &mut Transaction) -> Result<IncidentNo, Unavailable> {
    let row = tx.row("SELECT count(*) AS incidents FROM incidents", []).await?;
    let count = row.map_or(Ok(0), |row| row.int("incidents"))?;
    IncidentNo::of(count + 1).ok_or_else(|| Unavailable::Corrupt(format!("incident {}", count + 1)))
}

/// This one.
///
/// # Errors
/// There is none of that number.
pub(crate) async fn stored(tx: &mut Transaction, no: IncidentNo) -> Result<StoredIncident, Refusal> {
    let row = tx.row("SELECT * FROM incidents WHERE incident = $1", [no.to_string().into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Incident, no.to_string()))?;
    let mut done = Vec::new();
    for (duty, on) in [(Duty::Mayor, "mayor_on"), (Duty::Prompt, "prompt_on"), (Duty::Full, "full_on")] {
        done.extend(row.maybe_int(on)?.map(|_| duty));
    }
    Ok(StoredIncident {
        open: row.text("state")? == "open",
        whom: whom(&row)?,
        found: Timestamp::from_unix(row.int("found_at")?),
        done,
    })
}

/// About whom a row is.
fn whom(row: &Row) -> Result<IncidentWhom, Unavailable> {
    let corrupt = |what: &str, text: &str| Unavailable::Corrupt(format!("{what} {text}"));
    let person = row.maybe_text("login_id")?;
    let person = person.map(|text| text.parse::<LoginId>().map_err(|_| corrupt("ID", &text))).transpose()?;
    let office = row.maybe_text("office")?;
    let office = office.map(|text| text.parse::<OfficeNo>().map_err(|_| corrupt("office", &text))).transpose()?;
    let device: Option<DeviceNo> = row.maybe_int("device")?.map(number).transpose()?;
    Ok(IncidentWhom { device, person, office })
}

/// A new one is opened.
pub(crate) async fn write(
    tx: &mut Versioned,
    (no, by): (IncidentNo, &LoginId),
    form: &IncidentForm,
) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO incidents (incident, state, device, login_id, office, what, found_at, reported_by, wrongful, \
         opened_at, opened_by, outcome, version) VALUES ($1, 'open', $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11)",
        [
            no.to_string().into(),
            form.whom.device.map(|device| i64::from(device.number())).into(),
            form.whom.person.as_ref().map(LoginId::as_str).into(),
            form.whom.office.as_ref().map(OfficeNo::as_str).into(),
            form.what.as_str().into(),
            form.found.unix().into(),
            form.reported_by.as_str().into(),
            i64::from(form.wrongful).into(),
            tx.at().unix().into(),
            by.as_str().into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// One more note; its number.
pub(crate) async fn write_note(
    tx: &mut Versioned,
    (no, by): (IncidentNo, &LoginId),
    said: &str,
) -> Result<i64, Unavailable> {
    let question = "SELECT count(*) AS notes FROM incident_notes WHERE incident = $1";
    let row = tx.row(question, [no.to_string().into()]).await?;
    let note = row.map_or(Ok(0), |row| row.int("notes"))? + 1;
    tx.run(
        "INSERT INTO incident_notes (incident, note, noted_at, noted_by, said, version) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            no.to_string().into(),
            note.into(),
            tx.at().unix().into(),
            by.as_str().into(),
            said.into(),
            tx.version().into(),
        ],
    )
    .await?;
    Ok(note)
}

/// A report was made on that day.
pub(crate) async fn write_done(
    tx: &mut Versioned,
    (no, by): (IncidentNo, &LoginId),
    (duty, on): (Duty, Timestamp),
) -> Result<(), Unavailable> {
    let statement = match duty {
        Duty::Mayor => "UPDATE incidents SET mayor_on = $2, mayor_by = $3, version = $4 WHERE incident = $1",
        Duty::Prompt => "UPDATE incidents SET prompt_on = $2, prompt_by = $3, version = $4 WHERE incident = $1",
        Duty::Full => "UPDATE incidents SET full_on = $2, full_by = $3, version = $4 WHERE incident = $1",
    };
    let values = [no.to_string().into(), on.unix().into(), by.as_str().into(), tx.version().into()];
    tx.run(statement, values).await.map(drop)
}

/// It is closed, with what came of it.
pub(crate) async fn write_closed(
    tx: &mut Versioned,
    (no, by): (IncidentNo, &LoginId),
    outcome: &str,
) -> Result<(), Unavailable> {
    let statement = "UPDATE incidents SET state = 'closed', outcome = $2, closed_at = $3, closed_by = $4, version = $5 \
        WHERE incident = $1";
    let values =
        [no.to_string().into(), outcome.into(), tx.at().unix().into(), by.as_str().into(), tx.version().into()];
    tx.run(statement, values).await.map(drop)
}

/// A sealed extract, and what it was written to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SealedExtract {
    /// SHA-256 of `content`.
    pub digest: String,
    /// What it says: JSON, word for word as it was sealed.
    pub content: String,
    /// The SHA-256 of each file it was written to.
    pub files: Vec<String>,
}

/// It is kept with the incident; its number there.
pub(crate) async fn write_extract(
    tx: &mut Versioned,
    (no, by): (IncidentNo, &LoginId),
    sealed: &SealedExtract,
) -> Result<i64, Unavailable> {
    let question = "SELECT count(*) AS extracts FROM incident_extracts WHERE incident = $1";
    let row = tx.row(question, [no.to_string().into()]).await?;
    let extract = row.map_or(Ok(0), |row| row.int("extracts"))? + 1;
    tx.run(
        "INSERT INTO incident_extracts (incident, extract, made_at, made_by, digest, files, content, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            no.to_string().into(),
            extract.into(),
            tx.at().unix().into(),
            by.as_str().into(),
            sealed.digest.as_str().into(),
            sealed.files.join(" ").into(),
            sealed.content.as_str().into(),
            tx.version().into(),
        ],
    )
    .await?;
    Ok(extract)
}
