//! Why something was not done: one enum for each thing that can refuse, and for each case of it one word for programs.
//!
//! No sentence stands here but the short one that a log line carries: `words`, far above, says it to operators and to
//! people. What can be refused by a decision alone (a step of an application, a ticket, a password, a letter) has its
//! enum where it is decided; `change` gathers all of them.

mod application;
mod change;
mod emergency;
mod issuer;
mod journal;
mod list;
mod login;
mod loss;
mod malformed;
mod proof;
mod public_key;
mod renewal;
mod replacement;
mod restore;
#[cfg(test)]
pub(crate) mod tests;
mod training;
mod unavailable;

pub use application::ApplicationRefusal;
pub use change::{Kind, Refusal};
pub use emergency::EmergencyRefusal;
pub use issuer::IssuerRefusal;
pub use journal::JournalRefusal;
pub use list::ListRefusal;
pub use login::LoginRefusal;
pub use loss::{Loss, LossRefusal};
pub use malformed::Malformed;
pub use proof::ProofRefusal;
pub use public_key::PublicKeyRefusal;
pub use renewal::RenewalRefusal;
pub use replacement::ReplacementRefusal;
pub use restore::RestoreRefusal;
pub use training::TrainingRefusal;
pub use unavailable::{ServerFault, Unavailable};
