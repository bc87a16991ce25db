//! A certificate is picked up with a number and a code, once; and with nothing else.

mod after_end;
mod ended;
mod killed;
mod lost;
mod once;
mod open;
mod systems;
mod twice;
mod wrong;

pub(crate) use open::{Answer, LINUX, Open};
