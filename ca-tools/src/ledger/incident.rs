//! Incidents: what is known of them, which reports are owed until when, and the extracts that were made.

use certs::Timestamp;
use serde_json::{Value as Json, json};

use super::Column::{Flag, MaybeText, MaybeTime, Number, Text, Time};
use super::{Column, Entry, Heap, Ledger, entries};
use crate::database::Row;
use crate::incident::{Duty, DutyDone, IncidentNo};
use crate::refusal::{Kind, Refusal, Unavailable};
use crate::rows::SealedExtract;

const COLUMNS: [Column; 17] = [
    Text("incident"),
    Text("state"),
    MaybeText("device"),
    MaybeText("device_label"),
    MaybeText("login_id"),
    MaybeText("person_name"),
    MaybeText("office"),
    MaybeText("office_name"),
    Text("what"),
    Time("found_at"),
    Text("reported_by"),
    Flag("wrongful"),
    Time("opened_at"),
    Text("opened_by"),
    Text("outcome"),
    MaybeTime("closed_at"),
    MaybeText("closed_by"),
];
const NOTES: [Column; 4] = [Number("note"), Time("noted_at"), Text("noted_by"), Text("said")];
const EXTRACTS: [Column; 5] = [Number("extract"), Time("made_at"), Text("made_by"), Text("digest"), Text("files")];

const QUESTION: &str = "SELECT i.incident, i.state, CASE WHEN i.device < 1000000 \
    THEN 'DEV-' || substr(CAST(1000000 + i.device AS TEXT), 2) ELSE 'DEV-' || CAST(i.device AS TEXT) END AS device, \
    d.label AS device_label, i.login_id, u.name AS person_name, i.office, o.name AS office_name, i.what, i.found_at, \
    i.reported_by, i.wrongful, i.opened_at, i.opened_by, i.outcome, i.closed_at, i.closed_by, i.mayor_on, i.mayor_by, \
    i.prompt_on, i.prompt_by, i.full_on, i.full_by FROM incidents i LEFT JOIN devices d ON d.device = i.device \
    LEFT JOIN system_users u ON u.login_id = i.login_id LEFT JOIN offices o ON o.office = i.office \
    WHERE ($1 IS NULL OR i.incident = $1) AND ($2 IS NULL OR i.state = $2) ORDER BY i.incident DESC LIMIT $3";

/// So many stand on one list: more than a city has in years.
const MOST: i64 = 1_000;

/// A report that an incident owes, or that was made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OwedReport {
    pub(crate) duty: Duty,
    pub(crate) due: Timestamp,
    pub(crate) done: Option<DutyDone>,
}

/// A sealed extract that is kept with its incident.
#[derive(Clone, Debug)]
pub(crate) struct KeptExtract {
    pub(crate) made_at: Timestamp,
    pub(crate) made_by: String,
    pub(crate) sealed: SealedExtract,
}

impl Ledger {
    /// Incidents, the newest first; those of this state, or all.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn incidents(&self, state: Option<&str>) -> Result<Vec<Entry>, Unavailable> {
        let rows = self.read().await?.rows(QUESTION, [None::<&str>.into(), state.into(), MOST.into()]).await?;
        rows.iter().map(entry).collect()
    }

    /// One incident, with its notes and the extracts that were made for it.
    ///
    /// # Errors
    /// There is none of that number, or the registry does not answer.
    pub async fn incident(&self, no: IncidentNo) -> Result<Entry, Refusal> {
        let mut tx = self.read().await?;
        let number = no.to_string();
        let rows = tx.rows(QUESTION, [Some(number.as_str()).into(), None::<&str>.into(), 1_i64.into()]).await?;
        let row = rows.first().ok_or_else(|| Refusal::Unknown(Kind::Incident, number.clone()))?;
        let mut entry = entry(row)?;
        let notes = "SELECT note, noted_at, noted_by, said FROM incident_notes WHERE incident = $1 ORDER BY note";
        let notes = entries(&mut tx, notes, [number.as_str().into()], &NOTES).await?;
        let extracts = "SELECT extract, made_at, made_by, digest, files FROM incident_extracts WHERE incident = $1 \
            ORDER BY extract";
        let mut extracts = entries(&mut tx, extracts, [number.as_str().into()], &EXTRACTS).await?;
        for extract in &mut extracts {
            super::words(extract, "files");
        }
        let people = |list: &[Entry], field: &str| -> Vec<Json> {
            list.iter().filter_map(|one| one.get(field).cloned()).collect()
        };
        entry.insert("people".to_owned(), [people(&notes, "noted_by"), people(&extracts, "made_by")].concat().into());
        entry.insert("notes".to_owned(), notes.into_iter().map(Json::from).collect());
        entry.insert("extracts".to_owned(), extracts.into_iter().map(Json::from).collect());
        super::names::of_people(&mut tx, &mut entry, &["opened_by", "closed_by", "people"]).await?;
        entry.remove("people");
        Ok(entry)
    }

    /// The reports that an incident owes, or that were made, in their order.
    ///
    /// # Errors
    /// There is none of that number, or the registry does not answer.
    pub(crate) async fn owed_reports(&self, no: IncidentNo) -> Result<Vec<OwedReport>, Refusal> {
        let number = no.to_string();
        let values = [Some(number.as_str()).into(), None::<&str>.into(), 1_i64.into()];
        let rows = self.read().await?.rows(QUESTION, values).await?;
        let row = rows.first().ok_or_else(|| Refusal::Unknown(Kind::Incident, number.clone()))?;
        Ok(owed(row)?)
    }

    /// Open incidents of which a report is owed, and the nearest day until which one is.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn incidents_owing(&self) -> Result<Heap, Unavailable> {
        let rows = self.read().await?.rows(QUESTION, [None::<&str>.into(), Some("open").into(), MOST.into()]).await?;
        let mut heap = Heap::default();
        for row in &rows {
            let due = owed(row)?.into_iter().filter(|report| report.done.is_none()).map(|report| report.due).min();
            let Some(due) = due else { continue };
            heap.count += 1;
            heap.first = Some(heap.first.map_or(due, |first| first.min(due)));
        }
        Ok(heap)
    }

    /// This extract of an incident, word for word.
    ///
    /// # Errors
    /// There is none, or the registry does not answer.
    pub(crate) async fn kept_extract(&self, no: IncidentNo, extract: i64) -> Result<KeptExtract, Refusal> {
        let question = "SELECT made_at, made_by, digest, files, content FROM incident_extracts \
            WHERE incident = $1 AND extract = $2";
        let row = self.read().await?.row(question, [no.to_string().into(), extract.into()]).await?;
        let row = row.ok_or_else(|| Refusal::Unknown(Kind::Incident, format!("{no} {extract}")))?;
        let sealed = SealedExtract {
            digest: row.text("digest")?,
            content: row.text("content")?,
            files: row.text("files")?.split(' ').filter(|one| !one.is_empty()).map(str::to_owned).collect(),
        };
        let made_at = Timestamp::from_unix(row.int("made_at")?);
        Ok(KeptExtract { made_at, made_by: row.text("made_by")?, sealed })
    }

    /// The extract of which a file with this SHA-256 was made; nothing where it is none of ours, or was changed.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn extract_of_file(&self, digest: &str) -> Result<Option<(IncidentNo, i64)>, Unavailable> {
        let question = "SELECT incident, extract FROM incident_extracts WHERE digest = $1 OR files LIKE $2 \
            ORDER BY incident, extract LIMIT 1";
        let row = self.read().await?.row(question, [digest.into(), format!("%{digest}%").into()]).await?;
        row.map(|row| {
            let number = row.text("incident")?;
            let no = number.parse().map_err(|_| Unavailable::Corrupt(format!("incident {number}")))?;
            Ok((no, row.int("extract")?))
        })
        .transpose()
    }
}

fn entry(row: &Row) -> Result<Entry, Unavailable> {
    let mut entry = Entry::new();
    for column in COLUMNS {
        let (name, value) = column.read(row)?;
        entry.insert(name.to_owned(), value);
    }
    let reports = owed(row)?.into_iter().map(|report| {
        let (on, by) = report.done.map_or((None, None), |done| (Some(done.on.to_string()), Some(done.by)));
        json!({ "report": report.duty.as_str(), "due": report.due.to_string(), "done_on": on, "done_by": by })
    });
    entry.insert("reports".to_owned(), reports.collect());
    Ok(entry)
}

fn owed(row: &Row) -> Result<Vec<OwedReport>, Unavailable> {
    let (found, wrongful) = (Timestamp::from_unix(row.int("found_at")?), row.int("wrongful")? != 0);
    let made = [("mayor_on", "mayor_by"), ("prompt_on", "prompt_by"), ("full_on", "full_by")];
    let owed = Duty::ALL.into_iter().zip(made).map(|(duty, (on, by))| {
        let done = match (row.maybe_int(on)?, row.maybe_text(by)?) {
            (Some(on), by) => Some(DutyDone { on: Timestamp::from_unix(on), by: by.unwrap_or_default() }),
            (None, _) => None,
        };
        Ok(OwedReport { duty, due: duty.due(found, wrongful), done })
    });
    owed.collect()
}
