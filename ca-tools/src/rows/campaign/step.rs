//! What was done about those who did not answer.

use certs::Timestamp;

use super::super::proposal::{kept, written};
use super::parsed;
use crate::campaign::{CampaignNo, CampaignStep, StepState};
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::Unavailable;

/// The steps of a campaign, the earliest first.
pub(crate) async fn steps(tx: &mut Transaction, no: CampaignNo) -> Result<Vec<CampaignStep>, Unavailable> {
    let question = "SELECT number, step, state, touches, taken_at, taken_by, until, undone_at, undone_by, version \
        FROM campaign_steps WHERE campaign = $1 ORDER BY number";
    tx.rows(question, [no.to_string().into()]).await?.iter().map(read).collect()
}

/// The number of the next.
pub(crate) async fn next_step_number(tx: &mut Transaction, no: CampaignNo) -> Result<i64, Unavailable> {
    let question = "SELECT COALESCE(MAX(number), 0) AS last FROM campaign_steps WHERE campaign = $1";
    Ok(tx.row(question, [no.to_string().into()]).await?.map_or(Ok(0), |row| row.int("last"))? + 1)
}

/// Writes one that is taken.
pub(crate) async fn write_step(tx: &mut Versioned, no: CampaignNo, step: &CampaignStep) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO campaign_steps (campaign, number, step, state, touches, taken_at, taken_by, until, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            no.to_string().into(),
            step.number.into(),
            step.step.as_str().into(),
            step.state.as_str().into(),
            written(&step.touches)?.into(),
            step.taken_at.unix().into(),
            step.taken_by.as_str().into(),
            step.until.map(Timestamp::unix).into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// It comes into this state; who undid it, where it is undone.
pub(crate) async fn write_step_state(
    tx: &mut Versioned,
    (no, number): (CampaignNo, i64),
    (state, undone_by): (StepState, Option<&str>),
) -> Result<(), Unavailable> {
    let at = undone_by.map(|_| tx.at().unix());
    tx.run(
        "UPDATE campaign_steps SET state = $3, undone_at = $4, undone_by = $5, version = $6 \
         WHERE campaign = $1 AND number = $2",
        [no.to_string().into(), number.into(), state.as_str().into(), at.into(), undone_by.into(), tx.version().into()],
    )
    .await
    .map(drop)
}

fn read(row: &Row) -> Result<CampaignStep, Unavailable> {
    let moment = |column| -> Result<_, Unavailable> { Ok(row.maybe_int(column)?.map(Timestamp::from_unix)) };
    let undone = match (row.maybe_text("undone_by")?, moment("undone_at")?) {
        (Some(by), Some(at)) => Some((parsed(&by)?, at)),
        _ => None,
    };
    Ok(CampaignStep {
        number: row.int("number")?,
        step: parsed(&row.text("step")?)?,
        state: parsed(&row.text("state")?)?,
        touches: kept(row, "touches")?,
        taken_by: parsed(&row.text("taken_by")?)?,
        taken_at: Timestamp::from_unix(row.int("taken_at")?),
        until: moment("until")?,
        undone,
        version: row.int("version")?,
    })
}
