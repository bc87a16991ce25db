//! A due letter as a message of RFC 5322: the same one at every try.

use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message};

use super::{Letter, Letterhead};
use crate::spelling::visible;
use crate::writer::Due;

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

/// Why a letter can never be a message.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum EnvelopeRefusal {
    /// No address to send to.
    #[error("the recipient is no mail address: {0}")]
    Address(String),
    /// Facts that this program cannot read.
    #[error("the letter cannot be read: {0}")]
    Letter(String),
    /// The library says no.
    #[error("the message cannot be written: {0}")]
    Message(String),
}

/// The facts of a due letter.
pub(super) fn facts(due: &Due) -> Result<Letter, EnvelopeRefusal> {
    serde_json::from_str(&due.letter).map_err(|why| EnvelopeRefusal::Letter(why.to_string()))
}

/// Nothing in it depends on when it is sent, so that a repeat is the same message.
pub(super) fn message(
    due: &Due,
    letter: &Letter,
    (head, sender): (&Letterhead<'_>, &Sender),
    packing: Packing,
) -> Result<Message, EnvelopeRefusal> {
    let to: Mailbox = due.recipient.parse().map_err(|why| EnvelopeRefusal::Address(format!("{why}")))?;
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
            .map_err(|_| EnvelopeRefusal::Message("the text cannot be packed".to_owned()))?,
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
        .header(ContentType::TEXT_PLAIN);
    if let Some(reply_to) = &sender.reply_to {
        message = message.reply_to(reply_to.clone());
    }
    message.body(body).map_err(|why| EnvelopeRefusal::Message(why.to_string()))
}
