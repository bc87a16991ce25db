//! The form that sends for a list's file; it stands beneath the list.

/// The form that sends for a list's file.
#[derive(Clone, Debug)]
pub(super) struct ExportForm {
    /// Where it goes.
    pub(super) path: String,
    /// The search, as the address says it.
    pub(super) of: String,
    /// How many there are; nothing where nobody counted.
    pub(super) count: String,
}

impl ExportForm {
    /// Of the list at this address, of which so many are found by what stands behind its `?`.
    pub(super) fn of(list: &str, asked: String, total: i64) -> Self {
        Self { count: format!("{total}件を"), ..Self::uncounted(list, asked) }
    }

    /// The same, of a list that nobody counted.
    pub(super) fn uncounted(list: &str, asked: String) -> Self {
        let name = list.rsplit('/').next().unwrap_or_default();
        let of = asked.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
        Self { path: format!("/console/export/{name}"), of, count: String::new() }
    }

    /// Where who sees no person sends for letters.
    pub(super) fn without_people(self) -> Self {
        Self { path: self.path.replace("/console/export/", "/console/operations/export/"), ..self }
    }
}
