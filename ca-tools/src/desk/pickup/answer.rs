//! Who asks, the form, and what is said where nothing can be shown; through the public door, or the office's own.

use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use certs::Timestamp;
use pages::{Agent, Browser, System};

use super::super::form::Fields;
use super::super::page::{Frame, page};
use super::super::qr::qr;
use super::super::source::Source;
use super::super::spoken::say;
use super::mistake::PickupMistake;
use super::pages::{Form, InApp, OtherDevice};
use super::present::{NotPresented, Presented};
use crate::clock::now;
use crate::desk::state::Desk;

/// Who asks, and where the pages' own links lead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PickupVisit<'a> {
    pub(crate) desk: &'a Desk,
    /// Before `/pickup`: nothing, or `/office`.
    pub(crate) base: &'static str,
    /// By whom guessing is counted.
    pub(crate) source: &'a Source,
    /// The support code.
    pub(crate) reference: &'a str,
    /// What the browser says of itself.
    pub(crate) agent: &'a str,
    /// The gateway's number of the request.
    pub(crate) request: Option<&'a str>,
}

impl<'a> PickupVisit<'a> {
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
pub(crate) fn show(visit: PickupVisit<'_>, query: &Fields) -> Response {
    let number = crate::ticket::TicketNumber::typed(query.get("number")).map(|number| number.reveal());
    let number = number.unwrap_or_default();
    if let Some(answer) = unfit(visit, &number) {
        return answer;
    }
    form_page(visit, (&number, ""), None)
}

/// A browser that can neither install nor show a certificate is sent to the one that can.
pub(super) fn unfit(visit: PickupVisit<'_>, number: &str) -> Option<Response> {
    let agent = visit.agent();
    let (heading, ios) = match (agent.browser, agent.system) {
        (Browser::Usual, _) => return None,
        (Browser::NotSafari | Browser::InApp | Browser::AppTab, System::Ios) => (
            say(
                "Safari（サファリ）で開いてください",
                "Safari（サファリ）で開いてください",
                "Please open this page in Safari",
            ),
            true,
        ),
        (
            Browser::NotSafari | Browser::InApp | Browser::AppTab,
            System::Windows | System::Macos | System::Android | System::Linux | System::Other,
        ) => (
            say(
                "いつものブラウザで開いてください",
                "いつも使うブラウザで開いてください",
                "Please open this page in your usual browser",
            ),
            false,
        ),
    };
    let page_of = InApp { frame: visit.frame(now(), heading), ios, address: visit.address(number) };
    Some(page(StatusCode::FORBIDDEN, &page_of))
}

pub(super) fn other_device(visit: PickupVisit<'_>, presented: &Presented) -> Response {
    let number = presented.number.reveal();
    let address = visit.address(&number);
    let shown = OtherDevice {
        frame: visit.frame(
            now(),
            say(
                "この端末用の取得用番号ではないようです",
                "この端末の取得用番号ではないようです",
                "This number seems to belong to another device",
            ),
        ),
        base: visit.base,
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
pub(super) fn refused(visit: PickupVisit<'_>, fields: &Fields, why: &NotPresented) -> Response {
    mistaken(visit, (fields.get("number"), fields.get("code")), &PickupMistake::of(why))
}

pub(super) fn mistaken(visit: PickupVisit<'_>, typed: (&str, &str), mistake: &PickupMistake) -> Response {
    let mut answer = form_page(visit, typed, Some(mistake));
    *answer.status_mut() = mistake.status();
    if let Some(seconds) = mistake.wait {
        answer.headers_mut().insert(axum::http::header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

fn form_page(visit: PickupVisit<'_>, (number, code): (&str, &str), mistake: Option<&PickupMistake>) -> Response {
    let address = visit.address(number);
    let desktop = matches!(visit.agent().system, System::Windows | System::Macos | System::Linux | System::Other);
    let form = Form {
        frame: visit.frame(now(), say("電子証明書の取得", "電子証明書を取得する", "Take a certificate")),
        base: visit.base,
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
