//! What hangs on an office, a person, a room: as much as their pages show, a line each.

use std::sync::LazyLock;

use certs::Timestamp;
use registry::{LoginId, OfficeNo};

use super::Ledger;
use crate::database::Row;
use crate::refusal::Unavailable;
use crate::spelling::matched;

/// So many lines of a kind are asked for; where there are more, a page leads to the list.
pub(crate) const MOST: usize = 100;

/// A person, as a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PersonLine {
    pub(crate) login_id: String,
    pub(crate) name: String,
    pub(crate) profession: String,
    pub(crate) state: String,
    /// Their office's number and name.
    pub(crate) office: String,
    pub(crate) office_name: String,
    /// Whether they are their office's カシワニネット担当者.
    pub(crate) contact: bool,
}

/// A device, as a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DeviceLine {
    pub(crate) device: String,
    pub(crate) label: String,
    pub(crate) stage: String,
    pub(crate) suspended: bool,
    /// The end of the certificate that it has in use.
    pub(crate) not_after: Option<Timestamp>,
}

/// A ticket that still gives something, as a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct TicketLine {
    pub(crate) ticket: String,
    pub(crate) device: String,
    pub(crate) label: String,
    pub(crate) until: Timestamp,
}

/// An application, as a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ApplicationLine {
    pub(crate) application: String,
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) received_at: Timestamp,
}

/// What hangs on an office.
#[derive(Clone, Debug, Default)]
pub(crate) struct AroundOffice {
    pub(crate) people: Vec<PersonLine>,
    pub(crate) devices: Vec<DeviceLine>,
    pub(crate) tickets: Vec<TicketLine>,
    /// The newest first.
    pub(crate) applications: Vec<ApplicationLine>,
    /// The number that it has now, where its own changed.
    pub(crate) replaced_by: Option<String>,
}

/// What hangs on a person.
#[derive(Clone, Debug, Default)]
pub(crate) struct AroundPerson {
    /// On which they may log in: those that list them, and those of their office that list nobody.
    pub(crate) devices: Vec<DeviceLine>,
    /// The state of their office.
    pub(crate) office_state: String,
    pub(crate) contact: bool,
}

const PEOPLE: &str = "SELECT u.login_id, u.name, u.profession, u.state, u.office, o.name AS office_name, \
    (SELECT COUNT(*) FROM office_contacts c WHERE c.login_id = u.login_id AND c.office = u.office AND c.state = 'contact') \
    AS contact FROM system_users u JOIN offices o ON o.office = u.office";

static OF_OFFICE: LazyLock<String> =
    LazyLock::new(|| format!("{PEOPLE} WHERE u.office = $1 AND u.state <> 'deleted' ORDER BY u.login_id LIMIT {MOST}"));
/// Who is invited to a room at $4, after $2, at most $3.
pub(super) static OF_ROOM: LazyLock<String> = LazyLock::new(|| {
    let people = PEOPLE.replacen(
        " FROM system_users",
        ", i.invited_at, i.until, i.confirmed_by, i.confirmed_on FROM system_users",
        1,
    );
    format!(
        "{people} JOIN invitations i ON i.login_id = u.login_id WHERE i.room = $1 AND i.state = 'invited' \
         AND i.login_id > $2 AND (i.until IS NULL OR i.until > $4) ORDER BY i.login_id LIMIT $3"
    )
});
static OF_ID: LazyLock<String> = LazyLock::new(|| format!("{PEOPLE} WHERE u.login_id = $1"));

impl Ledger {
    /// What hangs on an office now.
    pub(crate) async fn around_office(&self, office: &OfficeNo, now: Timestamp) -> Result<AroundOffice, Unavailable> {
        const DEVICES: &str = "SELECT d.device, d.label, d.stage, d.suspended, (SELECT MAX(c.not_after) FROM certificates c \
            WHERE c.device = d.device AND c.state = 'issued') AS not_after FROM devices d \
            WHERE d.office = $1 AND d.stage <> 'retired' ORDER BY d.device LIMIT 100";
        const TICKETS: &str = "SELECT t.ticket, t.device, d.label, t.until FROM tickets t JOIN devices d ON d.device = t.device \
            WHERE d.office = $1 AND t.state = 'open' AND t.until >= $2 ORDER BY t.ticket LIMIT 100";
        const APPLICATIONS: &str = "SELECT application, kind, state, received_at FROM applications WHERE office = $1 \
            ORDER BY received_at DESC, application DESC LIMIT 20";
        let mut tx = self.read().await?;
        let number = office.as_str();
        let people = tx.rows(OF_OFFICE.as_str(), [number.into()]).await?;
        let devices = tx.rows(DEVICES, [number.into()]).await?;
        let tickets = tx.rows(TICKETS, [number.into(), now.unix().into()]).await?;
        let applications = tx.rows(APPLICATIONS, [number.into()]).await?;
        let replaced_by = tx.row("SELECT replaced_by FROM offices WHERE office = $1", [number.into()]).await?;
        Ok(AroundOffice {
            people: people.iter().map(person).collect::<Result<_, _>>()?,
            devices: devices.iter().map(device).collect::<Result<_, _>>()?,
            tickets: tickets.iter().map(ticket).collect::<Result<_, _>>()?,
            applications: applications.iter().map(application).collect::<Result<_, _>>()?,
            replaced_by: replaced_by.map(|row| row.maybe_text("replaced_by")).transpose()?.flatten(),
        })
    }

    /// What hangs on a person of this office.
    pub(crate) async fn around_person(&self, person: &LoginId, office: &OfficeNo) -> Result<AroundPerson, Unavailable> {
        const DEVICES: &str = "SELECT d.device, d.label, d.stage, d.suspended, (SELECT MAX(c.not_after) FROM certificates c \
            WHERE c.device = d.device AND c.state = 'issued') AS not_after FROM devices d \
            WHERE d.office = $2 AND d.stage = 'approved' AND (NOT EXISTS (SELECT 1 FROM device_users x \
            WHERE x.device = d.device) OR EXISTS (SELECT 1 FROM device_users x WHERE x.device = d.device \
            AND x.login_id = $1 AND x.state = 'listed')) ORDER BY d.device LIMIT 100";
        const OFFICE: &str = "SELECT o.state, (SELECT COUNT(*) FROM office_contacts c WHERE c.login_id = $1 \
            AND c.office = o.office AND c.state = 'contact') AS contact FROM offices o WHERE o.office = $2";
        let mut tx = self.read().await?;
        let values = || [person.as_str().into(), office.as_str().into()];
        let devices = tx.rows(DEVICES, values()).await?;
        let Some(row) = tx.row(OFFICE, values()).await? else { return Ok(AroundPerson::default()) };
        Ok(AroundPerson {
            devices: devices.iter().map(device).collect::<Result<_, _>>()?,
            office_state: row.text("state")?,
            contact: row.int("contact")? > 0,
        })
    }

    /// Of each of these, those in service whose ID or whose name it is, however it is spelled. All people are walked through
    /// once, however many are asked for.
    pub(crate) async fn people_called(&self, called: &[&str]) -> Result<Vec<Vec<PersonLine>>, Unavailable> {
        let mut tx = self.read().await?;
        let rows =
            tx.rows("SELECT login_id, name FROM system_users WHERE state = 'active' ORDER BY login_id", []).await?;
        let sought: Vec<String> = called.iter().map(|called| matched(called)).collect();
        let mut found: Vec<(Option<String>, Vec<String>)> = vec![Default::default(); called.len()];
        for row in &rows {
            let (id, name) = (row.text("login_id")?, row.text("name")?);
            let (its_id, its_name) = (matched(&id), matched(&name));
            for (sought, (by_id, by_name)) in sought.iter().zip(&mut found) {
                if *sought == its_id {
                    *by_id = Some(id.clone());
                } else if *sought == its_name && by_name.len() < MOST {
                    by_name.push(id.clone());
                }
            }
        }
        let mut people = Vec::with_capacity(found.len());
        for (by_id, by_name) in found {
            let mut lines = Vec::new();
            for id in by_id.map_or(by_name, |id| vec![id]) {
                lines.extend(tx.row(OF_ID.as_str(), [id.into()]).await?.as_ref().map(person).transpose()?);
            }
            people.push(lines);
        }
        Ok(people)
    }
}

pub(super) fn person(row: &Row) -> Result<PersonLine, Unavailable> {
    Ok(PersonLine {
        login_id: row.text("login_id")?,
        name: row.text("name")?,
        profession: row.text("profession")?,
        state: row.text("state")?,
        office: row.text("office")?,
        office_name: row.text("office_name")?,
        contact: row.int("contact")? > 0,
    })
}

fn device(row: &Row) -> Result<DeviceLine, Unavailable> {
    Ok(DeviceLine {
        device: format!("DEV-{:06}", row.int("device")?),
        label: row.text("label")?,
        stage: row.text("stage")?,
        suspended: row.int("suspended")? != 0,
        not_after: row.maybe_int("not_after")?.map(Timestamp::from_unix),
    })
}

fn ticket(row: &Row) -> Result<TicketLine, Unavailable> {
    Ok(TicketLine {
        ticket: row.text("ticket")?,
        device: format!("DEV-{:06}", row.int("device")?),
        label: row.text("label")?,
        until: Timestamp::from_unix(row.int("until")?),
    })
}

fn application(row: &Row) -> Result<ApplicationLine, Unavailable> {
    Ok(ApplicationLine {
        application: row.text("application")?,
        kind: row.text("kind")?,
        state: row.text("state")?,
        received_at: Timestamp::from_unix(row.int("received_at")?),
    })
}
