//! What does a page need to know about the reader and the moment?

use certs::{DeviceNo, Timestamp};
use pages::{Language, Locale, System};

use super::{Remembered, Unsent};

/// Everything a page may state. What is `None` is not stated; the sentence is turned so that nothing is missed.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// In which language.
    pub language: Language,
    /// And how it is spoken.
    pub locale: Locale,
    /// Path and query at which the page was opened; nothing where it answers what was sent.
    pub here: Option<&'a str>,
    /// The support code, which stands in the access line too; empty where there is none.
    pub reference: &'a str,
    /// Now.
    pub time: Timestamp,
    /// The device that showed a certificate.
    pub device: Option<DeviceNo>,
    /// The last second of the certificate that was shown.
    pub not_after: Option<Timestamp>,
    /// The last second of the certificate that took its place.
    pub new_not_after: Option<Timestamp>,
    /// What the browser remembers of a certificate that did not come.
    pub remembered: Option<Remembered>,
    /// When a locked ID opens again.
    pub unlock_time: Option<Timestamp>,
    /// Minutes without activity after which a session ends.
    pub idle_minutes: u64,
    /// Hours after which a session ends in any case.
    pub absolute_hours: u64,
    /// Planned maintenance.
    pub maintenance: Option<Window>,
    /// Seconds after which trying again makes sense, where the refusal's own default is not right.
    pub retry_after: Option<u64>,
    /// Where the reader wanted to go: a path of this site that was already judged fit for a redirect.
    pub return_to: &'a str,
    /// The whole address of this page, for an iPhone's reader to copy into Safari.
    pub address: Option<&'a str>,
    /// On which system the reader's browser says it runs: for pictures, and words about browsers.
    pub system: System,
    /// By whom a certificate of another CA says it was issued.
    pub foreign_issuer: Option<&'a str>,
    /// The gateway's word that this device was shown, for a renewal after the end; where that is open.
    pub renewal: Option<&'a str>,
    /// What the reader sent as their session had ended.
    pub unsent: Unsent<'a>,
}

/// From when until when.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Window {
    /// The first moment.
    pub from: Timestamp,
    /// The last moment.
    pub until: Timestamp,
}

impl<'a> Facts<'a> {
    /// Nothing known but the reader's language, the support code and the time.
    #[must_use]
    pub fn new(locale: impl Into<Locale>, reference: &'a str, time: Timestamp) -> Self {
        let locale = locale.into();
        Self {
            language: locale.language(),
            locale,
            here: None,
            reference,
            time,
            device: None,
            not_after: None,
            new_not_after: None,
            remembered: None,
            unlock_time: None,
            idle_minutes: 30,
            absolute_hours: 12,
            maintenance: None,
            retry_after: None,
            return_to: "/",
            address: None,
            system: System::Other,
            foreign_issuer: None,
            renewal: None,
            unsent: Unsent::Nothing,
        }
    }
}
