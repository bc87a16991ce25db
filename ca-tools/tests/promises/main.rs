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
mod histories;
mod house;
mod journal;
mod killed;
mod leaving;
mod locked;
mod lost;
mod mail_server;
mod mails;
mod operators;
mod passwords;
mod pickup;
mod postgres;
mod ranks;
mod receipts;
mod registry_at;
mod reminders;
mod renewed;
mod replaced;
mod reports;
mod restored;
mod rollover;
mod room_kept;
mod server_words;
mod sound;
mod told;
mod unread;
mod wrong_use;
