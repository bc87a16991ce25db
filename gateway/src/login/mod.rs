//! Is this the person? An ID and a password, asked of a device that is known already.
//!
//! `form` reads what was typed, `return_to` where to go afterwards; `lockout` decides whether another guess may be
//! made, `failures` keeps that count in the session store; `pool` works out the hash; `judge` says who it is;
//! `attempt` walks them in order, and `acts` bounds how many such walks there are at once.

mod acts;
mod attempt;
mod failures;
mod form;
#[cfg(test)]
mod given_up_tests;
mod judge;
mod lockout;
mod pool;
mod return_to;
#[cfg(test)]
mod tests;

pub use acts::{ActSlot, Acts, ActsFull};
pub use attempt::{LoginAttempt, LoginServices, attempt};
pub use failures::{Guess, ReserveRefusal, Reserved};
pub use form::{FormRefusal, LARGEST_BODY, LoginForm, PasswordForm, TypedId, TypedPassword};
pub use judge::{Candidate, LoginRefusal, Proven};
pub use lockout::{DEVICE, FailureWindow, ID, LockedUntil, Rule};
pub use pool::{HashQueueFull, PasswordPool, Verdict};
pub use return_to::ReturnTo;
