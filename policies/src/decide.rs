//! The question → a permit, or the reason why not.

use std::sync::Arc;

use cedar_policy::Decision;

use crate::access::Access;
use crate::load::{PolicySet, Verdict};
use crate::reason::Reason;

/// Proof that a policy allowed exactly the question it was asked. Made only by [`PolicySet::decide`].
///
/// ```compile_fail,E0451
/// let forged = policies::Permit { policy: "room-members".into() };
/// ```
#[must_use]
#[derive(Debug)]
pub struct Permit {
    policy: Arc<str>,
}

impl Permit {
    /// The `@id` of the policy that allowed it; of several, the first in the alphabet.
    #[must_use]
    pub fn policy_id(&self) -> &Arc<str> {
        &self.policy
    }
}

/// Why it was not allowed. Where several policies refuse, the reason furthest up is told.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, thiserror::Error)]
pub enum PolicyRefusal {
    /// The device is another office's.
    #[error("the device is another office's (policy {policy})")]
    OfficeMismatch {
        /// The `@id` of the policy that refused.
        policy: Arc<str>,
    },
    /// The device serves listed people, and this is none of them.
    #[error("the device's list does not name this person (policy {policy})")]
    UserNotOnDevice {
        /// The `@id` of the policy that refused.
        policy: Arc<str>,
    },
    /// Not invited to this room, or no such room.
    #[error("not invited to this room (policy {policy})")]
    NotInvited {
        /// The `@id` of the policy that refused.
        policy: Arc<str>,
    },
    /// The training that a city asks for is not recorded of this person.
    #[error("the training is not recorded (policy {policy})")]
    TrainingNeeded {
        /// The `@id` of the policy that refused.
        policy: Arc<str>,
    },
    /// A policy refused for a reason of its own, or none allowed it.
    #[error("denied ({})", .policy.as_deref().unwrap_or("no policy allows it"))]
    Denied {
        /// The `@id` of the policy that refused; `None` where no policy allowed it.
        policy: Option<Arc<str>>,
    },
    /// The policies could not be evaluated; whatever they say is not to be trusted.
    #[error("the policies could not be evaluated: {why}")]
    Unevaluable {
        /// What Cedar said.
        why: String,
    },
}

impl PolicyRefusal {
    /// The `@id` of the policy that refused, for the access line.
    #[must_use]
    pub fn policy_id(&self) -> Option<&Arc<str>> {
        match self {
            Self::OfficeMismatch { policy }
            | Self::UserNotOnDevice { policy }
            | Self::NotInvited { policy }
            | Self::TrainingNeeded { policy } => Some(policy),
            Self::Denied { policy } => policy.as_ref(),
            Self::Unevaluable { .. } => None,
        }
    }
}

impl PolicySet {
    /// Answers one question.
    ///
    /// # Errors
    /// Why it is not allowed. One policy that fails while it is evaluated is enough: Cedar would leave
    /// it out and might allow what it forbids.
    pub fn decide(&self, access: &Access<'_>) -> Result<Permit, PolicyRefusal> {
        let unevaluable = |why: String| PolicyRefusal::Unevaluable { why };
        let asked = self.vocabulary.ask(access).map_err(|error| unevaluable(error.to_string()))?;
        let policies = self.policies.get(&asked.action).ok_or_else(|| unevaluable("an unknown action".into()))?;
        let answer = self.authorizer.is_authorized(&asked.request, policies, &asked.entities);
        if let Some(error) = answer.diagnostics().errors().next() {
            return Err(unevaluable(error.to_string()));
        }
        let mut deciding: Vec<&Verdict> = Vec::new();
        for id in answer.diagnostics().reason() {
            deciding.push(self.verdicts.get(id).ok_or_else(|| unevaluable(format!("{id} has no reason")))?);
        }
        let first = deciding.into_iter().min_by_key(|verdict| (verdict.reason, &verdict.id));
        let policy = first.map(|verdict| Arc::clone(&verdict.id));
        match (answer.decision(), first.map(|verdict| verdict.reason), policy) {
            (Decision::Allow, Some(Reason::Ok), Some(policy)) => Ok(Permit { policy }),
            (Decision::Deny, Some(Reason::OfficeMismatch), Some(policy)) => {
                Err(PolicyRefusal::OfficeMismatch { policy })
            }
            (Decision::Deny, Some(Reason::UserNotOnDevice), Some(policy)) => {
                Err(PolicyRefusal::UserNotOnDevice { policy })
            }
            (Decision::Deny, Some(Reason::NotInvited), Some(policy)) => Err(PolicyRefusal::NotInvited { policy }),
            (Decision::Deny, Some(Reason::TrainingNeeded), Some(policy)) => {
                Err(PolicyRefusal::TrainingNeeded { policy })
            }
            (Decision::Allow | Decision::Deny, _, policy) => Err(PolicyRefusal::Denied { policy }),
        }
    }
}
