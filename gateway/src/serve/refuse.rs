//! A refusal becomes an answer: a page for a person, a problem for a program, or the way to the login.

use super::notice::login_failure;
use super::page::Page;
use super::paths::{LOGIN, PASSWORD};
use super::visit::Visit;
use super::{after_end, notice};
use crate::guidance::{Facts, Login, Reader};
use crate::refusal::Refusal;
use access_log::Outcome;

pub(super) fn page(visit: &Visit, refusal: Refusal) -> Page {
    let transport = visit.site().transport;
    if refusal == Refusal::NoSession && visit.wishes.navigates {
        let page = Page::to(&login_path(visit.wishes.return_to()), transport);
        return Page { outcome: Outcome::Refused, ..page };
    }
    if refusal == Refusal::MustChangePassword && visit.wishes.navigates {
        let page = Page::to(PASSWORD, transport);
        return Page { outcome: Outcome::Refused, ..page };
    }
    if let Some(page) = notice::led_to_form(visit, refusal) {
        return page;
    }
    let reference = visit.line.reference().to_string();
    let renewal = after_end::word(visit, refusal);
    let facts = Facts { renewal: renewal.as_deref(), ..visit.page_facts(&reference) };
    let page = match (login_failure(refusal), visit.wishes.reader) {
        (Some(failure), Reader::Browser) if visit.learnt.login_id.is_some() => {
            let login_id = visit.learnt.login_id.as_deref().unwrap_or_default();
            let login = Login { login_id, failure: Some(failure), notice: None, last_login: None };
            visit.rules.guidance.login(&login, &facts)
        }
        (Some(_) | None, reader) => visit.rules.guidance.refuse(refusal, &facts, reader),
    };
    Page { outcome: Outcome::Refused, ..Page::of(page, refusal.status(), transport) }
}

/// The login page, which leads back to where the reader wanted to go.
fn login_path(return_to: &str) -> String {
    if return_to == "/" {
        return LOGIN.to_owned();
    }
    let mut path = format!("{LOGIN}?return_to=");
    for octet in return_to.bytes() {
        match octet {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => path.push(char::from(octet)),
            other => path.push_str(&format!("%{other:02X}")),
        }
    }
    path
}
