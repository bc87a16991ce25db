//! The public door: what everybody may ask of the desk, without a certificate and without a session, and nothing else.
//!
//! A help site leads there where its `desk` is configured. What is asked is judged in `asked`, becomes a [`Public`] and
//! goes to the desk by [`PublicDesk`](crate::proxy::PublicDesk), which takes nothing else; what comes back is cut down in
//! `answered`.

mod answered;
mod asked;
mod crowd;
mod paths;
mod pool;

pub use answered::{Astray, answered};
pub use asked::{Asked, Carries, Public, Sender};
pub use crowd::{Crowd, MOST_OCTETS, Turn};
pub use paths::{Counter, is_desks, protects, shown};
pub use pool::Place;
