//! 様式1（ID登録・削除申請書）: who comes, who goes, why, from which day.

use std::fmt;
use std::str::FromStr;

use registry::{LoginId, OfficeNo};
use serde::{Deserialize, Serialize};

use super::{Facts, login_of, office_in_use};
use crate::application::date::Day;
use crate::application::kind::NotInList;
use crate::application::mistake::Mistakes;
use crate::application::person::{NewPerson, people};
use crate::application::reading::{Fields, Reading, day};
use crate::application::spelled;
use crate::language::Text;

/// IDs to add and to delete.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct IdsForm {
    /// Of which office.
    #[serde(with = "spelled")]
    pub office: OfficeNo,
    /// Who gets an ID.
    pub added: Vec<NewPerson>,
    /// Whose ID goes.
    pub deleted: Vec<Deletion>,
    /// Why.
    #[serde(with = "spelled")]
    pub reason: Reason,
    /// From which day.
    #[serde(with = "spelled")]
    pub effective: Day,
}

/// An ID that goes, with the name its person had when it was asked for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Deletion {
    /// The ID.
    #[serde(with = "spelled")]
    pub login_id: LoginId,
    /// Whose it is.
    pub name: String,
}

/// Why IDs come and go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reason {
    /// 採用.
    Hired,
    /// 異動.
    Moved,
    /// 退職.
    Left,
    /// その他.
    Other,
}

impl Reason {
    /// Every one, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Hired, Self::Moved, Self::Left, Self::Other];

    /// As the form says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hired => "採用",
            Self::Moved => "異動",
            Self::Left => "退職",
            Self::Other => "その他",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Reason {
    type Err = NotInList;

    fn from_str(text: &str) -> Result<Self, NotInList> {
        let list = || NotInList(Self::ALL.map(Self::as_str).join(", "));
        Self::ALL.into_iter().find(|reason| reason.as_str() == text).ok_or_else(list)
    }
}

/// A form that is further from today than this, in days, has a wrong year in it.
const A_YEAR: i64 = 366;

impl IdsForm {
    pub(super) fn read(fields: &Fields, facts: &Facts<'_>) -> Result<Self, Mistakes> {
        let mut reading = Reading::of(fields);
        let office = office_in_use(&mut reading, facts);
        let added: Vec<_> = people(&mut reading, facts.professions).into_iter().map(|(_, person)| person).collect();
        let deleted = deletions(&mut reading, facts);
        if reading.rows("person").is_empty() && reading.rows("delete").is_empty() {
            reading.wrong(
                "person-1-name",
                "登録する人か、削除するIDを、1つ以上入力してください。",
                "name a person to add, or an ID to delete",
            );
        }
        let reason = reading.chosen("reason", |text| {
            crate::application::reading::code(text)?
                .parse()
                .map_err(|why: NotInList| Text::new("採用・異動・退職・その他から選んでください。", why.to_string()))
        });
        let effective = reading.must("effective", day);
        if let Some(day) = effective
            && facts.today.days_until(day).abs() > A_YEAR
        {
            reading.wrong(
                "effective",
                "年を確かめてください。前後1年より離れています。",
                "is more than a year from today",
            );
        }
        let form = (|| Some(Self { office: office?, added, deleted, reason: reason?, effective: effective? }))();
        reading.finish(form)
    }
}

fn deletions(reading: &mut Reading<'_>, facts: &Facts<'_>) -> Vec<Deletion> {
    let mut deleted: Vec<Deletion> = Vec::new();
    for row in reading.rows("delete") {
        let field = format!("delete-{row}");
        let Some(login_id) = login_of(reading, &field, facts) else { continue };
        if deleted.iter().any(|other| other.login_id == login_id) {
            reading.wrong(field, "同じIDが2回書かれています。", "the same ID is named twice");
            continue;
        }
        let name = facts.office.and_then(|office| office.people.get(&login_id)).cloned().unwrap_or_default();
        deleted.push(Deletion { login_id, name });
    }
    deleted
}
