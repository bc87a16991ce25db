//! An application comes in: its number is drawn, what it says is kept, its contact is told, in one change.
//!
//! Then `step` inspects it or turns it down, `grant` does what it asks for, `letter` tells its contact; `link` sends
//! what opens a form, `named` asks whether `--application` serves.

mod grant;
mod letter;
mod link;
mod named;
mod step;

pub use self::grant::{Granted, Granting};
pub use self::step::Findings;
pub(super) use self::{
    grant::{approve_inspected, device_approved},
    step::{device_inspected, device_rejected, reopened, taken_up},
};

use certs::DeviceNo;
use registry::change::OfficeChange;
use registry::{LoginId, OfficeNo};
use serde_json::{Value as Json, json};

use super::change::{Change, RequiredRole};
use super::device::{DeviceForm, write_device};
use super::mail::Delivery;
use super::{By, Writer};
use crate::application::{ApplicationNo, Channel, Detail, Form, Mailbox};
use crate::letters::ApplicationStep;
use crate::refusal::{ApplicationRefusal, Kind as Named, Refusal};
use crate::rows;
use crate::rows::application::NewApplication;

/// However many one sends, an operator should be able to look at them.
const MOST_OPEN: i64 = 30;

/// By whose hand an application comes, and what speaks for them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Hand {
    /// An operator's, for what came by mail, by post, at the counter or in a file.
    Operator(Channel),
    /// Of the office's カシワニネット担当者 who makes this change, logged in with two factors.
    Contact,
    /// Of somebody who confirmed this mail address.
    Confirmed(String),
}

impl Hand {
    fn channel(&self) -> Channel {
        match self {
            Self::Operator(channel) => *channel,
            Self::Contact | Self::Confirmed(_) => Channel::Web,
        }
    }

    fn duty(&self) -> RequiredRole {
        match self {
            Self::Operator(_) => RequiredRole::Record,
            Self::Contact | Self::Confirmed(_) => RequiredRole::Desk,
        }
    }
}

/// An application that was received.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Received {
    /// Its number.
    pub application: ApplicationNo,
    /// The device it is about, of a certificate application.
    pub device: Option<DeviceNo>,
    /// Whether the contact is told by mail.
    pub told: Delivery,
}

/// Which of several was refused, and why. None was received.
#[derive(Debug, thiserror::Error)]
#[error("the one at {at}: {why}")]
pub struct NotReceived {
    /// Counted from 0.
    pub at: usize,
    /// Why.
    pub why: Refusal,
}

impl Writer {
    /// Receives an application. The same form once more, sent twice over the web, is the one it was.
    ///
    /// # Errors
    /// The office is not one this can be asked of; who sends it may not speak for it; it has too many open.
    pub async fn receive_application(&self, by: &By, hand: &Hand, form: &Form) -> Result<Received, Refusal> {
        let mut change = self.change(by, hand.duty()).await?;
        if let Some(twin) = twin(&mut change, hand, form).await? {
            return Ok(twin);
        }
        let (received, detail) = receive(&mut change, hand, form).await?;
        change.inherit_application(received.application.to_string());
        change.commit("application.receive", &received.application.to_string(), detail).await?;
        Ok(received)
    }

    /// Receives many, or none.
    ///
    /// # Errors
    /// The first that cannot be received.
    pub async fn receive_applications(&self, by: &By, forms: &[Form]) -> Result<Vec<Received>, NotReceived> {
        let failed = |at| move |why| NotReceived { at, why };
        let mut change = self.change(by, RequiredRole::Record).await.map_err(failed(0))?;
        let mut all = Vec::with_capacity(forms.len());
        for (at, form) in forms.iter().enumerate() {
            let received = receive(&mut change, &Hand::Operator(Channel::Csv), form).await;
            all.push(received.map_err(failed(at))?.0);
        }
        let Some(first) = all.first() else { return Ok(all) };
        let subject = first.application.to_string();
        let numbers: Vec<_> = all.iter().map(|received| received.application.to_string()).collect();
        let detail = json!({ "channel": Channel::Csv.as_str(), "applications": numbers });
        change.commit("application.receive", &subject, detail).await.map_err(failed(0))?;
        Ok(all)
    }
}

/// Receives one in a change under way; what its event says.
pub(super) async fn receive(change: &mut Change, hand: &Hand, form: &Form) -> Result<(Received, Json), Refusal> {
    may_speak(change, hand, form).await?;
    may_be_asked(change, hand, form).await?;
    let sender = sender(hand, change.operator(), form);
    if let Some(sender) = &sender {
        has_room(change, sender).await?;
    }
    let now = change.at();
    let application = rows::application::next_number(change, now).await?;
    let number = application.to_string();
    let device = match form {
        Form::Certificate(form) => {
            let form = DeviceForm {
                office: form.office.clone(),
                label: form.label.clone(),
                os: form.os,
                ownership: form.ownership,
                users: form.users.clone(),
            };
            Some(write_device(change, form, &number).await?.0)
        }
        Form::FirstRegistration(_) | Form::Ids(_) | Form::OfficeChange(_) | Form::OfficeNumber(_) => None,
    };
    let by = change.operator().clone();
    let new = NewApplication {
        no: &number,
        channel: hand.channel(),
        form,
        device,
        received_by: &by,
        sender: sender.as_deref(),
    };
    rows::application::write(change, &new).await?;
    let told = letter::tell(change, (application, form, device), ApplicationStep::Received).await?;
    let detail = json!({
        "kind": form.kind().as_str(), "channel": hand.channel().as_str(), "office": form.office(), "device": device,
    });
    Ok((Received { application, device, told }, detail))
}

/// Does whoever sends this speak for the office?
async fn may_speak(change: &mut Change, hand: &Hand, form: &Form) -> Result<(), Refusal> {
    match hand {
        Hand::Operator(_) => Ok(()),
        Hand::Contact => {
            let person = change.operator().clone();
            super::office_contact::speaks_for(change, &person, form.office()).await
        }
        Hand::Confirmed(address) => {
            let unconfirmed = || ApplicationRefusal::NotConfirmed(form.office().clone());
            if let Form::FirstRegistration(form) = form {
                return if form.details[Detail::Mail] == *address { Ok(()) } else { Err(unconfirmed().into()) };
            }
            let contact = rows::office::contact(change, form.office()).await?;
            let mail = contact.map(|contact| contact.mail).unwrap_or_default();
            if !mail.is_empty() && mail == *address { Ok(()) } else { Err(unconfirmed().into()) }
        }
    }
}

/// Is the office one of which this can be asked?
async fn may_be_asked(change: &mut Change, hand: &Hand, form: &Form) -> Result<(), Refusal> {
    let office = form.office();
    let illegal = |why| Refusal::Illegal(office.to_string(), why);
    let new_number = match form {
        Form::FirstRegistration(form) => Some(&form.office),
        Form::OfficeNumber(form) => Some(&form.new_office),
        Form::Ids(_) | Form::OfficeChange(_) | Form::Certificate(_) => None,
    };
    // A stranger is not told which offices there are; an operator looks before approving.
    if let (Hand::Operator(_), Some(new)) = (hand, new_number) {
        is_free(change, new).await?;
    }
    match form {
        Form::FirstRegistration(_) => Ok(()),
        Form::Ids(form) => {
            if !form.added.is_empty() {
                rows::office::state(change, office).await?.add_user().map_err(illegal)?;
            }
            for gone in &form.deleted {
                super::office_contact::is_of(change, &gone.login_id, office).await?;
            }
            Ok(())
        }
        Form::OfficeChange(_) => {
            rows::office::state(change, office).await?.after(OfficeChange::Update).map(drop).map_err(illegal)
        }
        Form::OfficeNumber(_) => {
            rows::office::state(change, office).await?.after(OfficeChange::Replace).map(drop).map_err(illegal)
        }
        // Written with the device.
        Form::Certificate(_) => Ok(()),
    }
}

async fn is_free(change: &mut Change, office: &OfficeNo) -> Result<(), Refusal> {
    if rows::office::is_taken(change, office).await? {
        return Err(Refusal::Taken(Named::Office, office.to_string()));
    }
    Ok(())
}

/// Whose application it is, of what comes over the web: whoever proved that it is theirs. Which office a stranger names is
/// their choice, so that it counts against nobody; an office's own mailbox counts for each office that it speaks for.
fn sender(hand: &Hand, person: &LoginId, form: &Form) -> Option<String> {
    match hand {
        Hand::Operator(_) => None,
        Hand::Contact => Some(format!("contact {person}")),
        Hand::Confirmed(address) => {
            let mailbox = Mailbox::of(address);
            Some(match form {
                Form::FirstRegistration(_) => format!("mailbox {mailbox}"),
                Form::Ids(_) | Form::OfficeChange(_) | Form::OfficeNumber(_) | Form::Certificate(_) => {
                    format!("mailbox {mailbox} office {}", form.office())
                }
            })
        }
    }
}

async fn has_room(change: &mut Change, sender: &str) -> Result<(), Refusal> {
    if rows::application::waiting_of(change, sender).await? >= MOST_OPEN {
        return Err(ApplicationRefusal::TooManyOpen.into());
    }
    Ok(())
}

/// A page loaded anew sends its form again: the one that waits already is meant.
async fn twin(change: &mut Change, hand: &Hand, form: &Form) -> Result<Option<Received>, Refusal> {
    if hand.channel() != Channel::Web {
        return Ok(None);
    }
    may_speak(change, hand, form).await?;
    let by = change.operator().clone();
    let twin = rows::application::twin(change, form, &by).await?;
    Ok(twin.map(|(application, device)| Received { application, device, told: Delivery::ByMail }))
}
