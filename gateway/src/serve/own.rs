//! The gateway's own paths on a service site (DESIGN §6).

use std::sync::Arc;

use certs::Timestamp;
use http::header::HeaderName;
use http::{HeaderValue, Method, Request, StatusCode};
use registry::Snapshot;
use serde::Serialize;

use super::act::{self, Act, Done};
use super::page::Page;
use super::visit::Visit;
use super::{checks, login, notice, password, session_end};
use crate::device::VerifiedDevice;
use crate::guidance::{Checked, Login, LoginNotice, Present, Told, renewal_opens};
use crate::policy::path::CleanPath;
use crate::policy::{self, Facts};
use crate::proxy::Arriving;
use crate::refusal::Refusal;
use crate::session::{self, Ended, SessionRecord, TwoFactor, Why, cookie};
use access_log::Kind;

/// One of the gateway's own paths that needs a device.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Own {
    Check,
    Login,
    Logout,
    Password,
    Whoami,
}

pub(super) fn find(path: &CleanPath<'_>) -> Option<Own> {
    match path.path() {
        "/.gateway/check" => Some(Own::Check),
        super::paths::LOGIN => Some(Own::Login),
        "/.gateway/logout" => Some(Own::Logout),
        super::paths::PASSWORD => Some(Own::Password),
        "/.gateway/whoami" => Some(Own::Whoami),
        _ => None,
    }
}

/// The keys that verify assertions are nobody's secret.
pub(super) fn is_public(path: &CleanPath<'_>) -> bool {
    path.path() == "/.gateway/jwks.json"
}

pub(super) fn public(visit: &Visit) -> Page {
    Page::json(visit.rules.keys.jwks().to_owned(), visit.site().transport)
}

pub(super) async fn serve(
    own: Own,
    visit: &mut Visit,
    request: Request<Arriving>,
    device: VerifiedDevice,
    registry: &Arc<Snapshot>,
) -> Result<Page, Refusal> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let posts = request.method() == Method::POST;
    match own {
        Own::Check if reads => check(visit, &request, device, registry).await,
        Own::Whoami if reads => whoami(visit, &request, device, registry).await,
        Own::Login if reads => Ok(login_page(visit, &request, device, registry).await),
        Own::Login if posts => {
            checks::same_site(visit, &request)?;
            login::attempt(visit, request, device, registry).await
        }
        Own::Logout if reads => Ok(logout_page(visit, &request, device, registry).await),
        Own::Logout if posts => {
            checks::same_site(visit, &request)?;
            logout(visit, &request, device).await
        }
        Own::Password if reads || posts => {
            checks::same_site(visit, &request)?;
            let who = two_factors(visit, &request, device).await?;
            password::serve(visit, request, who, registry).await
        }
        Own::Check | Own::Whoami | Own::Login | Own::Logout | Own::Password => Err(Refusal::NoRoute),
    }
}

/// What became of the last try; or who is logged in; or the form.
async fn login_page(
    visit: &mut Visit,
    request: &Request<Arriving>,
    device: VerifiedDevice,
    registry: &Snapshot,
) -> Page {
    if let Some(notice) = notice::taken(visit, request.headers())
        && let Told::Refused(refusal) = notice.told
    {
        return notice::refused(visit, &notice, refusal);
    }
    let query = request.uri().query().unwrap_or("");
    visit.wishes.lead_to(login::wanted_target(query));
    if let Some(page) = logged_in(visit, request, (device, Present::AtLogin), registry).await {
        return page;
    }
    let reference = visit.line.reference().to_string();
    let facts = visit.page_facts(&reference);
    let out = query.split('&').any(|pair| pair == LOGGED_OUT);
    let notice = out.then_some(LoginNotice::LoggedOut);
    let login = Login { login_id: "", failure: None, notice, last_login: None };
    Page::of(visit.rules.guidance.login(&login, &facts), StatusCode::OK, visit.site().transport)
}

/// The query of the login page after a logout.
const LOGGED_OUT: &str = "logged_out";

/// A link ends nothing: it is asked first.
async fn logout_page(
    visit: &mut Visit,
    request: &Request<Arriving>,
    device: VerifiedDevice,
    registry: &Snapshot,
) -> Page {
    visit.wishes.lead_to("/".to_owned());
    if let Some(page) = logged_in(visit, request, (device, Present::AtLogout), registry).await {
        return page;
    }
    let reference = visit.line.reference().to_string();
    let facts = visit.page_facts(&reference);
    Page::of(visit.rules.guidance.logged_out(&facts), StatusCode::OK, visit.site().transport)
}

/// The page that says who is logged in. Where that cannot be said, nobody is.
async fn logged_in(
    visit: &mut Visit,
    request: &Request<Arriving>,
    (device, present): (VerifiedDevice, Present),
    registry: &Snapshot,
) -> Option<Page> {
    let session = perhaps(visit, request, device, registry).await.ok().flatten();
    // Before a login no cookie of a session is touched.
    visit.learnt.forget_cookie = false;
    let session = session?;
    let reference = visit.line.reference().to_string();
    let page = visit.rules.guidance.logged_in(session.login_id().as_str(), present, &visit.page_facts(&reference));
    Some(Page::of(page, StatusCode::OK, visit.site().transport))
}

/// Both factors, for a page of our own.
pub(super) async fn two_factors(
    visit: &mut Visit,
    request: &Request<Arriving>,
    device: VerifiedDevice,
) -> Result<TwoFactor, Refusal> {
    let record = checks::second_factor(visit, request.headers()).await?;
    let session = match session::verify(record, visit.rules.lasting(), visit.now) {
        Ok(session) => session,
        Err(refusal) => return Err(session_end::already(visit, refusal)),
    };
    visit.learn_session(session.record());
    let record = session.record().clone();
    match TwoFactor::join(device, session) {
        Ok(who) => Ok(who),
        Err(refusal) => Err(session_end::foreign(visit, &record, refusal).await),
    }
}

/// The session, where there is one that would be let in; a refusal of the second factor is no refusal here.
async fn perhaps(
    visit: &mut Visit,
    request: &Request<Arriving>,
    device: VerifiedDevice,
    registry: &Snapshot,
) -> Result<Option<Arc<SessionRecord>>, Refusal> {
    match two_factors(visit, request, device).await {
        Ok(who) => {
            let facts = Facts { registry, policies: &visit.rules.policies, now: visit.now };
            Ok(policy::person(&who, facts).ok().map(|_| who.session().record().clone()))
        }
        Err(unavailable @ (Refusal::SessionStoreUnavailable | Refusal::BadRequest(_))) => Err(unavailable),
        Err(_) => Ok(None),
    }
}

async fn check(
    visit: &mut Visit,
    request: &Request<Arriving>,
    device: VerifiedDevice,
    registry: &Snapshot,
) -> Result<Page, Refusal> {
    // A renewed certificate is shown here first, and the session of before goes on without a login.
    let reminder = visit.reminder(&device);
    let session = perhaps(visit, request, device, registry).await?;
    let reference = visit.line.reference().to_string();
    let facts = visit.page_facts(&reference);
    let checked = Checked {
        login_id: session.as_ref().map(|session| session.login_id().as_str()),
        last_login: session.as_ref().and_then(|session| session.previous_login()),
    };
    let page = visit.rules.guidance.check(&checked, &facts);
    Ok(Page::of(page, StatusCode::OK, visit.site().transport).remembering(reminder))
}

#[derive(Serialize)]
struct Whoami<'a> {
    device: String,
    not_after: String,
    days_left: i64,
    /// From here on the device may get a new certificate.
    renewal_opens: String,
    renewable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_ends: Option<String>,
}

async fn whoami(
    visit: &mut Visit,
    request: &Request<Arriving>,
    device: VerifiedDevice,
    registry: &Snapshot,
) -> Result<Page, Refusal> {
    let (number, not_after) = (device.device(), device.validity().not_after);
    let session = perhaps(visit, request, device, registry).await?;
    // A page that only asks leaves the cookie where it is: the next request is then told why it is over.
    visit.learnt.forget_cookie = false;
    let user = session.as_ref().and_then(|session| registry.system_user(session.login_id().as_str()));
    let ends = match &session {
        Some(session) => Some(ends(visit, session).await?.to_string()),
        None => None,
    };
    let answer = Whoami {
        device: number.to_string(),
        not_after: not_after.to_string(),
        days_left: visit.now.days_until(not_after),
        renewal_opens: renewal_opens(not_after).to_string(),
        renewable: renewal_opens(not_after) <= visit.now,
        user: user.map(|user| user.login_id.as_str()),
        office: user.map(|user| user.office.as_str()),
        session_ends: ends,
    };
    let body = serde_json::to_string(&answer).map_err(|_| Refusal::BackendUnavailable)?;
    Ok(Page::json(body, visit.site().transport))
}

/// The end and its line; one that could not be brought about leaves its line, too.
async fn log_out(act: Act, record: Arc<SessionRecord>) -> Done<()> {
    let ended = act.house().sessions.end(record.key(), Ended { why: Why::Logout, at: act.now }).await;
    let refused = ended.err().map(|_| Refusal::SessionStoreUnavailable);
    let told = login::note(&act, Kind::Logout, Some(record.login_id()), refused).await;
    (act, told.and(refused.map_or(Ok(()), Err)))
}

/// When a session ends if nothing happens. To ask is no activity.
async fn ends(visit: &Visit, session: &SessionRecord) -> Result<Timestamp, Refusal> {
    let lasting = visit.rules.lasting();
    let asked = visit.door.house.sessions.last_seen(session).await;
    let seen = asked.map_err(|_| Refusal::SessionStoreUnavailable)?;
    Ok(session.opened_at().plus(lasting.absolute).min(seen.plus(lasting.idle)))
}

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Ends the session, whatever its state, and takes the cookie away.
async fn logout(visit: &mut Visit, request: &Request<Arriving>, device: VerifiedDevice) -> Result<Page, Refusal> {
    match two_factors(visit, request, device).await {
        Ok(who) => {
            let record = Arc::clone(who.session().record());
            act::run(visit, |act| log_out(act, record)).await?;
        }
        Err(Refusal::SessionStoreUnavailable) => {
            let silent = Refusal::SessionStoreUnavailable;
            act::run(visit, |act| async move {
                let told = login::note(&act, Kind::Logout, None, Some(silent)).await;
                (act, told)
            })
            .await?;
            return Err(silent);
        }
        Err(unavailable @ Refusal::BadRequest(_)) => return Err(unavailable),
        Err(_) => {}
    }
    visit.learnt.forget_cookie = false;
    let reference = visit.line.reference().to_string();
    let facts = visit.page_facts(&reference);
    let transport = visit.site().transport;
    let page = if visit.wishes.submits {
        Page::to(&format!("{}?{LOGGED_OUT}", super::paths::LOGIN), transport)
    } else {
        Page::of(visit.rules.guidance.logged_out(&facts), StatusCode::OK, transport)
    };
    Ok(page
        .with(http::header::SET_COOKIE, cookie::clear())
        .with(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\"")))
}
