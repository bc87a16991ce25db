//! Which roles does an act ask for of who approves it, and of who proposes it?

use registry::Role;
use registry::change::Rank;

use super::{Act, ProposalKind};

/// One of these, and all of those.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Needs {
    one_of: &'static [Role],
    all: Rank,
}

impl Needs {
    /// Of who approves this act, by one who holds those roles. Whoever acts on a person holds at least their roles, and who
    /// gives one holds it: `reach` are all of these.
    #[must_use]
    pub fn of_approver(act: &Act, proposer: &Rank, reach: Rank) -> Self {
        let one_of: &[Role] = match act.kind() {
            ProposalKind::Trust => &[Role::CaCustodian],
            // One of the two of an emergency approves; the other may be a clerk.
            ProposalKind::Emergency if proposer.holds(Role::RaApprover) => &[Role::RaClerk, Role::RaApprover],
            ProposalKind::Roles
            | ProposalKind::Operator
            | ProposalKind::Many
            | ProposalKind::Emergency
            | ProposalKind::Maintenance
            | ProposalKind::OwnInspection => &[Role::RaApprover],
        };
        Self { one_of, all: reach }
    }

    /// One of these, and all of those.
    #[must_use]
    pub fn new(one_of: &'static [Role], all: Rank) -> Self {
        Self { one_of, all }
    }

    /// Does who holds these roles meet them?
    ///
    /// # Errors
    /// The roles that are missing.
    pub fn met_by(&self, rank: &Rank) -> Result<(), Vec<Role>> {
        rank.reaches(&self.all)?;
        if self.one_of.is_empty() || self.one_of.iter().any(|role| rank.holds(*role)) {
            Ok(())
        } else {
            Err(self.one_of.to_vec())
        }
    }
}
