//! What the writer and the commands promise, on both databases, with the built program.

mod audit_chain;
mod change;
mod consequence;
mod operators;
mod postgres;
mod registry_at;
