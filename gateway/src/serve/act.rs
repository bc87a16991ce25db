//! What changes something and then puts it right, or then logs it, is one act: it goes on to its end, whoever waits for it.
//!
//! A client's reset drops a request's future wherever it stands. Between two steps of a login that would leave a failure
//! counted that nobody made, or a session that no line tells of. So an act is a task of its own, for which the request
//! only waits; its lines are written whether or not anybody is left to read the answer.

use std::mem::take;
use std::sync::Arc;

use access_log::{RequestId, SessionMark};
use certs::Timestamp;
use registry::LoginId;

use super::connection_context::ConnectionContext;
use super::request_context::{RequestContext, ResponseHints, mark_of};
use crate::budget::{Bound, Party};
use crate::gateway::Gateway;
use crate::login::{ActSlot, ActsFull};
use crate::refusal::Refusal;
use crate::rules::{Rules, SiteRules};
use crate::session::SessionKey;

/// Seconds after which a device with too many acts under way may try again.
const AGAIN: u64 = 5;

/// What an act takes along of the request that began it.
pub(super) struct Act {
    pub(super) client: Arc<ConnectionContext>,
    pub(super) rules: Arc<Rules>,
    pub(super) now: Timestamp,
    pub(super) request_id: RequestId,
    pub(super) hints: ResponseHints,
    session: Option<(SessionMark, LoginId)>,
    _place: ActSlot,
}

/// How an act ended, with what it learnt on the way.
pub(super) type Done<T> = (Act, Result<T, Refusal>);

/// Begins an act and waits for its end. Dropped before the act has begun, nothing happens; afterwards, all of it does.
pub(super) async fn run<T, F>(context: &mut RequestContext, deed: impl FnOnce(Act) -> F) -> Result<T, Refusal>
where
    T: Send + 'static,
    F: Future<Output = Done<T>> + Send + 'static,
{
    let place = enter(context)?;
    let act = Act {
        client: Arc::clone(&context.client),
        rules: Arc::clone(&context.rules),
        now: context.now,
        request_id: context.line.request_id(),
        hints: take(&mut context.hints),
        session: None,
        _place: place,
    };
    match tokio::spawn(deed(act)).await {
        Ok((act, result)) => {
            context.hints = act.hints;
            if let Some((mark, user)) = act.session {
                context.line.learn(|facts| (facts.session, facts.user) = (Some(mark), Some(user)));
            }
            result
        }
        Err(fell) => {
            tracing::error!(%fell, "a login, a logout or a change of password panicked half-way");
            Err(Refusal::SessionStoreUnavailable)
        }
    }
}

fn enter(context: &mut RequestContext) -> Result<ActSlot, Refusal> {
    // Whoever comes so far stands on a device of ours.
    let device = context.hints.known.as_ref().map(|known| known.device).ok_or(Refusal::UnknownDevice)?;
    context.client.gateway.acts.enter(device).map_err(|full| {
        match full {
            ActsFull::Device => context.client.gateway.metrics.budget_refused(Party::Device, Bound::Logins),
            ActsFull::Whole => context.client.gateway.metrics.honest_refused(),
        }
        context.hints.retry_after = Some(AGAIN);
        Refusal::RateLimited
    })
}

impl Act {
    pub(super) fn gateway(&self) -> &Gateway {
        &self.client.gateway
    }

    pub(super) fn site(&self) -> &SiteRules {
        &self.rules.sites[self.client.site]
    }

    /// The session that it opened or ended.
    pub(super) fn session(&self) -> Option<SessionMark> {
        self.session.as_ref().map(|(mark, _)| *mark)
    }

    /// The request's line names this session, and so does that of the login or logout.
    pub(super) fn learn_session(&mut self, key: &SessionKey, user: &LoginId) {
        self.session = Some((mark_of(key), user.clone()));
    }
}
