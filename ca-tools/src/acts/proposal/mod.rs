//! Proposals: asked for by one, judged and done by another.
//!
//! An act that only writes rows is done at its approval, in the same change; one that makes keys or files is opened by it,
//! and its proposer carries it out. `looks` freezes whom it touches, `done` does it, `decide` says yes, no, or takes it back,
//! `review` looks at what a custodian did alone.

mod decide;
mod done;
mod looks;
mod review;

use certs::Timestamp;
use registry::{LoginId, Role};
use serde_json::json;

pub use decide::Approval;
pub use done::{Done, Material};

use super::change::{Change, RequiredRole};
use super::mail::Delivery;
use super::two::Step;
use super::{By, NewPassword, Writer};
use crate::letters::{Letter, OperatorsFacts};
use crate::proposal::{Act, Outlook, Proposal, ProposalNo, ProposalRefusal, State};
use crate::refusal::{Refusal, Unavailable};
use crate::rows;
use crate::ticket::Secrets;

/// What was proposed.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// Its number.
    pub no: ProposalNo,
    /// Its last second.
    pub until: Timestamp,
    /// Whom it touches, and what would change.
    pub outlook: Outlook,
    /// Who could approve it.
    pub could: Vec<LoginId>,
    /// Whether they are told by mail.
    pub told: Delivery,
    /// The registry's version.
    pub version: u64,
}

impl Writer {
    /// Whom an act would touch, what it would change of them, and who could approve it. Nothing is changed.
    ///
    /// # Errors
    /// It could not be done at all.
    pub async fn foresee(&self, by: &By, act: &Act) -> Result<(Outlook, Vec<LoginId>), Refusal> {
        let secrets = self.secrets_for(act).await?;
        let mut change = self.change(by, duty(act)).await?.foreseen();
        let could = change.could_approve(act).await?;
        let before = change.looks_at(act).await?;
        let passwords = vec![NewPassword { hash: String::new() }; change.passwords_for(act).await?];
        let after = change.foretold(act, &before, Material { passwords, secrets: secrets.as_ref() }).await?;
        Ok((Outlook { after, ..before }, could))
    }

    /// Proposes an act to those who could approve it, who are told by mail. The same, proposed once more while it waits, is the
    /// one it was.
    ///
    /// # Errors
    /// It could not be done at all; nobody says why.
    pub async fn propose(&self, by: &By, act: &Act) -> Result<Proposed, Refusal> {
        let (outlook, could) = self.foresee(by, act).await?;
        let mut change = self.change(by, duty(act)).await?;
        let why = change.why()?.to_owned();
        let (operator, now) = (change.operator().clone(), change.at());
        let corrupt = |why: serde_json::Error| Unavailable::Corrupt(why.to_string());
        let facts = outlook.digest().map_err(corrupt)?;
        let epoch = rows::registry::last_epoch(&mut change).await?;
        let twin = rows::proposal::twin(&mut change, (act, &operator), now).await?;
        // What has moved since would be void when the other approves it.
        if let Some(twin) = twin.filter(|twin| twin.facts == facts && twin.epoch == epoch) {
            let Proposal { no, until, outlook, .. } = twin;
            let version = (change.version() - 1).unsigned_abs();
            return Ok(Proposed { no, until, outlook, could, told: Delivery::ByMail, version });
        }
        let no = rows::proposal::next_number(&mut change).await?;
        let looked = change.looks_at(act).await?;
        if looked.digest().map_err(corrupt)? != facts {
            return Err(ProposalRefusal::Stale(no, looked.moved_since(&outlook)).into());
        }
        let proposal = Proposal {
            no,
            act: act.clone(),
            outlook,
            facts,
            epoch,
            application: by.application.clone(),
            why,
            proposed_by: operator,
            proposed_at: change.at(),
            until: change.at().plus(change.settings().days * 86_400),
            state: State::Open,
            decided_by: None,
        };
        rows::proposal::write(&mut change, &proposal).await?;
        let told = tell(&mut change, &proposal, &could).await?;
        // Its row has the act whole, with names: the record needs no more than whom it is about.
        let mut detail = json!({
            "kind": act.kind().as_str(), "touches": proposal.outlook.touched.len(), "until": proposal.until.unix(),
        });
        if let Some((field, id)) = act.about() {
            detail[field] = id.into();
        }
        let version = change.commit("proposal.propose", &no.to_string(), detail).await?;
        let Proposal { until, outlook, .. } = proposal;
        Ok(Proposed { no, until, outlook, could, told, version })
    }

    /// Whether this act may be done now, by this one, on what it rests on. Asked before a key or a file is made; nothing is
    /// changed but where a proposal is void by now.
    ///
    /// # Errors
    /// It needs two; its proposal is not approved, another's, or does not hold any more.
    pub async fn may_do(&self, by: &By, act: &Act) -> Result<(), Refusal> {
        let mut change = self.change(by, duty(act)).await?;
        match change.rests(act, Step::Ask).await {
            Err(Refusal::Proposal(why)) => {
                drop(change);
                self.keep_refusal(by, &why).await?;
                Err(why.into())
            }
            rests => rests.map(drop),
        }
    }

    /// How many initial passwords are handed out by an act.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn passwords_for(&self, act: &Act) -> Result<usize, Refusal> {
        done::passwords_for(&mut self.read().await?, act).await
    }

    /// What opens a ticket costs a hash: drawn only where one may be given.
    async fn secrets_for(&self, act: &Act) -> Result<Option<Secrets>, Refusal> {
        if !act.gives_tickets() {
            return Ok(None);
        }
        let drawn = tokio::task::spawn_blocking(Secrets::draw).await;
        let drawn = drawn.map_err(|why| Unavailable::Other(why.to_string()))?;
        Ok(Some(drawn.map_err(|why| Unavailable::Other(why.to_string()))?))
    }
}

impl Change {
    /// This proposal.
    ///
    /// # Errors
    /// There is none of that number.
    pub(in crate::acts) async fn proposal(&mut self, no: ProposalNo) -> Result<Proposal, Refusal> {
        let found = rows::proposal::stored(self, no).await?;
        Ok(found.ok_or_else(|| ProposalRefusal::Unknown(no.to_string()))?)
    }
}

/// What whoever proposes an act must be, or does it alone.
fn duty(act: &Act) -> RequiredRole {
    match act {
        Act::ChangeRoles { .. }
        | Act::AddOperator { .. }
        | Act::WithdrawOffice { .. }
        | Act::ReplaceOffice { .. }
        | Act::ApproveDevice { .. }
        | Act::ApproveApplication { .. } => RequiredRole::Approve,
        Act::ResetPassword { .. }
        | Act::SuspendPerson { .. }
        | Act::DeletePerson { .. }
        | Act::SuspendOffice { .. }
        | Act::ResumeOffice { .. }
        | Act::Emergency { .. }
        | Act::OpenMaintenance { .. }
        | Act::Import { .. }
        | Act::ByList { .. }
        | Act::CampaignStep { .. }
        | Act::CampaignConfirm { .. } => RequiredRole::Record,
        Act::RetireIssuing { .. } | Act::AddIssuing { .. } => RequiredRole::Custody,
    }
}

/// The roles of which the proposer still holds one when it is approved.
fn duty_roles(act: &Act) -> &'static [Role] {
    duty(act).roles()
}

/// One letter a proposal, to those who could approve it.
async fn tell(change: &mut Change, proposal: &Proposal, could: &[LoginId]) -> Result<Delivery, Refusal> {
    let by = change.called(&proposal.proposed_by).await?;
    let (number, said) = (proposal.no.to_string(), proposal.act.said().ja);
    let letter = |to: OperatorsFacts| Letter::ProposalWaits {
        to,
        number: number.clone(),
        said: said.clone(),
        by: by.clone(),
        why: proposal.why.clone(),
        touches: proposal.outlook.touched.len(),
        until: proposal.until.unix(),
    };
    change.mail_operators((could, &number), letter).await
}
