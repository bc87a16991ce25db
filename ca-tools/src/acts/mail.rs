//! How does a letter get into the queue? In the change it tells of, and sealed: either both are, or neither.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::change::Change;
use crate::letters::{Letter, Sealed};
use crate::refusal::{Refusal, Unavailable};
use crate::rows;
use crate::rows::mail::NewMail;

/// Whether somebody is told by mail.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Delivery {
    /// A letter waits in the queue.
    ByMail,
    /// The office has no mail address: the city tells it another way.
    NoAddress,
}

impl Change {
    /// Queues a letter to this address, about a device, an application or an office.
    pub(crate) async fn mail(
        &mut self,
        (recipient, about): (&str, &str),
        letter: &Letter,
    ) -> Result<Delivery, Refusal> {
        if recipient.is_empty() {
            return Ok(Delivery::NoAddress);
        }
        let mail = rows::mail::next_number(self).await?;
        let facts = serde_json::to_string(letter).map_err(|why| Unavailable::Corrupt(why.to_string()))?;
        let (facts, message_id) = (Zeroizing::new(facts), draw_message_id()?);
        let sealed = self.seal().seal(&facts, Sealed { mail, message_id: &message_id, recipient, about })?;
        let kind = letter.kind();
        let new = NewMail { mail, message_id: &message_id, kind, recipient, letter: &sealed, about };
        rows::mail::write(self, &new).await?;
        Ok(Delivery::ByMail)
    }

    /// Queues a letter to the contact of the office to which this person belongs.
    pub(crate) async fn mail_contact_of_user(
        &mut self,
        user: &registry::LoginId,
        about: &str,
        letter: impl FnOnce(String, String) -> Letter,
    ) -> Result<Delivery, Refusal> {
        let Some(contact) = rows::mail::contact_of_user(self, user).await? else { return Ok(Delivery::NoAddress) };
        let letter = letter(contact.office, contact.contact);
        self.mail((&contact.mail, about), &letter).await
    }

    /// Queues a letter to the contact of the office to which this device belongs.
    pub(crate) async fn mail_contact_of(
        &mut self,
        device: certs::DeviceNo,
        letter: &Letter,
    ) -> Result<Delivery, Refusal> {
        let address = rows::mail::address_of(self, device).await?;
        self.mail((&address, &device.to_string()), letter).await
    }
}

/// The contact of a device's office learns that it is out.
pub(super) async fn tell_hold(change: &mut Change, no: certs::DeviceNo) -> Result<(), Refusal> {
    let letter = Letter::DeviceOnHold { device: rows::device::named(change, no).await?, at: change.at().unix() };
    change.mail_contact_of(no, &letter).await.map(drop)
}

/// The part of a Message-ID before the `@` (RFC 5322 §3.6.4), drawn once for each letter.
fn draw_message_id() -> Result<String, Refusal> {
    let mut random = [0; 16];
    SystemRandom::new().fill(&mut random).map_err(|_| Unavailable::Corrupt("no random numbers".to_owned()))?;
    Ok(hex::encode(random))
}
