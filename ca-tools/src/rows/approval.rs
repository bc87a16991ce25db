//! Until when devices are approved, and whom the house told of it.

use certs::{DeviceNo, Timestamp};
use registry::OfficeNo;

use super::device::number;
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::Unavailable;

/// Until when a device is approved from now on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ApprovalEnd {
    /// When it is looked at again.
    pub(crate) due: Timestamp,
    /// From when on it is not let in; `None`: it stays in.
    pub(crate) until: Option<Timestamp>,
}

/// An approved device is continued. Whose end somebody set by hand, or an exchange, keeps it; whether it was continued.
pub(crate) async fn renew(tx: &mut Versioned, no: DeviceNo, end: ApprovalEnd) -> Result<bool, Unavailable> {
    let statement = "UPDATE devices SET approval_due = $2, approved_until = $3, version = $4 \
        WHERE device = $1 AND stage = 'approved' AND (approved_until IS NULL OR approved_until = approval_due)";
    let (due, until) = (end.due.unix(), end.until.map(Timestamp::unix));
    let values = [no.number().into(), due.into(), until.into(), tx.version().into()];
    Ok(tx.run(statement, values).await? > 0)
}

/// Devices of one office whose approval ends at the same second, and are not let in from then on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct EndingApprovals {
    pub(crate) office: OfficeNo,
    pub(crate) until: Timestamp,
    pub(crate) devices: Vec<(DeviceNo, String)>,
}

/// Those that end between the two moments, of registered offices and devices that have a certificate in use.
const ENDING: &str = "SELECT d.office, d.approved_until, d.device, d.label FROM devices d \
    JOIN offices o ON o.office = d.office AND o.state = 'registered' \
    WHERE d.stage = 'approved' AND COALESCE(d.approved_until, d.approval_due) >= $1 \
    AND COALESCE(d.approved_until, d.approval_due) <= $2 AND d.approved_until IS NOT NULL \
    AND d.approved_until = d.approval_due AND EXISTS (SELECT 1 FROM certificates c WHERE c.device = d.device \
    AND c.state = 'issued' AND c.not_after >= $1) ORDER BY d.office, d.approved_until, d.device";

/// What ends between these, by office and end.
pub(crate) async fn ending(
    tx: &mut Transaction,
    now: Timestamp,
    by: Timestamp,
) -> Result<Vec<EndingApprovals>, Unavailable> {
    let rows = tx.rows(ENDING, [now.unix().into(), by.unix().into()]).await?;
    let mut all: Vec<EndingApprovals> = Vec::new();
    for row in &rows {
        let (office, until) = (row.text("office")?, Timestamp::from_unix(row.int("approved_until")?));
        let device = (number(row.int("device")?)?, row.text("label")?);
        match all.last_mut().filter(|last| last.office.as_str() == office && last.until == until) {
            Some(last) => last.devices.push(device),
            None => all.push(EndingApprovals { office: read_office(&office)?, until, devices: vec![device] }),
        }
    }
    Ok(all)
}

fn read_office(office: &str) -> Result<OfficeNo, Unavailable> {
    office.parse().map_err(|why| Unavailable::Corrupt(format!("office {office}: {why}")))
}

/// So many days before which ends this office was told of already.
pub(crate) async fn told(tx: &mut Transaction, of: &EndingApprovals) -> Result<Vec<i64>, Unavailable> {
    let question = "SELECT days FROM approval_notices WHERE office = $1 AND until = $2";
    let rows = tx.rows(question, [of.office.as_str().into(), of.until.unix().into()]).await?;
    rows.iter().map(|row: &Row| row.int("days")).collect()
}

/// It is told so many days before.
pub(crate) async fn write_told(tx: &mut Versioned, of: &EndingApprovals, days: i64) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO approval_notices (office, until, days, sent_at, version) VALUES ($1, $2, $3, $4, $5)",
        [of.office.as_str().into(), of.until.unix().into(), days.into(), tx.at().unix().into(), tx.version().into()],
    )
    .await
    .map(drop)
}
