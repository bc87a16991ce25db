//! A person changes their password: the gateway asks, the desk decides and writes.

use bytes::Bytes;
use certs::Timestamp;
use http::{HeaderMap, Method, Request, StatusCode};
use registry::{Role, Snapshot, SystemUser};
use serde::{Deserialize, Serialize};

use super::answer::Page;
use super::refuse::PASSWORD;
use super::visit::Visit;
use super::{form, notice};
use crate::guidance::{Occasion, PasswordForm, PasswordMistake, Told};
use crate::login::{Guess, PasswordForm as Passwords, ReserveRefusal, Reserved, TypedPassword};
use crate::policy::{self, Facts};
use crate::proxy::Arriving;
use crate::proxy::{self, Claims, Confirmation, RequestBinding, digest_of, factors};
use crate::refusal::{Fault, Refusal};
use crate::session::{Ended, TwoFactor, Why};

/// Where the desk takes the change.
const DESK: &str = "/desk/password";
/// Seconds after a login with the initial password for which the page does not ask for it again. The desk lets it stand
/// for it twice as long, so that whoever begins in time can finish.
const UNASKED: i64 = 300;
/// How long the registry may take to show us a change that the desk has made.
const SHOWN_WITHIN: std::time::Duration = std::time::Duration::from_secs(5);

pub(super) async fn serve(
    visit: &mut Visit,
    request: Request<Arriving>,
    who: TwoFactor,
    registry: &Snapshot,
) -> Result<Page, Refusal> {
    let rules = std::sync::Arc::clone(&visit.rules);
    let facts = Facts { registry, policies: &rules.policies, now: visit.now };
    let user = policy::person(&who, facts)?;
    if request.method() != Method::POST {
        return Ok(asked(visit, request.headers(), (&who, user)));
    }
    let body = form::read(visit, request).await?;
    let form = Passwords::read(&body).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    visit.learnt.form_of = Some(PASSWORD);
    if form.password.is_none() {
        // No guess is made, so none is counted.
        return match ask(visit, &who, user, &form).await? {
            Desk::Changed(made) => changed(visit, &who, made).await,
            Desk::Mistakes(mistakes) => Ok(mistaken(visit, (&who, user), &form, mistakes)),
        };
    }
    let sessions = visit.door.house.sessions.clone();
    let guess = Guess {
        typed_id: user.login_id.as_str(),
        device: who.device().device(),
        counts_from: user.failures_count_from,
        now: visit.now,
    };
    let reserved = Reserved::make(&sessions, guess).await.map_err(|refused| held(visit, &refused))?;
    let silent = |_| Refusal::SessionStoreUnavailable;
    match ask(visit, &who, user, &form).await {
        Ok(Desk::Changed(made)) => {
            reserved.was_right(&sessions).await.map_err(silent)?;
            changed(visit, &who, made).await
        }
        Ok(Desk::Mistakes(mistakes)) => {
            if !mistakes.contains(&PasswordMistake::WrongPassword) {
                reserved.was_none(&sessions).await.map_err(silent)?;
            }
            Ok(mistaken(visit, (&who, user), &form, mistakes))
        }
        Err(refusal) => {
            reserved.was_none(&sessions).await.map_err(silent)?;
            Err(refusal)
        }
    }
}

/// Guesses at the present password count like guesses at the login.
fn held(visit: &mut Visit, refused: &ReserveRefusal) -> Refusal {
    let until = match refused {
        ReserveRefusal::IdLocked(held) => {
            visit.learnt.unlock_time = Some(held.until);
            held.until
        }
        ReserveRefusal::DeviceSlowed(held) => held.until,
        ReserveRefusal::StoreSilent(_) => return Refusal::SessionStoreUnavailable,
    };
    visit.learnt.retry_after = u64::try_from(until.unix() - visit.now.unix()).ok();
    if visit.learnt.unlock_time.is_some() { Refusal::Locked } else { Refusal::RateLimited }
}

/// The page: what became of the form that was sent from it, or the form.
fn asked(visit: &mut Visit, headers: &HeaderMap, (who, user): (&TwoFactor, &SystemUser)) -> Page {
    let Some(notice) = notice::taken(visit, headers) else {
        return show(visit, (who, user), &[], StatusCode::OK);
    };
    match &notice.told {
        Told::Refused(refusal) => notice::refused(visit, &notice, *refusal),
        Told::Mistakes(mistakes) => notice::told(show(visit, (who, user), mistakes, StatusCode::OK)),
        Told::PasswordChanged => {
            let page = visit.rules.guidance.password_changed(&visit.page_facts(&notice.reference));
            notice::told(Page::of(page, StatusCode::OK, visit.site().transport))
        }
    }
}

/// All that was wrong, at once.
fn mistaken(
    visit: &Visit,
    whose: (&TwoFactor, &SystemUser),
    form: &Passwords,
    mut mistakes: Vec<PasswordMistake>,
) -> Page {
    if form.new_password != form.new_password_again {
        mistakes.push(PasswordMistake::Different);
    }
    notice::led_to(visit, Told::Mistakes(mistakes.clone()))
        .unwrap_or_else(|| show(visit, whose, &mistakes, StatusCode::UNPROCESSABLE_ENTITY))
}

fn show(
    visit: &Visit,
    (who, user): (&TwoFactor, &SystemUser),
    mistakes: &[PasswordMistake],
    status: StatusCode,
) -> Page {
    let occasion = if user.password.initial { Occasion::Initial } else { Occasion::Voluntary };
    let needed = mistakes
        .iter()
        .any(|mistake| matches!(mistake, PasswordMistake::PresentNeeded | PasswordMistake::WrongPassword));
    let asks_present = needed || initial_login(who, user).is_none_or(|login| visit.now > login.opened_at.plus(UNASKED));
    let form = PasswordForm { occasion, login_id: user.login_id.as_str(), mistakes, asks_present };
    let reference = visit.line.reference().to_string();
    let facts = visit.page_facts(&reference);
    Page::of(visit.rules.guidance.password(&form, &facts), status, visit.site().transport)
}

/// The login with the initial password that is still the present one.
fn initial_login(who: &TwoFactor, user: &SystemUser) -> Option<InitialLogin> {
    let session = who.session().record();
    let stands = user.password.initial && session.password_set_at() == user.password.set_at;
    let login = InitialLogin { opened_at: session.opened_at(), password_set_at: session.password_set_at() };
    stands.then_some(login)
}

enum Desk {
    Changed(Change),
    Mistakes(Vec<PasswordMistake>),
}

/// What the desk made of it.
struct Change {
    /// The registry's version from which on the new password counts.
    version: u64,
    /// The new password's time, which no other password of the ID has.
    set_at: Timestamp,
}

#[derive(Serialize)]
struct Question<'a> {
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
struct Said {
    version: Option<u64>,
    set_at: Option<Timestamp>,
    refused: Option<String>,
    #[serde(default)]
    mistakes: Vec<String>,
}

async fn ask(visit: &Visit, who: &TwoFactor, user: &SystemUser, form: &Passwords) -> Result<Desk, Refusal> {
    let desk = visit.site().service.as_ref().and_then(|service| service.desk.as_ref());
    let upstream = desk.and_then(|desk| visit.rules.upstreams.get(desk)).ok_or(Refusal::NoRoute)?;
    let initial_login = initial_login(who, user).filter(|_| form.password.is_none());
    if form.password.is_none() && initial_login.is_none() {
        return Ok(Desk::Mistakes(vec![PasswordMistake::PresentNeeded]));
    }
    let question = Question {
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
    let assertion = visit.rules.keys.sign(&claims, visit.now).map_err(|_| Refusal::BackendUnavailable)?;
    let answer = proxy::ask(upstream, DESK, question, assertion).await?;
    let told: Said = serde_json::from_slice(&answer.body).map_err(|error| {
        tracing::error!(%error, status = answer.status.as_u16(), "the desk's answer cannot be read");
        Refusal::BackendUnavailable
    })?;
    let change = told.version.zip(told.set_at).map(|(version, set_at)| Change { version, set_at });
    match (answer.status, change, told.refused.as_deref()) {
        (StatusCode::OK, Some(change), _) => Ok(Desk::Changed(change)),
        (StatusCode::FORBIDDEN, _, Some(unproven @ ("wrong_password" | "present_password_needed"))) => {
            let words = std::iter::once(unproven).chain(told.mistakes.iter().map(String::as_str));
            Ok(Desk::Mistakes(words.filter_map(PasswordMistake::from_word).collect()))
        }
        (StatusCode::UNPROCESSABLE_ENTITY, ..) => {
            let mistakes = told.mistakes.iter().filter_map(|word| PasswordMistake::from_word(word)).collect();
            Ok(Desk::Mistakes(mistakes))
        }
        (StatusCode::TOO_MANY_REQUESTS, ..) => Err(Refusal::RateLimited),
        (status, ..) => {
            tracing::error!(status = status.as_u16(), "the desk did not change a password");
            Err(Refusal::BackendUnavailable)
        }
    }
}

/// Answered once this gateway applies the change: this session goes on, the ID's others end. It rests on the password
/// that was set here; where another one has followed since, it ends with the others.
async fn changed(visit: &mut Visit, who: &TwoFactor, made: Change) -> Result<Page, Refusal> {
    let house = std::sync::Arc::clone(&visit.door.house);
    let mut shown = house.feed.changed();
    let applied = async { shown.wait_for(|seen| *seen >= made.version).await.is_ok() };
    if !tokio::time::timeout(SHOWN_WITHIN, applied).await.unwrap_or(false) {
        return Err(Refusal::RegistryStale);
    }
    let id = who.session().login_id();
    let silent = |_| Refusal::SessionStoreUnavailable;
    let ended = Ended { why: Why::PasswordChanged, at: visit.now };
    house.sessions.rest_on(who.session().key(), made.set_at).await.map_err(silent)?;
    house.sessions.end_others(id, who.session().key(), ended).await.map_err(silent)?;
    if let Some(page) = notice::led_to(visit, Told::PasswordChanged) {
        return Ok(page);
    }
    let reference = visit.line.reference().to_string();
    let facts = visit.page_facts(&reference);
    Ok(Page::of(visit.rules.guidance.password_changed(&facts), StatusCode::OK, visit.site().transport))
}
