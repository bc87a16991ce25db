//! What the writer and the commands promise, on both databases, with the built program.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod applications;
mod campaign;
mod certificates;
mod command;
mod console;
mod desk;
mod fixtures;
mod incidents;
mod mail;
mod people;
mod pickup;
mod proposals;
mod registry;
