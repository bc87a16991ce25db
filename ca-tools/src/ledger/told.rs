//! What did gateways tell, found by the code a caller reads out, by a device, by an ID?

use certs::{DeviceNo, Timestamp};
use registry::{LoginId, OfficeNo};

use super::Ledger;
use crate::database::{Row, Transaction, Value};
use crate::refusal::Unavailable;
use crate::rows::device::number;

/// A line as it was told, and what is read of it.
#[derive(Clone, Debug)]
pub(crate) struct ReadLine {
    pub(crate) gateway: String,
    pub(crate) at: Timestamp,
    /// None of a login that went well.
    pub(crate) reason: Option<String>,
    pub(crate) login: Option<String>,
    pub(crate) device: Option<DeviceNo>,
    /// The access line, word for word.
    pub(crate) line: String,
}

/// Refusals for one reason.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Counted {
    pub(crate) reason: String,
    /// With those of which only a count was told.
    pub(crate) times: i64,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

/// About whom something was told.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Whose {
    Device(DeviceNo),
    Person(LoginId),
    Office(OfficeNo),
}

/// How many logins are shown.
const LOGINS: i64 = 5;
/// Of one code there are two lines: of the login, and of the request that it was.
const OF_ONE_CODE: i64 = 8;

impl Ledger {
    /// Every line of the request that has this code.
    pub(crate) async fn told_of(&self, reference: &str) -> Result<Vec<ReadLine>, Unavailable> {
        let question = "SELECT gateway, happened_at, reason, login, device, line FROM told_lines \
            WHERE ref = $1 ORDER BY worth DESC, happened_at DESC LIMIT $2";
        let rows = self.read().await?.rows(question, [reference.into(), OF_ONE_CODE.into()]).await?;
        rows.iter().map(read).collect()
    }

    /// What they were refused since then, by reason, the latest first. Every login is a request, too: it counts once.
    pub(crate) async fn refused_since(&self, whose: &Whose, since: Timestamp) -> Result<Vec<Counted>, Unavailable> {
        let mut tx = self.read().await?;
        let rows = match whose {
            Whose::Device(_) => grouped(&mut tx, OF_DEVICE, whose, since).await,
            Whose::Person(_) => grouped(&mut tx, OF_PERSON, whose, since).await,
            Whose::Office(_) => grouped(&mut tx, OF_OFFICE, whose, since).await,
        }?;
        let counted = |row: &Row| {
            Ok(Counted {
                reason: row.text("reason")?,
                times: row.int("times")?,
                first: Timestamp::from_unix(row.int("first")?),
                last: Timestamp::from_unix(row.int("last")?),
            })
        };
        rows.iter().map(counted).collect()
    }

    /// Their last logins that went well.
    pub(crate) async fn logins(&self, whose: &Whose, since: Timestamp) -> Result<Vec<ReadLine>, Unavailable> {
        let values = [key(whose), since.unix().into(), LOGINS.into()];
        let mut tx = self.read().await?;
        let rows = match whose {
            Whose::Device(_) => tx.rows(LOGINS_OF_DEVICE, values).await?,
            Whose::Person(_) => tx.rows(LOGINS_OF_PERSON, values).await?,
            Whose::Office(_) => tx.rows(LOGINS_OF_OFFICE, values).await?,
        };
        rows.iter().map(read).collect()
    }

    /// Lines of this time, of whom is named: gateway and line, the oldest first, so many at most.
    pub(crate) async fn told_between(
        &self,
        (device, login, office): (Option<DeviceNo>, Option<&LoginId>, Option<&OfficeNo>),
        (from, until): (Timestamp, Timestamp),
        most: u32,
    ) -> Result<Vec<(String, String)>, Unavailable> {
        let question = "SELECT gateway, line FROM told_lines WHERE happened_at >= $1 AND happened_at < $2 \
            AND ($3 IS NULL OR device = $3) AND ($4 IS NULL OR login = $4) \
            AND ($5 IS NULL OR device IN (SELECT device FROM devices WHERE office = $5)) ORDER BY happened_at LIMIT $6";
        let values = [
            from.unix().into(),
            until.unix().into(),
            device.map(|device| i64::from(device.number())).into(),
            login.map(LoginId::as_str).into(),
            office.map(OfficeNo::as_str).into(),
            i64::from(most).into(),
        ];
        let rows = self.read().await?.rows(question, values).await?;
        rows.iter().map(|row| Ok((row.text("gateway")?, row.text("line")?))).collect()
    }

    /// How many refusals of this device since the beginning of that day were told and not kept.
    pub(crate) async fn not_kept_since(&self, device: DeviceNo, since: Timestamp) -> Result<i64, Unavailable> {
        let question = "SELECT CAST(COALESCE(SUM(not_kept), 0) AS BIGINT) AS not_kept FROM told_days \
            WHERE device = $1 AND day >= $2";
        let row = self.read().await?.row(question, [device.to_string().into(), (since.unix() - 86_400).into()]).await?;
        row.map_or(Ok(0), |row| row.int("not_kept"))
    }
}

const OF_DEVICE: &str = "SELECT reason, CAST(SUM(times) AS BIGINT) AS times, MIN(happened_at) AS first, \
    MAX(happened_at) AS last FROM told_lines WHERE device = $1 AND happened_at > $2 AND worth = 'refusal' \
    AND reason IS NOT NULL GROUP BY reason ORDER BY last DESC";
/// A count says of which device it is, and not of whom. Of a login its own line is told when its request's is counted.
const OF_PERSON: &str = "SELECT reason, COUNT(DISTINCT ref) AS times, MIN(happened_at) AS first, \
    MAX(happened_at) AS last FROM told_lines WHERE login = $1 AND happened_at > $2 AND ref IS NOT NULL \
    AND reason IS NOT NULL GROUP BY reason ORDER BY last DESC";
const OF_OFFICE: &str = "SELECT reason, CAST(SUM(times) AS BIGINT) AS times, MIN(happened_at) AS first, \
    MAX(happened_at) AS last FROM told_lines WHERE device IN (SELECT device FROM devices WHERE office = $1) \
    AND happened_at > $2 AND worth = 'refusal' AND reason IS NOT NULL GROUP BY reason ORDER BY last DESC";
const LOGINS_OF_DEVICE: &str = "SELECT gateway, happened_at, reason, login, device, line FROM told_lines \
    WHERE device = $1 AND happened_at > $2 AND worth = 'login' AND reason IS NULL AND ref IS NOT NULL \
    ORDER BY happened_at DESC LIMIT $3";
const LOGINS_OF_PERSON: &str = "SELECT gateway, happened_at, reason, login, device, line FROM told_lines \
    WHERE login = $1 AND happened_at > $2 AND worth = 'login' AND reason IS NULL AND ref IS NOT NULL \
    ORDER BY happened_at DESC LIMIT $3";
const LOGINS_OF_OFFICE: &str = "SELECT gateway, happened_at, reason, login, device, line FROM told_lines \
    WHERE device IN (SELECT device FROM devices WHERE office = $1) AND happened_at > $2 AND worth = 'login' \
    AND reason IS NULL AND ref IS NOT NULL ORDER BY happened_at DESC LIMIT $3";

fn key(whose: &Whose) -> Value {
    match whose {
        Whose::Device(no) => no.number().into(),
        Whose::Person(id) => id.as_str().into(),
        Whose::Office(office) => office.as_str().into(),
    }
}

async fn grouped(
    tx: &mut Transaction,
    question: &'static str,
    whose: &Whose,
    since: Timestamp,
) -> Result<Vec<Row>, Unavailable> {
    tx.rows(question, [key(whose), since.unix().into()]).await
}

fn read(row: &Row) -> Result<ReadLine, Unavailable> {
    Ok(ReadLine {
        gateway: row.text("gateway")?,
        at: Timestamp::from_unix(row.int("happened_at")?),
        reason: row.maybe_text("reason")?,
        login: row.maybe_text("login")?,
        device: row.maybe_int("device")?.map(number).transpose()?,
        line: row.text("line")?,
    })
}
