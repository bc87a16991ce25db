//! How does an office stand to a day? What `crate::readiness` decides on, of one office or of all, in two statements.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use certs::Timestamp;
use registry::OfficeNo;

use super::Ledger;
use crate::campaign::{Campaign, OfficeSheet};
use crate::database::Row;
use crate::readiness::{DeviceAsIs, OfficeAsIs, Unanswered};
use crate::refusal::{Kind, Refusal, Unavailable};
use crate::rows;
use crate::rows::device::number;
use crate::rows::word;

/// In service, and what they have been given as a password was not left lying until it lapsed.
const ABLE: &str = "u.state = 'active' AND u.password_lapsed_at IS NULL";

fn offices(which: &str) -> String {
    format!(
        "SELECT o.office, o.name, o.state, o.mail, (SELECT COUNT(*) FROM system_users u WHERE u.office = o.office AND {ABLE}) \
         AS able, (SELECT COUNT(*) FROM system_users u JOIN office_contacts c ON c.login_id = u.login_id \
         AND c.office = u.office WHERE u.office = o.office AND u.state = 'active' AND c.state = 'contact') AS contacts \
         FROM offices o WHERE {which} ORDER BY o.office"
    )
}

/// The last login of a device says how it agreed on its keys.
fn devices(which: &str) -> String {
    format!(
        "SELECT d.device, d.office, d.label, d.stage, d.suspended, d.approved_until, \
         (SELECT MAX(c.not_after) FROM certificates c WHERE c.device = d.device AND c.state = 'issued') AS not_after, \
         (SELECT MAX(t.until) FROM tickets t WHERE t.device = d.device AND t.state = 'open') AS ticket_until, \
         (SELECT COUNT(*) FROM device_users x WHERE x.device = d.device) AS listings, \
         (SELECT COUNT(*) FROM device_users x JOIN system_users u ON u.login_id = x.login_id \
         WHERE x.device = d.device AND x.state = 'listed' AND {ABLE}) AS listed, \
         (SELECT t.line FROM told_lines t WHERE t.device = d.device AND t.worth = 'login' AND t.reason IS NULL \
         ORDER BY t.happened_at DESC LIMIT 1) AS line \
         FROM devices d JOIN offices o ON o.office = d.office WHERE {which} \
         AND d.stage IN ('applied', 'inspected', 'approved') ORDER BY d.device"
    )
}

static OFFICE: LazyLock<String> = LazyLock::new(|| offices("o.office = $1"));
static OFFICES: LazyLock<String> = LazyLock::new(|| offices("o.state IN ('registered', 'suspended')"));
static DEVICES_OF_OFFICE: LazyLock<String> = LazyLock::new(|| devices("d.office = $1"));
static DEVICES: LazyLock<String> = LazyLock::new(|| devices("o.state IN ('registered', 'suspended')"));

impl Ledger {
    /// One office as it stands.
    ///
    /// # Errors
    /// There is none of that number, or the registry does not answer.
    pub(crate) async fn office_as_is(&self, office: &OfficeNo) -> Result<OfficeAsIs, Refusal> {
        let mut tx = self.read().await?;
        let asked = tx.rows(OFFICE.as_str(), [office.as_str().into()]).await?;
        let devices = tx.rows(DEVICES_OF_OFFICE.as_str(), [office.as_str().into()]).await?;
        let found = as_they_are(&asked, &devices)?.into_iter().next();
        let mut found = found.ok_or_else(|| Refusal::Unknown(Kind::Office, office.to_string()))?;
        if let Some(campaign) = rows::campaign::open(&mut tx).await? {
            let sheet = rows::campaign::office_sheet(&mut tx, campaign.no, office).await?;
            found.unanswered = sheet.and_then(|sheet| unanswered(&campaign, &sheet));
        }
        Ok(found)
    }

    /// Every office that is not over, as it stands.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn offices_as_they_are(&self) -> Result<Vec<OfficeAsIs>, Unavailable> {
        let mut tx = self.read().await?;
        let asked = tx.rows(OFFICES.as_str(), []).await?;
        let mut found = as_they_are(&asked, &tx.rows(DEVICES.as_str(), []).await?)?;
        let Some(campaign) = rows::campaign::open(&mut tx).await? else { return Ok(found) };
        let sheets = rows::campaign::office_sheets(&mut tx, campaign.no).await?;
        let mut open: BTreeMap<_, _> =
            sheets.iter().filter_map(|sheet| Some((sheet.office.to_string(), unanswered(&campaign, sheet)?))).collect();
        for office in &mut found {
            office.unanswered = open.remove(&office.office);
        }
        Ok(found)
    }
}

/// What an office has still to do about a 現況届; nothing of an office of which nothing is asked.
fn unanswered(campaign: &Campaign, sheet: &OfficeSheet) -> Option<Unanswered> {
    let rows = sheet.standings().filter(|(_, standing)| standing.is_open()).count();
    let unconfirmed = rows == 0 && sheet.confirmed.is_none() && !sheet.rows.is_empty();
    let due = campaign.dates.due.last_second();
    (rows > 0 || unconfirmed).then(|| Unanswered { campaign: campaign.no.to_string(), due, rows, unconfirmed })
}

fn as_they_are(asked: &[Row], devices: &[Row]) -> Result<Vec<OfficeAsIs>, Unavailable> {
    let mut offices = BTreeMap::new();
    for row in asked {
        let office = OfficeAsIs {
            office: row.text("office")?,
            name: row.text("name")?,
            state: word(&row.text("state")?)?,
            has_mail: !row.text("mail")?.is_empty(),
            contacts: row.int("contacts")?,
            able: row.int("able")?,
            devices: Vec::new(),
            unanswered: None,
        };
        offices.insert(office.office.clone(), office);
    }
    for row in devices {
        let Some(office) = offices.get_mut(&row.text("office")?) else { continue };
        let device = device(row, office.able)?;
        office.devices.push(device);
    }
    Ok(offices.into_values().collect())
}

fn device(row: &Row, able: i64) -> Result<DeviceAsIs, Unavailable> {
    let time = |column| Ok::<_, Unavailable>(row.maybe_int(column)?.map(Timestamp::from_unix));
    // One that lists nobody serves everybody of its office.
    let serves = if row.int("listings")? == 0 { able } else { row.int("listed")? };
    Ok(DeviceAsIs {
        device: number(row.int("device")?)?,
        label: row.text("label")?,
        stage: word(&row.text("stage")?)?,
        suspended: row.int("suspended")? != 0,
        approved_until: time("approved_until")?,
        not_after: time("not_after")?,
        ticket_until: time("ticket_until")?,
        serves,
        group: row.maybe_text("line")?.as_deref().and_then(group),
    })
}

/// What a line says of the key exchange.
fn group(line: &str) -> Option<String> {
    let said: serde_json::Value = serde_json::from_str(line).ok()?;
    said.get("tls_group").and_then(serde_json::Value::as_str).map(str::to_owned)
}
