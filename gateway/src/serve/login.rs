//! Somebody logs in: the gateway reads the form, the login room decides, the log hears of it first.

use std::time::SystemTime;

use http::{Request, header};
use registry::{LoginId, Snapshot};

use super::answer::Page;
use super::visit::Visit;
use super::{concurrent, form, session_end};
use crate::access_log::{Kind, Outcome};
use crate::device::VerifiedDevice;
use crate::login::{Login, LoginForm, LoginRefusal, Proven, ReturnTo, attempt as prove};
use crate::policy::{self, Facts};
use crate::proxy::Arriving;
use crate::refusal::{Fault, Refusal};
use crate::session::{Ended, NewSession, Why, cookie};

/// Tries what the form says.
pub(super) async fn attempt(
    visit: &mut Visit,
    request: Request<Arriving>,
    device: &VerifiedDevice,
    registry: &Snapshot,
) -> Result<Page, Refusal> {
    let presented = cookie::presented(request.headers()).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    let body = form::read(visit, request).await?;
    let form = LoginForm::read(&body).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    visit.wishes.lead_to(form.return_to.as_str().to_owned());
    visit.learnt.login_id = Some(form.login_id.typed().to_owned());
    visit.learnt.form_of = Some(super::refuse::LOGIN);
    let user = form.login_id.login_id().and_then(|id| registry.system_user(id.as_str())).cloned();
    let id = user.as_ref().map(|user| user.login_id.clone());
    let login = Login { typed: &form.login_id, password: form.password, user, device: device.device() };
    let proven = match prove(&visit.door.house.entrance, login, visit.now).await {
        Ok(proven) => proven,
        Err(refused) => {
            hold(visit, &refused);
            if looked_at(&refused) {
                leave(visit, &presented, device).await?;
            }
            return Err(told(visit, id, refused.refusal()).await);
        }
    };
    leave(visit, &presented, device).await?;
    let facts = Facts { registry, policies: &visit.rules.policies, now: visit.now };
    if let Err(refusal) = policy::may_use(proven.user(), device, facts) {
        return Err(told(visit, id, refusal).await);
    }
    let others = concurrent::elsewhere(visit, registry, (&proven.user().login_id, device.device())).await?;
    let page = open(visit, &proven, device, form.return_to).await?;
    concurrent::note(visit, &others).await?;
    Ok(page)
}

/// Whether a password was looked at. Who is only asked to wait ends nobody's session.
fn looked_at(refused: &LoginRefusal) -> bool {
    match refused {
        LoginRefusal::Failed(_) | LoginRefusal::UserSuspended => true,
        LoginRefusal::Locked { .. } | LoginRefusal::RateLimited { .. } | LoginRefusal::StoreSilent(_) => false,
    }
}

/// The session that was open in this browser is over.
async fn leave(visit: &mut Visit, presented: &cookie::Presented, device: &VerifiedDevice) -> Result<(), Refusal> {
    match presented {
        cookie::Presented::Value(old) => session_end::by_login(visit, &old.key(), device.device()).await,
        cookie::Presented::Nothing | cookie::Presented::IllFormed => Ok(()),
    }
}

async fn open(
    visit: &mut Visit,
    proven: &Proven,
    device: &VerifiedDevice,
    return_to: ReturnTo,
) -> Result<Page, Refusal> {
    let user = proven.user();
    let session = NewSession {
        login_id: user.login_id.clone(),
        device: device.device(),
        password_set_at: user.password.set_at,
        opened_at: visit.now,
    };
    let sessions = &visit.door.house.sessions;
    let (value, key) = sessions.open(session).await.map_err(|_| Refusal::SessionStoreUnavailable)?;
    if let Ok(Some(record)) = sessions.fetch(&key).await {
        visit.learn_session(&record);
    }
    visit.line.learn(|facts| facts.user = Some(user.login_id.clone()));
    if let Err(unwritten) = note(visit, Kind::Login, Some(&user.login_id), None).await {
        let ended = Ended { why: Why::Logout, at: visit.now };
        let _ = visit.door.house.sessions.end(&key, ended).await;
        return Err(unwritten);
    }
    // The cookie of before makes room for the new one, which is not to be forgotten.
    visit.learnt.forget_cookie = false;
    let target = if user.password.initial { "/.gateway/password" } else { return_to.as_str() };
    let cookie = cookie::set(&value).map_err(|_| Refusal::SessionStoreUnavailable)?;
    let page = Page::to(target, visit.site().transport).with(header::SET_COOKIE, cookie);
    Ok(page.remembering(visit.reminder(device)))
}

/// When to try again.
fn hold(visit: &mut Visit, refused: &LoginRefusal) {
    match refused {
        LoginRefusal::Locked { until } => {
            visit.learnt.unlock_time = Some(*until);
            visit.learnt.retry_after = u64::try_from(until.unix() - visit.now.unix()).ok();
        }
        LoginRefusal::RateLimited { retry_after } => visit.learnt.retry_after = u64::try_from(*retry_after).ok(),
        LoginRefusal::Failed(_) | LoginRefusal::StoreSilent(_) | LoginRefusal::UserSuspended => {}
    }
}

/// A failed login is on disk before it is answered, like a successful one.
async fn told(visit: &mut Visit, id: Option<LoginId>, refusal: Refusal) -> Refusal {
    visit.line.learn(|facts| facts.user.clone_from(&id));
    match note(visit, Kind::Login, id.as_ref(), Some(refusal)).await {
        Ok(()) => refusal,
        Err(unwritten) => unwritten,
    }
}

/// Writes a line about a login or a logout and waits until it is on disk.
pub(super) async fn note(
    visit: &Visit,
    kind: Kind,
    user: Option<&LoginId>,
    refused: Option<Refusal>,
) -> Result<(), Refusal> {
    let known = visit.learnt.known.as_ref();
    let mut line = visit.door.facts.line(kind, SystemTime::now());
    line.request_id = Some(visit.line.request_id());
    line.outcome = Some(if refused.is_some() { Outcome::Refused } else { Outcome::Passed });
    line.reason = refused.map(Refusal::reason);
    line.code = refused.map(Refusal::code);
    line.user = user.map(LoginId::as_str);
    line.device = known.map(|known| known.device);
    line.office = known.map(|known| known.office.as_str());
    visit.door.house.log.written(&line).await.map_err(|_| Refusal::LogUnavailable)
}

/// Where the login page was told to lead afterwards.
pub(super) fn wanted_target(query: &str) -> String {
    let wanted = query.split('&').find_map(|pair| pair.strip_prefix("return_to="));
    let target = wanted.and_then(unescaped).map(|wanted| ReturnTo::read(&wanted)).unwrap_or_default();
    target.as_str().to_owned()
}

/// Percent-escapes and `+` of a form, undone.
pub(super) fn unescaped(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (char::from(rest.next()?).to_digit(16)?, char::from(rest.next()?).to_digit(16)?);
                u8::try_from(high * 16 + low).ok()?
            }
            plain => plain,
        });
    }
    String::from_utf8(octets).ok()
}
