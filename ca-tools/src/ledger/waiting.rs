//! How much waits, and until when? Counted by indexes: the first page of the day does not take longer in a large house.

use std::sync::LazyLock;

use certs::Timestamp;

use super::Ledger;
use super::office::{END_TOLD, WITHOUT_CONTACT};
use crate::database::{Row, Transaction, Value};
use crate::refusal::Unavailable;
use crate::rows::proposal::alive;

/// So many of something, and the first moment that matters of them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Heap {
    pub(crate) count: i64,
    pub(crate) first: Option<Timestamp>,
}

/// An office whose certificates end soon.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct EndingOffice {
    pub(crate) office: String,
    pub(crate) name: String,
    pub(crate) heap: Heap,
}

/// Offices that are named on one page.
const NAMED: i64 = 10;

const RECEIVED: &str = "SELECT COUNT(*) AS n, MIN(received_at) AS first FROM applications WHERE state = 'received'";
const INSPECTED: &str =
    "SELECT COUNT(*) AS n, MIN(inspection_until) AS first FROM applications WHERE state = 'inspected'";
static ENDED: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT COUNT(*) AS n, MIN((SELECT MAX(t.at) FROM events t WHERE t.subject = x.office \
         AND t.action = 'office.tell-end')) AS first FROM offices x WHERE {END_TOLD}"
    )
});
static NO_CONTACT: LazyLock<String> = LazyLock::new(|| {
    format!("SELECT COUNT(*) AS n, CAST(NULL AS BIGINT) AS first FROM offices x WHERE {WITHOUT_CONTACT}")
});
const PROPOSED: &str = concat!("SELECT COUNT(*) AS n, MIN(until) AS first FROM proposals WHERE ", alive!());
const UNREVIEWED: &str = "SELECT COUNT(*) AS n, MIN(until) AS first FROM broken_glasses WHERE reviewed_at IS NULL";
const TICKETS: &str = "SELECT COUNT(*) AS n, MIN(until) AS first FROM tickets \
    WHERE state = 'open' AND until >= $1 AND until <= $2";
const WITHOUT_CONSENT: &str =
    "SELECT COUNT(*) AS n, MIN(opened_at) AS first FROM rooms WHERE state = 'open' AND asked_by IS NULL";
const INVITATIONS: &str = "SELECT COUNT(*) AS n, MIN(i.until) AS first FROM invitations i JOIN rooms r ON r.room = i.room \
    WHERE r.state = 'open' AND i.state = 'invited' AND i.until > $1 AND i.until <= $2";
/// As the list of devices by the end of their approval asks.
const APPROVALS: &str = "SELECT COUNT(*) AS n, MIN(COALESCE(approved_until, approval_due)) AS first FROM devices \
    WHERE stage = 'approved' AND COALESCE(approved_until, approval_due) >= $1 \
    AND COALESCE(approved_until, approval_due) <= $2";
const RETIRED: &str = "SELECT COUNT(*) AS n, MIN(retired_at) AS first FROM devices \
    WHERE stage = 'retired' AND retired_at >= $1 AND retired_reason = 'unused'";
const ENDING: &str = "SELECT COUNT(*) AS n, MIN(not_after) AS first FROM certificates \
    WHERE state = 'issued' AND not_after >= $1 AND not_after <= $2";
/// Names are looked up of those that are shown, and not of each certificate.
const ENDING_OFFICES: &str = "SELECT e.office, o.name, e.n, e.first FROM (SELECT d.office, COUNT(*) AS n, \
    MIN(c.not_after) AS first FROM certificates c JOIN devices d ON d.device = c.device \
    WHERE c.state = 'issued' AND c.not_after >= $1 AND c.not_after <= $2 GROUP BY d.office ORDER BY 3, 1 LIMIT $3) e \
    JOIN offices o ON o.office = e.office ORDER BY e.first, e.office";
const ENDING_DAYS: &str = "SELECT (not_after + 32400) / 86400 AS day, COUNT(*) AS n FROM certificates \
    WHERE state = 'issued' AND not_after >= $1 AND not_after < $2 GROUP BY 1 ORDER BY 1";
const UNDELIVERED: &str = "SELECT COUNT(*) AS n, MIN(ended_at) AS first FROM mails WHERE state = 'refused' AND ended_at >= $1 AND given_up = $2";
/// As the list of devices that were refused for a reason asks.
const REFUSED_DEVICES: &str = "SELECT t.reason, COUNT(DISTINCT t.device) AS n FROM told_lines t \
    JOIN devices d ON d.device = t.device WHERE t.happened_at >= $1 AND t.worth = 'refusal' AND t.reason IS NOT NULL \
    GROUP BY t.reason ORDER BY n DESC, t.reason";
const REFUSALS: &str = "SELECT reason, CAST(SUM(times) AS BIGINT) AS n FROM told_lines WHERE happened_at >= $1 \
    AND worth = 'refusal' AND reason IS NOT NULL GROUP BY reason ORDER BY n DESC, reason";

impl Ledger {
    /// Applications that nobody inspected, since when; and those that nobody decided, until when.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn applications_waiting(&self) -> Result<[Heap; 2], Unavailable> {
        let mut tx = self.read().await?;
        Ok([heap(&mut tx, RECEIVED, []).await?, heap(&mut tx, INSPECTED, []).await?])
    }

    /// Offices that told their end of use and are still there, since when; and those for which nobody speaks.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn offices_waiting(&self) -> Result<[Heap; 2], Unavailable> {
        let mut tx = self.read().await?;
        Ok([heap(&mut tx, ENDED.as_str(), []).await?, heap(&mut tx, NO_CONTACT.as_str(), []).await?])
    }

    /// Proposals that nobody decided or did, and what custodians did alone and nobody reviewed; until when.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn two_waiting(&self, now: Timestamp) -> Result<[Heap; 2], Unavailable> {
        let mut tx = self.read().await?;
        Ok([heap(&mut tx, PROPOSED, [now.unix().into()]).await?, heap(&mut tx, UNREVIEWED, []).await?])
    }

    /// Tickets that nobody used and that end between these.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn tickets_ending(&self, (from, by): (Timestamp, Timestamp)) -> Result<Heap, Unavailable> {
        heap(&mut self.read().await?, TICKETS, [from.unix().into(), by.unix().into()]).await
    }

    /// Open rooms whose consent nobody has written down, and invitations to open rooms that end between these.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn rooms_waiting(&self, (from, by): (Timestamp, Timestamp)) -> Result<[Heap; 2], Unavailable> {
        let mut tx = self.read().await?;
        let ending = heap(&mut tx, INVITATIONS, [from.unix().into(), by.unix().into()]).await?;
        Ok([heap(&mut tx, WITHOUT_CONSENT, []).await?, ending])
    }

    /// Devices whose approval is over, and those of which it ends by that moment.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn approvals_ending(&self, now: Timestamp, by: Timestamp) -> Result<[Heap; 2], Unavailable> {
        let mut tx = self.read().await?;
        let over = heap(&mut tx, APPROVALS, [0_i64.into(), (now.unix() - 1).into()]).await?;
        Ok([over, heap(&mut tx, APPROVALS, [now.unix().into(), by.unix().into()]).await?])
    }

    /// Devices that went out of use by themselves since then.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn retired_by_themselves(&self, since: Timestamp) -> Result<Heap, Unavailable> {
        heap(&mut self.read().await?, RETIRED, [since.unix().into()]).await
    }

    /// Certificates in use that end between these.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn certificates_ending(&self, (from, by): (Timestamp, Timestamp)) -> Result<Heap, Unavailable> {
        heap(&mut self.read().await?, ENDING, [from.unix().into(), by.unix().into()]).await
    }

    /// The offices whose certificates end first between these.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn offices_ending(
        &self,
        (from, by): (Timestamp, Timestamp),
    ) -> Result<Vec<EndingOffice>, Unavailable> {
        let values = [from.unix().into(), by.unix().into(), NAMED.into()];
        let rows = self.read().await?.rows(ENDING_OFFICES, values).await?;
        let office = |row: &Row| {
            let heap = Heap { count: row.int("n")?, first: row.maybe_int("first")?.map(Timestamp::from_unix) };
            Ok(EndingOffice { office: row.text("office")?, name: row.text("name")?, heap })
        };
        rows.iter().map(office).collect()
    }

    /// How many certificates in use end on which day in Japan, between these.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn endings(
        &self,
        (from, before): (Timestamp, Timestamp),
    ) -> Result<Vec<(Timestamp, i64)>, Unavailable> {
        let rows = self.read().await?.rows(ENDING_DAYS, [from.unix().into(), before.unix().into()]).await?;
        rows.iter().map(|row| Ok((Timestamp::from_unix(row.int("day")? * 86_400 - 32_400), row.int("n")?))).collect()
    }

    /// Letters that were refused since then, and those that were given up.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn letters_undelivered(&self, since: Timestamp) -> Result<[Heap; 2], Unavailable> {
        let mut tx = self.read().await?;
        let since = since.unix();
        let refused = heap(&mut tx, UNDELIVERED, [since.into(), 0_i64.into()]).await?;
        Ok([refused, heap(&mut tx, UNDELIVERED, [since.into(), 1_i64.into()]).await?])
    }

    /// How many devices of ours were refused since then, by reason, the most frequent first.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn refused_devices(&self, since: Timestamp) -> Result<Vec<(String, i64)>, Unavailable> {
        counted(&self.read().await?.rows(REFUSED_DEVICES, [since.unix().into()]).await?)
    }

    /// How often anybody was refused since then, by reason, the most frequent first.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn refusals(&self, since: Timestamp) -> Result<Vec<(String, i64)>, Unavailable> {
        counted(&self.read().await?.rows(REFUSALS, [since.unix().into()]).await?)
    }
}

fn counted(rows: &[Row]) -> Result<Vec<(String, i64)>, Unavailable> {
    rows.iter().map(|row| Ok((row.text("reason")?, row.int("n")?))).collect()
}

async fn heap<const N: usize>(
    tx: &mut Transaction,
    sql: &'static str,
    values: [Value; N],
) -> Result<Heap, Unavailable> {
    let Some(row) = tx.row(sql, values).await? else { return Ok(Heap::default()) };
    Ok(Heap { count: row.int("n")?, first: row.maybe_int("first")?.map(Timestamp::from_unix) })
}
