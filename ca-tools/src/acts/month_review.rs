//! Somebody looked at the report of a month, and says so.

use serde_json::json;

use super::change::RequiredRole;
use super::{By, Writer};
use crate::application::Month;
use crate::refusal::{Malformed, Refusal};
use crate::rows::month_review;

impl Writer {
    /// Keeps that the report of this month, as it was shown, was looked at; what was found stands in the change's reason. The
    /// report itself is taken along as a file: what is kept of it is its digest, by which such a file is known again.
    ///
    /// # Errors
    /// The month is not over, of before there was a registry, or reviewed already; the operator may not read it; nobody says
    /// what they found.
    pub async fn review_month(&self, by: &By, month: Month, digest: &str) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Read).await?;
        let said = change.why()?.to_owned();
        if month.next().begins() > by.at {
            return Err(Malformed::MonthNotOver(month.to_string()).into());
        }
        if month_review::began(&mut change).await?.is_none_or(|began| month < Month::of(began)) {
            return Err(Malformed::MonthBefore(month.to_string()).into());
        }
        if let Some(reviewer) = month_review::reviewed_by(&mut change, month).await? {
            return Err(Malformed::MonthReviewed(month.to_string(), reviewer).into());
        }
        month_review::write(&mut change, month, (&by.operator, &said, digest)).await?;
        change.commit("report.review", &month.to_string(), json!({ "report": digest })).await
    }
}
