//! Pick-up tickets: given on approval or by an operator, killed by a newer one, by wrong codes, by hand.

use certs::DeviceNo;
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::eligible::{held, retakable};
use super::like_for_like::Asker;
use super::mail::Delivery;
use super::ticket_give::{Opened, TicketPurpose, give, ticketable, write};
use super::{By, Writer, like_for_like};
use crate::refusal::{Kind, Malformed, Refusal, Unavailable};
use crate::rows;
use crate::ticket::{Secrets, TicketState};

impl Writer {
    /// Gives a ticket for a device; an older one of it opens nothing any more. The number goes to the office's
    /// contact by mail; the code is the operator's to tell.
    ///
    /// # Errors
    /// The device may not be given a certificate now, has one already or has none to renew.
    pub async fn open_ticket(
        &self,
        by: &By,
        (device, purpose): (DeviceNo, TicketPurpose),
        secrets: &Secrets,
    ) -> Result<Opened, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let again = unused(&mut change, device, purpose).await?;
        let (opened, detail) = give(&mut change, (device, purpose), secrets).await?;
        takes_place_of(&mut change, &opened.ticket, again).await?;
        let version = change.commit("ticket.open", &device.to_string(), detail).await?;
        Ok(Opened { version, ..opened })
    }

    /// A person, on the device itself and logged in with both factors, asks for its renewal.
    ///
    /// # Errors
    /// As [`Self::open_ticket`].
    pub(crate) async fn open_own_renewal(
        &self,
        by: &By,
        device: DeviceNo,
        secrets: &Secrets,
    ) -> Result<Opened, Refusal> {
        let mut change = self.change(by, RequiredRole::Own).await?;
        no_more_than_it_had(&mut change, device).await?;
        let again = unused(&mut change, device, TicketPurpose::Renewal).await?;
        let facts = (device, TicketPurpose::Renewal);
        let (opened, detail) = write(&mut change, facts, (secrets, Delivery::NoAddress)).await?;
        takes_place_of(&mut change, &opened.ticket, again).await?;
        let version = change.commit("ticket.open-own", &device.to_string(), detail).await?;
        Ok(Opened { version, ..opened })
    }

    /// Makes a ticket open nothing any more: no certificate, no other container, no second copy of a file.
    ///
    /// # Errors
    /// There is none of that name, or nothing came of it any more.
    pub async fn kill_ticket(&self, by: &By, ticket: &str) -> Result<Killed, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let standing = rows::ticket::standing(&mut change, ticket).await?;
        let standing = standing.ok_or_else(|| Refusal::Unknown(Kind::Ticket, ticket.to_owned()))?;
        let stored = standing.stored;
        let left = match (stored.state, stored.opens(change.at())) {
            (TicketState::Open, _) => Left::Certificate,
            (TicketState::Used(_), true) => Left::OtherContainer,
            (TicketState::Retaken(_), true) => Left::Page,
            (TicketState::Used(_) | TicketState::Retaken(_), false) => {
                return Err(Malformed::TicketIsOver(ticket.to_owned()).into());
            }
            (TicketState::Killed, _) => return Err(Malformed::TicketIsDead(ticket.to_owned()).into()),
        };
        rows::ticket::kill(&mut change, ticket, "operator").await?;
        let (device, serial) = (standing.device()?, standing.serial);
        let detail = json!({ "device": device, "ended": left.word() });
        let version = change.commit("ticket.kill", ticket, detail).await?;
        let serial = serial.filter(|_| left != Left::Certificate);
        Ok(Killed { device, left, serial, version })
    }
}

/// What could still come of a ticket when it was killed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Left {
    /// Its certificate.
    Certificate,
    /// The other container, in place of the first.
    OtherContainer,
    /// The page with the password, and the file while it was kept.
    Page,
}

impl Left {
    /// One word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::OtherContainer => "other_container",
            Self::Page => "page",
        }
    }
}

/// A ticket that opens nothing any more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Killed {
    /// Whose it was.
    pub device: DeviceNo,
    /// What it would still have opened.
    pub left: Left,
    /// The certificate that it gave, which stands as it stood.
    pub serial: Option<String>,
    /// The registry's version.
    pub version: u64,
}

/// Nothing that its holder renews, or takes in place of what was never used, is given more than it had.
async fn no_more_than_it_had(change: &mut Change, device: DeviceNo) -> Result<(), Refusal> {
    let held = held(change, device).await?;
    let serials: Vec<_> = held.iter().map(|held| held.serial.as_str()).collect();
    like_for_like::check(change, (device, Asker::Holder), &serials).await
}

/// May a ticket be given for this? The certificate that was made, got lost on its way and was never used, if there is
/// one: what the ticket gives takes its place.
async fn unused(change: &mut Change, device: DeviceNo, purpose: TicketPurpose) -> Result<Option<String>, Refusal> {
    match (ticketable(change, device, purpose).await, purpose) {
        (Ok(()), _) => Ok(None),
        (Err(Refusal::HasCertificate(_, serial)), TicketPurpose::First) => {
            let refusal = Refusal::HasCertificate(device, serial.clone());
            // One that an operator handed out was brought there by hand; only of a pick-up is it known that it can fail.
            let lost = rows::ticket::gave(change, &serial).await? && never_used(change, device, &serial).await?;
            lost.then_some(Some(serial)).ok_or(refusal)
        }
        (Err(Refusal::RenewalPending(_, serial)), TicketPurpose::Renewal) => {
            let refusal = Refusal::RenewalPending(device, serial.clone());
            never_used(change, device, &serial).await?.then_some(Some(serial)).ok_or(refusal)
        }
        (Err(refusal), _) => Err(refusal),
    }
}

async fn never_used(change: &mut Change, device: DeviceNo, serial: &str) -> Result<bool, Refusal> {
    let held = held(change, device).await?;
    match retakable(change, device, &held, serial).await {
        Ok(_) => Ok(true),
        Err(Refusal::HasCertificate(..) | Refusal::NoCertificate(_)) => Ok(false),
        Err(refusal) => Err(refusal),
    }
}

async fn takes_place_of(change: &mut Change, ticket: &str, serial: Option<String>) -> Result<(), Refusal> {
    if let Some(serial) = serial {
        rows::ticket::takes_place_of(change, ticket, &serial).await?;
    }
    Ok(())
}

impl From<crate::password::HashRefusal> for Refusal {
    fn from(refusal: crate::password::HashRefusal) -> Self {
        Self::Unavailable(Unavailable::Other(refusal.to_string()))
    }
}
