//! Is whoever is asked about there at all? Of a number that was mistyped nothing was done, and it would look like an answer.
//!
//! A room is not asked for: lines name those, too, that somebody only tried.

use super::AccessWhom;
use crate::ledger::Ledger;
use crate::refusal::Refusal;

impl AccessWhom {
    /// Goes on where all that is named is, or was, in the registry.
    ///
    /// # Errors
    /// The first that never was there; the registry does not answer.
    pub(crate) async fn known(&self, ledger: &Ledger) -> Result<(), Refusal> {
        if let Some(device) = self.device {
            ledger.device(device).await?;
        }
        if let Some(person) = &self.person {
            ledger.user(person).await?;
        }
        if let Some(office) = &self.office {
            ledger.office(office).await?;
        }
        Ok(())
    }
}
