//! Who has not logged in since a moment, and which device was not seen since?

use certs::Timestamp;

use super::Ledger;
use crate::database::Row;
use crate::refusal::Unavailable;

/// An ID in service with no login since then.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct UnusedPerson {
    pub(crate) login_id: String,
    pub(crate) name: String,
    pub(crate) profession: String,
    pub(crate) state: String,
    pub(crate) office: String,
    pub(crate) office_name: String,
    /// Their last login, as far as copies of logins go back.
    pub(crate) last: Option<Timestamp>,
    /// Since when they have their ID.
    pub(crate) since: Option<Timestamp>,
}

/// An approved device that was not seen since then.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct UnusedDevice {
    pub(crate) device: String,
    pub(crate) label: String,
    pub(crate) os: String,
    pub(crate) ownership: String,
    pub(crate) suspended: bool,
    pub(crate) office: String,
    pub(crate) office_name: String,
    pub(crate) last: Option<Timestamp>,
    /// With which system, and in which network, it was seen last.
    pub(crate) seen_os: Option<String>,
    pub(crate) network: Option<String>,
    /// Since when it is approved.
    pub(crate) since: Option<Timestamp>,
}

/// The first event about somebody is the one that gave them their ID.
const PEOPLE: &str = "SELECT x.login_id, x.name, x.profession, x.state, x.office, o.name AS office_name, x.last_at, \
    (SELECT MIN(e.at) FROM event_subjects s JOIN events e ON e.version = s.version \
    WHERE s.kind = 'person' AND s.subject = x.login_id) AS since FROM (SELECT u.login_id, u.name, u.profession, u.state, \
    u.office, (SELECT MAX(t.happened_at) FROM told_lines t WHERE t.login = u.login_id AND t.worth = 'login' \
    AND t.reason IS NULL AND t.ref IS NOT NULL) AS last_at FROM system_users u WHERE u.state <> 'deleted') x \
    JOIN offices o ON o.office = x.office WHERE x.last_at IS NULL OR x.last_at < $1 ORDER BY x.office, x.login_id";
const DEVICES: &str = "SELECT d.device, d.label, d.os, d.ownership, d.suspended, d.office, o.name AS office_name, \
    u.last_at, d.approved_at AS since, \
    (SELECT s.os FROM sightings s JOIN certificates c ON c.serial = s.serial WHERE c.device = d.device \
    ORDER BY s.last_at DESC, s.os LIMIT 1) AS seen_os, \
    (SELECT s.network FROM sightings s JOIN certificates c ON c.serial = s.serial WHERE c.device = d.device \
    ORDER BY s.last_at DESC, s.os LIMIT 1) AS network \
    FROM devices d JOIN offices o ON o.office = d.office LEFT JOIN device_uses u ON u.device = d.device \
    WHERE d.stage = 'approved' AND (u.last_at IS NULL OR u.last_at < $1) ORDER BY d.office, d.device";

impl Ledger {
    /// IDs in service with no login since then, by office.
    pub(crate) async fn unused_people(&self, since: Timestamp) -> Result<Vec<UnusedPerson>, Unavailable> {
        let rows = self.read().await?.rows(PEOPLE, [since.unix().into()]).await?;
        let person = |row: &Row| {
            Ok(UnusedPerson {
                login_id: row.text("login_id")?,
                name: row.text("name")?,
                profession: row.text("profession")?,
                state: row.text("state")?,
                office: row.text("office")?,
                office_name: row.text("office_name")?,
                last: moment(row, "last_at")?,
                since: moment(row, "since")?,
            })
        };
        rows.iter().map(person).collect()
    }

    /// Approved devices that were not seen since then, by office.
    pub(crate) async fn unused_devices(&self, since: Timestamp) -> Result<Vec<UnusedDevice>, Unavailable> {
        let rows = self.read().await?.rows(DEVICES, [since.unix().into()]).await?;
        let device = |row: &Row| {
            Ok(UnusedDevice {
                device: format!("DEV-{:06}", row.int("device")?),
                label: row.text("label")?,
                os: row.text("os")?,
                ownership: row.text("ownership")?,
                suspended: row.int("suspended")? != 0,
                office: row.text("office")?,
                office_name: row.text("office_name")?,
                last: moment(row, "last_at")?,
                seen_os: row.maybe_text("seen_os")?,
                network: row.maybe_text("network")?,
                since: moment(row, "since")?,
            })
        };
        rows.iter().map(device).collect()
    }
}

fn moment(row: &Row, column: &'static str) -> Result<Option<Timestamp>, Unavailable> {
    Ok(row.maybe_int(column)?.map(Timestamp::from_unix))
}
