//! The gateway's own paths on a service site (gateway/README.md#its-own-paths).

use std::sync::Arc;

use access_log::Kind;
use certs::Timestamp;
use http::header::HeaderName;
use http::{HeaderValue, Method, Request, StatusCode};
use pages::{LANGUAGE_PATH, Locale};
use registry::Snapshot;
use serde::Serialize;

use super::act::{self, Act, Done};
use super::page::Page;
use super::request_context::RequestContext;
use super::{checks, login, notice, password, session_end};
use crate::device::VerifiedDevice;
use crate::guidance::{Checked, Login, LoginNotice, Present, Told, renewal_opens};
use crate::policy::path::CleanPath;
use crate::policy::{self, DecisionFacts};
use crate::proxy::IncomingBody;
use crate::refusal::Refusal;
use crate::session::{self, Ended, SessionEnd, SessionRecord, TwoFactor, cookie};

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
        super::paths::CHECK => Some(Own::Check),
        super::paths::LOGIN => Some(Own::Login),
        super::paths::LOGOUT => Some(Own::Logout),
        super::paths::PASSWORD => Some(Own::Password),
        "/.gateway/whoami" => Some(Own::Whoami),
        _ => None,
    }
}

/// The keys that verify assertions are nobody's secret.
pub(super) fn is_public(path: &CleanPath<'_>) -> bool {
    path.path() == "/.gateway/jwks.json"
}

/// Where the switch of languages is set: at every site, for everybody.
pub(super) fn sets_language(path: &CleanPath<'_>) -> bool {
    path.path() == LANGUAGE_PATH
}

/// Back to where they came from, in the language they chose. It changes nothing but what their browser keeps.
pub(super) fn language(context: &RequestContext, request: &Request<IncomingBody>) -> Result<Page, Refusal> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Refusal::NoRoute);
    }
    let query = request.uri().query().unwrap_or("");
    let chosen = query.split('&').find_map(|pair| pair.strip_prefix("to="));
    let chosen = chosen.and_then(Locale::named).ok_or(Refusal::NoRoute)?;
    let place = login::page_of_ours(query);
    Ok(Page::to(&place, context.site().transport).with(http::header::SET_COOKIE, chosen.set_cookie()))
}

pub(super) fn public(context: &RequestContext) -> Page {
    Page::json(context.rules.keys.jwks().to_owned(), context.site().transport)
}

pub(super) async fn serve(
    own: Own,
    context: &mut RequestContext,
    request: Request<IncomingBody>,
    device: VerifiedDevice,
    registry: &Arc<Snapshot>,
) -> Result<Page, Refusal> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let posts = request.method() == Method::POST;
    match own {
        Own::Check if reads => check(context, &request, device, registry).await,
        Own::Whoami if reads => whoami(context, &request, device, registry).await,
        Own::Login if reads => Ok(login_page(context, &request, device, registry).await),
        Own::Login if posts => {
            checks::same_site(context, &request)?;
            login::attempt(context, request, device, registry).await
        }
        Own::Logout if reads => Ok(logout_page(context, &request, device, registry).await),
        Own::Logout if posts => {
            checks::same_site(context, &request)?;
            logout(context, &request, device).await
        }
        Own::Password if reads || posts => {
            checks::same_site(context, &request)?;
            let who = two_factors(context, &request, device).await?;
            password::serve(context, request, who, registry).await
        }
        Own::Check | Own::Whoami | Own::Login | Own::Logout | Own::Password => Err(Refusal::NoRoute),
    }
}

/// What became of the last try; or who is logged in; or the form.
async fn login_page(
    context: &mut RequestContext,
    request: &Request<IncomingBody>,
    device: VerifiedDevice,
    registry: &Snapshot,
) -> Page {
    if let Some(notice) = notice::taken(context, request.headers())
        && let Told::Refused(refusal) = notice.told
    {
        return notice::refused(context, &notice, refusal);
    }
    let query = request.uri().query().unwrap_or("");
    context.preferences.lead_to(login::wanted_target(query));
    if let Some(page) = logged_in(context, request, (device, Present::AtLogin), registry).await {
        return page;
    }
    let reference = context.line.reference().to_string();
    let facts = context.page_facts(&reference);
    let out = query.split('&').any(|pair| pair == LOGGED_OUT);
    let notice = out.then_some(LoginNotice::LoggedOut);
    let login = Login { login_id: "", failure: None, notice };
    Page::of(context.rules.guidance.login(&login, &facts), StatusCode::OK, context.site().transport)
}

/// The query of the login page after a logout.
const LOGGED_OUT: &str = "logged_out";

/// A link ends nothing: it is asked first.
async fn logout_page(
    context: &mut RequestContext,
    request: &Request<IncomingBody>,
    device: VerifiedDevice,
    registry: &Snapshot,
) -> Page {
    context.preferences.lead_to("/".to_owned());
    if let Some(page) = logged_in(context, request, (device, Present::AtLogout), registry).await {
        return page;
    }
    let reference = context.line.reference().to_string();
    let facts = context.page_facts(&reference);
    Page::of(context.rules.guidance.logged_out(&facts), StatusCode::OK, context.site().transport)
}

/// The page that says who is logged in. Where that cannot be said, nobody is.
async fn logged_in(
    context: &mut RequestContext,
    request: &Request<IncomingBody>,
    (device, present): (VerifiedDevice, Present),
    registry: &Snapshot,
) -> Option<Page> {
    let session = perhaps(context, request, device, registry).await.ok().flatten();
    // Before a login no cookie of a session is touched.
    context.hints.forget_cookie = false;
    let session = session?;
    let reference = context.line.reference().to_string();
    let page = context.rules.guidance.logged_in(session.login_id().as_str(), present, &context.page_facts(&reference));
    Some(Page::of(page, StatusCode::OK, context.site().transport))
}

/// Both factors, for a page of our own.
pub(super) async fn two_factors(
    context: &mut RequestContext,
    request: &Request<IncomingBody>,
    device: VerifiedDevice,
) -> Result<TwoFactor, Refusal> {
    let record = checks::second_factor(context, request.headers()).await?;
    let session = match session::verify(record, context.rules.lasting(), context.now) {
        Ok(session) => session,
        Err(refusal) => return Err(session_end::already(context, refusal)),
    };
    context.learn_session(session.record());
    let record = session.record().clone();
    match TwoFactor::join(device, session) {
        Ok(who) => Ok(who),
        Err(refusal) => Err(session_end::foreign(context, &record, refusal).await),
    }
}

/// The session, where there is one that would be let in; a refusal of the second factor is no refusal here.
async fn perhaps(
    context: &mut RequestContext,
    request: &Request<IncomingBody>,
    device: VerifiedDevice,
    registry: &Snapshot,
) -> Result<Option<Arc<SessionRecord>>, Refusal> {
    match two_factors(context, request, device).await {
        Ok(who) => {
            let facts = DecisionFacts { registry, policies: &context.rules.policies, now: context.now };
            Ok(policy::person(&who, facts).ok().map(|_| who.session().record().clone()))
        }
        Err(unavailable @ (Refusal::SessionStoreUnavailable | Refusal::BadRequest(_))) => Err(unavailable),
        Err(_) => Ok(None),
    }
}

async fn check(
    context: &mut RequestContext,
    request: &Request<IncomingBody>,
    device: VerifiedDevice,
    registry: &Snapshot,
) -> Result<Page, Refusal> {
    // A renewed certificate is shown here first, and the session of before goes on without a login.
    let reminder = context.reminder(&device);
    let session = perhaps(context, request, device, registry).await?;
    let reference = context.line.reference().to_string();
    let facts = context.page_facts(&reference);
    let checked = Checked {
        login_id: session.as_ref().map(|session| session.login_id().as_str()),
        last_login: session.as_ref().and_then(|session| session.previous_login()),
    };
    let page = context.rules.guidance.check(&checked, &facts);
    Ok(Page::of(page, StatusCode::OK, context.site().transport).remembering(reminder))
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
    context: &mut RequestContext,
    request: &Request<IncomingBody>,
    device: VerifiedDevice,
    registry: &Snapshot,
) -> Result<Page, Refusal> {
    let (number, not_after) = (device.device(), device.validity().not_after);
    let session = perhaps(context, request, device, registry).await?;
    // A page that only asks leaves the cookie where it is: the next request is then told why it is over.
    context.hints.forget_cookie = false;
    let user = session.as_ref().and_then(|session| registry.system_user(session.login_id().as_str()));
    let ends = match &session {
        Some(session) => Some(ends(context, session).await?.to_string()),
        None => None,
    };
    let answer = Whoami {
        device: number.to_string(),
        not_after: not_after.to_string(),
        days_left: context.now.days_until(not_after),
        renewal_opens: renewal_opens(not_after).to_string(),
        renewable: renewal_opens(not_after) <= context.now,
        user: user.map(|user| user.login_id.as_str()),
        office: user.map(|user| user.office.as_str()),
        session_ends: ends,
    };
    let body = serde_json::to_string(&answer).map_err(|_| Refusal::BackendUnavailable)?;
    Ok(Page::json(body, context.site().transport))
}

/// The end and its lines; one that could not be brought about leaves that of the logout, too.
async fn log_out(mut act: Act, record: Arc<SessionRecord>) -> Done<()> {
    act.learn_session(record.key(), record.login_id());
    let ended = act.gateway().sessions.end(record.key(), Ended { why: SessionEnd::Logout, at: act.now }).await;
    let refused = ended.as_ref().err().map(|_| Refusal::SessionStoreUnavailable);
    let ended = ended.ok().flatten();
    if let Some(ended) = &ended {
        session_end::put_down(&act, ended);
    }
    let told = login::note(&act, Kind::Logout, Some(record.login_id()), refused).await;
    if ended.is_some() {
        act.gateway().sessions.told(record.key());
    }
    (act, told.and(refused.map_or(Ok(()), Err)))
}

/// When a session ends if nothing happens. To ask is no activity.
async fn ends(context: &RequestContext, session: &SessionRecord) -> Result<Timestamp, Refusal> {
    let lasting = context.rules.lasting();
    let asked = context.client.gateway.sessions.last_seen(session).await;
    let seen = asked.map_err(|_| Refusal::SessionStoreUnavailable)?;
    Ok(session.opened_at().plus(lasting.absolute).min(seen.plus(lasting.idle)))
}

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Ends the session, whatever its state, and takes the cookie away.
async fn logout(
    context: &mut RequestContext,
    request: &Request<IncomingBody>,
    device: VerifiedDevice,
) -> Result<Page, Refusal> {
    match two_factors(context, request, device).await {
        Ok(who) => {
            let record = Arc::clone(who.session().record());
            act::run(context, |act| log_out(act, record)).await?;
        }
        Err(Refusal::SessionStoreUnavailable) => {
            let silent = Refusal::SessionStoreUnavailable;
            act::run(context, |act| async move {
                let told = login::note(&act, Kind::Logout, None, Some(silent)).await;
                (act, told)
            })
            .await?;
            return Err(silent);
        }
        Err(unavailable @ Refusal::BadRequest(_)) => return Err(unavailable),
        Err(_) => {}
    }
    context.hints.forget_cookie = false;
    let reference = context.line.reference().to_string();
    let facts = context.page_facts(&reference);
    let transport = context.site().transport;
    let page = if context.preferences.submits {
        Page::to(&format!("{}?{LOGGED_OUT}", super::paths::LOGIN), transport)
    } else {
        Page::of(context.rules.guidance.logged_out(&facts), StatusCode::OK, transport)
    };
    Ok(page
        .with(http::header::SET_COOKIE, cookie::clear())
        .with(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\"")))
}
