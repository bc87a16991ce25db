//! The registry's rows: what is asked of them and what is written, a file for each kind. SQL stands here, and above only where
//! it reads (`ledger`).
//!
//! `tables` says which there are, `image` how a row stands in the journal, `changed` which rows a change wrote.

pub(crate) mod application;
pub(crate) mod approval;
pub(crate) mod authority;
pub(crate) mod broken_glass;
pub(crate) mod campaign;
pub(crate) mod certificate;
pub(crate) mod certificate_end;
mod changed;
pub(crate) mod contact;
pub(crate) mod device;
pub(crate) mod device_use;
pub(crate) mod emergency;
pub(crate) mod event;
pub(crate) mod event_subject;
pub(crate) mod example_house;
pub(crate) mod first_use;
mod image;
pub(crate) mod incident;
mod intent;
pub(crate) mod kept_file;
pub(crate) mod key_print;
pub(crate) mod listing;
pub(crate) mod loss;
pub(crate) mod loss_code;
pub(crate) mod mail;
pub(crate) mod maintenance;
pub(crate) mod month_review;
pub(crate) mod office;
pub(crate) mod office_details;
pub(crate) mod office_end;
pub(crate) mod operator_login;
pub(crate) mod outlook;
pub(crate) mod person;
pub(crate) mod person_change;
pub(crate) mod proposal;
pub(crate) mod registry;
pub(crate) mod report;
pub(crate) mod retention;
pub(crate) mod retirement;
pub(crate) mod room;
pub(crate) mod shown;
pub(crate) mod standing;
pub(crate) mod suspicion;
mod tables;
pub(crate) mod ticket;
pub(crate) mod told;
pub(crate) mod training;
pub(crate) mod undo;
pub(crate) mod withdrawn;

pub use authority::{Authority, AuthorityKind};
pub(crate) use changed::{all, planted, put, written};
pub use event_subject::SubjectKind;
pub(crate) use image::{Image, image};
pub use incident::SealedExtract;
pub(crate) use intent::GRACE;
pub use intent::{Intent, KeyOrigin, Purpose, Signed, Term};
pub use mail::Due;
pub use shown::TicketProof;
pub(crate) use tables::{Column, TABLES, Table};
pub(crate) use withdrawn::ListOf;

use std::str::FromStr;

use ::registry::WordRefusal;

use crate::refusal::Unavailable;

/// A state as the registry spells it.
pub(crate) fn word<T: FromStr<Err = WordRefusal>>(text: &str) -> Result<T, Unavailable> {
    text.parse().map_err(|why: WordRefusal| Unavailable::Corrupt(format!("{text:?}: {why}")))
}
