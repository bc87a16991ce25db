//! The words a policy's `@reason` may use.

use cedar_policy::Effect;

/// Why a policy decided as it did. Where several policies refuse at once, the first reason in this
/// order is told.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Reason {
    /// The device is another office's.
    OfficeMismatch,
    /// The device lists people, and this is none of them.
    UserNotOnDevice,
    /// Not invited to this room, or no such room.
    NotInvited,
    /// The training that a city asks for is not recorded of this person.
    TrainingNeeded,
    /// Any other refusal.
    PolicyDenied,
    /// Allowed.
    Ok,
}

impl Reason {
    const ALL: [Self; 6] = [
        Self::OfficeMismatch,
        Self::UserNotOnDevice,
        Self::NotInvited,
        Self::TrainingNeeded,
        Self::PolicyDenied,
        Self::Ok,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::OfficeMismatch => "office_mismatch",
            Self::UserNotOnDevice => "user_not_on_device",
            Self::NotInvited => "not_invited",
            Self::TrainingNeeded => "training_needed",
            Self::PolicyDenied => "policy_denied",
            Self::Ok => "ok",
        }
    }

    /// Reads an annotation; a permit's reason is `ok`, and a forbid has one of the others.
    pub(crate) fn of(effect: Effect, text: &str) -> Result<Self, String> {
        let reason = Self::ALL.into_iter().find(|reason| reason.as_str() == text);
        match (effect, reason) {
            (Effect::Permit, Some(Self::Ok)) => Ok(Self::Ok),
            (Effect::Permit, _) => Err(format!("@reason({text:?}): the reason of a permit is \"ok\"")),
            (Effect::Forbid, Some(reason)) if reason != Self::Ok => Ok(reason),
            (Effect::Forbid, _) => Err(format!(
                "@reason({text:?}): the reason of a forbid is \"office_mismatch\", \"user_not_on_device\", \
                 \"not_invited\", \"training_needed\" or \"policy_denied\""
            )),
        }
    }
}
