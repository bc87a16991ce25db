//! A form of ours was sent: the browser is led on (303), and the page it comes to tells what became of it, once.
//!
//! So a reload or Back sends nothing a second time. Who is no browser that shows a page gets the answer itself.

use access_log::Outcome;
use http::{HeaderMap, StatusCode, header};
use pages::Reader;

use super::page::Page;
use super::request_context::RequestContext;
use crate::guidance::{Login, LoginFailure, Notice, Notices, Told};
use crate::refusal::Refusal;

/// The way back to the form, for a refusal of what was typed there. What hindered us (503) is answered itself: there a
/// reload is right.
pub(super) fn led_to_form(context: &RequestContext, refusal: Refusal) -> Option<Page> {
    let told = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS];
    let typed = told.contains(&refusal.status());
    let page = led_to(context, Told::Refused(refusal)).filter(|_| typed)?;
    Some(Page { outcome: Outcome::Refused, ..page })
}

/// To the page whose form was read, with what is to be told there; nothing where the browser does not show a page.
pub(super) fn led_to(context: &RequestContext, told: Told) -> Option<Page> {
    let place = context.hints.form_of.filter(|_| context.preferences.submits)?;
    let notice = Notice {
        told,
        reference: context.line.reference().to_string(),
        login_id: context.hints.login_id.clone().unwrap_or_default(),
        return_to: context.preferences.return_to().to_owned(),
        unlock_time: context.hints.unlock_time,
        retry_after: context.hints.retry_after,
    };
    let cookie = context.rules.notices.set(&notice, context.now)?;
    Some(Page::to(place, context.site().transport).with(header::SET_COOKIE, cookie))
}

/// What is still to be told to this browser. From here on the page speaks of the request that sent the form.
pub(super) fn taken(context: &mut RequestContext, headers: &HeaderMap) -> Option<Notice> {
    let notice = context.rules.notices.read(headers, context.now)?;
    context.preferences.lead_to(notice.return_to.clone());
    context.hints.unlock_time = notice.unlock_time;
    context.hints.retry_after = notice.retry_after;
    Some(notice)
}

/// The page that tells of a refusal: the form of the login again, or the refusal's own.
pub(super) fn refused(context: &RequestContext, notice: &Notice, refusal: Refusal) -> Page {
    let facts = context.page_facts(&notice.reference);
    let transport = context.site().transport;
    let page = match login_failure(refusal) {
        Some(failure) => {
            let login = Login { login_id: &notice.login_id, failure: Some(failure), notice: None };
            Page::of(context.rules.guidance.login(&login, &facts), StatusCode::OK, transport)
        }
        None => Page::of(context.rules.guidance.refuse(refusal, &facts, Reader::Browser), refusal.status(), transport),
    };
    told(page)
}

/// It was told now, and is not told again.
pub(super) fn told(page: Page) -> Page {
    page.with(header::SET_COOKIE, Notices::clear())
}

/// What the form of the login says of a refusal, where it is told there.
pub(super) fn login_failure(refusal: Refusal) -> Option<LoginFailure> {
    if matches!(refusal, Refusal::LoginFailed(_)) {
        Some(LoginFailure::NoMatch)
    } else if refusal == Refusal::Locked {
        Some(LoginFailure::Locked)
    } else {
        (refusal == Refusal::RateLimited).then_some(LoginFailure::Crowded)
    }
}
