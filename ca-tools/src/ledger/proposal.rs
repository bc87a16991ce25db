//! Proposals, and what custodians did alone: what waits, and what became of it.

use certs::Timestamp;
use serde_json::{Value as Json, json};

use super::Column::{Json as JsonText, MaybeNumber, MaybeText, MaybeTime, Number, Text, Time};
use super::{Column, Entry, Ledger, entries};
use crate::proposal::{Act, Outlook, Proposal, ProposalNo, ProposalRefusal};
use crate::refusal::{Refusal, Unavailable};
use crate::rows;
use crate::rows::proposal::{alive, standing};

const PROPOSALS: [Column; 16] = [
    Text("proposal"),
    Text("kind"),
    MaybeText("said"),
    MaybeNumber("touches"),
    Text("state"),
    MaybeText("application"),
    Text("why"),
    Text("proposed_by"),
    MaybeText("proposed_by_name"),
    Time("proposed_at"),
    Time("until"),
    MaybeText("decided_by"),
    MaybeText("decided_by_name"),
    MaybeTime("decided_at"),
    MaybeText("decided_proof"),
    MaybeText("decided_why"),
];

/// A line of each: neither the act nor whom it touches is read.
macro_rules! lines {
    ($($rest:tt)+) => {
        concat!(
            "SELECT proposal, kind, said, touches, application, why, proposed_by, proposed_at, until, \
             decided_by, decided_at, decided_proof, decided_why, \
             (SELECT name FROM system_users WHERE login_id = proposed_by) AS proposed_by_name, \
             (SELECT name FROM system_users WHERE login_id = decided_by) AS decided_by_name, ",
            standing!(),
            " AS state FROM proposals WHERE ",
            $($rest)+
        )
    };
}

const BROKEN: [Column; 14] = [
    Text("broken_glass"),
    Text("kind"),
    JsonText("act"),
    JsonText("touched"),
    Text("why"),
    Text("broken_by"),
    MaybeText("broken_by_name"),
    Time("broken_at"),
    Number("event"),
    Time("until"),
    MaybeText("reviewed_by"),
    MaybeTime("reviewed_at"),
    MaybeText("finding"),
    MaybeText("review"),
];

const QUESTION: &str = lines!(
    "($2 IS NULL OR ",
    standing!(),
    " = $2 OR ($2 = 'waiting' AND ",
    alive!(),
    ")) AND ($3 IS NULL OR proposal < $3) ORDER BY proposal DESC LIMIT $4"
);
const ONE: &str = lines!("proposal = $2");

/// Which proposals a list shows.
#[derive(Clone, Debug)]
pub struct ProposalFilter {
    /// In this state; `waiting`: open or approved, and not past their time.
    pub state: Option<String>,
    /// Before this one: the list goes on.
    pub before: Option<String>,
    /// So many at most.
    pub most: u32,
}

impl Default for ProposalFilter {
    fn default() -> Self {
        Self { state: None, before: None, most: 1_000 }
    }
}

impl Ledger {
    /// Proposals, the newest first.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn proposals(&self, filter: ProposalFilter, now: Timestamp) -> Result<Vec<Entry>, Unavailable> {
        let ProposalFilter { state, before, most } = filter;
        let values = [now.unix().into(), state.into(), before.into(), most.into()];
        entries(&mut self.read().await?, QUESTION, values, &PROPOSALS).await
    }

    /// One proposal, as it is judged.
    ///
    /// # Errors
    /// There is none of that number, or the registry does not answer.
    pub async fn proposal(&self, no: ProposalNo) -> Result<Proposal, Refusal> {
        let found = rows::proposal::stored(&mut self.read().await?, no).await?;
        Ok(found.ok_or_else(|| ProposalRefusal::Unknown(no.to_string()))?)
    }

    /// The same, as lists show it, with what held and what would hold.
    ///
    /// # Errors
    /// As [`Self::proposal`].
    pub async fn proposal_entry(&self, no: ProposalNo, now: Timestamp) -> Result<Entry, Refusal> {
        let proposal = self.proposal(no).await?;
        let values = [now.unix().into(), no.to_string().into()];
        let found = entries(&mut self.read().await?, ONE, values, &PROPOSALS).await?;
        let mut entry = found.into_iter().next().ok_or_else(|| ProposalRefusal::Unknown(no.to_string()))?;
        let json = |written: serde_json::Result<Json>| written.map_err(|why| Unavailable::Corrupt(why.to_string()));
        entry.insert("act".to_owned(), json(serde_json::to_value(&proposal.act))?);
        entry.insert("said".to_owned(), proposal.act.said().ja.into());
        entry.insert("touched".to_owned(), json(serde_json::to_value(&proposal.outlook.touched))?);
        entry.insert("touches".to_owned(), proposal.outlook.touched.len().into());
        entry.insert("changes".to_owned(), changes(&proposal.outlook));
        Ok(entry)
    }

    /// What custodians did alone, the newest first.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn broken_glasses(&self) -> Result<Vec<Entry>, Unavailable> {
        let question = "SELECT *, (SELECT name FROM system_users WHERE login_id = broken_by) AS broken_by_name \
            FROM broken_glasses ORDER BY broken_glass DESC LIMIT 1000";
        let mut found = entries(&mut self.read().await?, question, [], &BROKEN).await?;
        found.iter_mut().for_each(said);
        Ok(found)
    }

    /// Those that nobody reviewed yet, the first that is due first.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn open_reviews(&self) -> Result<Vec<Entry>, Unavailable> {
        let question = "SELECT *, (SELECT name FROM system_users WHERE login_id = broken_by) AS broken_by_name \
            FROM broken_glasses WHERE reviewed_at IS NULL ORDER BY until, broken_glass LIMIT 1000";
        let mut found = entries(&mut self.read().await?, question, [], &BROKEN).await?;
        found.iter_mut().for_each(said);
        Ok(found)
    }
}

impl Ledger {
    /// What waits for its review: number, by whom it was done, until when.
    pub(crate) async fn reviews_due(&self) -> Result<Vec<(String, String, Timestamp)>, Unavailable> {
        let question =
            "SELECT broken_glass, broken_by, until FROM broken_glasses WHERE reviewed_at IS NULL ORDER BY until";
        let rows = self.read().await?.rows(question, []).await?;
        let read = |row: &crate::database::Row| {
            Ok((row.text("broken_glass")?, row.text("broken_by")?, Timestamp::from_unix(row.int("until")?)))
        };
        rows.iter().map(read).collect()
    }
}

/// What the act does in one sentence, and how many it touches.
fn said(entry: &mut Entry) {
    let act = entry.get("act").cloned().unwrap_or_default();
    let text = serde_json::from_value::<Act>(act).map(|act| act.said().ja).unwrap_or_default();
    entry.insert("said".to_owned(), text.into());
    let touches = entry.get("touched").and_then(Json::as_array).map_or(0, Vec::len);
    entry.insert("touches".to_owned(), touches.into());
}

/// What an act would change, for lists and programs.
#[must_use]
pub fn changes(outlook: &Outlook) -> Json {
    let changes = outlook.changes();
    changes.iter().map(|one| json!({ "id": one.id, "field": one.field, "before": one.was, "after": one.is })).collect()
}
