//! What holds of whom an act would touch: the facts by which a proposal stands or falls.

use std::collections::BTreeMap;

use certs::DeviceNo;
use registry::OfficeNo;

use crate::database::{Row, Transaction};
use crate::proposal::Touched;
use crate::refusal::Unavailable;

/// One whom an act touches, and what holds of them.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) touched: Touched,
    pub(crate) facts: BTreeMap<String, String>,
}

/// A person; `None` where there is no such ID.
pub(crate) async fn person(tx: &mut Transaction, login_id: &str) -> Result<Option<Seen>, Unavailable> {
    let question = "SELECT name, office, roles, state, CAST(open_from AS TEXT) AS open_from, \
        CAST(open_until AS TEXT) AS open_until FROM system_users WHERE login_id = $1";
    let row = tx.row(question, [login_id.into()]).await?;
    row.map(|row| seen(login_id, &row.text("name")?, &row, &["office", "roles", "state", "open_from", "open_until"]))
        .transpose()
}

/// A device; `None` where there is none of that number.
pub(crate) async fn device(tx: &mut Transaction, no: DeviceNo) -> Result<Option<Seen>, Unavailable> {
    let question = "SELECT d.label, d.office, d.stage, CAST(d.suspended AS TEXT) AS suspended, \
        CAST(d.inspected_at AS TEXT) AS inspected_at, d.inspected_by, CAST(d.approved_until AS TEXT) AS approved_until, \
        o.state AS office_state, (SELECT COUNT(*) FROM certificates c WHERE c.device = d.device AND c.state = 'issued') \
        AS certificates FROM devices d JOIN offices o ON o.office = d.office WHERE d.device = $1";
    let Some(row) = tx.row(question, [no.number().into()]).await? else { return Ok(None) };
    let fields = ["office", "stage", "suspended", "inspected_at", "inspected_by", "approved_until", "office_state"];
    let mut seen = seen(&no.to_string(), &row.text("label")?, &row, &fields)?;
    seen.facts.insert("certificates".to_owned(), row.int("certificates")?.to_string());
    Ok(Some(seen))
}

/// An office, by its state and how much is below it; `None` where there is none of that number.
pub(crate) async fn office(tx: &mut Transaction, office: &OfficeNo) -> Result<Option<Seen>, Unavailable> {
    let row = tx.row("SELECT name, state FROM offices WHERE office = $1", [office.as_str().into()]).await?;
    row.map(|row| seen(office.as_str(), &row.text("name")?, &row, &["state"])).transpose()
}

/// An application; `None` where there is none of that number.
pub(crate) async fn application(tx: &mut Transaction, no: &str) -> Result<Option<Seen>, Unavailable> {
    let question = "SELECT a.office, a.state, a.inspected_by, CAST(a.inspected_at AS TEXT) AS inspected_at, \
        COALESCE(o.name, '') AS name FROM applications a LEFT JOIN offices o ON o.office = a.office WHERE a.application = $1";
    let row = tx.row(question, [no.into()]).await?;
    let fields = ["office", "state", "inspected_by", "inspected_at"];
    row.map(|row| seen(no, &row.text("name")?, &row, &fields)).transpose()
}

/// The issuing CAs.
pub(crate) async fn issuers(tx: &mut Transaction) -> Result<Vec<Seen>, Unavailable> {
    let question = "SELECT fingerprint, state FROM authorities WHERE kind = 'issuing' ORDER BY fingerprint";
    let rows = tx.rows(question, []).await?;
    rows.iter().map(|row| seen(&row.text("fingerprint")?, "", row, &["state"])).collect()
}

fn seen(id: &str, name: &str, row: &Row, fields: &[&'static str]) -> Result<Seen, Unavailable> {
    let mut facts = BTreeMap::new();
    for field in fields {
        facts.insert((*field).to_owned(), row.maybe_text(field)?.unwrap_or_default());
    }
    Ok(Seen { touched: Touched { id: id.to_owned(), name: name.to_owned() }, facts })
}

/// Who inspected a device; `None` where nobody did.
pub(crate) async fn inspector_of_device(tx: &mut Transaction, no: DeviceNo) -> Result<Option<String>, Unavailable> {
    let row = tx.row("SELECT inspected_by FROM devices WHERE device = $1", [no.number().into()]).await?;
    row.map_or(Ok(None), |row| row.maybe_text("inspected_by"))
}

/// Who inspected an application; `None` where nobody did.
pub(crate) async fn inspector_of_application(tx: &mut Transaction, no: &str) -> Result<Option<String>, Unavailable> {
    let row = tx.row("SELECT inspected_by FROM applications WHERE application = $1", [no.into()]).await?;
    row.map_or(Ok(None), |row| row.maybe_text("inspected_by"))
}
