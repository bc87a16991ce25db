//! What a new ticket is handed out with: its code, and its number where no mail carries it. Shown on the answer that made it
//! and nowhere else: not in an address, not in a history. Whoever loads that answer once more sends the form once more, and
//! gets the very same answer.

use askama::Template;
use axum::response::Response;
use certs::DeviceNo;

use super::super::fact::text;
use super::super::frame::{Frame, rendered};
use super::super::missing::silent;
use super::super::operator::Operator;
use crate::acts::{Delivery, Opened};
use crate::calendar::minute;
use crate::clock::now;
use crate::desk::Desk;
use crate::desk::qr::qr;
use crate::ledger::Entry;
use crate::ticket::Secrets;

/// A ticket that was just given, and for what.
#[derive(Clone, Copy, Debug)]
pub(in crate::console) struct Handed<'a> {
    pub(in crate::console) device: &'a Entry,
    pub(in crate::console) office: &'a Entry,
    pub(in crate::console) no: DeviceNo,
    pub(in crate::console) opened: &'a Opened,
}

#[derive(Template)]
#[template(path = "console/ticket/handed.html")]
struct HandedPage<'a> {
    frame: Frame<'a>,
    device: DeviceNo,
    label: &'a str,
    office: &'a str,
    contact: &'a str,
    ticket: &'a str,
    version: u64,
    code: String,
    /// Where no mail carries it.
    number: Option<String>,
    until: String,
    pickup: String,
    qr: Option<String>,
}

/// The answer to the form that made it, with the slip to be printed.
#[expect(clippy::result_large_err, reason = "what is not shown is answered by a page")]
pub(in crate::console) fn handed(
    (desk, operator): (&Desk, &Operator),
    heading: &str,
    handed: &Handed<'_>,
    secrets: &Secrets,
) -> Result<String, Response> {
    let number = match handed.opened.told {
        Delivery::ByMail => None,
        Delivery::NoAddress => Some(secrets.number.reveal()),
    };
    let help = &desk.words().links.help;
    let pickup = if help.is_empty() { String::new() } else { format!("{help}/pickup") };
    let address = number.as_ref().map_or_else(|| pickup.clone(), |number| format!("{pickup}?number={number}"));
    let shown = HandedPage {
        frame: Frame::of(desk, operator, now(), heading),
        device: handed.no,
        label: text(handed.device, "label"),
        office: text(handed.office, "name"),
        contact: text(handed.office, "contact"),
        ticket: &handed.opened.ticket,
        version: handed.opened.version,
        code: secrets.code.reveal(),
        number,
        until: minute(handed.opened.until),
        qr: if pickup.is_empty() { None } else { qr(&address) },
        pickup,
    };
    rendered(&shown).ok_or_else(|| silent(desk, operator))
}
