//! What is left of a form when the time for which people's names are kept is over: what was asked, and of whom no more than the
//! ID.

use super::{Changed, Form};
use crate::application::detail::{Detail, OfficeDetails};
use crate::application::person::NewPerson;

/// Stands where a name stood, once its time is over.
pub(crate) const NAME_ENDED: &str = "（氏名の保存期間終了）";

impl Form {
    /// The same without anybody's name, telephone number or address of mail.
    #[must_use]
    pub(crate) fn without_people(mut self) -> Self {
        match &mut self {
            Self::FirstRegistration(form) => {
                people(&mut form.people);
                details(&mut form.details);
            }
            Self::Ids(form) => {
                people(&mut form.added);
                for gone in &mut form.deleted {
                    NAME_ENDED.clone_into(&mut gone.name);
                }
            }
            Self::OfficeChange(form) => {
                changes(&mut form.changes);
                for renamed in &mut form.renamed {
                    NAME_ENDED.clone_into(&mut renamed.before);
                    NAME_ENDED.clone_into(&mut renamed.after);
                }
            }
            Self::OfficeNumber(form) => {
                changes(&mut form.changes);
                people(&mut form.people);
            }
            // It names people by their IDs alone.
            Self::Certificate(_) => {}
        }
        self
    }
}

fn people(named: &mut [NewPerson]) {
    for one in named {
        NAME_ENDED.clone_into(&mut one.name);
    }
}

/// Of an office these say who its people are.
fn is_of_people(detail: Detail) -> bool {
    matches!(detail, Detail::Contact | Detail::Mail | Detail::Telephone)
}

fn changes(changed: &mut [Changed]) {
    for change in changed.iter_mut().filter(|change| is_of_people(change.detail)) {
        NAME_ENDED.clone_into(&mut change.before);
        NAME_ENDED.clone_into(&mut change.after);
    }
}

fn details(details: &mut OfficeDetails) {
    for detail in Detail::ALL.into_iter().filter(|detail| is_of_people(*detail)) {
        NAME_ENDED.clone_into(&mut details[detail]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_form_without_people_the_rest_stays_and_it_is_read_as_before() {
        let ids = r#"{"form":"ids","office":"1272200001","added":[{"name":"佐藤 花子","profession":"看護師"}],
            "deleted":[{"login_id":"k.sato","name":"佐藤 一郎"}],"reason":"退職","effective":"2026-11-30"}"#;
        let form: Form = serde_json::from_str(ids).unwrap();
        let left = serde_json::to_string(&form.without_people()).unwrap();
        assert!(!left.contains("佐藤") && left.contains(NAME_ENDED), "{left}");
        for kept in ["看護師", "k.sato", "2026-11-30", "退職"] {
            assert!(left.contains(kept), "{kept}: {left}");
        }
        assert!(serde_json::from_str::<Form>(&left).is_ok());
        let change = r#"{"form":"office_change","office":"1272200001","renamed":[],"changes":[
            {"detail":"contact","before":"佐藤","after":"阿部"},{"detail":"name","before":"ひだまり","after":"こもれび"}]}"#;
        let left = serde_json::from_str::<Form>(change).unwrap().without_people();
        let left = serde_json::to_string(&left).unwrap();
        assert!(!left.contains("阿部") && left.contains("こもれび"), "{left}");
    }
}
