//! Who asks, the form, and what is said where nothing can be shown; through the public door, or the office's own.

use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use certs::Timestamp;

use super::super::form::Fields;
use super::super::page::{Frame, page};
use super::super::qr::qr;
use super::super::source::Source;
use super::mistake::Mistake;
use super::pages::{Form, InApp, OtherDevice};
use super::present::{NotPresented, Presented};
use crate::clock::now;
use crate::desk::state::Desk;
use crate::platform::{Agent, Browser, Family};

/// Who asks, and where the pages' own links lead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way<'a> {
    pub(crate) desk: &'a Desk,
    /// Before `/pickup`: nothing, or `/office`.
    pub(crate) base: &'static str,
    /// By whom guessing is counted.
    pub(crate) source: &'a Source,
    /// The support code.
    pub(crate) reference: &'a str,
    /// What the browser says of itself.
    pub(crate) agent: &'a str,
}

impl<'a> Way<'a> {
    pub(super) fn frame(&self, now: Timestamp, heading: &'a str) -> Frame<'a> {
        Frame { words: &self.desk.words, reference: self.reference, now, heading }
    }

    pub(super) fn agent(&self) -> Agent {
        Agent::of(self.agent)
    }

    /// This page's address on the help site, to be carried on to another device.
    fn address(&self, number: &str) -> String {
        let help = &self.desk.words.links.help;
        match (help.is_empty(), number.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!("{help}/pickup"),
            (false, false) => format!("{help}/pickup?number={number}"),
        }
    }
}

/// `GET /pickup`: the form, with the number filled in where the address carries one.
pub(crate) fn show(way: Way<'_>, query: &Fields) -> Response {
    let number = crate::ticket::TicketNumber::typed(query.get("number")).map(|number| number.reveal());
    let number = number.unwrap_or_default();
    if let Some(answer) = unfit(way, &number) {
        return answer;
    }
    form_page(way, (&number, ""), None)
}

/// A browser that can neither install nor show a certificate is sent to the one that can.
pub(super) fn unfit(way: Way<'_>, number: &str) -> Option<Response> {
    let agent = way.agent();
    let (heading, ios) = match (agent.browser, agent.family) {
        (Browser::Usual, _) => return None,
        (Browser::NotSafari | Browser::InApp, Family::Ios) => ("Safari（サファリ）で開いてください", true),
        (
            Browser::NotSafari | Browser::InApp,
            Family::Windows | Family::Mac | Family::Android | Family::Linux | Family::Unknown,
        ) => ("いつものブラウザで開いてください", false),
    };
    let page_of = InApp { frame: way.frame(now(), heading), ios, address: way.address(number) };
    Some(page(StatusCode::FORBIDDEN, &page_of))
}

pub(super) fn other_device(way: Way<'_>, presented: &Presented) -> Response {
    let number = presented.number.reveal();
    let address = way.address(&number);
    let shown = OtherDevice {
        frame: way.frame(now(), "この端末用の取得用番号ではないようです"),
        base: way.base,
        device: presented.proof.device().to_string(),
        label: presented.proof.label(),
        os: presented.proof.os(),
        part: presented.proof.part(),
        code: presented.code.reveal(),
        qr: qr(&address).filter(|_| !address.is_empty()),
        number,
        address,
    };
    page(StatusCode::OK, &shown)
}

/// The form again, with what is wrong above it.
pub(super) fn refused(way: Way<'_>, fields: &Fields, why: &NotPresented) -> Response {
    mistaken(way, (fields.get("number"), fields.get("code")), &Mistake::of(why))
}

pub(super) fn mistaken(way: Way<'_>, typed: (&str, &str), mistake: &Mistake) -> Response {
    let mut answer = form_page(way, typed, Some(mistake));
    *answer.status_mut() = mistake.status();
    if let Some(seconds) = mistake.wait {
        answer.headers_mut().insert(axum::http::header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

fn form_page(way: Way<'_>, (number, code): (&str, &str), mistake: Option<&Mistake>) -> Response {
    let address = way.address(number);
    let desktop = matches!(way.agent().family, Family::Windows | Family::Mac | Family::Linux | Family::Unknown);
    let form = Form {
        frame: way.frame(now(), "電子証明書の取得"),
        base: way.base,
        number,
        code,
        mistake: mistake.map(|mistake| mistake.said.as_str()),
        number_illegible: mistake.is_some_and(|mistake| mistake.number),
        code_illegible: mistake.is_some_and(|mistake| mistake.code),
        other: mistake.is_some_and(|mistake| mistake.other),
        qr: qr(&address).filter(|_| desktop && !address.is_empty()),
    };
    page(StatusCode::OK, &form)
}
