//! What an office writes beside its answers: new IDs (様式1) and corrections of what is known of it (様式2), read by the same
//! rules as these forms are everywhere.

use crate::application::{Facts, Fields, Form, Kind, Mistakes, Reason};

/// The forms that these fields fill in; none of what nothing was written of. New IDs are asked for from today on, for people
/// who were hired, where nothing else is said.
///
/// # Errors
/// Everything that is wrong with either.
pub fn forms_beside(
    new_ids: Option<Fields>,
    corrections: Option<Fields>,
    facts: &Facts<'_>,
) -> Result<Vec<Form>, Mistakes> {
    let mut forms = Vec::new();
    if let Some(mut fields) = new_ids {
        if fields.get("reason").is_empty() {
            fields.set("reason", Reason::Hired.as_str());
        }
        if fields.get("effective").is_empty() {
            fields.set("effective", facts.today.to_string());
        }
        forms.push(Form::read(Kind::Ids, &fields, facts)?);
    }
    if let Some(fields) = corrections {
        forms.push(Form::read(Kind::OfficeChange, &fields, facts)?);
    }
    Ok(forms)
}
