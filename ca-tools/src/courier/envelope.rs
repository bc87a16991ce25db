//! A due letter as a message of RFC 5322: the same one at every try.

use std::time::{Duration, SystemTime};

use lettre::message::header::{
    ContentTransferEncoding, ContentType, From, HeaderName, HeaderValue, Headers, MIME_VERSION_1_0,
};
use lettre::message::{Body, Mailbox, Mailboxes, Message};
use zeroize::Zeroizing;

use super::trouble::{Obstacle, Trouble};
use crate::letters::{Letter, Letterhead, SealRefusal};
use crate::rows::Due;
use crate::spelling::visible;

/// In whose name letters go out.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    pub(super) from: Mailbox,
    pub(super) reply_to: Option<Mailbox>,
}

/// How the text travels.
#[derive(Clone, Copy, Debug)]
pub(super) enum Packing {
    /// As it is: files are looked into by people and searched.
    Plain,
    /// In ASCII: every server takes it.
    Ascii,
}

/// The facts of a letter that was opened. What is wrong with them is not said in their own words: a secret may be one.
pub(super) fn facts(opened: Result<Zeroizing<String>, SealRefusal>) -> Result<Letter, Trouble> {
    let facts = opened.map_err(|why| {
        let obstacle = match &why {
            SealRefusal::NoPlace | SealRefusal::Key(_) | SealRefusal::NoRandom => Obstacle::Key,
            SealRefusal::Shut => Obstacle::Sealed,
        };
        Trouble::new(obstacle, &why.to_string())
    })?;
    serde_json::from_str(&facts)
        .map_err(|why| Trouble::new(Obstacle::Unreadable, &format!("line {}, column {}", why.line(), why.column())))
}

/// Nothing in it depends on when it is sent, so that a repeat is the same message.
pub(super) fn message(
    due: &Due,
    letter: &Letter,
    (head, sender): (&Letterhead<'_>, &Sender),
    packing: Packing,
) -> Result<Message, Trouble> {
    let to: Mailbox = due.recipient.parse().map_err(|why| Trouble::new(Obstacle::Address, &format!("{why}")))?;
    let written = letter.written(head).signed(head, &due.about);
    // What the registry holds is older than the rule for its signs: what is not seen is seen in every letter.
    let (subject, text) = (visible(&written.subject).into_owned(), visible(&written.body).into_owned());
    let body = match packing {
        // The library keeps UTF-8 as it is only where that is shorter.
        Packing::Plain => {
            let lines = text.replace('\n', "\r\n").into_bytes();
            Body::dangerous_pre_encoded(lines, ContentTransferEncoding::EightBit)
        }
        Packing::Ascii => Body::new_with_encoding(text, ContentTransferEncoding::Base64)
            .map_err(|_| Trouble::new(Obstacle::Unreadable, "the text cannot be packed"))?,
    };
    let queued = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(due.queued_at.unix()).unwrap_or_default());
    let mut message = Message::builder()
        .from(sender.from.clone())
        .to(to)
        .subject(subject)
        .date(queued)
        .message_id(Some(format!("<{}@{}>", due.message_id, sender.from.email.domain())))
        // RFC 3834 §5: no vacation note comes back.
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
        // RFC 2045 §4: without it a reader need not look at the two below. The library writes it for parts alone.
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN);
    if let Some(reply_to) = &sender.reply_to {
        message = message.reply_to(reply_to.clone());
    }
    let mut message = message.body(body).map_err(|why| Trouble::new(Obstacle::Unreadable, &why.to_string()))?;
    message.headers_mut().insert_raw(folded(&sender.from));
    Ok(message)
}

/// The sender, with the address on a line of its own after a name: the library leaves both on one, and that may have more
/// than 78 characters (RFC 5322 §2.1.1).
fn folded(from: &Mailbox) -> HeaderValue {
    let mut alone = Headers::new();
    alone.set(From::from(Mailboxes::from(from.clone())));
    let written = alone.to_string();
    let written = written.trim_end().strip_prefix("From: ").unwrap_or_default();
    let folded = match written.rsplit_once(" <") {
        Some((name, address)) => format!("{name}\r\n <{address}"),
        None => written.to_owned(),
    };
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str("From"), from.to_string(), folded)
}
