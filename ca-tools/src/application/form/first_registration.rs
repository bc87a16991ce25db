//! 初回登録用（利用申請書兼宣誓書）, with its 様式1: without first IDs and a contact among them it is refused.

use registry::OfficeNo;
use serde::{Deserialize, Serialize};

use super::Facts;
use crate::application::detail::{Detail, Details, OfficeDetails, Registered};
use crate::application::mistake::Mistakes;
use crate::application::person::{NewPerson, contact_person, people};
use crate::application::reading::{Fields, Reading, office_no};
use crate::application::spelled;

/// An office that wants to take part.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct FirstRegistration {
    /// 事業所番号.
    #[serde(with = "spelled")]
    pub office: OfficeNo,
    /// What is to be known of it; the contact is one of its first people.
    pub details: OfficeDetails,
    /// Version of the pledge accepted (誓約④, the permission inside corporation and office, is part of it).
    pub pledge: String,
    /// Those who get the first IDs.
    pub people: Vec<NewPerson>,
    /// Which of them is the カシワニネット担当者, from 0.
    pub contact_person: usize,
}

impl FirstRegistration {
    pub(super) fn read(fields: &Fields, facts: &Facts<'_>) -> Result<Self, Mistakes> {
        let mut reading = Reading::of(fields);
        let office = reading.must("office", office_no);
        if facts.office.is_some() {
            reading.wrong(
                "office",
                "この事業所番号はすでに登録されています。IDの追加は様式1、変更は様式2で申請してください。",
                "an office of this number is registered already: use 様式1 or 様式2",
            );
        }
        let details = details(&mut reading);
        let (people, contact_person) = first_people(&mut reading, facts);
        let pledge = pledged(&mut reading);
        let form = (|| {
            let people = people;
            let contact_person = contact_person?;
            let mut details = details?;
            details[Detail::Contact] = people.get(contact_person)?.name.clone();
            Some(Self { office: office?, details, pledge: pledge?, people, contact_person })
        })();
        reading.finish(form)
    }
}

/// What an office says of itself; who is the contact, its people tell.
fn details(reading: &mut Reading<'_>) -> Option<OfficeDetails> {
    let read = Details::from_fn(|detail| match detail.registered() {
        Registered::Must => reading.must(detail.as_str(), detail.reader()),
        Registered::May => Some(reading.may(detail.as_str(), detail.reader()).unwrap_or_default()),
        Registered::AmongPeople | Registered::Nowhere => Some(String::new()),
    });
    OfficeDetails::try_from_fn(|detail| read[detail].clone().ok_or(())).ok()
}

/// The 様式1 that goes with a registration, and who of it is the contact.
pub(super) fn first_people(reading: &mut Reading<'_>, facts: &Facts<'_>) -> (Vec<NewPerson>, Option<usize>) {
    let people = people(reading, facts.professions);
    if people.is_empty() && reading.rows("person").is_empty() {
        reading.wrong(
            "person-1-name",
            "様式1が必要です。はじめにIDを登録する人を、1人以上入力してください。",
            "様式1 is needed: name at least one person",
        );
    }
    let contact = contact_person(reading, &people);
    (people.into_iter().map(|(_, person)| person).collect(), contact)
}

/// 誓約④ and the whole pledge, in which version.
pub(super) fn pledged(reading: &mut Reading<'_>) -> Option<String> {
    let permission = reading.ticked(
        "permission",
        (
            "法人内と事業所内で利用の許可を得てから、チェックを入れてください（誓約④）。",
            "get the permission of corporation and office first",
        ),
    );
    let pledge = if reading.is_empty("pledge") {
        reading.wrong(
            "pledge",
            "誓約事項を読み、同意する場合はチェックを入れてください。",
            "read the pledge and accept it",
        );
        None
    } else {
        reading.may("pledge", crate::application::pledge::accepted)
    };
    permission.and(pledge)
}
