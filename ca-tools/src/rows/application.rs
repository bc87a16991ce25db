//! Applications: what was asked, by whom, and how far it is.

use certs::{DeviceNo, Timestamp};
use registry::LoginId;

use super::device::number;
use crate::application::{ApplicationNo, ApplicationState, Channel, Form, Kind, Standing};
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::{Kind as Named, Refusal, Unavailable};

/// An application that comes in.
#[derive(Clone, Debug)]
pub(crate) struct NewApplication<'a> {
    pub(crate) no: &'a str,
    pub(crate) channel: Channel,
    pub(crate) form: &'a Form,
    pub(crate) device: Option<DeviceNo>,
    pub(crate) received_by: &'a LoginId,
    /// Whose it is, of what comes over the web.
    pub(crate) sender: Option<&'a str>,
}

/// The form as it is kept.
fn kept(form: &Form) -> Result<String, Unavailable> {
    serde_json::to_string(form).map_err(|why| Unavailable::Corrupt(why.to_string()))
}

/// Writes one that was received.
pub(crate) async fn write(tx: &mut Versioned, application: &NewApplication<'_>) -> Result<(), Unavailable> {
    let form = application.form;
    tx.run(
        "INSERT INTO applications (application, kind, channel, state, office, device, form, received_at, \
         received_by, inspection, version, sender) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '{}', $10, $11)",
        [
            application.no.into(),
            form.kind().as_str().into(),
            application.channel.as_str().into(),
            ApplicationState::Received.as_str().into(),
            form.office().as_str().into(),
            application.device.map(|no| i64::from(no.number())).into(),
            kept(form)?.into(),
            tx.at().unix().into(),
            application.received_by.as_str().into(),
            tx.version().into(),
            application.sender.into(),
        ],
    )
    .await
    .map(drop)
}

/// The number after the highest of this year.
pub(crate) async fn next_number(tx: &mut Transaction, now: Timestamp) -> Result<ApplicationNo, Unavailable> {
    let first = ApplicationNo::first_of(now);
    let pattern = format!("{}%", first.year_prefix());
    let row = tx
        .row("SELECT MAX(application) AS highest FROM applications WHERE application LIKE $1", [pattern.into()])
        .await?;
    let Some(highest) = row.map_or(Ok(None), |row| row.maybe_text("highest"))? else { return Ok(first) };
    let highest = no(&highest)?;
    highest.next().ok_or_else(|| Unavailable::Corrupt(format!("{highest} is the last number of its year")))
}

fn no(text: &str) -> Result<ApplicationNo, Unavailable> {
    text.parse().map_err(|why| Unavailable::Corrupt(format!("application {text}: {why}")))
}

/// How many of this sender wait.
pub(crate) async fn waiting_of(tx: &mut Transaction, sender: &str) -> Result<i64, Unavailable> {
    let row = tx
        .row(
            "SELECT count(*) AS waiting FROM applications WHERE sender = $1 AND state IN ('received', 'inspected')",
            [sender.into()],
        )
        .await?;
    row.map_or(Ok(0), |row| row.int("waiting"))
}

/// One that says the same, came over the web by the same hand and waits, and its device.
pub(crate) async fn twin(
    tx: &mut Transaction,
    form: &Form,
    received_by: &LoginId,
) -> Result<Option<(ApplicationNo, Option<DeviceNo>)>, Unavailable> {
    let row = tx
        .row(
            "SELECT application, device FROM applications WHERE office = $1 AND kind = $2 AND form = $3 \
             AND received_by = $4 AND channel = 'web' AND state = 'received' ORDER BY application LIMIT 1",
            [
                form.office().as_str().into(),
                form.kind().as_str().into(),
                kept(form)?.into(),
                received_by.as_str().into(),
            ],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let device = row.maybe_int("device")?;
    // Two devices may well be alike, and each has an application of its own.
    if form.kind() == Kind::Certificate && device.is_none() {
        return Ok(None);
    }
    Ok(Some((no(&row.text("application")?)?, device.map(number).transpose()?)))
}

/// An application as it stands.
#[derive(Clone, Debug)]
pub(crate) struct StoredApplication {
    pub(crate) no: ApplicationNo,
    pub(crate) form: Form,
    pub(crate) standing: Standing,
    pub(crate) device: Option<DeviceNo>,
}

/// An application by its number.
///
/// # Errors
/// There is none.
pub(crate) async fn stored(tx: &mut Transaction, no: ApplicationNo) -> Result<StoredApplication, Refusal> {
    let row = tx
        .row(
            "SELECT state, inspection_until, form, device FROM applications WHERE application = $1",
            [no.to_string().into()],
        )
        .await?
        .ok_or_else(|| Refusal::Unknown(Named::Application, no.to_string()))?;
    let corrupt = |why: String| Unavailable::Corrupt(format!("application {no}: {why}"));
    let form: Form = serde_json::from_str(&row.text("form")?).map_err(|why| corrupt(why.to_string()))?;
    let state = row.text("state")?.parse().map_err(|why: crate::application::NotInList| corrupt(why.to_string()))?;
    let standing = Standing {
        state,
        inspection_until: row.maybe_int("inspection_until")?.map(Timestamp::from_unix),
        effective: form.effective(),
        takes: form.takes(),
    };
    let device = row.maybe_int("device")?.map(number).transpose()?;
    Ok(StoredApplication { no, form, standing, device })
}

/// The number of the application on which this device waits.
pub(crate) async fn waiting_for(tx: &mut Transaction, device: DeviceNo) -> Result<Option<ApplicationNo>, Unavailable> {
    let row = tx
        .row(
            "SELECT application FROM applications WHERE device = $1 AND state IN ('received', 'inspected')",
            [device.number().into()],
        )
        .await?;
    row.map(|row| no(&row.text("application")?)).transpose()
}

/// Whether it was turned down; `None` of one that there is not.
pub(crate) async fn is_rejected(tx: &mut Transaction, no: ApplicationNo) -> Result<Option<bool>, Unavailable> {
    let row = tx.row("SELECT state FROM applications WHERE application = $1", [no.to_string().into()]).await?;
    row.map(|row| Ok(row.text("state")? == ApplicationState::Rejected.as_str())).transpose()
}

/// Its office as it was written, and its form; `None` of one that there is not.
pub(crate) async fn office_and_form(
    tx: &mut Transaction,
    no: ApplicationNo,
) -> Result<Option<(String, Form)>, Unavailable> {
    let row = tx.row("SELECT office, form FROM applications WHERE application = $1", [no.to_string().into()]).await?;
    let read = |row: Row| {
        let form = serde_json::from_str(&row.text("form")?);
        Ok((row.text("office")?, form.map_err(|why| Unavailable::Corrupt(format!("{no}: {why}")))?))
    };
    row.map(read).transpose()
}

/// What an inspection found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inspected<'a> {
    pub(crate) state: ApplicationState,
    pub(crate) by: &'a LoginId,
    /// A JSON object.
    pub(crate) checklist: &'a str,
    pub(crate) until: Timestamp,
}

/// It was inspected.
pub(crate) async fn write_inspection(
    tx: &mut Versioned,
    no: ApplicationNo,
    inspected: Inspected<'_>,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE applications SET state = $2, inspected_at = $3, inspected_by = $4, inspection = $5, \
         inspection_until = $6, version = $7 WHERE application = $1",
        [
            no.to_string().into(),
            inspected.state.as_str().into(),
            tx.at().unix().into(),
            inspected.by.as_str().into(),
            inspected.checklist.into(),
            inspected.until.unix().into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// What was decided, by whom and why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decided<'a> {
    pub(crate) state: ApplicationState,
    pub(crate) by: &'a LoginId,
    pub(crate) reason: Option<&'a str>,
}

/// It was decided.
pub(crate) async fn write_decision(
    tx: &mut Versioned,
    no: ApplicationNo,
    decided: Decided<'_>,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE applications SET state = $2, decided_at = $3, decided_by = $4, reason = $5, version = $6 \
         WHERE application = $1",
        [
            no.to_string().into(),
            decided.state.as_str().into(),
            tx.at().unix().into(),
            decided.by.as_str().into(),
            decided.reason.into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// Nothing was decided of it: it is in this state again.
pub(crate) async fn reopen(tx: &mut Versioned, no: ApplicationNo, state: ApplicationState) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE applications SET state = $2, decided_at = NULL, decided_by = NULL, reason = NULL, version = $3 \
         WHERE application = $1",
        [no.to_string().into(), state.as_str().into(), tx.version().into()],
    )
    .await
    .map(drop)
}
