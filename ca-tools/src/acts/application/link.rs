//! A letter that is no step of any application yet: the link to a form.

use serde_json::json;

use super::super::change::RequiredRole;
use super::super::mail::Delivery;
use super::super::{By, Writer};
use crate::letters::Letter;
use crate::refusal::Refusal;

impl Writer {
    /// Queues it. The event does not say to whom: of whoever never follows the link nothing is to be kept.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn send_link(
        &self,
        by: &By,
        recipient: &str,
        about: &str,
        letter: &Letter,
    ) -> Result<Delivery, Refusal> {
        let mut change = self.change(by, RequiredRole::Desk).await?;
        let told = change.mail((recipient, about), letter).await?;
        change.commit("application.send-link", "web", json!({ "letter": letter.kind() })).await?;
        Ok(told)
    }
}
