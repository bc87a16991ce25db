//! 様式2（事業者情報変更届出書）: what changes, from what, to what.

use registry::{LoginId, OfficeNo};
use serde::{Deserialize, Serialize};

use super::{Facts, OfficeDetails, login_of, office_in_use};
use crate::application::mistake::Mistakes;
use crate::application::reading::{Fields, Reading, line, mail, name, telephone};
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

/// What can change of an office without its number changing.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Detail {
    Corporation,
    Name,
    Contact,
    Mail,
    Telephone,
    Address,
}

impl Detail {
    /// Every one, in the order of the form.
    pub const ALL: [Self; 6] =
        [Self::Corporation, Self::Name, Self::Contact, Self::Mail, Self::Telephone, Self::Address];

    /// The field's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Corporation => "corporation",
            Self::Name => "name",
            Self::Contact => "contact",
            Self::Mail => "mail",
            Self::Telephone => "telephone",
            Self::Address => "address",
        }
    }

    /// It, of these.
    #[must_use]
    pub fn of(self, details: &OfficeDetails) -> &str {
        match self {
            Self::Corporation => &details.corporation,
            Self::Name => &details.name,
            Self::Contact => &details.contact,
            Self::Mail => &details.mail,
            Self::Telephone => &details.telephone,
            Self::Address => &details.address,
        }
    }

    fn read(self, reading: &mut Reading<'_>) -> Option<String> {
        let field = self.as_str();
        match self {
            Self::Corporation | Self::Name | Self::Contact => reading.may(field, name),
            Self::Mail => reading.may(field, mail),
            Self::Telephone => reading.may(field, telephone),
            Self::Address => reading.may(field, line),
        }
    }
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
    for detail in Detail::ALL {
        let before = detail.of(details).to_owned();
        if let Some(after) = detail.read(reading).filter(|after| *after != before) {
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
