//! A person for whom an ID is asked (様式1).

use serde::{Deserialize, Serialize};

use super::normal;
use super::reading::Reading;
use crate::language::Text;

/// 職種, as the city counts them (handbook 責務).
pub const PROFESSIONS: [&str; 12] = [
    "医師",
    "歯科医師",
    "薬剤師",
    "看護師",
    "介護支援専門員",
    "介護職",
    "リハビリ職",
    "管理栄養士",
    "MSW",
    "地域包括",
    "行政",
    "その他",
];

/// A person to be given an ID.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct NewPerson {
    /// 氏名.
    pub name: String,
    /// 職種.
    pub profession: String,
}

/// One of [`PROFESSIONS`].
pub(super) fn profession(text: &str) -> Result<String, Text> {
    let wanted = normal::code(text);
    let found = PROFESSIONS.iter().find(|known| known.eq_ignore_ascii_case(&wanted));
    found.map(|known| (*known).to_owned()).ok_or_else(|| {
        let list = PROFESSIONS.join("、");
        Text::new(format!("次のどれかを選んでください：{list}"), format!("choose one of: {list}"))
    })
}

/// The rows of people, with the number each stands under; a row in which nothing is written is none.
pub(super) fn people(reading: &mut Reading<'_>) -> Vec<(usize, NewPerson)> {
    let rows = reading.rows("person");
    let mut people: Vec<(usize, NewPerson)> = Vec::new();
    for row in rows {
        let name = reading.must(&format!("person-{row}-name"), super::reading::name);
        let profession = reading.chosen(&format!("person-{row}-profession"), profession);
        let (Some(name), Some(profession)) = (name, profession) else { continue };
        let person = NewPerson { name, profession };
        if people.iter().any(|(_, other)| *other == person) {
            reading.wrong(
                format!("person-{row}-name"),
                "同じ人が2回書かれています。1行にしてください。",
                "the same person is named twice",
            );
        }
        people.push((row, person));
    }
    people
}

/// Which row is the カシワニネット担当者, among these.
pub(super) fn contact_person(reading: &mut Reading<'_>, people: &[(usize, NewPerson)]) -> Option<usize> {
    let row = reading.chosen("contact_person", |text| {
        super::row_of(&normal::code(text))
            .ok_or_else(|| Text::new("利用者から1人を選んでください。", "choose one of the people"))
    })?;
    let found = people.iter().position(|(number, _)| *number == row);
    // Where the row itself is wrong, that has been told.
    if found.is_none() && !reading.rows("person").contains(&row) {
        reading.wrong(
            "contact_person",
            "カシワニネット担当者に選んだ行に、氏名がありません。氏名のある行から選んでください。",
            "the row that is named the contact is empty",
        );
    }
    found
}
