//! Reading about people is an event, too: who looked up whom, and by what they asked.

use serde_json::json;

use super::change::{Change, RequiredRole};
use super::{By, Writer};
use crate::refusal::Refusal;

impl Writer {
    /// Whether this operator may look anybody up. Asked before anything is looked for.
    ///
    /// # Errors
    /// They may not, or the registry does not answer.
    pub async fn may_read(&self, by: &By) -> Result<(), Refusal> {
        Change::may(&mut self.read().await?, by, RequiredRole::Read).await.map(drop)
    }

    /// Why a caller does not get in was looked up: what was asked, and to whom it led. Written before it is shown.
    ///
    /// # Errors
    /// The operator may not, or the registry does not answer: then nothing is shown.
    pub async fn why_read(&self, by: &By, asked: &str, led_to: Option<&str>) -> Result<u64, Refusal> {
        let change = self.change(by, RequiredRole::Read).await?;
        change.commit("why.read", led_to.unwrap_or("-"), json!({ "asked": asked })).await
    }
}
