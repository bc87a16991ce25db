//! Every letter arrives, once, in its turn, and shows no secret to anybody else.

mod delivered;
mod fewer_letters;
mod letters;
mod queue;
mod reminders;
pub(crate) mod sealed;
