//! Proposals: what one asks for, and what another said to it.

use std::sync::LazyLock;

use certs::Timestamp;
use registry::LoginId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::database::{Row, Transaction, Value, Versioned};
use crate::proposal::{Act, Outlook, PastAct, Proposal, ProposalNo, State, TO_A_DEVICE, TO_A_PERSON};
use crate::refusal::Unavailable;

/// How a proposal stands at the second `$1`, in SQL: its row says so, but that one whose time has passed lapsed, though the
/// desk's clock did not come to it yet.
macro_rules! standing {
    () => {
        "CASE WHEN state IN ('open', 'approved') AND until < $1 THEN 'lapsed' ELSE state END"
    };
}
/// Whether it goes on from here, at that second.
macro_rules! alive {
    () => {
        "state IN ('open', 'approved') AND until >= $1"
    };
}
pub(crate) use {alive, standing};

/// The number of the next proposal.
pub(crate) async fn next_number(tx: &mut Transaction) -> Result<ProposalNo, Unavailable> {
    let row = tx.row("SELECT count(*) AS proposals FROM proposals", []).await?;
    let count = row.map_or(Ok(0), |row| row.int("proposals"))?;
    ProposalNo::of(count + 1).ok_or_else(|| Unavailable::Corrupt(format!("proposal {}", count + 1)))
}

/// Writes a new one.
pub(crate) async fn write(tx: &mut Versioned, proposal: &Proposal) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO proposals (proposal, kind, act, touched, before_act, after_act, facts, epoch, application, why, \
         proposed_by, proposed_at, until, state, version, said, touches) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        [
            proposal.no.to_string().into(),
            proposal.act.kind().as_str().into(),
            written(&proposal.act)?.into(),
            written(&proposal.outlook.touched)?.into(),
            written(&proposal.outlook.before)?.into(),
            written(&proposal.outlook.after)?.into(),
            proposal.facts.as_str().into(),
            proposal.epoch.into(),
            proposal.application.as_deref().into(),
            proposal.why.as_str().into(),
            proposal.proposed_by.as_str().into(),
            proposal.proposed_at.unix().into(),
            proposal.until.unix().into(),
            proposal.state.as_str().into(),
            tx.version().into(),
            proposal.act.said().ja.into(),
            i64::try_from(proposal.outlook.touched.len()).unwrap_or(i64::MAX).into(),
        ],
    )
    .await
    .map(drop)
}

/// What became of one.
#[derive(Clone, Debug)]
pub(crate) struct Decided<'a> {
    pub(crate) state: State,
    pub(crate) by: &'a str,
    pub(crate) proof: &'static str,
    pub(crate) why: Option<&'a str>,
}

/// Writes what became of it.
pub(crate) async fn decide(tx: &mut Versioned, no: ProposalNo, decided: Decided<'_>) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE proposals SET state = $2, decided_by = $3, decided_at = $4, decided_proof = $5, decided_why = $6, \
         version = $7 WHERE proposal = $1",
        [
            no.to_string().into(),
            decided.state.as_str().into(),
            decided.by.into(),
            tx.at().unix().into(),
            decided.proof.into(),
            decided.why.into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// It comes into this state, whoever decided it before.
pub(crate) async fn write_state(tx: &mut Versioned, no: ProposalNo, state: State) -> Result<(), Unavailable> {
    let values = [no.to_string().into(), state.as_str().into(), tx.version().into()];
    tx.run("UPDATE proposals SET state = $2, version = $3 WHERE proposal = $1", values).await.map(drop)
}

/// This one; `None` where there is none.
pub(crate) async fn stored(tx: &mut Transaction, no: ProposalNo) -> Result<Option<Proposal>, Unavailable> {
    let row = tx.row("SELECT * FROM proposals WHERE proposal = $1", [no.to_string().into()]).await?;
    row.as_ref().map(read).transpose()
}

/// The same act, proposed by the same one, that waits already.
pub(crate) async fn twin(
    tx: &mut Transaction,
    (act, by): (&Act, &LoginId),
    now: Timestamp,
) -> Result<Option<Proposal>, Unavailable> {
    let question = "SELECT * FROM proposals WHERE state = 'open' AND proposed_by = $1 AND act = $2 AND until >= $3";
    let row = tx.row(question, [by.as_str().into(), written(act)?.into(), now.unix().into()]).await?;
    row.as_ref().map(read).transpose()
}

/// Those that wait, and whose time has passed.
pub(crate) async fn past(tx: &mut Transaction, now: Timestamp) -> Result<Vec<ProposalNo>, Unavailable> {
    let question = concat!(
        "SELECT proposal FROM proposals WHERE state IN ('open', 'approved') AND ",
        standing!(),
        " = 'lapsed' ORDER BY proposal"
    );
    tx.rows(question, [now.unix().into()]).await?.iter().map(number).collect()
}

/// Which proposal a row is.
pub(crate) fn number(row: &Row) -> Result<ProposalNo, Unavailable> {
    let text = row.text("proposal")?;
    text.parse().map_err(|why| Unavailable::Corrupt(format!("proposal {text}: {why}")))
}

/// A row of proposals.
pub(crate) fn read(row: &Row) -> Result<Proposal, Unavailable> {
    let person = |text: String| -> Result<LoginId, Unavailable> {
        text.parse().map_err(|why| Unavailable::Corrupt(format!("ID {text}: {why}")))
    };
    let state = row.text("state")?;
    Ok(Proposal {
        no: number(row)?,
        act: kept::<Act>(row, "act")?,
        outlook: Outlook {
            touched: kept(row, "touched")?,
            before: kept(row, "before_act")?,
            after: kept(row, "after_act")?,
        },
        facts: row.text("facts")?,
        epoch: row.int("epoch")?,
        application: row.maybe_text("application")?,
        why: row.text("why")?,
        proposed_by: person(row.text("proposed_by")?)?,
        proposed_at: Timestamp::from_unix(row.int("proposed_at")?),
        until: Timestamp::from_unix(row.int("until")?),
        state: state.parse().map_err(|why| Unavailable::Corrupt(format!("proposal {state}: {why}")))?,
        decided_by: row.maybe_text("decided_by")?.map(person).transpose()?,
    })
}

/// A column that is JSON.
pub(crate) fn kept<T: DeserializeOwned>(row: &Row, column: &'static str) -> Result<T, Unavailable> {
    serde_json::from_str(&row.text(column)?).map_err(|why| Unavailable::Corrupt(format!("{column}: {why}")))
}

/// Such a column.
pub(crate) fn written<T: Serialize>(value: &T) -> Result<String, Unavailable> {
    serde_json::to_string(value).map_err(|why| Unavailable::Corrupt(why.to_string()))
}

/// The devices that list one of the two by name.
const THEIRS: &str = "SELECT 'DEV-' || CASE WHEN device < 1000000 THEN substr(CAST(1000000 + device AS TEXT), 2) \
    ELSE CAST(device AS TEXT) END FROM device_users WHERE state = 'listed' AND login_id IN ($1, $2)";

/// What was proposed stands in the event of whoever approved it: of an operator too, at this moment or before. What it says
/// is read once more, exactly, by who decides (`proposal::between`).
static PAST: LazyLock<String> = LazyLock::new(|| {
    let words = |actions: &[&str]| actions.iter().map(|action| format!("'{action}'")).collect::<Vec<_>>().join(", ");
    let (person, device) = (words(&TO_A_PERSON), words(&TO_A_DEVICE));
    let proposed_by = |one: &str| format!("detail LIKE '%\"proposed_by\":\"' || {one} || '\"%'");
    format!(
        "SELECT version, at, operator, action, subject, detail FROM events \
         WHERE version >= $3 AND (at > $4 OR version > $5) \
         AND (operator IN ($1, $2) OR (operator IN (SELECT decided_by FROM proposals WHERE proposed_by IN ($1, $2)) \
         AND ({} OR {}))) \
         AND ((action IN ({person}) AND subject IN ($1, $2)) \
         OR (action IN ({device}) AND (subject IN ({THEIRS}) OR detail LIKE '%\"device\":\"DEV-%'))) ORDER BY version",
        proposed_by("$1"),
        proposed_by("$2"),
    )
});

/// What these two did for one another, or proposed, after that moment; and all of it since this was proposed, also within the
/// same second.
pub(crate) async fn past_acts(
    tx: &mut Transaction,
    (one, other): (&LoginId, &LoginId),
    (since, no): (Timestamp, ProposalNo),
) -> Result<Vec<PastAct>, Unavailable> {
    let first = async |tx: &mut Transaction, question, value| -> Result<i64, Unavailable> {
        let row = tx.row(question, [value]).await?;
        Ok(row.map_or(Ok(None), |row| row.maybe_int("version"))?.unwrap_or(i64::MAX))
    };
    // `+ 0` has SQLite ask the index of times and not the rows.
    let later = "SELECT min(version + 0) AS version FROM events WHERE at > $1";
    let later = first(tx, later, since.unix().into()).await?;
    let proposed = "SELECT min(version) AS version FROM events WHERE subject = $1 AND action = 'proposal.propose'";
    let proposed = first(tx, proposed, no.to_string().into()).await?;
    let span: [Value; 3] = [later.min(proposed).into(), since.unix().into(), proposed.into()];
    let [from, at, proposed] = span;
    let rows = tx.rows(&PAST, [one.as_str().into(), other.as_str().into(), from, at, proposed]).await?;
    rows.iter().map(past_act).collect()
}

fn past_act(row: &Row) -> Result<PastAct, Unavailable> {
    let detail: serde_json::Value = kept(row, "detail")?;
    let said = |field: &str| detail.get(field).and_then(serde_json::Value::as_str).map(str::to_owned);
    Ok(PastAct {
        version: row.int("version")?,
        at: Timestamp::from_unix(row.int("at")?),
        by: std::iter::once(row.text("operator")?).chain(said("proposed_by")).collect(),
        action: row.text("action")?,
        about: std::iter::once(row.text("subject")?).chain(said("device")).collect(),
    })
}

/// The devices that list this person by name.
pub(crate) async fn devices_of(tx: &mut Transaction, person: &LoginId) -> Result<Vec<String>, Unavailable> {
    let question = "SELECT device FROM device_users WHERE login_id = $1 AND state = 'listed'";
    let rows = tx.rows(question, [person.as_str().into()]).await?;
    rows.iter().map(|row| Ok(format!("DEV-{:06}", row.int("device")?))).collect()
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection, Row as _};

    use super::*;

    /// Four eyes are asked under the registry's lock: a past of years costs what a day of it does.
    #[tokio::test]
    async fn whom_two_acted_for_is_asked_of_indexes() {
        let mut memory = sqlx::SqliteConnection::connect("sqlite::memory:").await.unwrap();
        sqlx::migrate!("../certs/registry/migrations").run(&mut memory).await.unwrap();
        let plan = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", *PAST));
        let plan = sqlx::query(plan).bind("a").bind("b").bind(1).bind(1).bind(1).fetch_all(&mut memory).await.unwrap();
        let steps: Vec<String> = plan.iter().map(|step| step.get("detail")).collect();
        assert!(steps.iter().all(|step| !step.starts_with("SCAN")), "{steps:#?}");
        assert!(steps.iter().any(|step| step.contains("proposals_proposed_by")), "{steps:#?}");
    }
}
