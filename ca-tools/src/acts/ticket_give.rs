//! A ticket is given: may it be, and what is written of it.

use certs::{DeviceNo, Timestamp};
use serde_json::json;
use time::macros::time;

use super::change::Change;
use super::eligible::{held, intendable, none_but_emergency, none_in_use, renewable};
use super::mail::Delivery;
use super::replacement::Exchange;
use super::{replacement, ticket_end};
use crate::letters::Letter;
use crate::refusal::Refusal;
use crate::rows;
use crate::rows::ticket::NewTicket;
use crate::ticket::Secrets;

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
    pub told: Delivery,
    /// The registry's version.
    pub version: u64,
}

/// May this device be given a ticket for this?
pub(super) async fn ticketable(change: &mut Change, device: DeviceNo, purpose: TicketPurpose) -> Result<(), Refusal> {
    intendable(change, device).await?;
    replacement::not_replaced(change, device).await?;
    let held = held(change, device).await?;
    match purpose {
        TicketPurpose::First => none_but_emergency(change, device, &held).await.map(|_| ()),
        TicketPurpose::Renewal => renewable(change, device, &held).await.map(|_| ()),
        TicketPurpose::Replacement(old) => {
            none_in_use(device, &held)?;
            change.why()?;
            let from = change.at();
            replacement::check(change, Exchange { old, new: device, from }).await
        }
    }
}

/// Gives a ticket in a change under way, and mails its number.
pub(super) async fn give(
    change: &mut Change,
    (device, purpose): (DeviceNo, TicketPurpose),
    secrets: &Secrets,
) -> Result<(Opened, serde_json::Value), Refusal> {
    let until = last_second(change.at());
    let letter = Letter::TicketIssued {
        device: rows::device::named(change, device).await?,
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
    (secrets, told): (&Secrets, Delivery),
) -> Result<(Opened, serde_json::Value), Refusal> {
    ticket_end::kill_open(change, device, "newer").await?;
    let ticket = rows::ticket::next(change).await?;
    let until = last_second(change.at());
    let replaces = match purpose {
        TicketPurpose::First | TicketPurpose::Renewal => None,
        TicketPurpose::Replacement(old) => Some(old),
    };
    let (application, operator) = (change.application()?, change.operator().to_string());
    let new = NewTicket {
        ticket: &ticket,
        number_hash: &secrets.number.known_by(),
        code_hash: &secrets.code_hash,
        device,
        purpose: purpose.word(),
        replaces,
        issued_by: &operator,
        until,
        tries: crate::ticket::TRIES,
        application: &application,
    };
    rows::ticket::write(change, &new).await?;
    let detail = json!({ "ticket": ticket, "purpose": purpose.word(), "until": until.unix() });
    Ok((Opened { ticket, until, told, version: 0 }, detail))
}

/// The end of the last day.
pub(super) fn last_second(now: Timestamp) -> Timestamp {
    let last = now.plus(DAYS * 86_400).in_japan();
    Timestamp::from_unix(last.replace_time(time!(23:59:59)).unix_timestamp())
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
