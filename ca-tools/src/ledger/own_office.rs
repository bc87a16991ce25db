//! What does somebody see of their own office? Its contact all of it, everybody else what is theirs; a page at a time.

use std::collections::BTreeMap;
use std::str::FromStr;

use certs::{DeviceNo, Timestamp};
use registry::{LoginId, OfficeNo};

use super::Ledger;
use crate::application::{ApplicationState, Kind, NotInList};
use crate::clock::now;
use crate::database::{Row, Transaction, Value};
use crate::refusal::Unavailable;
use crate::rows::contact;
use crate::rows::device::number;

/// Lines of a page.
pub(crate) const LINES: usize = 50;
/// People that are named beside a device; the others are counted.
const NAMED: i64 = 3;
/// Open tickets that are shown: an office that has more picks up some first.
const TICKETS: i64 = 100;

/// Whose view it is, and how far it goes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Sight {
    pub(crate) office: OfficeNo,
    pub(crate) person: LoginId,
    /// They are its カシワニネット担当者.
    pub(crate) contact: bool,
}

/// Some lines, and after which the next page begins.
#[derive(Clone, Debug)]
pub(crate) struct Leaf<T> {
    pub(crate) lines: Vec<T>,
    pub(crate) next: Option<String>,
}

/// A person of the office, and when they logged in last on which device.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OwnPerson {
    pub(crate) login_id: String,
    pub(crate) name: String,
    pub(crate) profession: String,
    pub(crate) state: String,
    pub(crate) contact: bool,
    /// The password that was handed out is still unchanged.
    pub(crate) initial: bool,
    pub(crate) logged_in: Option<LoggedIn>,
}

/// A login that went well.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct LoggedIn {
    pub(crate) at: Timestamp,
    pub(crate) device: Option<DeviceNo>,
    /// What the device is called, and who it was.
    pub(crate) label: String,
    pub(crate) login_id: String,
    pub(crate) name: String,
}

/// A device of the office.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct UsedDevice {
    pub(crate) device: DeviceNo,
    pub(crate) label: String,
    pub(crate) os: String,
    pub(crate) ownership: String,
    pub(crate) stage: String,
    pub(crate) suspended: bool,
    pub(crate) approved_until: Option<Timestamp>,
    pub(crate) not_after: Option<Timestamp>,
    pub(crate) used_at: Option<Timestamp>,
    pub(crate) users: Users,
    pub(crate) logged_in: Option<LoggedIn>,
}

/// Whom a device serves.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Users {
    /// It lists nobody: everyone of the office.
    pub(crate) everyone: bool,
    /// The first of them, each by name and ID.
    pub(crate) named: Vec<[String; 2]>,
    pub(crate) all: i64,
}

/// A room, by its number: its name may be a patient's.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OwnRoom {
    pub(crate) room: String,
    /// How many of the office are invited and can see it.
    pub(crate) people: i64,
    /// How many are invited whose ID is on hold: they see nothing until that is lifted.
    pub(crate) held: i64,
    /// Whoever looks is one of them.
    pub(crate) mine: bool,
}

/// An application of the office.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OwnApplication {
    pub(crate) application: String,
    pub(crate) kind: Kind,
    pub(crate) state: ApplicationState,
    pub(crate) received_at: Timestamp,
    pub(crate) inspected_at: Option<Timestamp>,
    pub(crate) decided_at: Option<Timestamp>,
    /// Why it was turned down.
    pub(crate) reason: Option<String>,
    /// What it is about: a device, by name and number.
    pub(crate) device: Option<(DeviceNo, String)>,
    /// Until when the ticket that came of it can be used.
    pub(crate) ticket_until: Option<Timestamp>,
}

/// A ticket that nobody used yet. Its number came by mail and stands nowhere else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OwnTicket {
    pub(crate) device: DeviceNo,
    pub(crate) label: String,
    pub(crate) until: Timestamp,
}

/// Somebody's last login; their index is walked from its end.
macro_rules! last_login {
    ($column:literal, $of:literal) => {
        concat!(
            "(SELECT t.",
            $column,
            " FROM told_lines t WHERE ",
            $of,
            " AND t.worth = 'login' AND t.reason IS NULL AND t.happened_at IS NOT NULL ORDER BY t.happened_at DESC LIMIT 1)"
        )
    };
}

const PEOPLE: &str = concat!(
    "SELECT p.*, d.label AS on_label FROM (SELECT u.login_id, u.name, u.profession, u.state, u.password_initial, \
     (SELECT COUNT(*) FROM office_contacts c WHERE c.login_id = u.login_id AND c.office = u.office AND c.state = 'contact') \
     AS contact, ",
    last_login!("happened_at", "t.login = u.login_id"),
    " AS on_at, ",
    last_login!("device", "t.login = u.login_id"),
    " AS on_device FROM system_users u WHERE u.office = $1 AND u.state <> 'deleted' AND ($2 = '' OR u.login_id = $2) \
     AND u.login_id > $3 ORDER BY u.login_id LIMIT $4) p LEFT JOIN devices d ON d.device = p.on_device AND d.office = $1 ORDER BY p.login_id"
);
const DEVICES: &str = concat!(
    "SELECT p.*, u.name AS by_name FROM (SELECT d.device, d.label, d.os, d.ownership, d.stage, d.suspended, d.approved_until, \
     (SELECT MAX(c.not_after) FROM certificates c WHERE c.device = d.device AND c.state = 'issued') AS not_after, \
     (SELECT l.last_at FROM device_uses l WHERE l.device = d.device) AS used_at, \
     (SELECT COUNT(*) FROM device_users x WHERE x.device = d.device) AS listings, ",
    last_login!("happened_at", "t.device = d.device"),
    " AS on_at, ",
    last_login!("login", "t.device = d.device"),
    " AS on_login FROM devices d WHERE d.office = $1 AND d.stage IN ('applied', 'inspected', 'approved') \
     AND ($2 = '' OR NOT EXISTS (SELECT 1 FROM device_users x WHERE x.device = d.device) OR EXISTS (SELECT 1 FROM device_users x \
     WHERE x.device = d.device AND x.login_id = $2 AND x.state = 'listed')) AND d.device > $3 ORDER BY d.device LIMIT $4) p \
     LEFT JOIN system_users u ON u.login_id = p.on_login AND u.office = $1 ORDER BY p.device"
);
const USERS: &str = "SELECT device, login_id, name, total FROM (SELECT x.device, x.login_id, u.name, \
    ROW_NUMBER() OVER (PARTITION BY x.device ORDER BY x.login_id) AS place, COUNT(*) OVER (PARTITION BY x.device) AS total \
    FROM devices d JOIN device_users x ON x.device = d.device JOIN system_users u ON u.login_id = x.login_id \
    WHERE d.office = $1 AND d.device >= $2 AND d.device <= $3 AND x.state = 'listed') y WHERE place <= $4 ORDER BY device, login_id";
const ROOMS: &str = "SELECT i.room, COUNT(CASE WHEN u.state = 'active' THEN 1 END) AS people, \
    COUNT(CASE WHEN u.state = 'suspended' THEN 1 END) AS held, CAST(MAX(CASE WHEN i.login_id = $4 THEN 1 ELSE 0 END) AS BIGINT) AS mine \
    FROM system_users u JOIN invitations i ON i.login_id = u.login_id JOIN rooms r ON r.room = i.room \
    WHERE u.office = $1 AND ($2 = '' OR u.login_id = $2) AND i.state = 'invited' AND (i.until IS NULL OR i.until > $6) \
    AND r.state = 'open' AND i.room > $3 GROUP BY i.room ORDER BY i.room LIMIT $5";
const APPLICATIONS: &str = "SELECT a.application, a.kind, a.state, a.received_at, a.inspected_at, a.decided_at, a.reason, \
    a.device, d.label, (SELECT MAX(t.until) FROM tickets t WHERE t.device = a.device AND t.application = a.application \
    AND t.state = 'open') AS ticket_until FROM applications a LEFT JOIN devices d ON d.device = a.device \
    WHERE a.office = $1 AND ($2 = '' OR a.received_by = $2) AND ($3 = '' OR a.application < $3) \
    ORDER BY a.application DESC LIMIT $4";
const OPEN_TICKETS: &str = "SELECT t.device, d.label, t.until FROM devices d JOIN tickets t ON t.device = d.device \
    WHERE d.office = $1 AND t.state = 'open' AND t.until >= $3 AND ($2 = '' OR NOT EXISTS (SELECT 1 FROM device_users x \
    WHERE x.device = d.device) OR EXISTS (SELECT 1 FROM device_users x WHERE x.device = d.device AND x.login_id = $2 \
    AND x.state = 'listed')) ORDER BY t.until, t.device LIMIT $4";

impl Sight {
    /// To whose rows it is narrowed; nobody's where all are seen.
    fn narrowed(&self) -> Value {
        if self.contact { "".into() } else { self.person.as_str().into() }
    }
}

impl Ledger {
    /// How far somebody of an office sees into it, at this moment.
    pub(crate) async fn sight(&self, person: &LoginId, office: &OfficeNo) -> Result<Sight, Unavailable> {
        let contact = contact::speaks_for(&mut self.read().await?, person, office).await?;
        Ok(Sight { office: office.clone(), person: person.clone(), contact })
    }

    /// The office's people after this ID.
    pub(crate) async fn own_people(&self, sight: &Sight, after: &str) -> Result<Leaf<OwnPerson>, Unavailable> {
        let values = [sight.office.as_str().into(), sight.narrowed(), after.into(), most()];
        let rows = self.read().await?.rows(PEOPLE, values).await?;
        leaf(&rows, person, |person| person.login_id.clone())
    }

    /// Its devices that are or will be in use, after this number.
    pub(crate) async fn own_devices(&self, sight: &Sight, after: i64) -> Result<Leaf<UsedDevice>, Unavailable> {
        let mut tx = self.read().await?;
        let values = [sight.office.as_str().into(), sight.narrowed(), after.into(), most()];
        let mut leaf = leaf(&tx.rows(DEVICES, values).await?, device, |line| line.device.number().to_string())?;
        let (Some(first), Some(last)) = (leaf.lines.first(), leaf.lines.last()) else { return Ok(leaf) };
        let mut users = users(&mut tx, &sight.office, (first.device, last.device)).await?;
        for line in leaf.lines.iter_mut().filter(|line| !line.users.everyone) {
            line.users = users.remove(&line.device).unwrap_or_default();
        }
        Ok(leaf)
    }

    /// The open rooms to which people of it are invited, after this one.
    pub(crate) async fn own_rooms(&self, sight: &Sight, after: &str) -> Result<Leaf<OwnRoom>, Unavailable> {
        let me = sight.person.as_str();
        let of = sight.office.as_str();
        let values = [of.into(), sight.narrowed(), after.into(), me.into(), most(), now().unix().into()];
        let rows = self.read().await?.rows(ROOMS, values).await?;
        leaf(&rows, room, |room| room.room.clone())
    }

    /// Its applications, the newest first, before this one.
    pub(crate) async fn own_applications(
        &self,
        sight: &Sight,
        before: &str,
    ) -> Result<Leaf<OwnApplication>, Unavailable> {
        let values = [sight.office.as_str().into(), sight.narrowed(), before.into(), most()];
        let rows = self.read().await?.rows(APPLICATIONS, values).await?;
        leaf(&rows, application, |line| line.application.clone())
    }

    /// Tickets that can still be used, those that end first before the rest.
    pub(crate) async fn own_tickets(&self, sight: &Sight, now: Timestamp) -> Result<Vec<OwnTicket>, Unavailable> {
        let values = [sight.office.as_str().into(), sight.narrowed(), now.unix().into(), TICKETS.into()];
        let rows = self.read().await?.rows(OPEN_TICKETS, values).await?;
        let ticket = |row: &Row| {
            let until = Timestamp::from_unix(row.int("until")?);
            Ok(OwnTicket { device: number(row.int("device")?)?, label: row.text("label")?, until })
        };
        rows.iter().map(ticket).collect()
    }
}

/// One more than a page has: it tells whether there is another.
fn most() -> Value {
    i64::try_from(LINES + 1).unwrap_or(i64::MAX).into()
}

fn leaf<T>(
    rows: &[Row],
    read: fn(&Row) -> Result<T, Unavailable>,
    key: impl Fn(&T) -> String,
) -> Result<Leaf<T>, Unavailable> {
    let lines: Vec<T> = rows.iter().take(LINES).map(read).collect::<Result<_, _>>()?;
    let next = if rows.len() > LINES { lines.last().map(key) } else { None };
    Ok(Leaf { lines, next })
}

fn time(row: &Row, column: &'static str) -> Result<Option<Timestamp>, Unavailable> {
    Ok(row.maybe_int(column)?.map(Timestamp::from_unix))
}

fn person(row: &Row) -> Result<OwnPerson, Unavailable> {
    let (login_id, name) = (row.text("login_id")?, row.text("name")?);
    let logged_in = match time(row, "on_at")? {
        None => None,
        Some(at) => {
            // Where they were of another office then, its device is not this one's to see.
            let label = row.maybe_text("on_label")?;
            let device = row.maybe_int("on_device")?.filter(|_| label.is_some()).map(number).transpose()?;
            let label = label.unwrap_or_default();
            Some(LoggedIn { at, device, label, login_id: login_id.clone(), name: name.clone() })
        }
    };
    Ok(OwnPerson {
        login_id,
        name,
        profession: row.text("profession")?,
        state: row.text("state")?,
        contact: row.int("contact")? > 0,
        initial: row.int("password_initial")? != 0,
        logged_in,
    })
}

fn device(row: &Row) -> Result<UsedDevice, Unavailable> {
    let (device, label) = (number(row.int("device")?)?, row.text("label")?);
    // Who went to another office since is not named here any more.
    let logged_in = match (time(row, "on_at")?, row.maybe_text("by_name")?) {
        (Some(at), Some(name)) => {
            let login_id = row.maybe_text("on_login")?.unwrap_or_default();
            Some(LoggedIn { at, device: Some(device), label: label.clone(), login_id, name })
        }
        (None, _) | (_, None) => None,
    };
    Ok(UsedDevice {
        device,
        label,
        os: row.text("os")?,
        ownership: row.text("ownership")?,
        stage: row.text("stage")?,
        suspended: row.int("suspended")? != 0,
        approved_until: time(row, "approved_until")?,
        not_after: time(row, "not_after")?,
        used_at: time(row, "used_at")?,
        users: Users { everyone: row.int("listings")? == 0, ..Users::default() },
        logged_in,
    })
}

fn room(row: &Row) -> Result<OwnRoom, Unavailable> {
    let (people, held) = (row.int("people")?, row.int("held")?);
    Ok(OwnRoom { room: row.text("room")?, people, held, mine: row.int("mine")? != 0 })
}

fn application(row: &Row) -> Result<OwnApplication, Unavailable> {
    let device = match row.maybe_int("device")? {
        None => None,
        Some(no) => Some((number(no)?, row.maybe_text("label")?.unwrap_or_default())),
    };
    Ok(OwnApplication {
        application: row.text("application")?,
        kind: listed(&row.text("kind")?)?,
        state: listed(&row.text("state")?)?,
        received_at: Timestamp::from_unix(row.int("received_at")?),
        inspected_at: time(row, "inspected_at")?,
        decided_at: time(row, "decided_at")?,
        reason: row.maybe_text("reason")?,
        device,
        ticket_until: time(row, "ticket_until")?,
    })
}

/// A word of an application's row.
fn listed<T: FromStr<Err = NotInList>>(text: &str) -> Result<T, Unavailable> {
    text.parse().map_err(|why: NotInList| Unavailable::Corrupt(format!("{text:?}: {why}")))
}

/// Whom these devices list.
async fn users(
    tx: &mut Transaction,
    office: &OfficeNo,
    (first, last): (DeviceNo, DeviceNo),
) -> Result<BTreeMap<DeviceNo, Users>, Unavailable> {
    let values = [office.as_str().into(), first.number().into(), last.number().into(), NAMED.into()];
    let mut listed: BTreeMap<DeviceNo, Users> = BTreeMap::new();
    for row in tx.rows(USERS, values).await? {
        let users = listed.entry(number(row.int("device")?)?).or_default();
        users.all = row.int("total")?;
        users.named.push([row.text("name")?, row.text("login_id")?]);
    }
    Ok(listed)
}
