//! Acts on the registry as a whole: a backup is taken; a journal begins anew.
//!
//! A journal that was lost, or does not fit any more, is begun anew from the registry as it is: an event says so, by whom
//! and why.

use serde_json::json;

use super::change::{Change, RequiredRole};
use super::{By, Writer};
use crate::database::Transaction;
use crate::journal::Book;
use crate::refusal::{Refusal, Unavailable};
use crate::rows;

impl Writer {
    /// Begins the journal anew; what there was is kept under another name, which is given back with the version.
    ///
    /// # Errors
    /// The operator may not, or nobody said why.
    pub async fn start_journal(&self, by: &By, wrong: &[&'static str]) -> Result<(u64, Option<String>), Refusal> {
        if by.why.is_none() {
            return Err(Refusal::NoWhy);
        }
        let mut tx = self.database.begin_write().await?;
        rows::registry::hold_off(&mut tx).await?;
        let missing = || Unavailable::Corrupt("the last event is missing".to_owned());
        let head = rows::event::head(&mut tx).await?.ok_or_else(missing)?;
        let (version, hash) = (head.version, head.hash.ok_or_else(missing)?);
        Change::may(&mut tx, by, RequiredRole::Custody).await?;
        let aside = Book::put_aside(&self.journal, by.at.unix())?;
        let done = self
            .started(tx, by, (version, &hash), json!({ "kept_as": aside_name(aside.as_deref()), "was": wrong }))
            .await;
        match done {
            Ok(version) => Ok((version, aside_name(aside.as_deref()))),
            Err(why) => {
                Book::put_back(&self.journal, aside.as_deref());
                Err(why)
            }
        }
    }

    async fn started(
        &self,
        tx: Transaction,
        by: &By,
        head: (i64, &str),
        detail: serde_json::Value,
    ) -> Result<u64, Refusal> {
        let change = Change::begin_anew(tx, self, by, head).await?.admitted(RequiredRole::Custody).await?;
        change.commit("journal.start", "journal", detail).await
    }

    /// Records that the whole registry is about to be written into this file.
    ///
    /// # Errors
    /// The operator may not.
    pub async fn begin_backup(&self, by: &By, file: &str) -> Result<u64, Refusal> {
        self.change(by, RequiredRole::Custody)
            .await?
            .commit("registry.backup", "registry", json!({ "file": file }))
            .await
    }
}

fn aside_name(aside: Option<&std::path::Path>) -> Option<String> {
    aside.map(|path| path.display().to_string())
}
