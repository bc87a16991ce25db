//! Is this mail address yours? A link goes there; nothing is kept of whoever does not follow it.
//!
//! An office that is registered is written to where the registry says, whatever was typed, and the page is the same
//! whether there is such an office or not: the looking up is done after the answer.

use certs::Timestamp;
use registry::OfficeNo;

use super::super::visitor::Visitor;
use super::key::ApplyKey;
use super::limits::Addressee;
use super::token::ApplicationLink;
use crate::application::{Detail, Kind};
use crate::desk::state::Desk;
use crate::letters::Letter;
use crate::refusal::Refusal;

/// To whom a link is to go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Recipient {
    /// An office that registers first: the address that was typed.
    Typed(String),
    /// An office of the registry.
    Registered(OfficeNo),
}

/// An application that somebody begins, who has to show first that a mail address is theirs.
pub(super) struct Begun {
    pub(super) kind: Kind,
    pub(super) recipient: Recipient,
    /// Who asked.
    pub(super) visitor: Visitor,
    pub(super) now: Timestamp,
}

/// Puts a mail on its way, where one is to go.
pub(super) fn begin(desk: &Desk, key: &ApplyKey, begun: Begun) {
    let (desk, key) = (desk.clone(), key.clone());
    tokio::spawn(async move {
        if let Err(refusal) = write(&desk, &key, begun).await {
            tracing::error!(%refusal, "the link of an application was not sent");
        }
    });
}

async fn write(desk: &Desk, key: &ApplyKey, begun: Begun) -> Result<(), Refusal> {
    let Begun { kind, recipient, visitor, now } = begun;
    let (mail, addressee, letter) = match recipient {
        Recipient::Typed(mail) => {
            let link = ApplicationLink::to(kind, None, mail.clone(), now);
            let addressee = Addressee::of(&mail, None, Some(kind));
            let letter =
                Letter::ConfirmAddress { office: String::new(), token: link.signed(key), until: link.until.unix() };
            (mail, addressee, letter)
        }
        Recipient::Registered(office) => {
            let Some(known) = desk.writer.ledger().known_office(&office).await? else { return Ok(()) };
            let (mail, name) = (known.details[Detail::Mail].clone(), known.details[Detail::Name].clone());
            // A link in a mail is less than two factors: it is for those who have none yet.
            if desk.writer.ledger().contact_may_log_in(&office, now).await? {
                let addressee = Addressee::of(&mail, Some(&office), None);
                (mail, addressee, Letter::ApplyByLogin { office: name })
            } else {
                let addressee = Addressee::of(&mail, Some(&office), Some(kind));
                let link = ApplicationLink::to(kind, Some(office), mail.clone(), now);
                let letter = Letter::ConfirmAddress { office: name, token: link.signed(key), until: link.until.unix() };
                (mail, addressee, letter)
            }
        }
    };
    if mail.is_empty() {
        return Ok(());
    }
    // Whoever asked, and whatever they are told: a link that came lately opens the form as well.
    if desk.limits.write_to(addressee, now).is_err() {
        tracing::info!("rate limit of a mail address reached: no letter is queued");
        return Ok(());
    }
    desk.writer.send_link(&visitor.by(now)?, &mail, &about(&visitor.reference), &letter).await.map(drop)
}

/// What a caller names who asks about that mail.
fn about(reference: &str) -> String {
    if reference.is_empty() { "申請の受付".to_owned() } else { reference.to_owned() }
}
