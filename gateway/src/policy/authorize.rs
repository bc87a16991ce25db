//! May this person, on this device, do this?

use std::sync::Arc;

use certs::Timestamp;
use http::Request;
use policies::{Access, AtDevice, Permit, PolicyRefusal, PolicySet, Question, Who};
use registry::{OfficeNo, Role, Snapshot, SystemUser, SystemUserState};

use super::resource::Resource;
use crate::device::VerifiedDevice;
use crate::refusal::Refusal;
use crate::session::{SessionRecord, TwoFactor};

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
pub struct Authorized<R, D = ()> {
    request: R,
    who: TwoFactor,
    decision: Arc<Decision<D>>,
}

/// What was decided and under which facts: reused only while every one of them is the same. With it goes whatever whoever
/// acts on it derives from it, `D`.
#[derive(Debug)]
pub struct Decision<D = ()> {
    device: Permit,
    resource: Permit,
    office: OfficeNo,
    roles: Vec<Role>,
    /// The first second on which a fact of it is none any more: the invitation to the room has ended.
    until: Option<Timestamp>,
    derived: D,
}

/// Why a request is not let in.
#[derive(Clone, Debug)]
pub struct Denied {
    /// What is told.
    pub refusal: Refusal,
    /// The policy that forbade it, for the access line; none where something else stood in the way, or no policy allowed it.
    pub policy: Option<Arc<str>>,
}

/// The truth at one moment.
#[derive(Clone, Copy, Debug)]
pub struct DecisionFacts<'a> {
    /// The registry.
    pub registry: &'a Snapshot,
    /// The policies.
    pub policies: &'a PolicySet,
    /// The moment.
    pub now: Timestamp,
}

/// What is being asked for.
#[derive(Clone, Copy, Debug)]
pub struct AccessRequest<'a> {
    /// Where to.
    pub resource: &'a Resource,
    /// Whether the method changes anything.
    pub write: bool,
}

/// The person behind a session, if they may still use this device; with an initial password too.
///
/// # Errors
/// The person is gone or on hold, their password was changed since, or the device does not serve them.
pub fn person<'a>(who: &TwoFactor, facts: DecisionFacts<'a>) -> Result<&'a SystemUser, Refusal> {
    let user = still_there(who.session().record(), (facts.registry, facts.now))?;
    let _ = may_use(user, who.device(), facts)?;
    Ok(user)
}

/// What is told first of a request that `refusal` would stop anyway: what is wrong with the person comes before it.
pub fn first_of(who: &TwoFactor, facts: DecisionFacts<'_>, refusal: Refusal) -> Refusal {
    match person(who, facts) {
        Err(earlier) => earlier,
        Ok(user) if user.password.initial => Refusal::MustChangePassword,
        Ok(_) => refusal,
    }
}

/// Whether the session's person may still be in it, whatever the device.
///
/// # Errors
/// Gone, on hold, outside the window of a maintenance account; or the session began before that window, or before the
/// password was changed.
pub fn still_there<'a>(
    session: &SessionRecord,
    (registry, now): (&'a Snapshot, Timestamp),
) -> Result<&'a SystemUser, Refusal> {
    let user = registry.system_user(session.login_id().as_str()).ok_or(Refusal::UserDeleted)?;
    match user.state {
        SystemUserState::Active => {}
        SystemUserState::Suspended => return Err(Refusal::UserSuspended),
        SystemUserState::Deleted => return Err(Refusal::UserDeleted),
    }
    open_now(user, now)?;
    let of_another_window = user.opening.since(now).is_some_and(|since| session.opened_at() < since);
    if of_another_window || user.password.set_at != session.password_set_at() {
        return Err(Refusal::NoSession);
    }
    Ok(user)
}

/// Whether this ID is let in at this moment: asked at every request, and at login after a correct password.
///
/// # Errors
/// A maintenance account's, outside its window.
pub fn open_now(user: &SystemUser, now: Timestamp) -> Result<(), Refusal> {
    if user.opening.is_open(now) { Ok(()) } else { Err(Refusal::MaintenanceClosed) }
}

/// Whether the device serves this person: asked at every request, and at login after a correct password.
///
/// # Errors
/// [`Refusal::OfficeMismatch`], [`Refusal::UserNotOnDevice`], [`Refusal::TrainingNeeded`] or [`Refusal::PolicyDenied`].
pub fn may_use(user: &SystemUser, device: &VerifiedDevice, facts: DecisionFacts<'_>) -> Result<Permit, Refusal> {
    used(user, device, facts).map_err(Refusal::from)
}

fn used(user: &SystemUser, device: &VerifiedDevice, facts: DecisionFacts<'_>) -> Result<Permit, Denied> {
    decide(user, device, Question::UseDevice, AccessRequest { resource: &Resource::Own, write: false }, facts)
}

/// A request with a decision that was made under the facts of now.
pub(super) fn again<B, D>(
    request: Request<B>,
    who: TwoFactor,
    decision: Arc<Decision<D>>,
) -> Authorized<Request<B>, D> {
    Authorized { request, who, decision }
}

/// The decision of a request: the person, then the initial password, then the room or the area.
///
/// # Errors
/// The first of these that says no.
pub(super) fn evaluate<D: Default>(
    who: &TwoFactor,
    asked: AccessRequest<'_>,
    facts: DecisionFacts<'_>,
) -> Result<Decision<D>, Denied> {
    judge(who.session().record(), who.device(), asked, facts)
}

/// Whether what was let in once would be let in now: asked of requests in flight when facts change.
///
/// # Errors
/// As it would be refused now.
pub fn still_holds(
    session: &SessionRecord,
    device: &VerifiedDevice,
    asked: AccessRequest<'_>,
    facts: DecisionFacts<'_>,
) -> Result<(), Refusal> {
    judge::<()>(session, device, asked, facts).map(|_| ()).map_err(Refusal::from)
}

fn judge<D: Default>(
    session: &SessionRecord,
    device: &VerifiedDevice,
    asked: AccessRequest<'_>,
    facts: DecisionFacts<'_>,
) -> Result<Decision<D>, Denied> {
    let user = still_there(session, (facts.registry, facts.now))?;
    let used = used(user, device, facts)?;
    if user.password.initial {
        return Err(Refusal::MustChangePassword.into());
    }
    let resource = enter(user, device, asked, facts)?;
    Ok(Decision {
        device: used,
        resource,
        office: user.office.clone(),
        roles: user.roles.clone(),
        until: invited_until(user, asked, facts),
        derived: D::default(),
    })
}

fn enter(
    user: &SystemUser,
    device: &VerifiedDevice,
    asked: AccessRequest<'_>,
    facts: DecisionFacts<'_>,
) -> Result<Permit, Denied> {
    let question = match asked.resource {
        Resource::Own => Question::UseDevice,
        Resource::Area(area) => Question::Visit { area: *area },
        Resource::Room(room) => {
            let found = facts.registry.room(room.as_str());
            Question::EnterRoom {
                room: room.as_str(),
                invited: found.is_some_and(|found| found.invites(&user.login_id, facts.now)),
                open: found.is_some_and(|found| found.open),
            }
        }
    };
    decide(user, device, question, asked, facts)
}

/// When the person's invitation to where they ask to go ends.
fn invited_until(user: &SystemUser, asked: AccessRequest<'_>, facts: DecisionFacts<'_>) -> Option<Timestamp> {
    match asked.resource {
        Resource::Own | Resource::Area(_) => None,
        Resource::Room(room) => facts.registry.room(room.as_str())?.invited_until(&user.login_id),
    }
}

fn decide(
    user: &SystemUser,
    device: &VerifiedDevice,
    question: Question<'_>,
    asked: AccessRequest<'_>,
    facts: DecisionFacts<'_>,
) -> Result<Permit, Denied> {
    let access = Access {
        who: Who { login_id: &user.login_id, office: &user.office, roles: &user.roles, trained: &user.trained },
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
    facts.policies.decide(&access).map_err(|refused| Denied {
        policy: refused.policy_id().map(Arc::clone),
        refusal: match refused {
            PolicyRefusal::OfficeMismatch { .. } => Refusal::OfficeMismatch,
            PolicyRefusal::UserNotOnDevice { .. } => Refusal::UserNotOnDevice,
            PolicyRefusal::NotInvited { .. } => Refusal::NotInvited,
            PolicyRefusal::TrainingNeeded { .. } => Refusal::TrainingNeeded,
            PolicyRefusal::Denied { .. } => Refusal::PolicyDenied,
            PolicyRefusal::Unevaluable { why } => {
                tracing::error!(why, "a policy could not be evaluated; the request was refused");
                Refusal::PolicyDenied
            }
        },
    })
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, policy: None }
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        denied.refusal
    }
}

impl<R, D> Authorized<R, D> {
    /// Both factors.
    pub fn who(&self) -> &TwoFactor {
        &self.who
    }

    /// What was decided.
    #[must_use]
    pub fn decision(&self) -> &Arc<Decision<D>> {
        &self.decision
    }

    /// Gives the request out, to the one who sends it on.
    pub(crate) fn into_parts(self) -> (R, TwoFactor, Arc<Decision<D>>) {
        (self.request, self.who, self.decision)
    }
}

impl<D> Decision<D> {
    /// The policy that let the person use the device.
    pub fn device(&self) -> &Permit {
        &self.device
    }

    /// The policy that let them in where they asked.
    pub fn resource(&self) -> &Permit {
        &self.resource
    }

    /// Whether it holds at this moment as far as time ends what it rests on.
    pub(super) fn lasts(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// The person's office.
    #[must_use]
    pub fn office(&self) -> &OfficeNo {
        &self.office
    }

    /// What was derived from it.
    pub(crate) fn derived(&self) -> &D {
        &self.derived
    }

    /// The person's operator roles.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }
}
