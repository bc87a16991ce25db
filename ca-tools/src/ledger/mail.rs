//! Letters in the queue and those that left it. What they say is not shown: a ticket's number is in one.

use super::Column::{MaybeText, MaybeTime, Number, Text, Time};
use super::{Column, Entry, Ledger, entries};
use crate::refusal::{Kind, Refusal, Unavailable};

const COLUMNS: [Column; 12] = [
    Number("mail"),
    Text("kind"),
    Text("recipient"),
    Text("about"),
    Text("state"),
    Number("tries"),
    Time("queued_at"),
    MaybeTime("next_at"),
    MaybeTime("tried_since"),
    MaybeTime("ended_at"),
    MaybeText("problem"),
    Text("message_id"),
];

/// Of a letter that is not going to be tried, there is no next time.
const QUESTION: &str = "SELECT * FROM (SELECT mail, kind, recipient, about, tries, queued_at, tried_since, ended_at, problem, \
    message_id, CASE WHEN given_up = 1 THEN 'given_up' ELSE state END AS state, \
    CASE WHEN state = 'queued' THEN next_at END AS next_at FROM mails) letters \
    WHERE ($1 IS NULL OR mail = $1) AND ($2 IS NULL OR state = $2) AND ($3 IS NULL OR about = $3) ORDER BY mail";

const BEFORE: &str = "SELECT * FROM (SELECT mail, kind, recipient, about, tries, queued_at, tried_since, ended_at, problem, \
    message_id, CASE WHEN given_up = 1 THEN 'given_up' ELSE state END AS state, \
    CASE WHEN state = 'queued' THEN next_at END AS next_at FROM mails) letters \
    WHERE ($1 IS NULL OR mail < $1) AND ($2 IS NULL OR state = $2) AND ($3 IS NULL OR about = $3) \
    AND ($5 IS NULL OR ended_at >= $5) ORDER BY mail DESC LIMIT $4";

/// Which letters a list shows; `None` shows all.
#[derive(Clone, Debug, Default)]
pub struct MailFilter {
    /// `queued`, `sent`, `refused`, `given_up` or `dropped`.
    pub state: Option<&'static str>,
    /// About this device, application or office.
    pub about: Option<String>,
    /// That ended at this second or later.
    pub ended_since: Option<i64>,
}

impl Ledger {
    /// The letters that a filter lets through, in the order of queueing.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn mails(&self, filter: MailFilter) -> Result<Vec<Entry>, Unavailable> {
        let values = [None::<i64>.into(), filter.state.into(), filter.about.into()];
        entries(&mut self.read().await?, QUESTION, values, &COLUMNS).await
    }

    /// Up to `most` letters before this number, the newest first.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn letters_before(
        &self,
        filter: MailFilter,
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<Entry>, Unavailable> {
        let MailFilter { state, about, ended_since } = filter;
        let values = [before.into(), state.into(), about.into(), most.into(), ended_since.into()];
        entries(&mut self.read().await?, BEFORE, values, &COLUMNS).await
    }

    /// One letter.
    ///
    /// # Errors
    /// There is none of that number, or the registry does not answer.
    pub async fn mail(&self, mail: i64) -> Result<Entry, Refusal> {
        let values = [Some(mail).into(), None::<&str>.into(), None::<&str>.into()];
        let found = entries(&mut self.read().await?, QUESTION, values, &COLUMNS).await?;
        found.into_iter().next().ok_or_else(|| Refusal::Unknown(Kind::Mail, mail.to_string()))
    }

    /// How many letters the change of this version queued: none means that nobody is told by mail.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn letters_of(&self, version: u64) -> Result<i64, Unavailable> {
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        let question = "SELECT COUNT(*) AS letters FROM mails WHERE version = $1";
        let row = self.read().await?.row(question, [version.into()]).await?;
        row.map_or(Ok(0), |row| row.int("letters"))
    }
}
