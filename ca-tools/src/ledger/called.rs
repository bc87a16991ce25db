//! What are numbers of a log called, and what were they called then? Joined when something is printed: no name stands in a line.

use std::collections::{BTreeMap, BTreeSet};

use certs::{DeviceNo, Timestamp};

use super::Ledger;
use crate::application::Form;
use crate::database::Transaction;
use crate::refusal::Unavailable;

/// Numbers of which the names are asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uncalled {
    pub(crate) people: BTreeSet<String>,
    pub(crate) devices: BTreeSet<String>,
    pub(crate) offices: BTreeSet<String>,
    pub(crate) rooms: BTreeSet<String>,
}

/// What they are called. An ID is never given twice, so that it is the same person's at any time; their name may have changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct CalledThen {
    people: BTreeMap<String, PersonCalled>,
    devices: BTreeMap<String, String>,
    offices: BTreeMap<String, String>,
    rooms: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default)]
struct PersonCalled {
    now: String,
    /// Until when they were called what, in the order of the moments.
    before: Vec<(Timestamp, String)>,
}

impl CalledThen {
    /// What tests call them: `k.sato` married then.
    #[cfg(test)]
    pub(crate) fn example(then: Timestamp) -> Self {
        let names = |each: &[(&str, &str)]| each.iter().map(|(no, name)| ((*no).into(), (*name).into())).collect();
        let sato = PersonCalled { now: "田中 花子".to_owned(), before: vec![(then, "佐藤 花子".to_owned())] };
        let abe = PersonCalled { now: "阿部 光".to_owned(), before: Vec::new() };
        Self {
            people: BTreeMap::from([("k.sato".to_owned(), sato), ("m.abe".to_owned(), abe)]),
            devices: names(&[("DEV-000007", "訪問用タブレット")]),
            offices: names(&[("1272200001", "ひだまり訪問看護")]),
            rooms: names(&[("r-hanako", "1号室"), ("r-jiro", "2号室")]),
        }
    }

    /// The person's name at this moment; nothing of an ID that there is not.
    pub(crate) fn person(&self, login_id: &str, at: Timestamp) -> &str {
        let Some(person) = self.people.get(login_id) else { return "" };
        let then = person.before.iter().find(|(until, _)| at < *until);
        then.map_or(person.now.as_str(), |(_, name)| name.as_str())
    }

    /// The device's label.
    pub(crate) fn device(&self, number: &str) -> &str {
        self.devices.get(number).map_or("", String::as_str)
    }

    /// The office's name.
    pub(crate) fn office(&self, number: &str) -> &str {
        self.offices.get(number).map_or("", String::as_str)
    }

    /// The room's name.
    pub(crate) fn room(&self, room: &str) -> &str {
        self.rooms.get(room).map_or("", String::as_str)
    }
}

const PERSON: &str = "SELECT name AS called FROM system_users WHERE login_id = $1";
const DEVICE: &str = "SELECT label AS called FROM devices WHERE device = $1";
const OFFICE: &str = "SELECT name AS called FROM offices WHERE office = $1";
const ROOM: &str = "SELECT name AS called FROM rooms WHERE room = $1";
/// Names change by 様式2, whose form says what stood there before.
const RENAMED: &str = "SELECT form, decided_at FROM applications WHERE state = 'approved' AND kind = 'office_change' \
    AND decided_at IS NOT NULL AND form LIKE '%\"renamed\":[{%' ORDER BY decided_at";

impl Ledger {
    /// What these are called, and were.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn called_then(&self, wanted: &Uncalled) -> Result<CalledThen, Unavailable> {
        let mut tx = self.read().await?;
        let mut called = CalledThen::default();
        for id in &wanted.people {
            if let Some(now) = one(&mut tx, PERSON, id.as_str().into()).await? {
                called.people.insert(id.clone(), PersonCalled { now, before: Vec::new() });
            }
        }
        for number in &wanted.devices {
            let Ok(no) = number.parse::<DeviceNo>() else { continue };
            if let Some(label) = one(&mut tx, DEVICE, no.number().into()).await? {
                called.devices.insert(number.clone(), label);
            }
        }
        for (wanted, question, names) in
            [(&wanted.offices, OFFICE, &mut called.offices), (&wanted.rooms, ROOM, &mut called.rooms)]
        {
            for number in wanted {
                if let Some(name) = one(&mut tx, question, number.as_str().into()).await? {
                    names.insert(number.clone(), name);
                }
            }
        }
        for row in tx.rows(RENAMED, []).await? {
            let form: Form = crate::rows::proposal::kept(&row, "form")?;
            let Form::OfficeChange(form) = form else { continue };
            let at = Timestamp::from_unix(row.int("decided_at")?);
            for renamed in form.renamed {
                if let Some(person) = called.people.get_mut(renamed.login_id.as_str()) {
                    person.before.push((at, renamed.before));
                }
            }
        }
        Ok(called)
    }
}

async fn one(
    tx: &mut Transaction,
    question: &'static str,
    number: crate::database::Value,
) -> Result<Option<String>, Unavailable> {
    tx.row(question, [number]).await?.map(|row| row.text("called")).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_called_as_they_were_called_then() {
        let at = Timestamp::from_unix;
        let before = vec![(at(10), "佐藤".to_owned()), (at(20), "鈴木".to_owned())];
        let people = BTreeMap::from([("k.sato".to_owned(), PersonCalled { now: "田中".to_owned(), before })]);
        let called = CalledThen { people, ..CalledThen::default() };
        let names = [9, 10, 19, 20].map(|moment| called.person("k.sato", at(moment)));
        assert_eq!(names, ["佐藤", "鈴木", "鈴木", "田中"]);
        assert_eq!(called.person("nobody", at(1)), "");
    }
}
