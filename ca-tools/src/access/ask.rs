//! What a paper or an extract is made of is asked of the registry here; how it is said stands beside.

use certs::Timestamp;

use super::extract_report::extract_report;
use super::paper::{PaperFacts, incident_paper};
use super::seal::Extract;
use crate::incident::IncidentNo;
use crate::ledger::{EventFilter, Ledger, Uncalled};
use crate::refusal::{Refusal, Unavailable};
use crate::rows::SubjectKind;
use crate::sheet::PrintedReport;

/// What was done about one incident: more than anybody does.
const MOST: u32 = 1_000;

/// The paper of an incident, as it stands now.
///
/// # Errors
/// There is none of that number, the seal of an extract is broken, or the registry does not answer.
pub(crate) async fn paper_of(ledger: &Ledger, no: IncidentNo, now: Timestamp) -> Result<PrintedReport, Refusal> {
    let incident = ledger.incident(no).await?;
    let owed = ledger.owed_reports(no).await?;
    let count = incident.get("extracts").and_then(serde_json::Value::as_array).map_or(0, Vec::len);
    let mut extracts = Vec::with_capacity(count);
    let mut names = Uncalled::default();
    for number in (1..).take(count) {
        let (extract, digest) = sealed_extract(ledger, (no, number)).await?;
        names.people.extend(extract.person.clone());
        names.devices.extend(extract.device.clone());
        names.offices.extend(extract.office.clone());
        extracts.push((number, digest, extract));
    }
    let about = Some((SubjectKind::Incident, no.to_string()));
    let mut events = ledger.happened(&EventFilter { about, ..EventFilter::default() }, MOST).await?;
    events.reverse();
    let called = ledger.called_then(&names).await?;
    let facts =
        PaperFacts { incident: &incident, owed: &owed, extracts: &extracts, events: &events, called: &called, now };
    Ok(incident_paper(&facts))
}

/// An extract that is kept with its incident, with names. Its seal is looked at first.
///
/// # Errors
/// There is none of that number, its seal is broken, or the registry does not answer.
pub(crate) async fn extract_of(
    ledger: &Ledger,
    (no, number): (IncidentNo, i64),
    now: Timestamp,
) -> Result<PrintedReport, Refusal> {
    let (extract, digest) = sealed_extract(ledger, (no, number)).await?;
    let called = ledger.called_then(&extract.names()).await?;
    Ok(extract_report(&extract, &called, (&digest, now)))
}

/// What was sealed, and its SHA-256; nothing is said by an extract whose seal is broken.
async fn sealed_extract(ledger: &Ledger, (no, number): (IncidentNo, i64)) -> Result<(Extract, String), Refusal> {
    let kept = ledger.kept_extract(no, number).await?.sealed;
    if crate::digest::sha256(&kept.content) != kept.digest {
        return Err(corrupt(no, number, "its seal is broken").into());
    }
    let extract = Extract::read(&kept.content).map_err(|why| corrupt(no, number, &why))?;
    Ok((extract, kept.digest))
}

fn corrupt(no: IncidentNo, number: i64, why: &str) -> Unavailable {
    Unavailable::Corrupt(format!("the extract {number} of {no}: {why}"))
}
