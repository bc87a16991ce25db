//! A certificate is picked up with a number and a code, once; and with nothing else.

mod after_end;
mod ended;
mod killed;
mod languages;
mod lost;
mod once;
mod systems;
mod twice;
mod wrong;
