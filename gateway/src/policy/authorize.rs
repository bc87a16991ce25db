//! May this person, on this device, do this?

use std::sync::{Arc, Mutex, PoisonError};

use certs::Timestamp;
use http::{HeaderValue, Request};
use hyper::upgrade::OnUpgrade;
use policies::{Access, AtDevice, Permit, PolicyRefusal, PolicySet, Question, Who};
use registry::{OfficeNo, Role, Snapshot, SystemUser, SystemUserState};

use crate::device::VerifiedDevice;
use crate::proxy::{Keys, upgrade};
use crate::refusal::Refusal;
use crate::session::{SessionRecord, TwoFactor};
use crate::tls::flight::Place;

/// A request that may go on its way. Made only out of both factors and a decision.
///
/// ```compile_fail
/// fn forge<R>(request: R, of: gateway::policy::Authorized<()>) -> gateway::policy::Authorized<R> {
///     let gateway::policy::Authorized { who, decision, .. } = of;
///     gateway::policy::Authorized { request, who, decision }
/// }
/// ```
#[must_use]
#[derive(Debug)]
pub struct Authorized<R> {
    request: R,
    who: TwoFactor,
    decision: Arc<Decision>,
}

/// What was decided and under which facts: reused only while every one of them is the same.
#[derive(Debug)]
pub struct Decision {
    device: Permit,
    place: Permit,
    office: OfficeNo,
    roles: Vec<Role>,
    assertion: Mutex<Option<Made>>,
}

/// An assertion that was made under this decision.
#[derive(Debug)]
struct Made {
    at: Timestamp,
    by: Arc<Keys>,
    audience: String,
    value: HeaderValue,
}

/// Seconds for which an assertion may be used again.
const REUSED: i64 = 30;

/// The truth at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The registry.
    pub registry: &'a Snapshot,
    /// The policies.
    pub policies: &'a PolicySet,
    /// The moment.
    pub now: Timestamp,
}

/// What is being asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Where to.
    pub place: &'a Place,
    /// Whether the method changes anything.
    pub write: bool,
}

/// The person behind a session, if they may still use this device; with an initial password too.
///
/// # Errors
/// The person is gone or on hold, their password was changed since, or the device does not serve them.
pub fn person<'a>(who: &TwoFactor, facts: Facts<'a>) -> Result<&'a SystemUser, Refusal> {
    let user = still_there(who.session().record(), facts.registry)?;
    let _ = may_use(user, who.device(), facts)?;
    Ok(user)
}

/// What is told first of a request that `refusal` would stop anyway: what is wrong with the person comes before it.
pub fn first_of(who: &TwoFactor, facts: Facts<'_>, refusal: Refusal) -> Refusal {
    match person(who, facts) {
        Err(earlier) => earlier,
        Ok(user) if user.password.initial => Refusal::MustChangePassword,
        Ok(_) => refusal,
    }
}

/// Whether the session's person may still be in it, whatever the device.
///
/// # Errors
/// Gone, on hold, or the password was changed since the session began.
pub fn still_there<'a>(session: &SessionRecord, registry: &'a Snapshot) -> Result<&'a SystemUser, Refusal> {
    let user = registry.system_user(session.login_id().as_str()).ok_or(Refusal::UserDeleted)?;
    match user.state {
        SystemUserState::Active => {}
        SystemUserState::Suspended => return Err(Refusal::UserSuspended),
        SystemUserState::Deleted => return Err(Refusal::UserDeleted),
    }
    if user.password.set_at != session.password_set_at() {
        return Err(Refusal::NoSession);
    }
    Ok(user)
}

/// Whether the device serves this person: asked at every request, and at login after a correct password.
///
/// # Errors
/// [`Refusal::OfficeMismatch`], [`Refusal::UserNotOnDevice`] or [`Refusal::PolicyDenied`].
pub fn may_use(user: &SystemUser, device: &VerifiedDevice, facts: Facts<'_>) -> Result<Permit, Refusal> {
    decide(user, device, Question::UseDevice, Asked { place: &Place::Own, write: false }, facts)
}

/// A request with a decision that was made under the facts of now.
pub(super) fn again<B>(request: Request<B>, who: TwoFactor, decision: Arc<Decision>) -> Authorized<Request<B>> {
    Authorized { request, who, decision }
}

/// The decision of a request: the person, then the initial password, then the room or the area.
///
/// # Errors
/// The first of these that says no.
pub(super) fn weigh(who: &TwoFactor, asked: Asked<'_>, facts: Facts<'_>) -> Result<Decision, Refusal> {
    judge(who.session().record(), who.device(), asked, facts)
}

/// Whether what was let in once would be let in now: asked of requests in flight when facts change.
///
/// # Errors
/// As it would be refused now.
pub fn still_holds(
    session: &SessionRecord,
    device: &VerifiedDevice,
    asked: Asked<'_>,
    facts: Facts<'_>,
) -> Result<(), Refusal> {
    judge(session, device, asked, facts).map(|_| ())
}

fn judge(
    session: &SessionRecord,
    device: &VerifiedDevice,
    asked: Asked<'_>,
    facts: Facts<'_>,
) -> Result<Decision, Refusal> {
    let user = still_there(session, facts.registry)?;
    let used = may_use(user, device, facts)?;
    if user.password.initial {
        return Err(Refusal::MustChangePassword);
    }
    let place = enter(user, device, asked, facts)?;
    Ok(Decision {
        device: used,
        place,
        office: user.office.clone(),
        roles: user.roles.clone(),
        assertion: Mutex::default(),
    })
}

fn enter(user: &SystemUser, device: &VerifiedDevice, asked: Asked<'_>, facts: Facts<'_>) -> Result<Permit, Refusal> {
    let question = match asked.place {
        Place::Own => Question::UseDevice,
        Place::Area(area) => Question::Visit { area: *area },
        Place::Room(room) => {
            let found = facts.registry.room(room.as_str());
            Question::EnterRoom {
                room: room.as_str(),
                invited: found.is_some_and(|found| found.members.contains(&user.login_id)),
                open: found.is_some_and(|found| found.open),
            }
        }
    };
    decide(user, device, question, asked, facts)
}

fn decide(
    user: &SystemUser,
    device: &VerifiedDevice,
    question: Question<'_>,
    asked: Asked<'_>,
    facts: Facts<'_>,
) -> Result<Permit, Refusal> {
    let access = Access {
        who: Who { login_id: &user.login_id, office: &user.office, roles: &user.roles },
        device: AtDevice {
            device: device.device(),
            office: device.office(),
            users: device.users(),
            os: device.os(),
            ownership: device.ownership(),
            assurance: device.assurance(),
        },
        question,
        write: asked.write,
        now: facts.now,
    };
    facts.policies.decide(&access).map_err(|refused| match refused {
        PolicyRefusal::OfficeMismatch { .. } => Refusal::OfficeMismatch,
        PolicyRefusal::UserNotOnDevice { .. } => Refusal::UserNotOnDevice,
        PolicyRefusal::NotInvited { .. } => Refusal::NotInvited,
        PolicyRefusal::Denied { .. } => Refusal::PolicyDenied,
        PolicyRefusal::Unevaluable { why } => {
            tracing::error!(why, "a policy could not be evaluated; the request was refused");
            Refusal::PolicyDenied
        }
    })
}

impl<R> Authorized<R> {
    /// Both factors.
    pub fn who(&self) -> &TwoFactor {
        &self.who
    }

    /// What was decided.
    #[must_use]
    pub fn decision(&self) -> &Arc<Decision> {
        &self.decision
    }

    /// Gives the request out, to the one who sends it on.
    pub(crate) fn into_parts(self) -> (R, TwoFactor, Arc<Decision>) {
        (self.request, self.who, self.decision)
    }
}

impl Decision {
    /// The policy that let the person use the device.
    pub fn device(&self) -> &Permit {
        &self.device
    }

    /// The policy that let them in where they asked.
    pub fn place(&self) -> &Permit {
        &self.place
    }

    /// The person's office.
    #[must_use]
    pub fn office(&self) -> &OfficeNo {
        &self.office
    }

    /// The assertion made under this decision at most 30 s ago with these keys for this audience, or a new one.
    ///
    /// # Errors
    /// What `make` says.
    pub(crate) fn assertion(
        &self,
        now: Timestamp,
        keys: &Arc<Keys>,
        audience: &str,
        make: impl FnOnce() -> Result<HeaderValue, Refusal>,
    ) -> Result<HeaderValue, Refusal> {
        let mut kept = self.assertion.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = kept.as_ref() {
            let fresh = made.at <= now && now <= made.at.plus(REUSED);
            if fresh && Arc::ptr_eq(&made.by, keys) && made.audience == audience {
                return Ok(made.value.clone());
            }
        }
        let value = make()?;
        *kept = Some(Made { at: now, by: Arc::clone(keys), audience: audience.to_owned(), value: value.clone() });
        Ok(value)
    }

    /// The person's operator roles.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }
}

impl<B> Authorized<Request<B>> {
    /// Takes the client's end of the connection, where the request asks for a WebSocket.
    pub(crate) fn upgrade(&mut self) -> Option<OnUpgrade> {
        upgrade::wanted(&self.request).map(|_| hyper::upgrade::on(&mut self.request))
    }
}
