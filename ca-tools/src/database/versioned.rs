//! A transaction whose rows carry one version and one moment: those of the change that writes them.
//!
//! Whatever writes a row that holds takes this and not a mere transaction, so that no row can be written under a version
//! that no change has.

use std::ops::{Deref, DerefMut};

use certs::Timestamp;

use super::transaction::{Row, Transaction, Value};
use crate::refusal::Unavailable;

/// A transaction that writes rows of one version.
#[derive(Debug)]
pub(crate) struct Versioned {
    tx: Transaction,
    version: i64,
    at: Timestamp,
}

impl Versioned {
    pub(crate) fn new(tx: Transaction, version: i64, at: Timestamp) -> Self {
        Self { tx, version, at }
    }

    /// The version every row written by it carries.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// When the change is made.
    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// As [`Transaction::run`].
    pub(crate) async fn run<const N: usize>(
        &mut self,
        sql: &'static str,
        values: [Value; N],
    ) -> Result<u64, Unavailable> {
        self.tx.run(sql, values).await
    }

    /// As [`Transaction::row`].
    pub(crate) async fn row<const N: usize>(
        &mut self,
        sql: &'static str,
        values: [Value; N],
    ) -> Result<Option<Row>, Unavailable> {
        self.tx.row(sql, values).await
    }

    /// The transaction, to be committed.
    pub(crate) fn into_transaction(self) -> Transaction {
        self.tx
    }
}

impl Deref for Versioned {
    type Target = Transaction;

    fn deref(&self) -> &Transaction {
        &self.tx
    }
}

impl DerefMut for Versioned {
    fn deref_mut(&mut self) -> &mut Transaction {
        &mut self.tx
    }
}
