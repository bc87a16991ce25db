//! The registry's rows: what is asked of them and what is written, a file for each kind. SQL stands here, and above only where
//! it reads (`ledger`).
//!
//! `tables` says which there are, `image` how a row stands in the journal, `changed` which rows a change wrote.

mod changed;
pub(crate) mod device;
pub(crate) mod event;
mod image;
mod intent;
pub(crate) mod person;
pub(crate) mod registry;
mod tables;
mod told;

pub(crate) use changed::{all, planted, written};
pub(crate) use image::{Image, image};
pub use intent::{Intent, KeyOrigin, Purpose, Signed, Term};
pub(crate) use tables::{Column, TABLES, Table};
pub(crate) use told::keep;

use std::str::FromStr;

use ::registry::WordRefusal;

use crate::acts::{Refusal, Unavailable};

/// A state as the registry spells it.
pub(crate) fn word<T: FromStr<Err = WordRefusal>>(text: &str) -> Result<T, Refusal> {
    Ok(text.parse().map_err(|why: WordRefusal| Unavailable::Corrupt(format!("{text:?}: {why}")))?)
}
