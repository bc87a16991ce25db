//! 誓約⑥: an office tells the city that it ends its use. Nothing ends by that: the city closes it, for it is not undone; until then
//! its contact may take it back.

use registry::OfficeNo;
use registry::change::OfficeChange;
use serde_json::json;

use super::change::RequiredRole;
use super::{By, Writer, office_contact};
use crate::application::Day;
use crate::refusal::Refusal;
use crate::rows;
use crate::rows::office_end;

impl Writer {
    /// The office's contact tells that its use ends, and its last day. Told once more with the same day, nothing is written.
    ///
    /// # Errors
    /// Whoever tells it is not its contact; the office is over.
    pub(crate) async fn tell_end_of_use(&self, by: &By, office: &OfficeNo, last_day: Day) -> Result<(), Refusal> {
        let mut change = self.change(by, RequiredRole::Desk).await?;
        office_contact::speaks_for(&mut change, &by.operator, office).await?;
        let state = rows::office::state(&mut change, office).await?;
        state.after(OfficeChange::Withdraw).map_err(|why| Refusal::Illegal(office.to_string(), why))?;
        let (told, last_day) = (office_end::told(&mut change, office.as_str()).await?, last_day.to_string());
        if told.is_some_and(|told| told.last_day == last_day) {
            return Ok(());
        }
        change.commit("office.tell-end", office.as_str(), json!({ "last_day": last_day })).await.map(drop)
    }

    /// The office's contact takes that back. Where nothing was told, nothing is written.
    ///
    /// # Errors
    /// Whoever takes it back is not its contact.
    pub(crate) async fn take_back_end_of_use(&self, by: &By, office: &OfficeNo) -> Result<(), Refusal> {
        let mut change = self.change(by, RequiredRole::Desk).await?;
        office_contact::speaks_for(&mut change, &by.operator, office).await?;
        if office_end::told(&mut change, office.as_str()).await?.is_none() {
            return Ok(());
        }
        change.commit("office.take-back-end", office.as_str(), json!({})).await.map(drop)
    }
}
