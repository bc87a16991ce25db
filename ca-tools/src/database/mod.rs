//! The registry's database, whichever of the two it is: opening it, its transactions, who may read it.
//!
//! `open` opens and makes one by its URL, `migrate` brings its tables up to this program's version, `transaction` speaks to
//! either, `versioned` is a transaction whose rows carry one version, `reader` says who may read, `unanswered` what a
//! database says instead of an answer.

mod migrate;
mod open;
mod reader;
mod transaction;
mod unanswered;
mod versioned;

pub(crate) use open::{make, open, unmake};
pub(crate) use reader::{Misread, statements};
pub(crate) use transaction::{Database, Row, Transaction, Value};
pub(crate) use versioned::Versioned;
