//! What the writer and the commands promise, on both databases, with the built program.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod application;
mod application_csv;
mod application_named;
mod application_web;
mod audit_chain;
mod change;
mod closed_way;
mod closing;
mod commands;
mod consequence;
mod desk;
mod doors;
mod emergency;
mod enrolment;
mod examples;
mod house;
mod killed;
mod leaving;
mod lost;
mod mail_server;
mod mails;
mod operators;
mod pickup;
mod postgres;
mod receipts;
mod registry_at;
mod reminders;
mod renewed;
mod replaced;
mod reports;
mod requests;
mod rollover;
mod sound;
mod tables;
mod told;
mod typed_by_hand;
mod wrong_use;
