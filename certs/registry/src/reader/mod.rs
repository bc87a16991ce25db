//! Reads the registry, and cannot write it.
//!
//! SQLite is opened `mode=ro` with `query_only`, PostgreSQL with `default_transaction_read_only`.
//! One SQL text serves both: every column is asked for as text and parsed here into its type, so
//! that a row nobody can read is refused by table, key and field, whichever database it lies in.

mod connection;
mod lines;
mod read;
mod refusal;
mod row;
mod server;
mod source;
mod sql;
mod standing;
mod trained;
mod whole;

pub use read::{Head, Reader};
pub use refusal::ReadRefusal;
pub use server::{CLOSED_WAY, ServerRefusal, server};
pub use source::{Source, SourceRefusal};
pub use sql::READ;
pub use standing::Standing;
