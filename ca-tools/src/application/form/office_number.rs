//! 事業所番号変更: the office registers afresh under its new number, in one act.
//!
//! Nothing is carried over silently (handbook P5): its people are named anew, and pledge anew.

use registry::OfficeNo;
use serde::{Deserialize, Serialize};

use super::first_registration::{first_people, pledged};
use super::office_change::changed;
use super::{Changed, Facts, office_in_use};
use crate::application::mistake::Mistakes;
use crate::application::person::NewPerson;
use crate::application::reading::{Fields, Reading, office_no};
use crate::application::spelled;

/// An office whose number changed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OfficeNumber {
    /// The number so far.
    #[serde(with = "spelled")]
    pub office: OfficeNo,
    /// The number from now on.
    #[serde(with = "spelled")]
    pub new_office: OfficeNo,
    /// What changes beside it.
    pub changes: Vec<Changed>,
    /// Version of the pledge accepted anew.
    pub pledge: String,
    /// Those who get IDs under the new number.
    pub people: Vec<NewPerson>,
    /// Which of them is the カシワニネット担当者, from 0.
    pub contact_person: usize,
}

impl OfficeNumber {
    pub(super) fn read(fields: &Fields, facts: &Facts<'_>) -> Result<Self, Mistakes> {
        let mut reading = Reading::of(fields);
        let office = office_in_use(&mut reading, facts);
        let new_office = reading.must("new_office", office_no);
        if office.is_some() && office == new_office {
            reading.wrong("new_office", "今の番号と同じです。新しい番号を入力してください。", "is the number so far");
        }
        let details = facts.office.map(|office| office.details.clone()).unwrap_or_default();
        let changes = changed(&mut reading, &details);
        let (people, contact_person) = first_people(&mut reading, facts);
        let pledge = pledged(&mut reading);
        let form = (|| {
            Some(Self {
                office: office?,
                new_office: new_office?,
                changes,
                pledge: pledge?,
                people,
                contact_person: contact_person?,
            })
        })();
        reading.finish(form)
    }
}
