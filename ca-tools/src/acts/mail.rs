//! How does a letter get into the queue? In the change it tells of, and sealed: either both are, or neither.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::change::Change;
use super::refusal::{Refusal, Unavailable};
use crate::hex::hex;
use crate::mail::{Letter, Sealed};

/// Whether somebody is told by mail.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Told {
    /// A letter waits in the queue.
    ByMail,
    /// The office has no mail address: the city tells it another way.
    NoAddress,
}

impl Change {
    /// Queues a letter to this address, about a device, an application or an office.
    pub(crate) async fn mail(&mut self, (recipient, about): (&str, &str), letter: &Letter) -> Result<Told, Refusal> {
        if recipient.is_empty() {
            return Ok(Told::NoAddress);
        }
        let last = self.row("SELECT COALESCE(MAX(mail), 0) AS last FROM mails", []).await?;
        let mail = last.map_or(Ok(0), |row| row.int("last"))? + 1;
        let facts = serde_json::to_string(letter).map_err(|why| Unavailable::Corrupt(why.to_string()))?;
        let (facts, message_id) = (Zeroizing::new(facts), draw_message_id()?);
        let sealed = self.seal().seal(&facts, Sealed { mail, message_id: &message_id, recipient, about })?;
        self.run(
            "INSERT INTO mails (mail, message_id, kind, recipient, letter, about, state, queued_at, next_at, tries, \
             version) VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $7, 0, $8)",
            [
                mail.into(),
                message_id.into(),
                letter.kind().into(),
                recipient.into(),
                sealed.into(),
                about.into(),
                self.at().unix().into(),
                self.version().into(),
            ],
        )
        .await?;
        Ok(Told::ByMail)
    }

    /// Queues a letter to the contact of the office to which this person belongs.
    pub(crate) async fn mail_contact_of_user(
        &mut self,
        (user, about): (&registry::LoginId, &str),
        letter: impl FnOnce(String, String) -> Letter,
    ) -> Result<Told, Refusal> {
        let row = self
            .row(
                "SELECT o.mail, o.name, o.contact FROM offices o JOIN system_users u ON u.office = o.office \
                 WHERE u.login_id = $1",
                [user.as_str().into()],
            )
            .await?;
        let Some(row) = row else { return Ok(Told::NoAddress) };
        let letter = letter(row.text("name")?, row.text("contact")?);
        self.mail((&row.text("mail")?, about), &letter).await
    }

    /// Queues a letter to the contact of the office to which this device belongs.
    pub(crate) async fn mail_contact_of(&mut self, device: certs::DeviceNo, letter: &Letter) -> Result<Told, Refusal> {
        let row = self
            .row(
                "SELECT o.mail FROM offices o JOIN devices d ON d.office = o.office WHERE d.device = $1",
                [device.number().into()],
            )
            .await?;
        let address = row.map_or(Ok(String::new()), |row| row.text("mail"))?;
        self.mail((&address, &device.to_string()), letter).await
    }
}

/// The part of a Message-ID before the `@` (RFC 5322 §3.6.4), drawn once for each letter.
fn draw_message_id() -> Result<String, Refusal> {
    let mut random = [0; 16];
    SystemRandom::new().fill(&mut random).map_err(|_| Unavailable::Corrupt("no random numbers".to_owned()))?;
    Ok(hex(random))
}
