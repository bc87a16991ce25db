//! A proposal is approved, turned down, taken back, or ends by the clock. A refused approval is kept in an event, with its
//! reason; where what the proposal rests on is gone, it is void from then on.

use certs::Timestamp;
use registry::LoginId;
use serde_json::json;

use super::super::change::{Change, RequiredRole};
use super::super::two::of_proposal;
use super::super::{By, Writer};
use super::done::{Done, Material};
use super::duty_roles;
use crate::proposal::{
    ActedFor, Case, MayApprove, Needs, One, Party, Proposal, ProposalNo, ProposalRefusal, State, acted_for, may_approve,
};
use crate::refusal::Refusal;
use crate::rows;
use crate::rows::proposal::Decided;

/// What an approval did.
#[derive(Clone, Debug)]
pub struct Approval {
    /// What was approved.
    pub proposal: Proposal,
    /// What was done with it; `None` where its proposer carries it out.
    pub done: Option<Done>,
    /// The registry's version.
    pub version: u64,
}

impl Writer {
    /// Approves a proposal: what only writes rows is done, in the same change.
    ///
    /// # Errors
    /// What stands in the way, by name, kept in an event; what it asks for cannot be done any more.
    pub async fn approve_proposal(&self, by: &By, no: ProposalNo, material: Material<'_>) -> Result<Approval, Refusal> {
        let mut change = self.change(by, RequiredRole::Own).await?;
        let judged = judged(&mut change, no).await;
        let (proposal, approver, may) = match judged {
            Err(Refusal::Proposal(why)) => {
                drop(change);
                self.keep_refusal(by, &why).await?;
                return Err(why.into());
            }
            judged => judged?,
        };
        let number = no.to_string();
        let (operator, proof) = (change.operator().to_string(), change.proof());
        let why = by.why.as_deref();
        if proposal.act.is_carried_out() {
            let decided = Decided { state: State::Approved, by: &operator, proof, why };
            rows::proposal::decide(&mut change, no, decided).await?;
            let detail = json!({ "kind": proposal.act.kind().as_str(), "proposed_by": proposal.proposed_by });
            let version = change.commit("proposal.approve", &number, detail).await?;
            return Ok(Approval { proposal, done: None, version });
        }
        change.takes_over(approver.rank, (&proposal.why, proposal.application.as_deref())).await?;
        change.approves(proposal.act.clone(), may);
        let done = change.does(&proposal.act, material).await?;
        rows::proposal::decide(&mut change, no, Decided { state: State::Done, by: &operator, proof, why }).await?;
        for (field, value) in of_proposal(no, &proposal.proposed_by, why) {
            change.note(field, value);
        }
        let version = change.commit(done.action, &done.subject, done.detail.clone()).await?;
        let ticket = done.ticket.map(|(device, opened)| (device, super::super::Opened { version, ..opened }));
        Ok(Approval { proposal, done: Some(Done { ticket, ..done }), version })
    }

    /// Turns a proposal down, with the reason of this change.
    ///
    /// # Errors
    /// It is decided; it is one's own; who could not approve it cannot turn it down; nobody says why.
    pub async fn reject_proposal(&self, by: &By, no: ProposalNo) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Own).await?;
        let why = change.why()?.to_owned();
        let proposal = change.proposal(no).await?;
        let approver = party(&mut change, &by.operator).await?;
        if proposal.state != State::Open {
            return Err(ProposalRefusal::Decided(no, proposal.state).into());
        }
        if approver.login_id == proposal.proposed_by {
            return Err(ProposalRefusal::Own(no, approver.login_id).into());
        }
        let needs = approver_needs(&mut change, &proposal).await?;
        let lacks = if approver.in_service { needs.met_by(&approver.rank).err() } else { Some(Vec::new()) };
        if let Some(lacks) = lacks {
            return Err(ProposalRefusal::ApproverMayNot(no, approver.login_id, lacks).into());
        }
        self.decided(change, &proposal, (State::Rejected, &why)).await
    }

    /// Takes a proposal back.
    ///
    /// # Errors
    /// It is another's; it is over.
    pub async fn withdraw_proposal(&self, by: &By, no: ProposalNo) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Own).await?;
        let proposal = change.proposal(no).await?;
        if proposal.proposed_by != by.operator {
            return Err(ProposalRefusal::NotYours(no, proposal.proposed_by).into());
        }
        if !proposal.state.is_alive() {
            return Err(ProposalRefusal::Decided(no, proposal.state).into());
        }
        let why = by.why.clone().unwrap_or_default();
        self.decided(change, &proposal, (State::Withdrawn, &why)).await
    }

    async fn decided(
        &self,
        mut change: Change,
        proposal: &Proposal,
        (state, why): (State, &str),
    ) -> Result<u64, Refusal> {
        let operator = change.operator().to_string();
        let why = Some(why).filter(|why| !why.is_empty());
        let decided = Decided { state, by: &operator, proof: change.proof(), why };
        rows::proposal::decide(&mut change, proposal.no, decided).await?;
        let action = if state == State::Rejected { "proposal.reject" } else { "proposal.withdraw" };
        let detail = json!({ "kind": proposal.act.kind().as_str(), "proposed_by": proposal.proposed_by });
        change.commit(action, &proposal.no.to_string(), detail).await
    }

    /// Ends the proposals whose time has passed; how many.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn lapse_proposals(&self, now: Timestamp) -> Result<u64, Refusal> {
        let past = rows::proposal::past(&mut self.read().await?, now).await?;
        let mut lapsed = 0;
        for no in past {
            let mut change = self.change(&By::desk(now)?, RequiredRole::Desk).await?;
            if change.proposal(no).await?.state.is_alive() {
                rows::proposal::write_state(&mut change, no, State::Lapsed).await?;
                change.commit("proposal.lapse", &no.to_string(), json!({})).await?;
                lapsed += 1;
            }
        }
        Ok(lapsed)
    }

    /// Keeps that an approval was refused, and why; a proposal that does not hold any more is over. Of who is nobody here,
    /// and of a number that there is not, nothing is kept.
    pub(super) async fn keep_refusal(&self, by: &By, why: &ProposalRefusal) -> Result<(), Refusal> {
        let Some(no) = why.proposal() else { return Ok(()) };
        let mut change = self.change(by, RequiredRole::Own).await?;
        let Some(proposal) = rows::proposal::stored(&mut change, no).await? else { return Ok(()) };
        if rows::person::rank_of(&mut change, &by.operator).await?.is_none() {
            return Ok(());
        }
        let mut detail = json!({ "refused": why.code(), "proposed_by": proposal.proposed_by });
        if let Some(state) = why.leaves().filter(|_| proposal.state.is_alive()) {
            rows::proposal::write_state(&mut change, no, state).await?;
            detail["state"] = state.as_str().into();
        }
        if let ProposalRefusal::Stale(_, moved) = why {
            let moved = moved.iter().map(|one| json!([one.id, one.field, one.was, one.is]));
            detail["moved"] = moved.take(MOST_MOVED).collect();
        }
        change.commit("proposal.refuse", &no.to_string(), detail).await.map(drop)
    }
}

/// So much of what moved is kept in the event of a void proposal: enough to see why.
const MOST_MOVED: usize = 20;

/// May who makes this change approve this proposal?
async fn judged(change: &mut Change, no: ProposalNo) -> Result<(Proposal, Party, MayApprove), Refusal> {
    let proposal = change.proposal(no).await?;
    let approver = party(change, &change.operator().clone()).await?;
    let proposer = party(change, &proposal.proposed_by).await?;
    let reach = change.reach(&proposal.act).await?;
    let takes = Needs::of_approver(&proposal.act, &proposer.rank, reach.clone());
    let asked = Needs::new(duty_roles(&proposal.act), reach);
    let between = between(change, &proposal, &approver.login_id).await?;
    let outlook = match change.looks_at(&proposal.act).await {
        // What it was about is not there any more: all of it moved.
        Err(Refusal::Unknown(..)) => crate::proposal::Outlook::default(),
        outlook => outlook?,
    };
    let case = Case {
        proposal: &proposal,
        epoch: rows::registry::last_epoch(change).await?,
        proposer: (&proposer, &asked),
        approver: (&approver, &takes),
        between: between.as_ref(),
        outlook: &outlook,
    };
    let may = may_approve(&case, change.at())?;
    Ok((proposal, approver, may))
}

async fn approver_needs(change: &mut Change, proposal: &Proposal) -> Result<Needs, Refusal> {
    let proposer = party(change, &proposal.proposed_by).await?;
    let reach = change.reach(&proposal.act).await?;
    Ok(Needs::of_approver(&proposal.act, &proposer.rank, reach))
}

async fn party(change: &mut Change, login_id: &LoginId) -> Result<Party, Refusal> {
    let found = rows::person::rank_of(change, login_id).await?;
    let (in_service, rank) = found.unwrap_or_default();
    Ok(Party { login_id: login_id.clone(), in_service, rank })
}

/// Where one of the two acted for the other, since the proposal or shortly before.
async fn between(change: &mut Change, proposal: &Proposal, approver: &LoginId) -> Result<Option<ActedFor>, Refusal> {
    let proposer = &proposal.proposed_by;
    let since = proposal.proposed_at.plus(-change.settings().apart_hours * 3_600);
    let past = rows::proposal::past_acts(change, (proposer, approver), (since, proposal.no)).await?;
    let (theirs, own) =
        (rows::proposal::devices_of(change, proposer).await?, rows::proposal::devices_of(change, approver).await?);
    let proposer = One { login_id: proposer, devices: &theirs };
    Ok(acted_for(&past, (proposer, One { login_id: approver, devices: &own })))
}
