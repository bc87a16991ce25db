//! What does the registry know of a month? For its review: what gateways told in it, what was seen for the first time, what was
//! done in it that somebody should look at.

use certs::Timestamp;
use serde_json::Value as Json;

use super::Ledger;
use crate::application::Day;
use crate::database::Row;
use crate::refusal::Unavailable;

/// From this second on, up to that one.
pub(crate) type Span = (Timestamp, Timestamp);

/// Whom a row is about: number, name, office.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct NamedPerson {
    pub(crate) login_id: String,
    pub(crate) name: String,
    pub(crate) office: String,
    pub(crate) office_name: String,
}

/// A login of somebody of ours that did not go well.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FailedLogin {
    pub(crate) who: NamedPerson,
    pub(crate) at: Timestamp,
    /// `wrong_password` or `locked`.
    pub(crate) reason: String,
}

/// Logins of one person within hours of the day.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct NightUse {
    pub(crate) who: NamedPerson,
    pub(crate) logins: i64,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

/// A network in which a device was seen for the first time, though not the device.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct NewNetwork {
    pub(crate) device: String,
    pub(crate) label: String,
    pub(crate) office: String,
    pub(crate) office_name: String,
    pub(crate) network: String,
    pub(crate) os: String,
    pub(crate) at: Timestamp,
}

/// An ID that was deleted, and from which day on it should have been.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DeletedPerson {
    pub(crate) who: NamedPerson,
    pub(crate) at: Timestamp,
    pub(crate) application: Option<String>,
    /// As its application says it.
    pub(crate) effective: Option<Day>,
    pub(crate) received: Option<Timestamp>,
}

/// An emergency certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct EmergencyGiven {
    pub(crate) serial: String,
    pub(crate) device: String,
    pub(crate) label: String,
    pub(crate) office: String,
    pub(crate) office_name: String,
    pub(crate) state: String,
    pub(crate) at: Timestamp,
    pub(crate) not_after: Timestamp,
    pub(crate) first: String,
    pub(crate) second: String,
    pub(crate) why: String,
}

/// What a custodian did alone.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct GlassBroken {
    pub(crate) number: String,
    pub(crate) kind: String,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    pub(crate) why: String,
    pub(crate) reviewed_by: Option<String>,
    pub(crate) finding: Option<String>,
}

/// The review of a month.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct MonthReviewed {
    pub(crate) month: String,
    pub(crate) by: String,
    pub(crate) name: String,
    pub(crate) at: Timestamp,
    pub(crate) review: String,
}

const REFUSALS: &str = "SELECT reason, CAST(SUM(times) AS BIGINT) AS n FROM told_lines WHERE happened_at >= $1 \
    AND happened_at < $2 AND worth = 'refusal' AND reason IS NOT NULL GROUP BY reason ORDER BY n DESC, reason";
const STRANGERS: &str = "SELECT reason, CAST(SUM(times) AS BIGINT) AS n FROM stranger_days WHERE day >= $1 AND day < $2 \
    GROUP BY reason ORDER BY n DESC, reason";
const FAILED: &str = "SELECT u.login_id, u.name, u.office, o.name AS office_name, t.happened_at, t.reason FROM told_lines t \
    JOIN system_users u ON u.login_id = t.login JOIN offices o ON o.office = u.office WHERE t.happened_at >= $1 \
    AND t.happened_at < $2 AND t.worth = 'login' AND t.reason IN ('wrong_password', 'locked') \
    ORDER BY u.office, u.login_id, t.happened_at LIMIT $3";
const NOBODYS: &str = "SELECT COUNT(*) AS n FROM told_lines t WHERE t.happened_at >= $1 AND t.happened_at < $2 \
    AND t.worth = 'login' AND t.reason IS NOT NULL AND t.login IS NOT NULL \
    AND NOT EXISTS (SELECT 1 FROM system_users u WHERE u.login_id = t.login)";
/// $3 is where the hours begin, $4 how long they are, in seconds of the day.
const NIGHT: &str = "SELECT u.login_id, u.name, u.office, o.name AS office_name, COUNT(*) AS n, \
    MIN(t.happened_at) AS first, MAX(t.happened_at) AS last FROM told_lines t JOIN system_users u ON u.login_id = t.login \
    JOIN offices o ON o.office = u.office WHERE t.happened_at >= $1 AND t.happened_at < $2 AND t.worth = 'login' \
    AND t.reason IS NULL AND t.ref IS NOT NULL AND ((t.happened_at + 118800 - $3) % 86400) < $4 \
    GROUP BY u.login_id, u.name, u.office, o.name ORDER BY n DESC, u.login_id";
const NETWORKS: &str = "SELECT d.device, d.label, d.office, o.name AS office_name, s.network, MIN(s.os) AS os, \
    MIN(s.first_at) AS first_at FROM sightings s JOIN certificates c ON c.serial = s.serial \
    JOIN devices d ON d.device = c.device JOIN offices o ON o.office = d.office \
    GROUP BY d.device, d.label, d.office, o.name, s.network HAVING MIN(s.first_at) >= $1 AND MIN(s.first_at) < $2 \
    AND (SELECT MIN(f.first_at) FROM sightings f JOIN certificates k ON k.serial = f.serial WHERE k.device = d.device) < $1 \
    ORDER BY d.office, d.device, s.network";
const DELETED: &str = "SELECT u.login_id, u.name, u.office, o.name AS office_name, e.at, a.application, a.form, a.received_at \
    FROM system_users u JOIN events e ON e.version = u.version JOIN offices o ON o.office = u.office \
    LEFT JOIN applications a ON a.application = COALESCE(e.application, e.subject) \
    WHERE u.state = 'deleted' AND e.action <> 'retention.end' AND e.at >= $1 AND e.at < $2 ORDER BY e.at, u.login_id";
const EMERGENCIES: &str = "SELECT e.serial, e.device, d.label, d.office, o.name AS office_name, c.state, e.at, c.not_after, \
    e.first, e.second, e.why FROM emergencies e JOIN certificates c ON c.serial = e.serial \
    JOIN devices d ON d.device = e.device JOIN offices o ON o.office = d.office WHERE e.at >= $1 AND e.at < $2 ORDER BY e.at";
const GLASSES: &str = "SELECT broken_glass, kind, broken_by, broken_at, why, reviewed_by, finding FROM broken_glasses \
    WHERE broken_at >= $1 AND broken_at < $2 ORDER BY broken_glass";
const REVIEWS: &str = "SELECT r.month, r.reviewed_by, u.name, r.reviewed_at, r.review FROM monthly_reviews r \
    LEFT JOIN system_users u ON u.login_id = r.reviewed_by ORDER BY r.month DESC";

impl Ledger {
    /// What devices of ours were refused in this time, by reason; and whoever showed no certificate of ours.
    pub(crate) async fn refused_within(&self, (from, by): Span) -> Result<[Vec<(String, i64)>; 2], Unavailable> {
        let mut tx = self.read().await?;
        let counted = |rows: Vec<Row>| -> Result<Vec<(String, i64)>, Unavailable> {
            rows.iter().map(|row| Ok((row.text("reason")?, row.int("n")?))).collect()
        };
        let known = counted(tx.rows(REFUSALS, [from.unix().into(), by.unix().into()]).await?)?;
        Ok([known, counted(tx.rows(STRANGERS, [from.unix().into(), by.unix().into()]).await?)?])
    }

    /// Logins of people of ours that did not go well, so many at most, person by person; and how many there were of IDs that are
    /// nobody's.
    pub(crate) async fn failed_logins(
        &self,
        (from, by): Span,
        most: u32,
    ) -> Result<(Vec<FailedLogin>, i64), Unavailable> {
        let mut tx = self.read().await?;
        let rows = tx.rows(FAILED, [from.unix().into(), by.unix().into(), most.into()]).await?;
        let failed = |row: &Row| {
            Ok(FailedLogin { who: person(row)?, at: moment(row, "happened_at")?, reason: row.text("reason")? })
        };
        let nobodys = tx.row(NOBODYS, [from.unix().into(), by.unix().into()]).await?;
        let nobodys = nobodys.map_or(Ok(0), |row| row.int("n"))?;
        Ok((rows.iter().map(failed).collect::<Result<_, Unavailable>>()?, nobodys))
    }

    /// Logins that went well within these seconds of a day: from when, and for how long.
    pub(crate) async fn night_logins(
        &self,
        (from, by): Span,
        (begins, long): (i64, i64),
    ) -> Result<Vec<NightUse>, Unavailable> {
        let values = [from.unix().into(), by.unix().into(), begins.into(), long.into()];
        let rows = self.read().await?.rows(NIGHT, values).await?;
        let used = |row: &Row| {
            let (first, last) = (moment(row, "first")?, moment(row, "last")?);
            Ok(NightUse { who: person(row)?, logins: row.int("n")?, first, last })
        };
        rows.iter().map(used).collect()
    }

    /// Networks in which devices known from before were seen for the first time.
    pub(crate) async fn new_networks(&self, (from, by): Span) -> Result<Vec<NewNetwork>, Unavailable> {
        let rows = self.read().await?.rows(NETWORKS, [from.unix().into(), by.unix().into()]).await?;
        let network = |row: &Row| {
            Ok(NewNetwork {
                device: device(row)?,
                label: row.text("label")?,
                office: row.text("office")?,
                office_name: row.text("office_name")?,
                network: row.text("network")?,
                os: row.text("os")?,
                at: moment(row, "first_at")?,
            })
        };
        rows.iter().map(network).collect()
    }

    /// IDs that were deleted, and what their applications say of when.
    pub(crate) async fn deleted_within(&self, (from, by): Span) -> Result<Vec<DeletedPerson>, Unavailable> {
        let rows = self.read().await?.rows(DELETED, [from.unix().into(), by.unix().into()]).await?;
        let deleted = |row: &Row| {
            let form = row.maybe_text("form")?.and_then(|form| serde_json::from_str::<Json>(&form).ok());
            let received = row.maybe_int("received_at")?.map(Timestamp::from_unix);
            let application = row.maybe_text("application")?;
            let effective = form.as_ref().and_then(effective);
            Ok(DeletedPerson { who: person(row)?, at: moment(row, "at")?, application, effective, received })
        };
        rows.iter().map(deleted).collect()
    }

    /// Emergency certificates that were given, and what custodians did alone.
    pub(crate) async fn exceptions_within(
        &self,
        (from, by): Span,
    ) -> Result<(Vec<EmergencyGiven>, Vec<GlassBroken>), Unavailable> {
        let mut tx = self.read().await?;
        let given = |row: &Row| {
            Ok(EmergencyGiven {
                serial: row.text("serial")?,
                device: device(row)?,
                label: row.text("label")?,
                office: row.text("office")?,
                office_name: row.text("office_name")?,
                state: row.text("state")?,
                at: moment(row, "at")?,
                not_after: moment(row, "not_after")?,
                first: row.text("first")?,
                second: row.text("second")?,
                why: row.text("why")?,
            })
        };
        let broken = |row: &Row| {
            Ok(GlassBroken {
                number: row.text("broken_glass")?,
                kind: row.text("kind")?,
                by: row.text("broken_by")?,
                at: moment(row, "broken_at")?,
                why: row.text("why")?,
                reviewed_by: row.maybe_text("reviewed_by")?,
                finding: row.maybe_text("finding")?,
            })
        };
        let emergencies = tx.rows(EMERGENCIES, [from.unix().into(), by.unix().into()]).await?;
        let glasses = tx.rows(GLASSES, [from.unix().into(), by.unix().into()]).await?;
        let emergencies = emergencies.iter().map(given).collect::<Result<_, Unavailable>>()?;
        Ok((emergencies, glasses.iter().map(broken).collect::<Result<_, Unavailable>>()?))
    }

    /// Every month that was reviewed, the latest first; and when the registry began.
    pub(crate) async fn reviewed_months(&self) -> Result<(Vec<MonthReviewed>, Option<Timestamp>), Unavailable> {
        let mut tx = self.read().await?;
        let reviewed = |row: &Row| {
            Ok(MonthReviewed {
                month: row.text("month")?,
                by: row.text("reviewed_by")?,
                name: row.maybe_text("name")?.unwrap_or_default(),
                at: moment(row, "reviewed_at")?,
                review: row.text("review")?,
            })
        };
        let months = tx.rows(REVIEWS, []).await?.iter().map(reviewed).collect::<Result<_, Unavailable>>()?;
        let began = tx.row("SELECT MIN(at) AS at FROM events", []).await?;
        Ok((months, began.map_or(Ok(None), |row| row.maybe_int("at"))?.map(Timestamp::from_unix)))
    }
}

/// The day from which on a form asks for something, wherever it says it.
fn effective(form: &Json) -> Option<Day> {
    let said = form.get("effective").or_else(|| form.as_object()?.values().find_map(|inner| inner.get("effective")));
    said?.as_str()?.parse().ok()
}

fn person(row: &Row) -> Result<NamedPerson, Unavailable> {
    Ok(NamedPerson {
        login_id: row.text("login_id")?,
        name: row.text("name")?,
        office: row.text("office")?,
        office_name: row.text("office_name")?,
    })
}

fn device(row: &Row) -> Result<String, Unavailable> {
    Ok(format!("DEV-{:06}", row.int("device")?))
}

fn moment(row: &Row, column: &'static str) -> Result<Timestamp, Unavailable> {
    Ok(Timestamp::from_unix(row.int(column)?))
}
