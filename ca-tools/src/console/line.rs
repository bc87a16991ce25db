//! A certificate, a ticket, a letter as one line of a page's table.

use certs::Timestamp;

use super::fact::{moment, number, text};
use super::label::{Label, days_left};
use crate::calendar::{day, minute};
use crate::language::Language;
use crate::ledger::Entry;
use crate::letters::LetterKind;
use crate::words::said;

/// A certificate of a device.
#[derive(Clone, Debug)]
pub(crate) struct CertificateLine {
    pub(crate) serial: String,
    pub(crate) label: Label,
    pub(crate) end: String,
    /// How long it still runs, where it counts.
    pub(crate) left: String,
}

impl CertificateLine {
    pub(crate) fn of(certificate: &Entry, now: Timestamp) -> Self {
        Self {
            serial: text(certificate, "serial").to_owned(),
            label: Label::of_certificate(certificate, now),
            end: moment(certificate, "not_after").map(day).unwrap_or_default(),
            left: left(certificate, now),
        }
    }
}

/// 「あと30日」 of a certificate that counts; nothing of another.
pub(crate) fn left(certificate: &Entry, now: Timestamp) -> String {
    match (text(certificate, "state"), days_left(certificate, now)) {
        ("issued" | "superseded", Some(days)) if days > 0 => format!("あと{days}日"),
        ("issued" | "superseded", Some(0)) => "今日まで".to_owned(),
        _ => String::new(),
    }
}

/// A ticket of a device.
#[derive(Clone, Debug)]
pub(crate) struct TicketLine {
    pub(crate) ticket: String,
    pub(crate) purpose: String,
    pub(crate) label: Label,
    pub(crate) issued: String,
    pub(crate) until: String,
}

impl TicketLine {
    pub(crate) fn of(ticket: &Entry, now: Timestamp) -> Self {
        Self {
            ticket: text(ticket, "ticket").to_owned(),
            purpose: said("purpose", text(ticket, "purpose"), &[], Language::Japanese),
            label: Label::of_ticket(ticket, now),
            issued: moment(ticket, "issued_at").map(minute).unwrap_or_default(),
            until: moment(ticket, "until").map(minute).unwrap_or_default(),
        }
    }
}

/// A letter: never what it says, and its recipient only where the reader may see people.
#[derive(Clone, Debug)]
pub(crate) struct LetterLine {
    pub(crate) number: i64,
    pub(crate) kind: String,
    pub(crate) label: Label,
    pub(crate) queued: String,
    pub(crate) recipient: String,
    pub(crate) about: String,
}

impl LetterLine {
    pub(crate) fn of(letter: &Entry) -> Self {
        Self {
            number: number(letter, "mail"),
            kind: kind(letter),
            label: Label::of_letter(letter),
            queued: moment(letter, "queued_at").map(minute).unwrap_or_default(),
            recipient: text(letter, "recipient").to_owned(),
            about: text(letter, "about").to_owned(),
        }
    }

    /// For who looks after letters and sees no person: an address is one, and so is an ID.
    pub(crate) fn without_people(self) -> Self {
        let about =
            if self.about.starts_with("DEV-") || self.about.starts_with("A-") { self.about } else { String::new() };
        Self { recipient: String::new(), about, ..self }
    }
}

/// What a letter is.
pub(crate) fn kind(letter: &Entry) -> String {
    let word = text(letter, "kind");
    LetterKind::of(word).map_or(word, |kind| kind.japanese()).to_owned()
}

/// A system and a network in which a certificate was seen.
#[derive(Clone, Debug)]
pub(crate) struct SightingLine {
    pub(crate) system: String,
    pub(crate) network: String,
    pub(crate) first: String,
    pub(crate) last: String,
}

impl SightingLine {
    pub(crate) fn of(sighting: &Entry) -> Self {
        let os = text(sighting, "os");
        Self {
            system: if os == "other" { "その他のOS".to_owned() } else { said("os", os, &[], Language::Japanese) },
            network: text(sighting, "network").to_owned(),
            first: moment(sighting, "first_at").map(minute).unwrap_or_default(),
            last: moment(sighting, "last_at").map(minute).unwrap_or_default(),
        }
    }
}
