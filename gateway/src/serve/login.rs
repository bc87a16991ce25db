//! Somebody logs in: the gateway reads the form, the login room decides, the log hears of it first.

use std::sync::Arc;
use std::time::SystemTime;

use access_log::{Kind, Outcome};
use http::{Request, header};
use registry::{LoginId, Snapshot, SystemUser};

use super::act::{self, Act, Done};
use super::concurrent::{self, Mine};
use super::escaped::unescaped;
use super::page::Page;
use super::request_context::RequestContext;
use super::{form, session_end};
use crate::budget::{Bound, Party};
use crate::device::VerifiedDevice;
use crate::gateway::now;
use crate::login::{LoginAttempt, LoginForm, LoginRefusal, Proven, ReturnTo, TypedId, TypedPassword, attempt as prove};
use crate::policy::{self, DecisionFacts};
use crate::proxy::IncomingBody;
use crate::refusal::{Fault, Refusal};
use crate::session::{CookieValue, Ended, NewSession, Opened, SessionEnd, cookie};

/// Tries what the form says.
pub(super) async fn attempt(
    context: &mut RequestContext,
    request: Request<IncomingBody>,
    device: VerifiedDevice,
    registry: &Arc<Snapshot>,
) -> Result<Page, Refusal> {
    let presented = cookie::presented(request.headers()).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    let body = form::read(context, request).await?;
    let form = LoginForm::read(&body).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    context.preferences.lead_to(form.return_to.as_str().to_owned());
    context.hints.login_id = Some(form.login_id.typed().to_owned());
    context.hints.form_of = Some(super::paths::LOGIN);
    let user = form.login_id.login_id().and_then(|id| registry.system_user(id.as_str())).cloned();
    // The line of a login that its client gave up names whom it was about.
    context.line.learn(|facts| facts.user = user.as_ref().map(|user| user.login_id.clone()));
    let tried = Tried {
        typed: form.login_id,
        password: form.password,
        user,
        device,
        registry: Arc::clone(registry),
        presented,
    };
    let entered = act::run(context, |act| tried.carried_out(act)).await?;
    page(context, &entered, &form.return_to)
}

/// What a login brings with it.
struct Tried {
    typed: TypedId,
    password: TypedPassword,
    user: Option<SystemUser>,
    device: VerifiedDevice,
    registry: Arc<Snapshot>,
    presented: cookie::Presented,
}

/// A login that succeeded.
struct Entered {
    value: CookieValue,
    device: VerifiedDevice,
    initial: bool,
}

impl Tried {
    /// Counts, compares, ends what was open here, opens, and says so: all of it, and in any case what became of it.
    async fn carried_out(self, mut act: Act) -> Done<Entered> {
        let id = self.user.as_ref().map(|user| user.login_id.clone());
        let entered = self.enter(&mut act).await;
        let told = note(&act, Kind::Login, id.as_ref(), entered.as_ref().err().copied()).await;
        let result = match (entered, told) {
            (Ok(entered), Ok(())) => Ok(entered),
            (Ok(entered), Err(unwritten)) => {
                take_back(&act, &entered.value).await;
                Err(unwritten)
            }
            (Err(refusal), told) => Err(told.err().unwrap_or(refusal)),
        };
        // The cookie of before makes room for the new one, which is not to be forgotten.
        act.hints.forget_cookie &= result.is_err();
        (act, result)
    }

    async fn enter(self, act: &mut Act) -> Result<Entered, Refusal> {
        let login =
            LoginAttempt { typed: &self.typed, password: self.password, user: self.user, device: self.device.device() };
        let client = Arc::clone(&act.client);
        let proven = match prove(&client.gateway.login, login, act.now).await {
            Ok(proven) => proven,
            Err(refused) => {
                hold(act, &refused);
                if looked_at(&refused) {
                    leave(act, &self.presented, &self.device).await?;
                }
                return Err(refused.refusal());
            }
        };
        leave(act, &self.presented, &self.device).await?;
        let rules = Arc::clone(&act.rules);
        let facts = DecisionFacts { registry: &self.registry, policies: &rules.policies, now: act.now };
        policy::open_now(proven.user(), act.now)?;
        let _permit = policy::may_use(proven.user(), &self.device, facts)?;
        let value = open(act, &proven, (&self.device, &self.registry)).await?;
        Ok(Entered { value, device: self.device, initial: proven.user().password.initial })
    }
}

/// Whether a password was looked at. Who is only asked to wait ends nobody's session.
fn looked_at(refused: &LoginRefusal) -> bool {
    match refused {
        LoginRefusal::Failed(_) | LoginRefusal::UserSuspended => true,
        LoginRefusal::Locked { .. } | LoginRefusal::RateLimited { .. } | LoginRefusal::StoreSilent(_) => false,
    }
}

/// The session that was open in this browser is over.
async fn leave(act: &mut Act, presented: &cookie::Presented, device: &VerifiedDevice) -> Result<(), Refusal> {
    match presented {
        cookie::Presented::Value(old) => session_end::by_login(act, &old.key(), device.device()).await,
        cookie::Presented::Nothing | cookie::Presented::IllFormed => Ok(()),
    }
}

/// Opens a session, and tells of those that gave way to it and of those elsewhere. Where that cannot be told, it is as if
/// nothing had been opened.
async fn open(
    act: &mut Act,
    proven: &Proven,
    (device, registry): (&VerifiedDevice, &Snapshot),
) -> Result<CookieValue, Refusal> {
    let user = proven.user();
    let session = NewSession {
        login_id: user.login_id.clone(),
        device: device.device(),
        password_set_at: user.password.set_at,
        // Not when the request began: it may have waited.
        opened_at: now(),
    };
    let opened = act.gateway().sessions.open(session).await.map_err(|_| Refusal::SessionStoreUnavailable)?;
    act.learn_session(&opened.key, &user.login_id);
    let mine = Mine { id: &user.login_id, key: &opened.key, device: device.device() };
    match told_of(act, registry, &opened, mine).await {
        Ok(()) => Ok(opened.value),
        Err(unavailable) => {
            take_back(act, &opened.value).await;
            Err(unavailable)
        }
    }
}

async fn told_of(act: &Act, registry: &Snapshot, opened: &Opened, mine: Mine<'_>) -> Result<(), Refusal> {
    for gone in &opened.gone {
        act.gateway().metrics.budget_refused(Party::Id, Bound::Sessions);
        session_end::note(act, gone).await?;
    }
    concurrent::note(act, registry, mine).await
}

/// A session whose opening could not be told is over; its value was given to nobody.
async fn take_back(act: &Act, value: &CookieValue) {
    let ended = Ended { why: SessionEnd::Logout, at: act.now };
    match act.gateway().sessions.end(&value.key(), ended).await {
        // Its line waits for the disk behind that of the login.
        Ok(Some(record)) => {
            let _ = session_end::note(act, &record).await;
        }
        Ok(None) => {}
        Err(silent) => {
            tracing::error!(%silent, "a session whose login could not be logged could not be ended either; nobody has its cookie");
        }
    }
}

fn page(context: &RequestContext, entered: &Entered, return_to: &ReturnTo) -> Result<Page, Refusal> {
    let target = if entered.initial { "/.gateway/password" } else { return_to.as_str() };
    let cookie = cookie::set(&entered.value).map_err(|_| Refusal::SessionStoreUnavailable)?;
    let page = Page::to(target, context.site().transport).with(header::SET_COOKIE, cookie);
    Ok(page.remembering(context.reminder(&entered.device)))
}

/// When to try again.
fn hold(act: &mut Act, refused: &LoginRefusal) {
    match refused {
        LoginRefusal::Locked { until } => {
            act.hints.unlock_time = Some(*until);
            act.hints.retry_after = u64::try_from(until.unix() - act.now.unix()).ok();
        }
        LoginRefusal::RateLimited { retry_after } => act.hints.retry_after = u64::try_from(*retry_after).ok(),
        LoginRefusal::Failed(_) | LoginRefusal::StoreSilent(_) | LoginRefusal::UserSuspended => {}
    }
}

/// Writes a line about a login or a logout and waits until it is on disk: one that failed, too, before it is answered.
pub(super) async fn note(
    act: &Act,
    kind: Kind,
    user: Option<&LoginId>,
    refused: Option<Refusal>,
) -> Result<(), Refusal> {
    let known = act.hints.known.as_ref();
    let mut line = act.client.facts.line(kind, SystemTime::now());
    line.request_id = Some(act.request_id);
    line.outcome = Some(if refused.is_some() { Outcome::Refused } else { Outcome::Passed });
    line.reason = refused.map(Refusal::reason);
    line.code = refused.map(Refusal::code);
    line.user = user.map(LoginId::as_str);
    line.device = known.map(|known| known.device);
    line.office = known.map(|known| known.office.as_str());
    line.session = act.session();
    act.gateway().log.written(&line).await.map_err(|_| Refusal::LogUnavailable)
}

/// Where the login page was told to lead afterwards.
pub(super) fn wanted_target(query: &str) -> String {
    let wanted = query.split('&').find_map(|pair| pair.strip_prefix("return_to="));
    let target = wanted.and_then(unescaped).map(|wanted| ReturnTo::read(&wanted)).unwrap_or_default();
    target.as_str().to_owned()
}

/// The same, or a page of the gateway's own that is only looked at.
pub(super) fn page_of_ours(query: &str) -> String {
    let wanted = query.split('&').find_map(|pair| pair.strip_prefix("return_to=")).and_then(unescaped);
    let wanted = wanted.unwrap_or_default();
    let (path, with) = wanted.split_once('?').unwrap_or((&wanted, ""));
    match path {
        super::paths::LOGIN | super::paths::PASSWORD | super::paths::CHECK | super::paths::LOGOUT => {
            let onwards = wanted_target(with);
            if onwards == "/" { path.to_owned() } else { format!("{path}?return_to={}", pages::escaped(&onwards)) }
        }
        _ => ReturnTo::read(&wanted).as_str().to_owned(),
    }
}
