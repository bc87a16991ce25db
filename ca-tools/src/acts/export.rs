//! Somebody takes along what the registry says: that is an event, as a change is.

use serde_json::{Value as Json, json};

use super::change::RequiredRole;
use super::{By, Writer};
use crate::refusal::Refusal;

impl Writer {
    /// Notes that the record of what was done is written out, and which part of it.
    ///
    /// # Errors
    /// The operator may not read it.
    pub async fn export_events(&self, by: &By, part: Json) -> Result<u64, Refusal> {
        self.change(by, RequiredRole::Read).await?.commit("audit.export", "events", part).await
    }

    /// Notes that so many rows of a list are written out, and by which filter they were chosen.
    ///
    /// # Errors
    /// The operator may not read it.
    pub async fn export_list(&self, by: &By, (list, filter): (&str, Json), rows: usize) -> Result<u64, Refusal> {
        let detail = json!({ "filter": filter, "rows": rows });
        self.change(by, RequiredRole::Read).await?.commit("export.write", list, detail).await
    }

    /// The same of letters, without whom they name: by who looks after them.
    ///
    /// # Errors
    /// The operator may not see them.
    pub async fn export_letters(&self, by: &By, filter: Json, rows: usize) -> Result<u64, Refusal> {
        let detail = json!({ "filter": filter, "rows": rows, "people": false });
        self.change(by, RequiredRole::Operate).await?.commit("export.write", "letters", detail).await
    }
}
