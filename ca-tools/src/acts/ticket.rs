//! Pick-up tickets: given on approval or by an operator, killed by a newer one, by wrong codes, by hand.

use certs::{DeviceNo, Timestamp};
use serde_json::json;
use time::macros::time;

use super::change::{Change, Duty};
use super::like_for_like::Asker;
use super::mail::Told;
use super::refusal::{Kind, Refusal, Unavailable};
use super::{By, Writer, ticket_use};
use crate::database::Value;
use crate::mail::{DeviceFacts, Letter};
use crate::ticket::{Secrets, TicketState};

/// Days for which a ticket opens, until the end of the last one in Japan.
const DAYS: i64 = 7;

/// What a ticket is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TicketPurpose {
    /// The device has no certificate in use.
    First,
    /// In place of the one in use.
    Renewal,
    /// In place of another device, which goes.
    Replacement(DeviceNo),
}

impl TicketPurpose {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Renewal => "renewal",
            Self::Replacement(_) => "replacement",
        }
    }
}

/// A ticket that was given.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Opened {
    /// `T-000001`: what operators call it.
    pub ticket: String,
    /// Its last second.
    pub until: Timestamp,
    /// Whether its number went by mail.
    pub told: Told,
    /// The registry's version.
    pub version: u64,
}

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
        let mut change = self.change(by, Duty::Record).await?;
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
        let mut change = self.change(by, Duty::Own).await?;
        like_for_like(&mut change, device).await?;
        let again = unused(&mut change, device, TicketPurpose::Renewal).await?;
        let facts = (device, TicketPurpose::Renewal);
        let (opened, detail) = write(&mut change, facts, (secrets, Told::NoAddress)).await?;
        takes_place_of(&mut change, &opened.ticket, again).await?;
        let version = change.commit("ticket.open-own", &device.to_string(), detail).await?;
        Ok(Opened { version, ..opened })
    }

    /// Makes a ticket open nothing any more: no certificate, no other container, no second copy of a file.
    ///
    /// # Errors
    /// There is none of that name, or nothing came of it any more.
    pub async fn kill_ticket(&self, by: &By, ticket: &str) -> Result<Killed, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let row = change.row(ticket_use::STANDING, [ticket.into()]).await?;
        let row = row.ok_or_else(|| Refusal::Unknown(Kind::Ticket, ticket.to_owned()))?;
        let stored = ticket_use::stored(&row)?;
        let nothing = |ja: &str, en: &str| {
            Refusal::malformed(
                "ticket",
                format!("{ticket} は{ja}何も変更していません。"),
                format!("{ticket} {en}; nothing was changed"),
            )
        };
        let left = match (stored.state, stored.opens(change.at())) {
            (TicketState::Open, _) => Left::Certificate,
            (TicketState::Used(_), true) => Left::OtherContainer,
            (TicketState::Retaken(_), true) => Left::Page,
            (TicketState::Used(_) | TicketState::Retaken(_), false) => {
                return Err(nothing(
                    "使用済みで、期限も過ぎているため、もう何も取得できません。",
                    "is used and its time is over: it opens nothing",
                ));
            }
            (TicketState::Killed, _) => return Err(nothing("すでに無効です。", "is dead already")),
        };
        kill(&mut change, ticket, "operator").await?;
        let (device, serial) = (crate::rows::device::number(row.int("device")?)?, row.maybe_text("serial")?);
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
async fn like_for_like(change: &mut Change, device: DeviceNo) -> Result<(), Refusal> {
    let now = change.at();
    let held = super::certificate::held(change, device, now).await?;
    let serials: Vec<_> = held.iter().map(|held| held.serial.as_str()).collect();
    super::like_for_like::check(change, (device, Asker::Holder), &serials).await
}

/// May a ticket be given for this? The certificate that was made, got lost on its way and was never used, if there is
/// one: what the ticket gives takes its place.
async fn unused(change: &mut Change, device: DeviceNo, purpose: TicketPurpose) -> Result<Option<String>, Refusal> {
    match (super::certificate::ticketable(change, device, purpose).await, purpose) {
        (Ok(()), _) => Ok(None),
        (Err(Refusal::HasCertificate(_, serial)), TicketPurpose::First) => {
            let refusal = Refusal::HasCertificate(device, serial.clone());
            // One that an operator handed out was brought there by hand; only of a pick-up is it known that it can fail.
            let picked_up =
                change.row("SELECT ticket FROM tickets WHERE serial = $1", [serial.as_str().into()]).await?;
            let lost = picked_up.is_some() && never_used(change, device, &serial).await?;
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
    let now = change.at();
    let held = super::certificate::held(change, device, now).await?;
    match super::first_use::retakable(change, (device, &held), serial).await {
        Ok(_) => Ok(true),
        Err(Refusal::HasCertificate(..) | Refusal::NoCertificate(_)) => Ok(false),
        Err(refusal) => Err(refusal),
    }
}

async fn takes_place_of(change: &mut Change, ticket: &str, serial: Option<String>) -> Result<(), Refusal> {
    if let Some(serial) = serial {
        change.run("UPDATE tickets SET serial = $2 WHERE ticket = $1", [ticket.into(), serial.into()]).await?;
    }
    Ok(())
}

/// Gives a ticket in a change under way, and mails its number.
pub(super) async fn give(
    change: &mut Change,
    (device, purpose): (DeviceNo, TicketPurpose),
    secrets: &Secrets,
) -> Result<(Opened, serde_json::Value), Refusal> {
    let until = last_second(change.at());
    let letter = Letter::TicketIssued {
        device: device_facts(change, device).await?,
        number: secrets.number.reveal(),
        until: until.unix(),
    };
    let told = change.mail_contact_of(device, &letter).await?;
    write(change, (device, purpose), (secrets, told)).await
}

/// Writes a ticket whose number goes this way; an older one of the device opens nothing any more.
pub(super) async fn write(
    change: &mut Change,
    (device, purpose): (DeviceNo, TicketPurpose),
    (secrets, told): (&Secrets, Told),
) -> Result<(Opened, serde_json::Value), Refusal> {
    kill_open(change, device, "newer").await?;
    let count = change.row("SELECT COUNT(*) AS given FROM tickets", []).await?;
    let ticket = format!("T-{:06}", count.map_or(Ok(0), |row| row.int("given"))? + 1);
    let until = last_second(change.at());
    let replaces = match purpose {
        TicketPurpose::First | TicketPurpose::Renewal => None,
        TicketPurpose::Replacement(old) => Some(i64::from(old.number())),
    };
    let (application, operator) = (change.application()?, change.operator().to_string());
    change
        .run(
            "INSERT INTO tickets (ticket, number_hash, code_hash, device, purpose, replaces, state, issued_at, issued_by, \
             until, tries_left, retaken, application, version) \
             VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10, 0, $11, $12)",
            [
                ticket.as_str().into(),
                secrets.number.known_by().into(),
                secrets.code_hash.as_str().into(),
                device.number().into(),
                purpose.word().into(),
                replaces.into(),
                change.at().unix().into(),
                operator.into(),
                until.unix().into(),
                crate::ticket::TRIES.into(),
                application.into(),
                change.version().into(),
            ],
        )
        .await?;
    let detail = json!({ "ticket": ticket, "purpose": purpose.word(), "until": until.unix() });
    Ok((Opened { ticket, until, told, version: 0 }, detail))
}

/// Tickets of the device of which anything could still come: from now on nothing does.
pub(super) async fn kill_open(change: &mut Change, device: DeviceNo, why: &'static str) -> Result<(), Refusal> {
    kill_all(change, ticket_use::STANDING_OF_DEVICE, (device.number().into(), why)).await
}

/// The same for every device of an office.
pub(super) async fn kill_of_office(change: &mut Change, office: Value, why: &'static str) -> Result<(), Refusal> {
    kill_all(change, ticket_use::STANDING_OF_OFFICE, (office, why)).await
}

async fn kill_all(
    change: &mut Change,
    question: &'static str,
    (whose, why): (Value, &'static str),
) -> Result<(), Refusal> {
    let now = change.at();
    for row in change.rows(question, [whose]).await? {
        let stored = ticket_use::stored(&row)?;
        // One that was never used and is over is closed as well: a clock that is put back does not open it.
        if stored.state == TicketState::Open || stored.opens(now) {
            kill(change, &row.text("ticket")?, why).await?;
        }
    }
    Ok(())
}

async fn kill(change: &mut Change, ticket: &str, why: &'static str) -> Result<(), Refusal> {
    let version = change.version();
    change
        .run(
            "UPDATE tickets SET state = 'killed', killed_why = $2, version = $3 WHERE ticket = $1",
            [ticket.into(), why.into(), version.into()],
        )
        .await?;
    change.run("DELETE FROM kept_files WHERE ticket = $1", [ticket.into()]).await?;
    Ok(())
}

/// A device as letters name it.
pub(super) async fn device_facts(change: &mut Change, device: DeviceNo) -> Result<DeviceFacts, Refusal> {
    let row = change
        .row(
            "SELECT o.name, o.contact, d.label FROM devices d JOIN offices o ON o.office = d.office WHERE d.device = $1",
            [device.number().into()],
        )
        .await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Device, device.to_string()))?;
    Ok(DeviceFacts {
        office: row.text("name")?,
        contact: row.text("contact")?,
        device: device.to_string(),
        label: row.text("label")?,
    })
}

/// The end of the last day.
pub(super) fn last_second(now: Timestamp) -> Timestamp {
    let last = now.plus(DAYS * 86_400).in_japan();
    Timestamp::from_unix(last.replace_time(time!(23:59:59)).unix_timestamp())
}

impl From<crate::password::HashRefusal> for Refusal {
    fn from(refusal: crate::password::HashRefusal) -> Self {
        Self::Unavailable(Unavailable::Other(refusal.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_opens_until_the_end_of_its_seventh_day_in_japan() {
        let now: Timestamp = Timestamp::from_unix(1_795_392_300);
        assert_eq!(now.to_string(), "2026-11-23T09:05:00+09:00");
        assert_eq!(last_second(now).to_string(), "2026-11-30T23:59:59+09:00");
    }
}
