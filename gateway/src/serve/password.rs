//! A person changes their password: the gateway asks, the desk decides and writes.

use std::sync::Arc;

use bytes::Bytes;
use certs::Timestamp;
use http::{HeaderMap, Method, Request, StatusCode};
use registry::{LoginId, Role, Snapshot, SystemUser};
use serde::{Deserialize, Serialize};

use super::act::{self, Act, Done};
use super::page::Page;
use super::paths::PASSWORD;
use super::registration::{Registration, register_own_request};
use super::request_context::RequestContext;
use super::{form, notice, session_end};
use crate::budget::RequestOwner;
use crate::guidance::{Occasion, PasswordForm, PasswordMistake, Told};
use crate::login::{Guess, PasswordForm as Passwords, ReserveRefusal, Reserved, TypedPassword};
use crate::policy::{self, DecisionFacts};
use crate::proxy::IncomingBody;
use crate::proxy::{self, Claims, Confirmation, RequestBinding, digest_of, factors};
use crate::refusal::{Fault, Refusal};
use crate::session::{Ended, SessionEnd, TwoFactor};

/// Where the desk takes the change.
const DESK: &str = "/desk/password";
/// Seconds after a login with the initial password for which the page does not ask for it again. The desk lets it stand
/// for it twice as long, so that whoever begins in time can finish.
const UNASKED: i64 = 300;
/// How long the registry may take to show us a change that the desk has made.
const SHOWN_WITHIN: std::time::Duration = std::time::Duration::from_secs(5);

pub(super) async fn serve(
    context: &mut RequestContext,
    request: Request<IncomingBody>,
    who: TwoFactor,
    registry: &Snapshot,
) -> Result<Page, Refusal> {
    let rules = Arc::clone(&context.rules);
    let facts = DecisionFacts { registry, policies: &rules.policies, now: context.now };
    let user = policy::person(&who, facts)?;
    if request.method() != Method::POST {
        return Ok(asked(context, request.headers(), &who, user));
    }
    let body = form::read(context, request).await?;
    let form = Passwords::read(&body).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    context.hints.form_of = Some(PASSWORD);
    let wished = PasswordChange { who, user: user.clone(), form };
    let (PasswordChange { who, user, form }, made) = act::run(context, |act| wished.carried_out(act)).await?;
    match made {
        ChangeOutcome::Mistakes(mistakes) => Ok(mistaken(context, (&who, &user), &form, mistakes)),
        ChangeOutcome::Changed => Ok(notice::led_to(context, Told::PasswordChanged).unwrap_or_else(|| {
            let reference = context.line.reference().to_string();
            let page = context.rules.guidance.password_changed(&context.page_facts(&reference));
            Page::of(page, StatusCode::OK, context.site().transport)
        })),
    }
}

/// A change that somebody wishes.
struct PasswordChange {
    who: TwoFactor,
    user: SystemUser,
    form: Passwords,
}

/// What became of it.
enum ChangeOutcome {
    Changed,
    /// For these nothing was changed.
    Mistakes(Vec<PasswordMistake>),
}

impl PasswordChange {
    /// The guess at the present password, the desk's change, and the end of the ID's other sessions: all of it.
    async fn carried_out(self, mut act: Act) -> Done<(Self, ChangeOutcome)> {
        let result = match self.form.password {
            Some(_) => self.guessed(&mut act).await,
            // No guess is made, so none is counted.
            None => match ask(&mut act, &self).await {
                Ok(DeskAnswer::Changed(made)) => changed(&act, &self.who, made).await.map(|()| ChangeOutcome::Changed),
                Ok(DeskAnswer::Mistakes(mistakes)) => Ok(ChangeOutcome::Mistakes(mistakes)),
                Err(refusal) => Err(refusal),
            },
        };
        (act, result.map(|made| (self, made)))
    }

    async fn guessed(&self, act: &mut Act) -> Result<ChangeOutcome, Refusal> {
        let sessions = act.gateway().sessions.clone();
        let guess = Guess {
            typed_id: self.user.login_id.as_str(),
            device: self.who.device().device(),
            counts_from: self.user.failures_count_from,
            now: act.now,
        };
        let reserved = Reserved::make(&sessions, guess).await.map_err(|refused| held(act, &refused))?;
        let silent = |_| Refusal::SessionStoreUnavailable;
        match ask(act, self).await {
            Ok(DeskAnswer::Changed(made)) => {
                // What has been changed takes effect, whatever becomes of the count.
                let counted = reserved.succeed(&sessions).await.map_err(silent);
                changed(act, &self.who, made).await?;
                counted.map(|()| ChangeOutcome::Changed)
            }
            Ok(DeskAnswer::Mistakes(mistakes)) => {
                if !mistakes.contains(&PasswordMistake::WrongPassword) {
                    reserved.release(&sessions).await.map_err(silent)?;
                }
                Ok(ChangeOutcome::Mistakes(mistakes))
            }
            Err(refusal) => {
                reserved.release(&sessions).await.map_err(silent)?;
                Err(refusal)
            }
        }
    }
}

/// Guesses at the present password count like guesses at the login.
fn held(act: &mut Act, refused: &ReserveRefusal) -> Refusal {
    let until = match refused {
        ReserveRefusal::IdLocked(held) => {
            act.hints.unlock_time = Some(held.until);
            held.until
        }
        ReserveRefusal::DeviceSlowed(held) => held.until,
        ReserveRefusal::StoreSilent(_) => return Refusal::SessionStoreUnavailable,
    };
    act.hints.retry_after = u64::try_from(until.unix() - act.now.unix()).ok();
    if act.hints.unlock_time.is_some() { Refusal::Locked } else { Refusal::RateLimited }
}

/// The page: what became of the form that was sent from it, or the form.
fn asked(context: &mut RequestContext, headers: &HeaderMap, who: &TwoFactor, user: &SystemUser) -> Page {
    let Some(notice) = notice::taken(context, headers) else {
        return show(context, (who, user), &[], StatusCode::OK);
    };
    match &notice.told {
        Told::Refused(refusal) => notice::refused(context, &notice, *refusal),
        Told::Mistakes(mistakes) => notice::told(show(context, (who, user), mistakes, StatusCode::OK)),
        Told::PasswordChanged => {
            let page = context.rules.guidance.password_changed(&context.page_facts(&notice.reference));
            notice::told(Page::of(page, StatusCode::OK, context.site().transport))
        }
    }
}

/// All that was wrong, at once.
fn mistaken(
    context: &RequestContext,
    whose: (&TwoFactor, &SystemUser),
    form: &Passwords,
    mut mistakes: Vec<PasswordMistake>,
) -> Page {
    if form.new_password != form.new_password_again {
        mistakes.push(PasswordMistake::Different);
    }
    notice::led_to(context, Told::Mistakes(mistakes.clone()))
        .unwrap_or_else(|| show(context, whose, &mistakes, StatusCode::UNPROCESSABLE_ENTITY))
}

fn show(
    context: &RequestContext,
    (who, user): (&TwoFactor, &SystemUser),
    mistakes: &[PasswordMistake],
    status: StatusCode,
) -> Page {
    let occasion = if user.password.initial { Occasion::Initial } else { Occasion::Voluntary };
    let needed = mistakes
        .iter()
        .any(|mistake| matches!(mistake, PasswordMistake::PresentNeeded | PasswordMistake::WrongPassword));
    let asks_present =
        needed || initial_login(who, user).is_none_or(|login| context.now > login.opened_at.plus(UNASKED));
    let form = PasswordForm { occasion, login_id: user.login_id.as_str(), mistakes, asks_present };
    let reference = context.line.reference().to_string();
    let facts = context.page_facts(&reference);
    Page::of(context.rules.guidance.password(&form, &facts), status, context.site().transport)
}

/// The login with the initial password that is still the present one.
fn initial_login(who: &TwoFactor, user: &SystemUser) -> Option<InitialLogin> {
    let session = who.session().record();
    let stands = user.password.initial && session.password_set_at() == user.password.set_at;
    let login = InitialLogin { opened_at: session.opened_at(), password_set_at: session.password_set_at() };
    stands.then_some(login)
}

enum DeskAnswer {
    Changed(AppliedChange),
    Mistakes(Vec<PasswordMistake>),
}

/// What the desk made of it.
struct AppliedChange {
    /// The registry's version from which on the new password counts.
    version: u64,
    /// The new password's time, which no other password of the ID has.
    set_at: Timestamp,
}

impl AppliedChange {
    /// Whether it is in force by this reading of the registry. Whoever was deleted since is judged by that.
    fn stands_in(&self, registry: &Snapshot, id: &LoginId) -> bool {
        let user = registry.system_user(id.as_str());
        registry.version() >= self.version && user.is_none_or(|user| user.password.set_at >= self.set_at)
    }
}

#[derive(Serialize)]
struct DeskQuestion<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_login: Option<InitialLogin>,
    new_password: &'a str,
    /// The two new ones differ: nothing is to be changed, but all that is wrong is told.
    judge_only: bool,
}

/// That the session was opened with the initial password, and when: the desk asks no more, if that was not long ago.
#[derive(Clone, Copy, Serialize)]
struct InitialLogin {
    opened_at: Timestamp,
    password_set_at: Timestamp,
}

#[derive(Deserialize)]
struct DeskReply {
    version: Option<u64>,
    set_at: Option<Timestamp>,
    refused: Option<String>,
    #[serde(default)]
    mistakes: Vec<String>,
}

async fn ask(act: &mut Act, wished: &PasswordChange) -> Result<DeskAnswer, Refusal> {
    let PasswordChange { who, user, form } = wished;
    let initial_login = initial_login(who, user).filter(|_| form.password.is_none());
    if form.password.is_none() && initial_login.is_none() {
        return Ok(DeskAnswer::Mistakes(vec![PasswordMistake::PresentNeeded]));
    }
    let desk = act.site().service.as_ref().and_then(|service| service.desk.as_ref());
    let upstream = desk.and_then(|desk| act.rules.upstreams.get(desk)).cloned().ok_or(Refusal::NoRoute)?;
    let owner =
        RequestOwner { device: who.device().device(), id: user.login_id.clone(), upstream: Arc::clone(&upstream.name) };
    let by = Registration { client: &act.client, hints: &mut act.hints };
    let _slot = register_own_request(by, &upstream, owner)?;
    let question = DeskQuestion {
        password: form.password.as_ref().map(TypedPassword::reveal),
        initial_login,
        new_password: form.new_password.reveal(),
        judge_only: form.new_password != form.new_password_again,
    };
    let question = serde_json::to_vec(&question).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    let question = Bytes::from(question);
    let device = who.device();
    let claims = Claims {
        aud: &upstream.audience,
        sub: user.login_id.as_str(),
        office: user.office.as_str(),
        device: device.device().to_string(),
        roles: user.roles.iter().copied().map(Role::as_str).collect(),
        room: None,
        amr: factors(device.assurance()),
        cnf: Confirmation::of(device.fingerprint()),
        request: Some(RequestBinding {
            htm: "POST".into(),
            htp: DESK.into(),
            htq: None,
            htb: Some(digest_of(&question)),
        }),
    };
    let assertion = act.rules.keys.sign(&claims, act.now).map_err(|_| Refusal::BackendUnavailable)?;
    let answer = proxy::ask(&upstream, DESK, question, (assertion, act.request_id)).await?;
    let told: DeskReply = serde_json::from_slice(&answer.body).map_err(|error| {
        tracing::error!(%error, status = answer.status.as_u16(), "the desk's answer cannot be read");
        Refusal::BackendUnavailable
    })?;
    let change = told.version.zip(told.set_at).map(|(version, set_at)| AppliedChange { version, set_at });
    match (answer.status, change, told.refused.as_deref()) {
        (StatusCode::OK, Some(change), _) => Ok(DeskAnswer::Changed(change)),
        (StatusCode::FORBIDDEN, _, Some(unproven @ ("wrong_password" | "present_password_needed"))) => {
            let words = std::iter::once(unproven).chain(told.mistakes.iter().map(String::as_str));
            Ok(DeskAnswer::Mistakes(words.filter_map(PasswordMistake::from_word).collect()))
        }
        (StatusCode::UNPROCESSABLE_ENTITY, ..) => {
            let mistakes = told.mistakes.iter().filter_map(|word| PasswordMistake::from_word(word)).collect();
            Ok(DeskAnswer::Mistakes(mistakes))
        }
        (StatusCode::TOO_MANY_REQUESTS, ..) => Err(Refusal::RateLimited),
        (status, ..) => {
            tracing::error!(status = status.as_u16(), "the desk did not change a password");
            Err(Refusal::BackendUnavailable)
        }
    }
}

/// Answered once this gateway applies the change: this session goes on, the ID's others end. It rests on the password
/// that was set here; where another one has followed since, it ends with the others. A version alone does not say so: a
/// registry that was put back may count below the one still followed here.
async fn changed(act: &Act, who: &TwoFactor, made: AppliedChange) -> Result<(), Refusal> {
    let gateway = act.gateway();
    let mut shown = gateway.feed.changed();
    let id = who.session().login_id();
    let stands = || gateway.feed.load().as_deref().is_some_and(|newest| made.stands_in(newest, id));
    let applied = async { shown.wait_for(|_| stands()).await.is_ok() };
    if !tokio::time::timeout(SHOWN_WITHIN, applied).await.unwrap_or(false) {
        return Err(gateway.silence());
    }
    let here = who.session().key();
    let silent = |_| Refusal::SessionStoreUnavailable;
    let why = SessionEnd::PasswordChanged;
    gateway.sessions.rest_on(here, made.set_at).await.map_err(silent)?;
    for gone in gateway.sessions.end_others(id, here, Ended { why, at: act.now }).await.map_err(silent)? {
        session_end::note(act, &gone).await?;
    }
    Ok(())
}
