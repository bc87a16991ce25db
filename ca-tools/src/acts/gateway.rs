//! A gateway is taken out of service: no stop waits for its word any more.

use serde_json::json;

use super::change::RequiredRole;
use super::{By, Writer};
use crate::refusal::{Kind, Refusal};
use crate::rows::report;

impl Writer {
    /// Waits no more for what this gateway says of a change. One that tells something after that is in service again:
    /// it still lets people in, so its word counts.
    ///
    /// # Errors
    /// No gateway of that name ever told anything.
    pub async fn retire_gateway(&self, by: &By, gateway: &str) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Custody).await?;
        if !report::retire_gateway(&mut change, gateway).await? {
            return Err(Refusal::Unknown(Kind::Gateway, gateway.to_owned()));
        }
        change.commit("gateway.retire", gateway, json!({})).await
    }
}
