//! The only holder of the CA key and the only writer of the registry.
//!
//! ```text
//! command ──► issuance ──► key, sign, container       a certificate's life
//!    │            │
//! desk ──────► writer ──► journal, registry           one change, one transaction, one event
//!    ▲            │
//! reports      mail ──► courier                       what gateways tell, what offices are told
//! ```
//! `command` is what operators type, `desk` what people do for themselves through the gateway,
//! `ledger` what either reads, `whole` a file that somebody names. `application`, `spelling`, `ticket`, `platform` and `password`
//! decide and wait for nothing.

pub mod application;
pub mod audit;
pub mod backup;
pub mod command;
pub mod config;
pub mod container;
pub mod crl;
pub mod desk;
mod disks;
pub mod doctor;
mod issuance;
pub mod journal;
pub mod key;
pub mod language;
pub mod ledger;
pub mod mail;
mod masked;
pub mod password;
mod platform;
pub mod reports;
pub mod sign;
mod spelling;
pub mod ticket;
mod whole;
pub mod writer;

#[cfg(test)]
mod program;
