//! Why a proposal is not approved, not carried out, or an act not done alone.

use certs::Timestamp;
use registry::{LoginId, Role};

use super::{ActedFor, BrokenGlassNo, Moved, ProposalKind, ProposalNo, State};

/// What can be said of proposals and of acts alone only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProposalRefusal {
    /// One of the two acted for the other.
    #[error("{0}: one of the two acted for the other")]
    ActedForOneAnother(ProposalNo, ActedFor),
    /// Who approves lacks these roles.
    #[error("{0}: {1} lacks roles to approve it")]
    ApproverMayNot(ProposalNo, LoginId, Vec<Role>),
    /// It was decided already.
    #[error("{0} is {1}")]
    Decided(ProposalNo, State),
    /// It is of before a restore of the registry.
    #[error("{0} is of before the registry was restored")]
    OfAnotherHistory(ProposalNo),
    /// What is done is not what was approved.
    #[error("{0} is another act")]
    OtherAct(ProposalNo),
    /// Its time passed.
    #[error("{0} lapsed at {1}")]
    Lapsed(ProposalNo, Timestamp),
    /// This act is not done by one alone.
    #[error("this needs two ({0})")]
    NeedsTwo(ProposalKind, Vec<LoginId>),
    /// Nobody approved it yet.
    #[error("{0} is not approved yet")]
    NotYet(ProposalNo),
    /// It is another's to carry out, or to take back.
    #[error("{0} is {1}'s")]
    NotYours(ProposalNo, LoginId),
    /// Nobody approves their own.
    #[error("{0} is {1}'s own")]
    Own(ProposalNo, LoginId),
    /// Who proposed it is not in service any more.
    #[error("{0}: {1} is no operator in service any more")]
    ProposerGone(ProposalNo, LoginId),
    /// Who proposed it lacks roles by now.
    #[error("{0}: {1} lacks roles by now")]
    ProposerMayNot(ProposalNo, LoginId, Vec<Role>),
    /// The review of an act alone was done already.
    #[error("{0} was reviewed already")]
    Reviewed(BrokenGlassNo),
    /// Nobody reviews what they did alone.
    #[error("{0} is {1}'s own")]
    ReviewsOwn(BrokenGlassNo, LoginId),
    /// What it rests on moved.
    #[error("what {0} rests on moved")]
    Stale(ProposalNo, Vec<Moved>),
    /// There is no such proposal.
    #[error("there is no proposal {0}")]
    Unknown(String),
}

impl ProposalRefusal {
    /// One word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ActedForOneAnother(..) => "acted_for_one_another",
            Self::ApproverMayNot(..) => "approver_may_not",
            Self::Decided(..) => "proposal_decided",
            Self::OfAnotherHistory(_) => "proposal_of_another_history",
            Self::OtherAct(_) => "proposal_other_act",
            Self::Lapsed(..) => "proposal_lapsed",
            Self::NeedsTwo(..) => "needs_two",
            Self::NotYet(_) => "proposal_not_approved",
            Self::NotYours(..) => "proposal_not_yours",
            Self::Own(..) => "self_approval",
            Self::ProposerGone(..) => "proposer_gone",
            Self::ProposerMayNot(..) => "proposer_may_not",
            Self::Reviewed(_) => "reviewed_already",
            Self::ReviewsOwn(..) => "self_review",
            Self::Stale(..) => "proposal_stale",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The proposal that it is about, of an approval or a carrying out that was refused.
    #[must_use]
    pub fn proposal(&self) -> Option<ProposalNo> {
        match self {
            Self::ActedForOneAnother(no, _)
            | Self::ApproverMayNot(no, ..)
            | Self::Decided(no, _)
            | Self::OfAnotherHistory(no)
            | Self::OtherAct(no)
            | Self::Lapsed(no, _)
            | Self::NotYet(no)
            | Self::NotYours(no, _)
            | Self::Own(no, _)
            | Self::ProposerGone(no, _)
            | Self::ProposerMayNot(no, ..)
            | Self::Stale(no, _) => Some(*no),
            Self::NeedsTwo(..) | Self::Reviewed(_) | Self::ReviewsOwn(..) | Self::Unknown(_) => None,
        }
    }

    /// The state in which it leaves the proposal, where that is another than it had.
    #[must_use]
    pub fn leaves(&self) -> Option<State> {
        match self {
            Self::OfAnotherHistory(_) | Self::ProposerGone(..) | Self::ProposerMayNot(..) | Self::Stale(..) => {
                Some(State::Void)
            }
            Self::Lapsed(..) => Some(State::Lapsed),
            Self::ActedForOneAnother(..)
            | Self::ApproverMayNot(..)
            | Self::Decided(..)
            | Self::OtherAct(_)
            | Self::NeedsTwo(..)
            | Self::NotYet(_)
            | Self::NotYours(..)
            | Self::Own(..)
            | Self::Reviewed(_)
            | Self::ReviewsOwn(..)
            | Self::Unknown(_) => None,
        }
    }
}
