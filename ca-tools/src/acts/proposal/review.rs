//! What a custodian did alone is looked at by another custodian, afterwards.

use registry::LoginId;
use serde_json::json;

use super::super::change::RequiredRole;
use super::super::{By, Writer};
use crate::proposal::{BrokenGlassNo, Finding, ProposalRefusal};
use crate::refusal::Refusal;
use crate::rows;

impl Writer {
    /// Keeps what a review of an act alone found, in the words of this change's reason.
    ///
    /// # Errors
    /// There is no such act; it was reviewed already, or is one's own; no custodian; nobody says what they found.
    pub async fn review(&self, by: &By, no: BrokenGlassNo, finding: Finding) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Custody).await?;
        let said = change.why()?.to_owned();
        let found = rows::broken_glass::standing(&mut change, no).await?;
        let (broken_by, reviewed): (LoginId, bool) = found.ok_or_else(|| ProposalRefusal::Unknown(no.to_string()))?;
        if reviewed {
            return Err(ProposalRefusal::Reviewed(no).into());
        }
        if broken_by == by.operator {
            return Err(ProposalRefusal::ReviewsOwn(no, broken_by).into());
        }
        rows::broken_glass::review(&mut change, no, (&by.operator, finding, &said)).await?;
        let detail = json!({ "finding": finding.as_str(), "broken_by": broken_by });
        change.commit("break-glass.review", &no.to_string(), detail).await
    }
}
