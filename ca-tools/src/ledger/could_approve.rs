//! Who could approve what one proposes, as the registry is now.

use registry::LoginId;
use registry::change::Rank;

use super::Ledger;
use crate::application::Form;
use crate::database::Transaction;
use crate::proposal::{Act, Needs, Proposal};
use crate::refusal::{Refusal, Unavailable};
use crate::rows;

impl Ledger {
    /// Who in service could approve this proposal now, but for who made it.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn could_approve(&self, proposal: &Proposal) -> Result<Vec<LoginId>, Refusal> {
        let mut tx = self.read().await?;
        let rank = rank_of(&mut tx, &proposal.proposed_by).await?;
        Ok(could_approve(&mut tx, &proposal.act, (&proposal.proposed_by, &rank)).await?)
    }
}

/// Who in service could approve this act of one who holds those roles.
pub(crate) async fn could_approve(
    tx: &mut Transaction,
    act: &Act,
    (proposer, rank): (&LoginId, &Rank),
) -> Result<Vec<LoginId>, Unavailable> {
    let needs = Needs::of_approver(act, rank, reach(tx, act).await?);
    let operators = rows::person::operators(tx).await?.into_iter();
    let could = operators.filter(|one| one.login_id != *proposer && needs.met_by(&one.rank).is_ok());
    let mut could: Vec<_> = could.map(|one| one.login_id).collect();
    could.sort_unstable();
    Ok(could)
}

/// All roles that this act touches or gives: whoever has a part in it holds them.
pub(crate) async fn reach(tx: &mut Transaction, act: &Act) -> Result<Rank, Unavailable> {
    match act {
        Act::ChangeRoles { person, give, .. } => Ok(joined(&rank_of(tx, person).await?, give)),
        Act::AddOperator { roles, .. } => Ok(roles.clone()),
        Act::ResetPassword { person }
        | Act::SuspendPerson { person }
        | Act::DeletePerson { person }
        | Act::OpenMaintenance { person, .. } => rank_of(tx, person).await,
        Act::SuspendOffice { office }
        | Act::ResumeOffice { office }
        | Act::WithdrawOffice { office }
        | Act::ReplaceOffice { office, .. } => of_office(tx, office).await,
        Act::ApproveApplication { application, .. } => {
            match rows::application::office_and_form(tx, *application).await? {
                // Whom it asks to end is ended as by the act itself.
                Some((_, Form::OfficeNumber(form))) => of_office(tx, &form.office).await,
                Some((_, Form::Ids(form))) => {
                    let mut all = Rank::default();
                    for gone in &form.deleted {
                        all = joined(&all, &rank_of(tx, &gone.login_id).await?);
                    }
                    Ok(all)
                }
                Some((_, Form::FirstRegistration(_) | Form::OfficeChange(_) | Form::Certificate(_))) | None => {
                    Ok(Rank::default())
                }
            }
        }
        Act::ByList { what, .. } if !what.changes_ids() => Ok(Rank::default()),
        Act::ByList { list, .. } => {
            let mut all = Rank::default();
            for one in list {
                if let Ok(person) = one.parse::<LoginId>() {
                    all = joined(&all, &rank_of(tx, &person).await?);
                }
            }
            Ok(all)
        }
        Act::ApproveDevice { .. }
        | Act::RetireIssuing { .. }
        | Act::AddIssuing { .. }
        | Act::Emergency { .. }
        | Act::Import { .. }
        // Whoever holds roles is not on its list.
        | Act::CampaignStep { .. }
        | Act::CampaignConfirm { .. } => Ok(Rank::default()),
    }
}

async fn of_office(tx: &mut Transaction, office: &registry::OfficeNo) -> Result<Rank, Unavailable> {
    let people = rows::person::with_roles_of(tx, office).await?;
    Ok(people.iter().fold(Rank::default(), |all, one| joined(&all, &one.rank)))
}

async fn rank_of(tx: &mut Transaction, person: &LoginId) -> Result<Rank, Unavailable> {
    Ok(rows::person::rank_of(tx, person).await?.map(|(_, rank)| rank).unwrap_or_default())
}

fn joined(one: &Rank, other: &Rank) -> Rank {
    one.changed(other, &Rank::default())
}
