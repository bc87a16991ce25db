//! What is written beside the answers: corrections of what is known of the office (様式2), and new IDs (様式1). Fields of a page,
//! and forms.

use registry::OfficeNo;

use crate::application::{Day, Detail, Facts, Fields, Form, Kind, KnownOffice, Mistakes};

/// The fields with what is known filled in, and over it what was written before.
pub(super) fn beside_of(office: &OfficeNo, known: &KnownOffice, (forms, today): (&[Form], Day)) -> Fields {
    let mut fields = Fields::default();
    fields.set("office", office.as_str());
    for detail in Detail::on_forms() {
        fields.set(detail.as_str(), &known.details[detail]);
    }
    fields.set("effective", today.to_string());
    for form in forms {
        match form {
            Form::OfficeChange(form) => {
                form.changes.iter().for_each(|change| fields.set(change.detail.as_str(), &change.after));
            }
            Form::Ids(form) => {
                for (row, person) in (1..).zip(&form.added) {
                    fields.set(format!("person-{row}-name"), &person.name);
                    fields.set(format!("person-{row}-profession"), &person.profession);
                }
                fields.set("reason", form.reason.as_str());
                fields.set("effective", form.effective.to_string());
            }
            // No page of ours writes these beside an answer.
            Form::FirstRegistration(_) | Form::OfficeNumber(_) | Form::Certificate(_) => {}
        }
    }
    fields
}

/// Whether this field is one of those beside the answers.
pub(super) fn is_beside(name: &str) -> bool {
    let detail = Detail::on_forms().any(|detail| detail.as_str() == name);
    detail || name.starts_with("person-") || matches!(name, "reason" | "effective" | "rows")
}

/// The forms that these fields make: none of what nobody wrote.
pub(super) fn forms_of(fields: &Fields, facts: &Facts<'_>) -> Result<Vec<Form>, Mistakes> {
    let (mut forms, mut mistakes) = (Vec::new(), Vec::new());
    let known = facts.office;
    let written = |detail: Detail| {
        let typed = fields.get(detail.as_str()).trim();
        !typed.is_empty() && known.is_none_or(|office| office.details[detail] != typed)
    };
    let mut kinds = Vec::new();
    if Detail::on_forms().any(written) {
        kinds.push(Kind::OfficeChange);
    }
    if fields.iter().any(|(name, text)| name.starts_with("person-") && !text.trim().is_empty()) {
        kinds.push(Kind::Ids);
    }
    for kind in kinds {
        match Form::read(kind, fields, facts) {
            Ok(form) => forms.push(form),
            // Another spelling of what is known changes nothing.
            Err(Mistakes(found)) if found.iter().all(|mistake| mistake.field == "changes") => {}
            Err(Mistakes(found)) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() { Ok(forms) } else { Err(Mistakes(mistakes)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::Professions;

    fn known() -> KnownOffice {
        let mut known = KnownOffice { details: Default::default(), people: Default::default() };
        known.details[Detail::Telephone] = "04-7167-1111".to_owned();
        known
    }

    fn read(typed: &[(&str, &str)]) -> Result<Vec<Form>, Mistakes> {
        let (office, known, professions) = ("1272200001".parse().unwrap(), known(), Professions::default());
        let today: Day = "2027-05-01".parse().unwrap();
        let mut fields = beside_of(&office, &known, (&[], today));
        typed.iter().for_each(|(name, text)| fields.set(*name, *text));
        forms_of(&fields, &Facts { today, office: Some(&known), professions: &professions })
    }

    #[test]
    fn what_nobody_wrote_is_no_form_and_what_is_spelled_otherwise_changes_nothing() {
        assert_eq!(read(&[]), Ok(Vec::new()));
        assert_eq!(read(&[("telephone", "０４-７１６７-１１１１")]), Ok(Vec::new()));
        assert_eq!(read(&[("telephone", "")]), Ok(Vec::new()));
    }

    #[test]
    fn what_was_written_comes_back_as_it_was() {
        let typed = [
            ("telephone", "04-7167-2222"),
            ("person-2-name", "林"),
            ("person-2-profession", "看護師"),
            ("reason", "採用"),
        ];
        let forms = read(&typed).unwrap();
        assert_eq!(forms.iter().map(Form::kind).collect::<Vec<_>>(), [Kind::OfficeChange, Kind::Ids]);
        let office = "1272200001".parse().unwrap();
        let fields = beside_of(&office, &known(), (&forms, "2027-05-02".parse().unwrap()));
        let told =
            ["telephone", "person-1-name", "person-1-profession", "reason", "effective"].map(|name| fields.get(name));
        assert_eq!(told, ["04-7167-2222", "林", "看護師", "採用", "2027-05-01"]);
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let Mistakes(mistakes) = read(&[("telephone", "119"), ("person-1-name", "林")]).unwrap_err();
        let fields: Vec<_> = mistakes.iter().map(|mistake| mistake.field.as_str()).collect();
        assert_eq!(fields, ["telephone", "person-1-profession", "reason"]);
    }
}
