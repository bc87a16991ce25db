//! 様式2（事業者情報変更届出書）: what changes, from what, to what.

use registry::{LoginId, OfficeNo};
use serde::{Deserialize, Serialize};

use super::{Facts, login_of, office_in_use};
use crate::application::detail::{Detail, OfficeDetails};
use crate::application::mistake::Mistakes;
use crate::application::reading::{Fields, Reading, name};
use crate::application::spelled;

/// Changes of what is known of an office.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OfficeChange {
    /// Of which office.
    #[serde(with = "spelled")]
    pub office: OfficeNo,
    /// What is another than it was.
    pub changes: Vec<Changed>,
    /// People who have another name now.
    pub renamed: Vec<Rename>,
}

/// One change.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Changed {
    /// Of what.
    #[serde(with = "spelled")]
    pub detail: Detail,
    /// As it stood in the registry.
    pub before: String,
    /// As it shall be.
    pub after: String,
}

/// A person's new name (登録者氏名の変更).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Rename {
    /// Whose.
    #[serde(with = "spelled")]
    pub login_id: LoginId,
    /// As it stood in the registry.
    pub before: String,
    /// As it shall be.
    pub after: String,
}

impl OfficeChange {
    pub(super) fn read(fields: &Fields, facts: &Facts<'_>) -> Result<Self, Mistakes> {
        let mut reading = Reading::of(fields);
        let office = office_in_use(&mut reading, facts);
        let details = facts.office.map(|office| office.details.clone()).unwrap_or_default();
        let changes = changed(&mut reading, &details);
        let renamed = renames(&mut reading, facts);
        let form = office.map(|office| Self { office, changes, renamed });
        let read = reading.finish(form)?;
        if read.changes.is_empty() && read.renamed.is_empty() {
            let text = crate::language::Text::new(
                "登録されている内容と同じです。変更する項目を、変更後の内容に書き換えてください。",
                "nothing would change",
            );
            return Err(Mistakes::one("changes", text));
        }
        Ok(read)
    }

    /// What a detail becomes; `None` leaves it.
    #[must_use]
    pub fn after(&self, detail: Detail) -> Option<&str> {
        self.changes.iter().find(|change| change.detail == detail).map(|change| change.after.as_str())
    }
}

/// What is filled in and is not what it was. An empty field leaves what is there.
pub(super) fn changed(reading: &mut Reading<'_>, details: &OfficeDetails) -> Vec<Changed> {
    let mut changes = Vec::new();
    for detail in Detail::on_forms() {
        let before = details[detail].clone();
        if let Some(after) = reading.may(detail.as_str(), detail.reader()).filter(|after| *after != before) {
            changes.push(Changed { detail, before, after });
        }
    }
    changes
}

fn renames(reading: &mut Reading<'_>, facts: &Facts<'_>) -> Vec<Rename> {
    let mut renamed = Vec::new();
    for row in reading.rows("rename") {
        let login_id = login_of(reading, &format!("rename-{row}-id"), facts);
        let after = reading.must(&format!("rename-{row}-name"), name);
        let (Some(login_id), Some(after)) = (login_id, after) else { continue };
        let before = facts.office.and_then(|office| office.people.get(&login_id)).cloned().unwrap_or_default();
        if before != after {
            renamed.push(Rename { login_id, before, after });
        }
    }
    renamed
}
