//! A person for whom an ID is asked (様式1).

use serde::{Deserialize, Serialize};

use super::profession::Professions;
use super::reading::Reading;
use crate::language::Text;
use crate::spelling;

/// A person to be given an ID.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct NewPerson {
    /// 氏名.
    pub name: String,
    /// 職種.
    pub profession: String,
}

/// The rows of people, with the number each stands under; a row in which nothing is written is none.
pub(super) fn people(reading: &mut Reading<'_>, professions: &Professions) -> Vec<(usize, NewPerson)> {
    let rows = reading.rows("person");
    let mut people: Vec<(usize, NewPerson)> = Vec::new();
    for row in rows {
        let name = reading.must(&format!("person-{row}-name"), super::reading::name);
        let profession = reading.chosen(&format!("person-{row}-profession"), |text| professions.read(text));
        let (Some(name), Some(profession)) = (name, profession) else { continue };
        let person = NewPerson { name, profession };
        if people.iter().any(|(_, other)| other.is_alike(&person)) {
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

impl NewPerson {
    /// Whether a reader would take the two for one.
    fn is_alike(&self, other: &Self) -> bool {
        same_name(&self.name, &other.name) && self.profession == other.profession
    }
}

/// Whether two spellings are one name: 「佐藤　花子」 and 「佐藤花子」, 「ｻﾄｳ」 and 「サトウ」.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    spelling::matched(one) == spelling::matched(other)
}

/// Which row is the カシワニネット担当者, among these.
pub(super) fn contact_person(reading: &mut Reading<'_>, people: &[(usize, NewPerson)]) -> Option<usize> {
    let row = reading.chosen("contact_person", |text| {
        super::row_of(&super::reading::code(text)?)
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
