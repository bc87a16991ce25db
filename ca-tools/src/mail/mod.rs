//! Letters to offices: what is told, to be written out when it is sent.
//!
//! The queue holds facts, not texts: `letter` says which, `writer::mail` queues them in the change
//! they tell of. No secret stands in one but the number of a pick-up ticket, which opens nothing
//! without its confirmation code.

mod application;
mod letter;

pub use application::{ApplicationFacts, ApplicationStep};
pub use letter::{DeviceFacts, Letter};
