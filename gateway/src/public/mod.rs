//! The public door: what everybody may ask of the desk, without a certificate and without a session, and nothing else.
//!
//! A help site leads there where its `desk` is configured. What is asked is judged in `asked`, becomes a [`Public`] and
//! goes to the desk by [`PublicDesk`](crate::proxy::PublicDesk), which takes nothing else; what comes back is cut down in
//! `answered`.

mod admission_control;
mod answered;
mod asked;
mod body_pool;
mod paths;

pub use admission_control::{AdmissionControl, DeskPermit, MOST_OCTETS};
pub use answered::{Astray, answered};
pub use asked::{Carries, Public, PublicHead, Sender};
pub use body_pool::Slot;
pub use paths::{Counter, is_desks, protects, shown};
