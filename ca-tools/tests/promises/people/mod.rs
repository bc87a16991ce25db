//! Offices and the people in them: who may do what, how they get in, and what they take along when they leave: nothing.

mod closing;
mod leaving;
mod locked;
mod logins;
mod operators;
mod password_ends;
pub(crate) mod passwords;
mod ranks;
mod stolen;
mod training;
mod why;
