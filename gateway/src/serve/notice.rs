//! A form of ours was sent: the browser is led on (303), and the page it comes to tells what became of it, once.
//!
//! So a reload or Back sends nothing a second time. Who is no browser that shows a page gets the answer itself.

use http::{HeaderMap, StatusCode, header};

use super::page::Page;
use super::visit::Visit;
use crate::guidance::{Login, LoginFailure, Notice, Notices, Reader, Told};
use crate::refusal::Refusal;
use access_log::Outcome;

/// The way back to the form, for a refusal of what was typed there. What hindered us (503) is answered itself: there a
/// reload is right.
pub(super) fn led_to_form(visit: &Visit, refusal: Refusal) -> Option<Page> {
    let told = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS];
    let typed = told.contains(&refusal.status());
    let page = led_to(visit, Told::Refused(refusal)).filter(|_| typed)?;
    Some(Page { outcome: Outcome::Refused, ..page })
}

/// To the page whose form was read, with what is to be told there; nothing where the browser does not show a page.
pub(super) fn led_to(visit: &Visit, told: Told) -> Option<Page> {
    let place = visit.learnt.form_of.filter(|_| visit.wishes.submits)?;
    let notice = Notice {
        told,
        reference: visit.line.reference().to_string(),
        login_id: visit.learnt.login_id.clone().unwrap_or_default(),
        return_to: visit.wishes.return_to().to_owned(),
        unlock_time: visit.learnt.unlock_time,
        retry_after: visit.learnt.retry_after,
    };
    let cookie = visit.rules.notices.set(&notice, visit.now)?;
    Some(Page::to(place, visit.site().transport).with(header::SET_COOKIE, cookie))
}

/// What is still to be told to this browser. From here on the page speaks of the request that sent the form.
pub(super) fn taken(visit: &mut Visit, headers: &HeaderMap) -> Option<Notice> {
    let notice = visit.rules.notices.read(headers, visit.now)?;
    visit.wishes.lead_to(notice.return_to.clone());
    visit.learnt.unlock_time = notice.unlock_time;
    visit.learnt.retry_after = notice.retry_after;
    Some(notice)
}

/// The page that tells of a refusal: the form of the login again, or the refusal's own.
pub(super) fn refused(visit: &Visit, notice: &Notice, refusal: Refusal) -> Page {
    let facts = visit.page_facts(&notice.reference);
    let transport = visit.site().transport;
    let page = match login_failure(refusal) {
        Some(failure) => {
            let login = Login { login_id: &notice.login_id, failure: Some(failure), notice: None, last_login: None };
            Page::of(visit.rules.guidance.login(&login, &facts), StatusCode::OK, transport)
        }
        None => Page::of(visit.rules.guidance.refuse(refusal, &facts, Reader::Browser), refusal.status(), transport),
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
