//! A certificate ended and nobody had renewed it. For some days its people get the next one by a ticket of their own asking.
//!
//! Who asks has shown the device to the gateway: its ended certificate, or what the browser remembers of it. The ticket's
//! number goes to the office's contact by mail; the code is told where it was asked for.

use certs::DeviceNo;

use super::change::{Change, RequiredRole};
use super::like_for_like::{Asker, NewestEnd};
use super::mail::Delivery;
use super::ticket_give::{Opened, TicketPurpose, last_second, ticketable, write};
use super::{By, Writer, like_for_like};
use crate::letters::Letter;
use crate::refusal::{Refusal, Unavailable};
use crate::rows;
use crate::rows::person::DESK;
use crate::ticket::Secrets;

/// Why no ticket was given.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotGiven {
    /// One was given today; it stands.
    #[error("a ticket was given today already")]
    Today,
    /// The city's own ticket is open, and is not made void by a stranger to it.
    #[error("the city has given a ticket that is still open")]
    ByTheCity,
    /// Its last certificate was withdrawn, or there never was one.
    #[error("its last certificate did not end by its date")]
    NotEnded,
    /// There is nobody to send the number to.
    #[error("the office has no mail address")]
    NoAddress,
    /// It ended too long ago.
    #[error("its last certificate ended too long ago")]
    TooLongAgo,
    /// The registry says no, or nothing.
    #[error(transparent)]
    Refusal(#[from] Refusal),
}

impl From<Unavailable> for NotGiven {
    fn from(why: Unavailable) -> Self {
        Self::Refusal(why.into())
    }
}

impl Writer {
    /// Gives a ticket for a device whose certificate has ended, once a day (in Japan).
    ///
    /// # Errors
    /// [`NotGiven`]; nothing was changed.
    pub(crate) async fn open_after_end(
        &self,
        by: &By,
        device: DeviceNo,
        secrets: &Secrets,
    ) -> Result<Opened, NotGiven> {
        let at = by.at;
        let why = Some("期限の切れた端末からの申込み".to_owned());
        let mut change = self.change(&By { why, ..by.clone() }, RequiredRole::Desk).await?;
        ticketable(&mut change, device, TicketPurpose::First).await?;
        let last = match like_for_like::ended(&mut change, device).await? {
            NewestEnd::ByDate(serial) => serial,
            NewestEnd::LongAgo => return Err(NotGiven::TooLongAgo),
            NewestEnd::Not => return Err(NotGiven::NotEnded),
        };
        like_for_like::check(&mut change, (device, Asker::Holder), &[&last]).await?;
        not_given(&mut change, device).await?;
        let until = last_second(at);
        let letter = Letter::RenewalAfterEnd {
            device: rows::device::named(&mut change, device).await?,
            number: secrets.number.reveal(),
            until: until.unix(),
        };
        if change.mail_contact_of(device, &letter).await? == Delivery::NoAddress {
            return Err(NotGiven::NoAddress);
        }
        let (opened, detail) = write(&mut change, (device, TicketPurpose::First), (secrets, Delivery::ByMail)).await?;
        let version = change.commit("ticket.open-after-end", &device.to_string(), detail).await?;
        Ok(Opened { version, ..opened })
    }
}

async fn not_given(change: &mut Change, device: DeviceNo) -> Result<(), NotGiven> {
    let now = change.at();
    let Some(last) = rows::ticket::last(change, device).await? else { return Ok(()) };
    let stands = last.open && last.until >= now;
    if last.issued_by != DESK {
        return if stands { Err(NotGiven::ByTheCity) } else { Ok(()) };
    }
    if last.issued_at.in_japan().date() == now.in_japan().date() { Err(NotGiven::Today) } else { Ok(()) }
}

impl NotGiven {
    /// One word for the log.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::ByTheCity => "by_the_city",
            Self::NotEnded => "not_ended",
            Self::NoAddress => "no_address",
            Self::TooLongAgo => "too_long_ago",
            Self::Refusal(refusal) => refusal.code(),
        }
    }
}
