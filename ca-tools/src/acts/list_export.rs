//! A list that is taken along leaves an event: what of it, by which filter, how many rows.

use serde_json::{Value as Json, json};

use super::change::RequiredRole;
use super::{By, Writer};
use crate::refusal::Refusal;

impl Writer {
    /// Records that so many rows of a list are about to be written into a file.
    ///
    /// # Errors
    /// The operator may not read.
    pub async fn export_list(&self, by: &By, (list, filter): (&str, Json), rows: usize) -> Result<u64, Refusal> {
        let detail = json!({ "filter": filter, "rows": rows });
        self.change(by, RequiredRole::Read).await?.commit("export.write", list, detail).await
    }
}
