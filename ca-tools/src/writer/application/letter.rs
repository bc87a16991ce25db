//! Whom does an application's step concern, and what are they told?

use super::super::change::Change;
use super::super::mail::Told;
use super::super::refusal::Refusal;
use crate::application::{ApplicationNo, Form};
use crate::mail::{ApplicationFacts, ApplicationStep, Letter};

/// Tells the contact. An office that is not registered yet is told where its form says; any other where the
/// registry says, so that a form cannot lead its own answers away.
pub(in crate::writer) async fn tell(
    change: &mut Change,
    (application, form): (ApplicationNo, &Form),
    step: ApplicationStep,
) -> Result<Told, Refusal> {
    let row = change
        .row("SELECT name, contact, mail FROM offices WHERE office = $1", [form.office().as_str().into()])
        .await?;
    let (office, contact, mail) = match (row, form) {
        (_, Form::FirstRegistration(form)) => {
            let details = &form.details;
            (details.name.clone(), details.contact.clone(), details.mail.clone())
        }
        (Some(row), _) => (row.text("name")?, row.text("contact")?, row.text("mail")?),
        (None, _) => return Ok(Told::NoAddress),
    };
    let number = application.to_string();
    let facts =
        ApplicationFacts { application: number.clone(), kind: form.kind().japanese().to_owned(), office, contact };
    change.mail((&mail, &number), &Letter::Application { application: facts, step }).await
}
