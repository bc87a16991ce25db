//! A refusal becomes an answer: a page for a person, a problem for a program, or the way to the login.

use access_log::Outcome;
use pages::Reader;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::notice::login_failure;
use super::page::Page;
use super::paths::{LOGIN, PASSWORD};
use super::request_context::RequestContext;
use super::{after_end, notice};
use crate::guidance::{Facts, Login};
use crate::refusal::Refusal;

pub(super) fn page(context: &RequestContext, refusal: Refusal) -> Page {
    let transport = context.site().transport;
    if refusal == Refusal::NoSession && context.preferences.navigates {
        let page = Page::to(&login_path(context.preferences.return_to()), transport);
        return Page { outcome: Outcome::Refused, ..page };
    }
    if refusal == Refusal::MustChangePassword && context.preferences.navigates {
        let page = Page::to(PASSWORD, transport);
        return Page { outcome: Outcome::Refused, ..page };
    }
    if let Some(page) = notice::led_to_form(context, refusal) {
        return page;
    }
    let reference = context.line.reference().to_string();
    let renewal = after_end::word(context, refusal);
    let facts = Facts { renewal: renewal.as_deref(), ..context.page_facts(&reference) };
    let page = match (login_failure(refusal), context.preferences.reader) {
        (Some(failure), Reader::Browser) if context.hints.login_id.is_some() => {
            let login_id = context.hints.login_id.as_deref().unwrap_or_default();
            let login = Login { login_id, failure: Some(failure), notice: None };
            context.rules.guidance.login(&login, &facts)
        }
        (Some(_) | None, reader) => context.rules.guidance.refuse(refusal, &facts, reader),
    };
    Page { outcome: Outcome::Refused, ..Page::of(page, refusal.status(), transport) }
}

/// All but what RFC 3986 §2.3 reserves for nothing, and the slash.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The login page, which leads back to where the reader wanted to go.
fn login_path(return_to: &str) -> String {
    if return_to == "/" {
        return LOGIN.to_owned();
    }
    format!("{LOGIN}?return_to={}", utf8_percent_encode(return_to, ESCAPED))
}
