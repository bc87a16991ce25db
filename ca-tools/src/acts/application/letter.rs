//! Whom does an application's step concern, and what are they told?

use certs::DeviceNo;

use super::super::change::Change;
use super::super::mail::Delivery;
use crate::application::{ApplicationNo, Detail, Form};
use crate::letters::{ApplicationFacts, ApplicationStep, Letter, NamedDevice, NextStep};
use crate::refusal::Refusal;
use crate::rows;

/// Tells the contact. An office that is not registered yet is told where its form says; any other where the
/// registry says, so that a form cannot lead its own answers away.
pub(in crate::acts) async fn tell(
    change: &mut Change,
    (application, form, device): (ApplicationNo, &Form, Option<DeviceNo>),
    step: ApplicationStep,
) -> Result<Delivery, Refusal> {
    let known = rows::office::contact(change, form.office()).await?;
    let (office, contact, mail) = match (known, form) {
        (_, Form::FirstRegistration(form)) => {
            let details = &form.details;
            (details[Detail::Name].clone(), details[Detail::Contact].clone(), details[Detail::Mail].clone())
        }
        (Some(known), _) => (known.office, known.contact, known.mail),
        (None, _) => return Ok(Delivery::NoAddress),
    };
    let number = application.to_string();
    let device = match (form, device) {
        (Form::Certificate(form), Some(no)) => Some(NamedDevice { number: no.to_string(), label: form.label.clone() }),
        (Form::Certificate(_), None)
        | (Form::FirstRegistration(_) | Form::Ids(_) | Form::OfficeChange(_) | Form::OfficeNumber(_), _) => None,
    };
    let kind = form.kind().japanese().to_owned();
    let facts = ApplicationFacts { application: number.clone(), kind, office, contact, device };
    change.mail((&mail, &number), &Letter::Application { application: facts, step }).await
}

/// What comes once this is approved.
pub(super) fn next_step(form: &Form) -> NextStep {
    match form {
        Form::FirstRegistration(_) => NextStep::PasswordsThenDevices,
        Form::OfficeNumber(form) if !form.people.is_empty() => NextStep::PasswordsThenDevices,
        Form::Ids(form) if !form.added.is_empty() => NextStep::Passwords,
        Form::Ids(_) | Form::OfficeChange(_) => NextStep::Nothing,
        Form::OfficeNumber(_) | Form::Certificate(_) => NextStep::Told,
    }
}
