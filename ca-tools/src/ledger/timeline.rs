//! What happened: to an office, a person, a device, …; by whom; of which kind; since when. The newest first.
//!
//! Each question walks one index downwards from a version, so a page costs the same however long the past is.

use std::sync::LazyLock;

use certs::Timestamp;
use serde_json::{Map, Value as Json, json};

use super::Ledger;
use crate::database::{Row, Transaction, Value};
use crate::journal::Event;
use crate::refusal::Unavailable;
use crate::rows::event_subject::DIGEST;
use crate::rows::{SubjectKind, event};

/// One thing that happened, with what its numbers are called.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Happened {
    /// The event as it stands in the chain.
    pub event: Event,
    /// The name of who did it, where the registry has one.
    pub operator_name: Option<String>,
    /// What its subject is called.
    pub subject_name: Option<String>,
}

impl Happened {
    /// When.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp::from_unix(self.event.at)
    }

    /// Of what its subject is one.
    #[must_use]
    pub fn kind(&self) -> SubjectKind {
        SubjectKind::of_event(&self.event.action, &self.event.subject)
    }

    /// What else the event says.
    #[must_use]
    pub fn detail(&self) -> Map<String, Json> {
        serde_json::from_str(&self.event.detail).unwrap_or_default()
    }

    /// What of it people are told: how whoever acted was known is said elsewhere, and the digest of the index tells nobody
    /// anything.
    #[must_use]
    pub fn told(&self) -> Map<String, Json> {
        let told = |field: &str, value: &Json| !matches!(field, "proof" | DIGEST) && !value.is_null();
        self.detail().into_iter().filter(|(field, value)| told(field, value)).collect()
    }

    /// How whoever acted was known; an event of before this was kept does not say.
    #[must_use]
    pub fn proof(&self) -> Option<String> {
        self.detail().get("proof").and_then(Json::as_str).map(str::to_owned)
    }
}

/// What is to be shown; `None` shows all.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// About this.
    pub about: Option<(SubjectKind, String)>,
    /// By whom.
    pub operator: Option<String>,
    /// What was done: `device.suspend`, or `device` for whatever was done to devices.
    pub action: Option<String>,
    /// How whoever acted was known.
    pub proof: Option<String>,
    /// From this second on.
    pub since: Option<Timestamp>,
    /// Up to this second.
    pub until: Option<Timestamp>,
    /// Older than this version: the last that the page before showed.
    pub after: Option<i64>,
}

impl EventFilter {
    /// As an event says which part of the record was taken along.
    #[must_use]
    pub fn part(&self) -> Json {
        json!({
            "about": self.about.as_ref().map(|(kind, id)| format!("{}:{id}", kind.as_str())),
            "by": self.operator, "action": self.action, "way": self.proof,
            "since": self.since.map(|at| at.to_string()), "until": self.until.map(|at| at.to_string()),
            "after": self.after,
        })
    }
}

/// A device's number as the registry keeps it, of a subject that is one.
const DEVICE: &str = "CASE WHEN e.subject LIKE 'DEV-%' AND length(e.subject) BETWEEN 10 AND 14 \
    AND trim(substr(e.subject, 5), '0123456789') = '' THEN CAST(substr(e.subject, 5) AS BIGINT) END";

/// Which index is walked.
#[derive(Clone, Copy)]
enum By {
    About,
    Operator,
    Action,
    Version,
}

fn question(by: By) -> String {
    let (from, walked) = match by {
        By::About => (
            "event_subjects s JOIN events e ON e.version = s.version",
            "s.version < $1 AND s.version >= $2 AND s.kind = $8 AND s.subject = $9",
        ),
        By::Operator => ("events e", "e.version < $1 AND e.version >= $2 AND e.operator = $3"),
        By::Action => ("events e", "e.version < $1 AND e.version >= $2 AND e.action = $4"),
        By::Version => ("events e", "e.version < $1 AND e.version >= $2"),
    };
    let walked_as = if matches!(by, By::About) { "s.version" } else { "e.version" };
    format!(
        "SELECT e.*, (SELECT name FROM system_users WHERE login_id = e.operator) AS operator_name, \
         coalesce((SELECT name FROM offices WHERE office = e.subject), \
         (SELECT name FROM system_users WHERE login_id = e.subject), \
         (SELECT name FROM rooms WHERE room = e.subject), \
         (SELECT label FROM devices WHERE device = {DEVICE})) AS subject_name \
         FROM {from} WHERE {walked} AND ($3 IS NULL OR e.operator = $3) \
         AND ($4 IS NULL OR e.action = $4 OR e.action LIKE $4 || '.%') \
         AND ($5 IS NULL OR e.at >= $5) AND ($6 IS NULL OR e.at <= $6) AND ($7 IS NULL OR e.detail LIKE $7) \
         AND ($8 IS NULL OR $8 = $8) AND ($9 IS NULL OR $9 = $9) ORDER BY {walked_as} DESC LIMIT $10"
    )
}

static ABOUT: LazyLock<String> = LazyLock::new(|| question(By::About));
static OPERATOR: LazyLock<String> = LazyLock::new(|| question(By::Operator));
static ACTION: LazyLock<String> = LazyLock::new(|| question(By::Action));
static VERSION: LazyLock<String> = LazyLock::new(|| question(By::Version));

/// Of each kind, whether there is an event about one of this name.
static KINDS: LazyLock<String> = LazyLock::new(|| {
    let one = |kind: SubjectKind| {
        let kind = kind.as_str();
        format!(
            "SELECT '{kind}' AS kind WHERE EXISTS (SELECT 1 FROM event_subjects WHERE kind = '{kind}' AND subject = $1)"
        )
    };
    SubjectKind::ALL.map(one).join(" UNION ALL ")
});

impl Ledger {
    /// The newest `most` events that a filter lets through, the newest first.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn happened(&self, filter: &EventFilter, most: u32) -> Result<Vec<Happened>, Unavailable> {
        let mut tx = self.read().await?;
        let (from, before) = bounds(&mut tx, filter).await?;
        // Of all events those that were known in one way are few: they have an index of their own.
        let by_proof = filter.proof.clone().filter(|_| filter.about.is_none()).map(|proof| (SubjectKind::Proof, proof));
        let about = filter.about.clone().or(by_proof);
        let noun_only = filter.action.as_deref().is_some_and(|action| !action.contains('.'));
        let question: &'static str = if about.is_some() {
            &ABOUT
        } else if filter.operator.is_some() {
            &OPERATOR
        } else if filter.action.is_some() && !noun_only {
            &ACTION
        } else {
            &VERSION
        };
        let (kind, subject) = about.map_or((None, None), |(kind, id)| (Some(kind.as_str()), Some(id)));
        let values: [Value; 10] = [
            before.into(),
            from.into(),
            filter.operator.clone().into(),
            filter.action.clone().into(),
            filter.since.map(Timestamp::unix).into(),
            filter.until.map(Timestamp::unix).into(),
            filter.proof.as_ref().map(|proof| format!("%\"proof\":\"{proof}\"%")).into(),
            kind.into(),
            subject.into(),
            most.into(),
        ];
        tx.rows(question, values).await?.iter().map(read).collect()
    }

    /// One event.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn happened_at(&self, version: i64) -> Result<Option<Happened>, Unavailable> {
        let filter = EventFilter { after: Some(version.saturating_add(1)), ..EventFilter::default() };
        let found = self.happened(&filter, 1).await?;
        Ok(found.into_iter().next().filter(|found| found.event.version == version))
    }

    /// All that an event is about.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn touched_by(&self, version: i64) -> Result<Vec<(SubjectKind, String)>, Unavailable> {
        let question = "SELECT kind, subject FROM event_subjects WHERE version = $1 ORDER BY kind, subject LIMIT $2";
        let rows = self.read().await?.rows(question, [version.into(), TOUCHED.into()]).await?;
        rows.iter().map(|row| Ok((kind(&row.text("kind")?)?, row.text("subject")?))).collect()
    }

    /// As what there are events about this: mostly one.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn known_as(&self, subject: &str) -> Result<Vec<SubjectKind>, Unavailable> {
        let rows = self.read().await?.rows(&KINDS, [subject.into()]).await?;
        rows.iter().map(|row| kind(&row.text("kind")?)).collect()
    }
}

/// So many are listed of what one event touched.
const TOUCHED: i64 = 200;

fn kind(word: &str) -> Result<SubjectKind, Unavailable> {
    let found = SubjectKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    found.ok_or_else(|| Unavailable::Corrupt(format!("event_subjects.kind {word:?}")))
}

/// The versions between which the filter's events lie: the first that counts, and the first that does not. Clocks go back, so
/// all events of the time are asked; `+ 0` has SQLite ask the index of times and not the rows.
async fn bounds(tx: &mut Transaction, filter: &EventFilter) -> Result<(i64, i64), Unavailable> {
    let (mut from, mut before) = (0, filter.after.unwrap_or(i64::MAX));
    if let Some(since) = filter.since {
        let row = tx.row("SELECT min(version + 0) AS bound FROM events WHERE at >= $1", [since.unix().into()]).await?;
        from = row.map_or(Ok(None), |row| row.maybe_int("bound"))?.unwrap_or(i64::MAX);
    }
    if let Some(until) = filter.until {
        let row = tx.row("SELECT max(version + 0) AS bound FROM events WHERE at <= $1", [until.unix().into()]).await?;
        let last = row.map_or(Ok(None), |row| row.maybe_int("bound"))?;
        before = before.min(last.map_or(0, |last| last.saturating_add(1)));
    }
    Ok((from, before))
}

fn read(row: &Row) -> Result<Happened, Unavailable> {
    Ok(Happened {
        event: event::read(row)?,
        operator_name: row.maybe_text("operator_name")?,
        subject_name: row.maybe_text("subject_name")?,
    })
}
