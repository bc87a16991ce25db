//! What gateways said of a change, and which certificates seem to be on two devices.

use certs::{DeviceNo, Timestamp};

use super::Column::{Device, Json, MaybeText, MaybeTime, Number, Text, Time};
use super::{Column, Entry, Heap, Ledger, entries};
use crate::database::Row;
use crate::refusal::{Kind, Refusal, Unavailable};
use crate::reports::{Confirmation, Receipt};

const SUSPICIONS: [Column; 5] = [Device("device"), Text("serial"), Text("kind"), Time("at"), Json("detail")];

const GATEWAYS: [Column; 4] = [Text("gateway"), Number("applied"), Time("told_at"), MaybeTime("retired_at")];

const WATCHED_COLUMNS: [Column; 7] = [
    Text("gateway"),
    Number("applied"),
    Number("version"),
    Number("dropped"),
    Time("told_at"),
    MaybeTime("retired_at"),
    MaybeText("strayed"),
];

/// A gateway whose head is no event's of this registry follows another history.
const WATCHED: &str = "SELECT g.gateway, g.applied, r.version, g.dropped, g.told_at, \
    CASE WHEN g.retired_at >= g.told_at THEN g.retired_at END AS retired_at, \
    CASE WHEN g.applied > r.version OR (g.head IS NOT NULL AND (e.hash IS NULL OR e.hash <> g.head)) THEN 'strayed' END \
    AS strayed FROM gateways g JOIN registry r ON r.one = 1 LEFT JOIN events e ON e.version = g.applied \
    WHERE ($1 IS NULL OR g.gateway = $1) ORDER BY g.gateway";

const CUTS: [Column; 3] = [Number("at_version"), Number("connections"), Number("microseconds")];

const NOT_KEPT: [Column; 4] = [Time("day"), Text("worth"), Number("kept"), Number("not_kept")];

/// What is known of a gateway, from which it follows how it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WatchedGateway {
    pub(crate) retired_at: Option<Timestamp>,
    /// It follows another history.
    pub(crate) strayed: bool,
    pub(crate) told_at: Option<Timestamp>,
    /// Versions that it did not apply yet.
    pub(crate) behind: i64,
}

/// How a gateway stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum GatewayStanding {
    Retired(Timestamp),
    Strayed,
    Silent,
    Behind(i64),
    Current,
}

impl WatchedGateway {
    pub(crate) fn stands(self, now: Timestamp) -> GatewayStanding {
        /// A gateway reports every few seconds: of one that tells nothing for so many somebody should look after.
        const SILENT: i64 = 5 * 60;
        match self {
            Self { retired_at: Some(at), .. } => GatewayStanding::Retired(at),
            Self { strayed: true, .. } => GatewayStanding::Strayed,
            Self { told_at, .. } if told_at.is_none_or(|told| told.plus(SILENT) < now) => GatewayStanding::Silent,
            Self { behind: 0, .. } => GatewayStanding::Current,
            Self { behind, .. } => GatewayStanding::Behind(behind),
        }
    }
}

impl Ledger {
    /// Gateways that are not where the registry is, or fell silent, and when the first of them told something last.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn gateways_behind(&self, now: Timestamp) -> Result<Heap, Unavailable> {
        let rows = self.read().await?.rows(WATCHED, [None::<&str>.into()]).await?;
        let mut behind = Heap::default();
        for row in &rows {
            let told = Timestamp::from_unix(row.int("told_at")?);
            let watched = WatchedGateway {
                retired_at: row.maybe_int("retired_at")?.map(Timestamp::from_unix),
                strayed: row.maybe_text("strayed")?.is_some(),
                told_at: Some(told),
                behind: row.int("version")? - row.int("applied")?,
            };
            match watched.stands(now) {
                GatewayStanding::Strayed | GatewayStanding::Silent | GatewayStanding::Behind(_) => {
                    behind.count += 1;
                    behind.first = Some(behind.first.map_or(told, |first| first.min(told)));
                }
                GatewayStanding::Retired(_) | GatewayStanding::Current => {}
            }
        }
        Ok(behind)
    }

    /// What each gateway that told something since then says of the change of this version.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn confirmations(&self, version: u64, since: Timestamp) -> Result<Vec<Receipt>, Unavailable> {
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        let rows = self.read().await?.rows(SAYS, [version.into(), since.unix().into()]).await?;
        rows.iter().map(|row| receipt(row, version)).collect()
    }

    /// Gateways that told something since then and follow another history than this registry's: name, version applied there, version here.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn strayed(&self, since: Timestamp) -> Result<Vec<(String, i64, i64)>, Unavailable> {
        let rows = self.read().await?.rows(STRAYED, [since.unix().into()]).await?;
        rows.iter().map(|row| Ok((row.text("gateway")?, row.int("applied")?, row.int("version")?))).collect()
    }

    /// The gateways that ever told something: which version they apply, when they told last, since when they are retired.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn gateways(&self) -> Result<Vec<Entry>, Unavailable> {
        let question = "SELECT gateway, applied, told_at, retired_at FROM gateways ORDER BY gateway";
        entries(&mut self.read().await?, question, [], &GATEWAYS).await
    }

    /// Every gateway with the version of the registry, what it dropped and whether it follows this very history.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn gateways_watched(&self) -> Result<Vec<Entry>, Unavailable> {
        entries(&mut self.read().await?, WATCHED, [None::<&str>.into()], &WATCHED_COLUMNS).await
    }

    /// One gateway, as [`Self::gateways_watched`] tells of it.
    ///
    /// # Errors
    /// There is none of that name, or the registry does not answer.
    pub(crate) async fn gateway(&self, gateway: &str) -> Result<Entry, Refusal> {
        let found = entries(&mut self.read().await?, WATCHED, [Some(gateway).into()], &WATCHED_COLUMNS).await?;
        found.into_iter().next().ok_or_else(|| Refusal::Unknown(Kind::Gateway, gateway.to_owned()))
    }

    /// The last changes after which this gateway cut something, the newest first.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn cuts(&self, gateway: &str) -> Result<Vec<Entry>, Unavailable> {
        let question = "SELECT at_version, connections, microseconds FROM cuts WHERE gateway = $1 \
            ORDER BY at_version DESC LIMIT 10";
        entries(&mut self.read().await?, question, [gateway.into()], &CUTS).await
    }

    /// Certificates that seem to be on two devices, the newest first; of one device or of all.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn suspicions(&self, device: Option<DeviceNo>) -> Result<Vec<Entry>, Unavailable> {
        let question = "SELECT c.device, s.serial, s.kind, s.at, s.detail FROM suspicions s \
            JOIN certificates c ON c.serial = s.serial WHERE ($1 IS NULL OR c.device = $1) ORDER BY s.at DESC";
        let device = device.map(|no| i64::from(no.number()));
        entries(&mut self.read().await?, question, [device.into()], &SUSPICIONS).await
    }

    /// Days on which gateways told more of this device than is kept, the newest first: the rest is in their access logs.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn not_kept(&self, device: DeviceNo) -> Result<Vec<Entry>, Unavailable> {
        let question = "SELECT day, worth, kept, not_kept FROM told_days WHERE device = $1 AND not_kept > 0 \
            ORDER BY day DESC, worth";
        entries(&mut self.read().await?, question, [device.to_string().into()], &NOT_KEPT).await
    }
}

/// What a gateway told is not true of this registry: the event of the version it applies is another one,
/// or there is none.
const STRAYED: &str = "SELECT g.gateway, g.applied, r.version FROM gateways g JOIN registry r ON r.one = 1 \
    LEFT JOIN events e ON e.version = g.applied \
    WHERE g.told_at >= $1 AND (g.retired_at IS NULL OR g.told_at > g.retired_at) AND (g.applied > r.version OR (g.head IS NOT NULL AND (e.hash IS NULL OR e.hash <> g.head))) \
    ORDER BY g.gateway";

/// Where several versions were applied at once, the newest of them stands at the cut.
const SAYS: &str = "SELECT g.gateway, g.applied, g.head, e.hash, c.at_version, c.connections, c.microseconds \
    FROM gateways g LEFT JOIN events e ON e.version = g.applied \
    LEFT JOIN cuts c ON c.gateway = g.gateway AND c.at_version = \
        (SELECT MIN(at_version) FROM cuts WHERE gateway = g.gateway AND at_version >= $1) \
    WHERE g.told_at >= $2 AND (g.retired_at IS NULL OR g.told_at > g.retired_at) ORDER BY g.gateway";

fn receipt(row: &Row, version: i64) -> Result<Receipt, Unavailable> {
    let applied = row.int("applied")?;
    let head = row.maybe_text("head")?;
    if head.is_some() && head != row.maybe_text("hash")? {
        // Of another history, where the same number stands for another change.
        return Ok(Receipt { gateway: row.text("gateway")?, says: Confirmation::Unconfirmed });
    }
    let says = match (row.maybe_int("at_version")?, row.maybe_int("connections")?, row.maybe_int("microseconds")?) {
        (Some(at), Some(connections), Some(microseconds)) => {
            Confirmation::Done { version: at.max(applied), connections, microseconds }
        }
        _ if applied >= version => Confirmation::Applied { version: applied },
        _ => Confirmation::Unconfirmed,
    };
    Ok(Receipt { gateway: row.text("gateway")?, says })
}
