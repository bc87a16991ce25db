//! Devices: what they are, where they stand.

use certs::{DeviceNo, Timestamp};
use registry::change::DeviceStanding;
use registry::{DeviceStage, OfficeNo, Os, Ownership};
use serde_json::{Map, Value as Json};

use super::approval::ApprovalEnd;
use super::word;
use crate::database::{Row, Transaction, Versioned};
use crate::letters::DeviceFacts;
use crate::refusal::{Kind, Refusal, Unavailable};

/// A device's number as the registry has it.
pub(crate) fn number(stored: i64) -> Result<DeviceNo, Unavailable> {
    let no = u32::try_from(stored).ok().and_then(|n| DeviceNo::new(n).ok());
    no.ok_or_else(|| Unavailable::Corrupt(format!("device number {stored}")))
}

/// The number after the highest ever given.
pub(crate) async fn next_number(tx: &mut Transaction) -> Result<DeviceNo, Unavailable> {
    let row = tx.row("SELECT COALESCE(MAX(device), 0) AS highest FROM devices", []).await?;
    number(row.map_or(Ok(0), |row| row.int("highest"))? + 1)
}

/// A device that is applied for.
#[derive(Clone, Debug)]
pub(crate) struct NewDevice<'a> {
    pub(crate) no: DeviceNo,
    pub(crate) office: &'a OfficeNo,
    pub(crate) label: &'a str,
    pub(crate) os: Os,
    pub(crate) ownership: Ownership,
    pub(crate) standing: DeviceStanding,
    pub(crate) application: &'a str,
}

/// Writes a device that is applied for.
pub(crate) async fn write(tx: &mut Versioned, device: &NewDevice<'_>) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO devices (device, office, label, os, ownership, stage, suspended, checklist, application, \
         version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            device.no.number().into(),
            device.office.as_str().into(),
            device.label.into(),
            device.os.as_str().into(),
            device.ownership.as_str().into(),
            device.standing.stage.as_str().into(),
            i64::from(device.standing.suspended).into(),
            "{}".into(),
            device.application.into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// Writes devices that were inspected and approved by this operator in this very change: for example houses.
pub(crate) async fn write_approved(
    tx: &mut Versioned,
    devices: &[NewDevice<'_>],
    operator: &str,
) -> Result<(), Unavailable> {
    let (at, version) = (tx.at().unix(), tx.version());
    let rows = devices
        .iter()
        .map(|device| {
            vec![
                device.no.number().into(),
                device.office.as_str().into(),
                device.label.into(),
                device.os.as_str().into(),
                device.ownership.as_str().into(),
                device.standing.stage.as_str().into(),
                i64::from(device.standing.suspended).into(),
                at.into(),
                operator.into(),
                "{}".into(),
                at.into(),
                operator.into(),
                device.application.into(),
                version.into(),
            ]
        })
        .collect();
    let head = "INSERT INTO devices (device, office, label, os, ownership, stage, suspended, inspected_at, \
        inspected_by, checklist, approved_at, approved_by, application, version)";
    tx.insert_many((head, ""), rows).await.map(drop)
}

/// Where this device stands.
///
/// # Errors
/// There is none of that number.
pub(crate) async fn standing(tx: &mut Transaction, no: DeviceNo) -> Result<DeviceStanding, Refusal> {
    let row = tx.row("SELECT stage, suspended FROM devices WHERE device = $1", [no.number().into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Device, no.to_string()))?;
    Ok(DeviceStanding { stage: word(&row.text("stage")?)?, suspended: row.int("suspended")? != 0 })
}

/// It stands here from now on.
pub(crate) async fn write_standing(
    tx: &mut Versioned,
    no: DeviceNo,
    standing: DeviceStanding,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE devices SET stage = $2, suspended = $3, version = $4, \
         retired_at = CASE WHEN $2 = 'retired' THEN COALESCE(retired_at, $5) ELSE retired_at END WHERE device = $1",
        [
            no.number().into(),
            standing.stage.as_str().into(),
            i64::from(standing.suspended).into(),
            tx.version().into(),
            tx.at().unix().into(),
        ],
    )
    .await
    .map(drop)
}

/// An inspection, as it is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeptInspection<'a> {
    /// Who recorded it.
    pub(crate) operator: &'a str,
    pub(crate) checklist: &'a str,
    /// By which set of requirements.
    pub(crate) requirements: &'a str,
    /// The provider's inspector, and when they reported; nothing where the operator looked themself.
    pub(crate) report: Option<(&'a str, Timestamp)>,
}

/// What an inspection found, and by whom; its standing is written apart.
pub(crate) async fn write_inspection(
    tx: &mut Versioned,
    no: DeviceNo,
    kept: KeptInspection<'_>,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE devices SET inspected_at = $2, inspected_by = $3, checklist = $4, requirements = $5, inspector = $6, \
         reported_on = $7 WHERE device = $1",
        [
            no.number().into(),
            tx.at().unix().into(),
            kept.operator.into(),
            kept.checklist.into(),
            kept.requirements.into(),
            kept.report.map(|(inspector, _)| inspector).into(),
            kept.report.map(|(_, on)| on.unix()).into(),
        ],
    )
    .await
    .map(drop)
}

/// By whom it was approved, and until when; its standing is written apart.
pub(crate) async fn write_approval(
    tx: &mut Versioned,
    no: DeviceNo,
    operator: &str,
    end: ApprovalEnd,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE devices SET approved_at = $2, approved_by = $3, approved_until = $4, approval_due = $5 WHERE device = $1",
        [
            no.number().into(),
            tx.at().unix().into(),
            operator.into(),
            end.until.map(Timestamp::unix).into(),
            end.due.unix().into(),
        ],
    )
    .await
    .map(drop)
}

/// Two operators approve it until then, and for nothing but an emergency.
pub(crate) async fn write_emergency_approval(
    tx: &mut Versioned,
    no: DeviceNo,
    two: &str,
    until: Timestamp,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE devices SET stage = 'approved', approved_at = $2, approved_by = $3, approved_until = $4, \
         version = $5 WHERE device = $1",
        [no.number().into(), tx.at().unix().into(), two.into(), until.unix().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// Its approval ends at this second at the latest.
pub(crate) async fn end_approval(tx: &mut Versioned, no: DeviceNo, last: Timestamp) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE devices SET approved_until = CASE WHEN approved_until < $2 THEN approved_until ELSE $2 END, \
         version = $3 WHERE device = $1",
        [no.number().into(), last.unix().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// What its last inspection looked at, as JSON.
pub(crate) async fn checklist(tx: &mut Transaction, no: DeviceNo) -> Result<Map<String, Json>, Refusal> {
    let row = tx.row("SELECT checklist FROM devices WHERE device = $1", [no.number().into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Device, no.to_string()))?;
    let read = serde_json::from_str(&row.text("checklist")?);
    Ok(read.map_err(|why| Unavailable::Corrupt(format!("checklist of {no}: {why}")))?)
}

/// By whom it was approved, and whether it was ever inspected.
///
/// # Errors
/// There is none of that number.
pub(crate) async fn approval(tx: &mut Transaction, no: DeviceNo) -> Result<(Option<String>, bool), Refusal> {
    let row = tx
        .row("SELECT approved_by, inspected_at FROM devices WHERE device = $1", [no.number().into()])
        .await?
        .ok_or_else(|| Refusal::Unknown(Kind::Device, no.to_string()))?;
    Ok((row.maybe_text("approved_by")?, row.maybe_int("inspected_at")?.is_some()))
}

/// Where it is kept.
pub(crate) async fn write_place(tx: &mut Versioned, no: DeviceNo, place: &str) -> Result<(), Unavailable> {
    let values = [i64::from(no.number()).into(), place.into(), tx.version().into()];
    tx.run("UPDATE devices SET place = $2, version = $3 WHERE device = $1", values).await.map(drop)
}

/// Its row is another one: gateways read what hangs on it anew.
pub(crate) async fn touch(tx: &mut Versioned, no: DeviceNo) -> Result<(), Unavailable> {
    let values = [no.number().into(), tx.version().into()];
    tx.run("UPDATE devices SET version = $2 WHERE device = $1", values).await.map(drop)
}

/// A device as letters name it.
///
/// # Errors
/// There is none of that number.
pub(crate) async fn named(tx: &mut Transaction, no: DeviceNo) -> Result<DeviceFacts, Refusal> {
    let row = tx
        .row(
            "SELECT o.name, o.contact, d.label FROM devices d JOIN offices o ON o.office = d.office WHERE d.device = $1",
            [no.number().into()],
        )
        .await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Device, no.to_string()))?;
    Ok(DeviceFacts {
        office: row.text("name")?,
        contact: row.text("contact")?,
        device: no.to_string(),
        label: row.text("label")?,
    })
}

/// The office it belongs to.
///
/// # Errors
/// There is none of that number.
pub(crate) async fn office(tx: &mut Transaction, no: DeviceNo) -> Result<OfficeNo, Refusal> {
    let row = tx.row("SELECT office FROM devices WHERE device = $1", [no.number().into()]).await?;
    let office = row.ok_or_else(|| Refusal::Unknown(Kind::Device, no.to_string()))?.text("office")?;
    Ok(office.parse().map_err(|why| Unavailable::Corrupt(format!("office {office}: {why}")))?)
}

/// Whose it is.
///
/// # Errors
/// There is none of that number.
pub(crate) async fn ownership(tx: &mut Transaction, no: DeviceNo) -> Result<Ownership, Refusal> {
    let row = tx.row("SELECT ownership FROM devices WHERE device = $1", [no.number().into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Device, no.to_string()))?;
    Ok(word(&row.text("ownership")?)?)
}

/// Whether the two belong to one office.
pub(crate) async fn are_of_one_office(
    tx: &mut Transaction,
    one: DeviceNo,
    other: DeviceNo,
) -> Result<bool, Unavailable> {
    let offices = tx
        .row(
            "SELECT o.office FROM devices o JOIN devices n ON n.office = o.office WHERE o.device = $1 AND n.device = $2",
            [one.number().into(), other.number().into()],
        )
        .await?;
    Ok(offices.is_some())
}

/// A device of an office, as it would be applied for anew.
#[derive(Clone, Debug)]
pub(crate) struct OfOffice {
    pub(crate) no: DeviceNo,
    pub(crate) label: String,
    pub(crate) os: String,
    pub(crate) ownership: String,
}

/// The devices of an office that are not out of use.
pub(crate) async fn of_office(tx: &mut Transaction, office: &OfficeNo) -> Result<Vec<OfOffice>, Unavailable> {
    let rows = tx
        .rows(
            "SELECT device, label, os, ownership FROM devices WHERE office = $1 \
             AND stage NOT IN ('rejected', 'retired') ORDER BY device",
            [office.as_str().into()],
        )
        .await?;
    let read = |row: &Row| {
        Ok(OfOffice {
            no: number(row.int("device")?)?,
            label: row.text("label")?,
            os: row.text("os")?,
            ownership: row.text("ownership")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Those of an office at this stage come to that one.
pub(crate) async fn write_stage_of_office(
    tx: &mut Versioned,
    office: &OfficeNo,
    before: DeviceStage,
    after: DeviceStage,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE devices SET stage = $3, version = $4, \
         retired_at = CASE WHEN $3 = 'retired' THEN COALESCE(retired_at, $5) ELSE retired_at END \
         WHERE office = $1 AND stage = $2",
        [
            office.as_str().into(),
            before.as_str().into(),
            after.as_str().into(),
            tx.version().into(),
            tx.at().unix().into(),
        ],
    )
    .await
    .map(drop)
}

/// A device as a restore names it.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) no: DeviceNo,
    pub(crate) office: String,
    pub(crate) label: String,
}

/// Those that are in use, or on their way to it.
pub(crate) async fn not_on_hold(tx: &mut Transaction) -> Result<Vec<Named>, Unavailable> {
    let devices = "SELECT device, office, label FROM devices WHERE suspended = 0 \
        AND stage IN ('applied', 'inspected', 'approved') ORDER BY device";
    let read = |row: &Row| {
        Ok(Named { no: number(row.int("device")?)?, office: row.text("office")?, label: row.text("label")? })
    };
    tx.rows(devices, []).await?.iter().map(read).collect()
}

/// All of them come on hold.
pub(crate) async fn hold_all(tx: &mut Versioned) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE devices SET suspended = 1, version = $1 WHERE suspended = 0 \
         AND stage IN ('applied', 'inspected', 'approved')",
        [tx.version().into()],
    )
    .await
    .map(drop)
}
