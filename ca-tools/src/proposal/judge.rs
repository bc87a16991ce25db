//! May this be approved, by this person, now? May it be carried out? Yes, as a value that nobody else can make, or one named
//! no. Everything is told to it; it asks nobody.

use certs::Timestamp;
use registry::LoginId;
use registry::change::Rank;

use super::{Act, ActedFor, Needs, Outlook, Proposal, ProposalRefusal, State};

/// One of the two, as they stand now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Party {
    /// Who.
    pub login_id: LoginId,
    /// In service?
    pub in_service: bool,
    /// As what.
    pub rank: Rank,
}

/// What an approval is judged by.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// What is approved.
    pub proposal: &'a Proposal,
    /// The registry's last restore.
    pub epoch: i64,
    /// Who proposed it, and what that takes.
    pub proposer: (&'a Party, &'a Needs),
    /// Who approves it, and what that takes.
    pub approver: (&'a Party, &'a Needs),
    /// Where one of the two acted for the other.
    pub between: Option<&'a ActedFor>,
    /// Whom it touches now, and what holds.
    pub outlook: &'a Outlook,
}

/// Proof that a proposal may be approved. Made only by [`may_approve`].
#[must_use]
#[derive(Debug)]
pub struct MayApprove {
    _judged: (),
}

/// Proof that an approved proposal may be carried out. Made only by [`may_carry_out`].
#[must_use]
#[derive(Debug)]
pub struct MayCarryOut {
    _judged: (),
}

/// Whether a proposal may be approved.
///
/// # Errors
/// The first thing that stands in the way.
pub fn may_approve(case: &Case<'_>, now: Timestamp) -> Result<MayApprove, ProposalRefusal> {
    let proposal = case.proposal;
    let no = proposal.no;
    if proposal.state != State::Open {
        return Err(ProposalRefusal::Decided(no, proposal.state));
    }
    lives(proposal, case.epoch, now)?;
    let (approver, takes) = case.approver;
    if approver.login_id == proposal.proposed_by {
        return Err(ProposalRefusal::Own(no, approver.login_id.clone()));
    }
    if !approver.in_service {
        return Err(ProposalRefusal::ApproverMayNot(no, approver.login_id.clone(), Vec::new()));
    }
    takes
        .met_by(&approver.rank)
        .map_err(|lacks| ProposalRefusal::ApproverMayNot(no, approver.login_id.clone(), lacks))?;
    let (proposer, takes) = case.proposer;
    if !proposer.in_service || proposer.rank.is_none() {
        return Err(ProposalRefusal::ProposerGone(no, proposer.login_id.clone()));
    }
    takes
        .met_by(&proposer.rank)
        .map_err(|lacks| ProposalRefusal::ProposerMayNot(no, proposer.login_id.clone(), lacks))?;
    if let Some(acted) = case.between {
        return Err(ProposalRefusal::ActedForOneAnother(no, acted.clone()));
    }
    as_it_was(proposal, case.outlook)?;
    Ok(MayApprove { _judged: () })
}

/// What carrying out an approved proposal is judged by.
#[derive(Clone, Debug)]
pub struct CarryOut<'a> {
    /// What was approved.
    pub proposal: &'a Proposal,
    /// The registry's last restore.
    pub epoch: i64,
    /// Who carries it out.
    pub by: &'a LoginId,
    /// What is being done.
    pub act: &'a Act,
    /// Whom it touches now, and what holds.
    pub outlook: &'a Outlook,
}

/// Whether a proposal that was approved may be carried out like this.
///
/// # Errors
/// The first thing that stands in the way.
pub fn may_carry_out(case: &CarryOut<'_>, now: Timestamp) -> Result<MayCarryOut, ProposalRefusal> {
    let proposal = case.proposal;
    let no = proposal.no;
    match proposal.state {
        State::Approved => {}
        State::Open => return Err(ProposalRefusal::NotYet(no)),
        State::Rejected | State::Void | State::Lapsed | State::Done | State::Withdrawn => {
            return Err(ProposalRefusal::Decided(no, proposal.state));
        }
    }
    lives(proposal, case.epoch, now)?;
    if *case.by != proposal.proposed_by {
        return Err(ProposalRefusal::NotYours(no, proposal.proposed_by.clone()));
    }
    if *case.act != proposal.act {
        return Err(ProposalRefusal::OtherAct(no));
    }
    as_it_was(proposal, case.outlook)?;
    Ok(MayCarryOut { _judged: () })
}

fn lives(proposal: &Proposal, epoch: i64, now: Timestamp) -> Result<(), ProposalRefusal> {
    if proposal.epoch != epoch {
        return Err(ProposalRefusal::OfAnotherHistory(proposal.no));
    }
    if proposal.until < now {
        return Err(ProposalRefusal::Lapsed(proposal.no, proposal.until));
    }
    Ok(())
}

fn as_it_was(proposal: &Proposal, now: &Outlook) -> Result<(), ProposalRefusal> {
    // A list that was tampered with has another digest than its row says.
    if proposal.outlook.digest().ok().as_ref() == Some(&proposal.facts)
        && now.digest().ok().as_ref() == Some(&proposal.facts)
    {
        return Ok(());
    }
    Err(ProposalRefusal::Stale(proposal.no, now.moved_since(&proposal.outlook)))
}
