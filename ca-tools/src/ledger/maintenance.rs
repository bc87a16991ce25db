//! Maintenance accounts and their windows: which were opened by which work plan.

use certs::Timestamp;
use registry::{LoginId, Opening, Window};

use super::Column::{MaybeText, MaybeTime, Text, Time};
use super::{Column, Entry, Ledger, entries};
use crate::refusal::{Refusal, Unavailable};
use crate::rows;

const COLUMNS: [Column; 11] = [
    Text("plan"),
    Text("login_id"),
    MaybeText("name"),
    MaybeText("office"),
    MaybeText("office_name"),
    Time("from_at"),
    Time("until_at"),
    Time("opened_at"),
    Text("opened_by"),
    MaybeTime("closed_at"),
    MaybeText("closed_by"),
];

const QUESTION: &str = "SELECT w.plan, w.login_id, u.name, u.office, o.name AS office_name, w.from_at, w.until_at, \
    w.opened_at, w.opened_by, w.closed_at, w.closed_by FROM maintenance_windows w \
    LEFT JOIN system_users u ON u.login_id = w.login_id LEFT JOIN offices o ON o.office = u.office \
    WHERE ($1 IS NULL OR w.plan = $1) AND ($2 IS NULL OR w.login_id = $2) ORDER BY w.from_at DESC, w.login_id LIMIT $3";

/// Windows of one list: those of years.
const MOST: i64 = 2_000;

/// A window as a report asks for it: until when somebody was let in indeed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PlannedWindow {
    pub(crate) login_id: String,
    pub(crate) name: String,
    pub(crate) window: Window,
}

impl Ledger {
    /// The windows there were and are, the newest first; of this plan, of this account, or all.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn maintenance_windows(
        &self,
        plan: Option<&str>,
        login_id: Option<&LoginId>,
    ) -> Result<Vec<Entry>, Unavailable> {
        let values = [plan.into(), login_id.map(LoginId::as_str).into(), MOST.into()];
        entries(&mut self.read().await?, QUESTION, values, &COLUMNS).await
    }

    /// When this ID is let in.
    ///
    /// # Errors
    /// There is no such ID, or the registry does not answer.
    pub async fn opening_of(&self, login_id: &LoginId) -> Result<Opening, Refusal> {
        rows::maintenance::opening_of(&mut self.read().await?, login_id).await
    }

    /// The windows of a work plan, in their order.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn windows_of_plan(&self, plan: &str) -> Result<Vec<PlannedWindow>, Unavailable> {
        let values = [Some(plan).into(), None::<&str>.into(), MOST.into()];
        let rows = self.read().await?.rows(QUESTION, values).await?;
        let mut windows = Vec::with_capacity(rows.len());
        for row in rows.iter().rev() {
            let until = row.int("until_at")?;
            let until = row.maybe_int("closed_at")?.map_or(until, |closed| closed.min(until));
            windows.push(PlannedWindow {
                login_id: row.text("login_id")?,
                name: row.maybe_text("name")?.unwrap_or_default(),
                window: Window { from: Timestamp::from_unix(row.int("from_at")?), until: Timestamp::from_unix(until) },
            });
        }
        Ok(windows)
    }
}
