//! Certificates: intended, signed, superseded, revoked; and which of them still open the door.

use certs::{DeviceNo, Timestamp};
use registry::OfficeState;
use registry::change::{CertificateStage, DeviceStanding};

use super::device::number;
use super::intent::{Intent, Signed};
use super::word;
use crate::database::{Row, Transaction, Value, Versioned};
use crate::refusal::Unavailable;

/// A certificate that is to be written with its intent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intended<'a> {
    pub(crate) intent: &'a Intent,
    pub(crate) stage: CertificateStage,
    pub(crate) application: &'a str,
}

impl Intended<'_> {
    fn values(&self, version: i64) -> Vec<Value> {
        let Self { intent, stage, application } = self;
        vec![
            intent.serial.to_string().into(),
            intent.device.number().into(),
            stage.as_str().into(),
            intent.validity.not_before.unix().into(),
            intent.validity.not_after.unix().into(),
            intent.assurance.as_str().into(),
            intent.key_origin.as_str().into(),
            intent.issuer.to_string().into(),
            intent.to_be_signed.as_str().into(),
            (*application).into(),
            version.into(),
            intent.term.number().into(),
        ]
    }
}

const INSERT: &str = "INSERT INTO certificates (serial, device, state, not_before, not_after, assurance, key_origin, \
    issuer, to_be_signed, application, version, shortened)";

/// Writes what is about to be signed.
pub(crate) async fn write_intents(tx: &mut Versioned, intended: &[Intended<'_>]) -> Result<(), Unavailable> {
    let version = tx.version();
    let rows = intended.iter().map(|intended| intended.values(version)).collect();
    tx.insert_many((INSERT, ""), rows).await.map(drop)
}

const UPSERT: &str = "INSERT INTO certificates (serial, device, state, not_before, not_after, assurance, key_origin, \
    issuer, to_be_signed, application, version, shortened, fingerprint, certificate, key_print)";
/// The row of the intent becomes that of the certificate; an intent that was closed stays closed.
const INTO_INTENDED: &str = "ON CONFLICT (serial) DO UPDATE SET state = excluded.state, version = excluded.version, \
    fingerprint = excluded.fingerprint, certificate = excluded.certificate, key_print = excluded.key_print WHERE certificates.state = 'intended'";

/// Writes what was signed into the rows of its intents; how many were not closed meanwhile.
pub(crate) async fn write_all_signed(tx: &mut Versioned, signed: &[(Intent, Signed)]) -> Result<u64, Unavailable> {
    let version = tx.version();
    let mut rows = Vec::with_capacity(signed.len());
    for (intent, signed) in signed {
        let intended = Intended { intent, stage: CertificateStage::Issued, application: "" };
        let mut row = intended.values(version);
        row.push(signed.fingerprint.to_string().into());
        row.push(signed.pem.as_str().into());
        row.push(signed.key.to_string().into());
        rows.push(row);
    }
    tx.insert_many((UPSERT, INTO_INTENDED), rows).await
}

/// The intent of a certificate becomes the certificate.
pub(crate) async fn write_signed(
    tx: &mut Versioned,
    signed: &Signed,
    stage: CertificateStage,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE certificates SET state = $2, fingerprint = $3, certificate = $4, version = $5, key_print = $6 \
         WHERE serial = $1",
        [
            signed.serial.to_string().into(),
            stage.as_str().into(),
            signed.fingerprint.to_string().into(),
            signed.pem.as_str().into(),
            tx.version().into(),
            signed.key.to_string().into(),
        ],
    )
    .await
    .map(drop)
}

/// All that decides whether a device may be given a certificate.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) device: i64,
    pub(crate) standing: DeviceStanding,
    pub(crate) approved_until: Option<Timestamp>,
    pub(crate) approved_by: Option<String>,
    pub(crate) application: String,
    pub(crate) office_state: OfficeState,
}

const FACTS: &str = "SELECT d.device, d.stage, d.suspended, d.approved_until, d.approved_by, d.application, \
    o.state AS office_state FROM devices d JOIN offices o ON o.office = d.office WHERE d.device BETWEEN $1 AND $2";

/// What decides for this device; `None` where there is none.
pub(crate) async fn facts(tx: &mut Transaction, device: DeviceNo) -> Result<Option<Facts>, Unavailable> {
    let row = tx.row(FACTS, [device.number().into(), device.number().into()]).await?;
    row.map(|row| facts_of(&row)).transpose()
}

/// The same for all devices with these numbers and those between them.
pub(crate) async fn facts_between(tx: &mut Transaction, (first, last): (u32, u32)) -> Result<Vec<Facts>, Unavailable> {
    tx.rows(FACTS, [first.into(), last.into()]).await?.iter().map(facts_of).collect()
}

fn facts_of(row: &Row) -> Result<Facts, Unavailable> {
    Ok(Facts {
        device: row.int("device")?,
        standing: DeviceStanding { stage: word(&row.text("stage")?)?, suspended: row.int("suspended")? != 0 },
        approved_until: row.maybe_int("approved_until")?.map(Timestamp::from_unix),
        approved_by: row.maybe_text("approved_by")?,
        application: row.text("application")?,
        office_state: word(&row.text("office_state")?)?,
    })
}

/// The stage of this certificate; `None` of one that there is not.
pub(crate) async fn stage(tx: &mut Transaction, serial: &str) -> Result<Option<CertificateStage>, Unavailable> {
    let row = tx.row("SELECT state FROM certificates WHERE serial = $1", [serial.into()]).await?;
    row.map(|row| word(&row.text("state")?)).transpose()
}

/// A certificate's device, stage and last second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Of {
    pub(crate) device: i64,
    pub(crate) stage: CertificateStage,
    pub(crate) not_after: Timestamp,
}

/// What this certificate is; `None` of one that there is not.
pub(crate) async fn of(tx: &mut Transaction, serial: &str) -> Result<Option<Of>, Unavailable> {
    let row = tx.row("SELECT device, not_after, state FROM certificates WHERE serial = $1", [serial.into()]).await?;
    let read = |row: Row| {
        Ok(Of {
            device: row.int("device")?,
            stage: word(&row.text("state")?)?,
            not_after: Timestamp::from_unix(row.int("not_after")?),
        })
    };
    row.map(read).transpose()
}

/// A certificate of the device that still opens the door.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) serial: String,
    pub(crate) stage: CertificateStage,
    /// The one that takes, or is to take, its place.
    pub(crate) successor: Option<String>,
}

/// Those that open the door now, those in use first, and among them the one that renews before the one renewed.
pub(crate) async fn held(tx: &mut Transaction, device: DeviceNo, now: Timestamp) -> Result<Vec<Held>, Unavailable> {
    let rows = tx
        .rows(
            "SELECT serial, state, successor FROM certificates WHERE device = $1 AND not_after >= $2 \
             AND (state = 'issued' OR (state = 'superseded' AND superseded_from > $2)) \
             ORDER BY state, CASE WHEN successor IS NULL THEN 0 ELSE 1 END, not_after DESC",
            [device.number().into(), now.unix().into()],
        )
        .await?;
    let read = |row: &Row| {
        let stage = word(&row.text("state")?)?;
        Ok(Held { serial: row.text("serial")?, stage, successor: row.maybe_text("successor")? })
    };
    rows.iter().map(read).collect()
}

/// The certificates of these devices that are not revoked: whose, and which.
pub(crate) async fn not_revoked_between(
    tx: &mut Transaction,
    (first, last): (u32, u32),
) -> Result<Vec<(i64, String)>, Unavailable> {
    let rows = tx
        .rows(
            "SELECT device, serial FROM certificates WHERE device BETWEEN $1 AND $2 AND state <> 'revoked'",
            [first.into(), last.into()],
        )
        .await?;
    rows.iter().map(|row| Ok((row.int("device")?, row.text("serial")?))).collect()
}

/// A device's newest certificate that was signed.
#[derive(Clone, Debug)]
pub(crate) struct Newest {
    pub(crate) serial: String,
    pub(crate) revoked: bool,
    pub(crate) not_after: Timestamp,
}

/// The device's newest certificate; `None` where there never was one.
pub(crate) async fn newest(tx: &mut Transaction, device: DeviceNo) -> Result<Option<Newest>, Unavailable> {
    let row = tx
        .row(
            "SELECT serial, state, not_after FROM certificates WHERE device = $1 AND fingerprint IS NOT NULL \
             ORDER BY not_before DESC, not_after DESC LIMIT 1",
            [device.number().into()],
        )
        .await?;
    let read = |row: Row| {
        Ok(Newest {
            serial: row.text("serial")?,
            revoked: row.text("state")? == "revoked",
            not_after: Timestamp::from_unix(row.int("not_after")?),
        })
    };
    row.map(read).transpose()
}

/// Whether this certificate was made short on purpose, and whether it was for an emergency.
pub(crate) async fn is_short(tx: &mut Transaction, serial: &str) -> Result<Option<(bool, bool)>, Unavailable> {
    let row = tx
        .row(
            "SELECT c.shortened, e.serial AS emergency FROM certificates c \
             LEFT JOIN emergencies e ON e.serial = c.serial WHERE c.serial = $1",
            [serial.into()],
        )
        .await?;
    row.map(|row| Ok((row.int("shortened")? != 0, row.maybe_text("emergency")?.is_some()))).transpose()
}

/// The device by whose certificate this one's was replaced and whose grace still runs.
pub(crate) async fn replaced_by(
    tx: &mut Transaction,
    device: DeviceNo,
    now: Timestamp,
) -> Result<Option<i64>, Unavailable> {
    let row = tx
        .row(
            "SELECT s.device FROM certificates c JOIN certificates s ON s.serial = c.successor \
             WHERE c.device = $1 AND s.device <> c.device AND c.state = 'superseded' AND c.superseded_from > $2",
            [device.number().into(), now.unix().into()],
        )
        .await?;
    row.map(|row| row.int("device")).transpose()
}

/// Whether a certificate of this device was superseded by this one.
pub(crate) async fn is_superseded_by(
    tx: &mut Transaction,
    device: DeviceNo,
    successor: &str,
) -> Result<bool, Unavailable> {
    let question = "SELECT serial FROM certificates WHERE successor = $1 AND device = $2 AND state = 'superseded'";
    Ok(tx.row(question, [successor.into(), device.number().into()]).await?.is_some())
}

/// One that may be revoked.
#[derive(Clone, Debug)]
pub(crate) struct Revocable {
    pub(crate) serial: String,
    pub(crate) stage: CertificateStage,
    pub(crate) superseded_from: Option<i64>,
    pub(crate) not_after: i64,
}

/// This certificate of this device.
pub(crate) async fn revocable(
    tx: &mut Transaction,
    device: DeviceNo,
    serial: &str,
) -> Result<Option<Revocable>, Unavailable> {
    let row = tx
        .row(
            "SELECT serial, state, superseded_from, not_after FROM certificates \
             WHERE serial = $1 AND device = $2",
            [serial.into(), device.number().into()],
        )
        .await?;
    row.map(|row| revocable_of(&row)).transpose()
}

/// Every certificate of this device.
pub(crate) async fn all_revocable(tx: &mut Transaction, device: DeviceNo) -> Result<Vec<Revocable>, Unavailable> {
    let rows = tx
        .rows(
            "SELECT serial, state, superseded_from, not_after FROM certificates WHERE device = $1 ORDER BY not_before",
            [device.number().into()],
        )
        .await?;
    rows.iter().map(revocable_of).collect()
}

fn revocable_of(row: &Row) -> Result<Revocable, Unavailable> {
    Ok(Revocable {
        serial: row.text("serial")?,
        stage: word(&row.text("state")?)?,
        superseded_from: row.maybe_int("superseded_from")?,
        not_after: row.int("not_after")?,
    })
}

/// The serials of those that were intended and never recorded.
pub(crate) async fn intended(tx: &mut Transaction) -> Result<Vec<String>, Unavailable> {
    let rows = tx.rows("SELECT serial FROM certificates WHERE state = 'intended' ORDER BY serial", []).await?;
    rows.iter().map(|row| row.text("serial")).collect()
}

/// The serials of an office's certificates that are good now.
pub(crate) async fn good_of_office(
    tx: &mut Transaction,
    office: &registry::OfficeNo,
    now: Timestamp,
) -> Result<Vec<String>, Unavailable> {
    let rows = tx
        .rows(
            "SELECT serial FROM certificates WHERE state <> 'revoked' AND not_after >= $2 \
             AND device IN (SELECT device FROM devices WHERE office = $1) ORDER BY device, not_before",
            [office.as_str().into(), now.unix().into()],
        )
        .await?;
    rows.iter().map(|row| row.text("serial")).collect()
}

/// The device of a certificate, and its system.
pub(crate) async fn device_of(
    tx: &mut Transaction,
    serial: &str,
) -> Result<Option<(DeviceNo, registry::Os)>, Unavailable> {
    let row = tx
        .row(
            "SELECT c.device, d.os FROM certificates c JOIN devices d ON d.device = c.device WHERE c.serial = $1",
            [serial.into()],
        )
        .await?;
    row.map(|row| Ok((number(row.int("device")?)?, word(&row.text("os")?)?))).transpose()
}
