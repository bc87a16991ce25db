//! Reading about people is an event, too: who looked up whom, and by what they asked.

use serde_json::{Value as Json, json};

use super::change::{Change, RequiredRole};
use super::{By, Writer, known};
use crate::refusal::Refusal;

impl Writer {
    /// Whether this operator may look anybody up. Asked before anything is looked for.
    ///
    /// # Errors
    /// They may not, or the registry does not answer.
    pub async fn may_read(&self, by: &By) -> Result<(), Refusal> {
        self.reads(by, RequiredRole::Read).await
    }

    /// Whether this is an operator, of any role: for what has no person in it.
    ///
    /// # Errors
    /// They are none, or the registry does not answer.
    pub async fn may_look(&self, by: &By) -> Result<(), Refusal> {
        self.reads(by, RequiredRole::Look).await
    }

    /// A question may not write, on a server least of all: that a login was used is noted apart.
    async fn reads(&self, by: &By, duty: RequiredRole) -> Result<(), Refusal> {
        let mut tx = self.read().await?;
        Change::may(&mut tx, by, duty).await?;
        let note = known::is_use_to_note(&mut tx, by).await?;
        drop(tx);
        if note {
            let mut tx = self.database.begin_write().await?;
            known::note_use(&mut tx, by).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// The record is read: this part of it. Written before it is shown.
    ///
    /// # Errors
    /// The operator may not, or the registry does not answer: then nothing is shown.
    pub async fn read_events(&self, by: &By, part: Json) -> Result<u64, Refusal> {
        self.change(by, RequiredRole::Read).await?.commit("audit.read", "events", part).await
    }

    /// Why a caller does not get in was looked up: what was asked, and to whom it led. Written before it is shown.
    ///
    /// # Errors
    /// The operator may not, or the registry does not answer: then nothing is shown.
    pub async fn why_read(&self, by: &By, asked: &str, led_to: Option<&str>) -> Result<u64, Refusal> {
        let change = self.change(by, RequiredRole::Read).await?;
        change.commit("why.read", led_to.unwrap_or("-"), json!({ "asked": asked })).await
    }

    /// A report is read, or taken along: which, how people call it, and what was asked. Written before it is shown.
    ///
    /// # Errors
    /// The operator may not, or the registry does not answer: then nothing is shown.
    pub async fn read_report(&self, by: &By, report: &str, (title, asked): (&str, Json)) -> Result<u64, Refusal> {
        let change = self.change(by, RequiredRole::Read).await?;
        change.commit("report.read", report, json!({ "title": title, "asked": asked })).await
    }
}
