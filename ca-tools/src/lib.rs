//! The only holder of the CA key and the only writer of the registry.
//!
//! ```text
//! command ──► issuance ──► key, sign, container       a certificate's life
//!    │            │
//! desk ──────► acts ────► rows, journal ► database    one change, one transaction, one event
//!    ▲            │
//! reports     letters ──► courier                     what gateways tell, what offices are told
//! ```
//! `command` is what operators type, `desk` what people do for themselves through the gateway,
//! `ledger` what either reads; `why` is what is said to a caller who does not get in; `refusal` is why something was not done,
//! `words` how that is said, to operators and to people.
//! Leaves that many stand on: `whole` reads a file that somebody names, `folder` finds a file's, `lock` keeps programs apart,
//! `disks` keeps room, `aead` closes a text, `digest` names a text by its hash, `masked` leaves passwords out, `clock` says when it is and
//! `calendar` how people write that. `application`, `spelling`, `ticket`, `platform` and `password`
//! decide and wait for nothing.

mod access;
pub mod acts;
mod aead;
pub mod application;
pub mod assertion;
pub mod audit;
pub mod backup;
mod bulk;
mod calendar;
pub mod campaign;
mod clock;
pub mod command;
pub mod config;
pub mod console;
pub mod container;
pub mod courier;
pub mod crl;
pub mod database;
pub mod desk;
mod digest;
mod disks;
pub mod doctor;
mod folder;
pub mod incident;
mod issuance;
pub mod journal;
pub mod key;
pub mod language;
pub mod ledger;
pub mod letters;
mod lock;
mod maintenance;
mod masked;
pub mod password;
mod platform;
pub mod proposal;
mod readiness;
pub mod refusal;
pub mod reports;
pub mod rows;
mod search;
mod sheet;
pub mod sign;
mod spelling;
mod survey;
pub mod ticket;
mod today;
pub mod undo;
mod whole;
mod why;
pub mod words;

#[cfg(test)]
mod test_support;
