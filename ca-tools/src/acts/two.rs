//! What needs two is done by nobody alone: each such act asks here, whichever door it came through.
//!
//! It rests on another's approval, on a glass that a custodian breaks, or on there being nobody else who could approve; which
//! of these is in its event. Where it rests on none, it is refused, and the refusal says how it is proposed.

use certs::DeviceNo;
use registry::change::Rank;
use registry::{LoginId, Role};
use serde_json::{Map, Value as Json, json};

use super::change::Change;
use crate::ledger;
use crate::letters::{Letter, OperatorsFacts};
use crate::proposal::{
    ATTENDANCES, Act, BrokenGlassNo, CarryOut, ListAct, MayApprove, Needs, Outlook, ProposalNo, ProposalRefusal,
    REVIEW, State, may_carry_out,
};
use crate::refusal::Refusal;
use crate::rows;
use crate::rows::broken_glass::BrokenGlass;

/// What an act that needs two rests on, where one command does it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Ground {
    /// On nothing yet.
    #[default]
    Alone,
    /// One custodian breaks the glass.
    BreakGlass,
    /// Another approved this proposal of theirs.
    Proposal(ProposalNo),
}

/// What an act rested on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Rests {
    /// On the approval of this operator.
    Approved(LoginId),
    /// On a broken glass.
    Broken(BrokenGlassNo),
    /// On there being nobody else.
    Alone,
    /// Nothing is done: somebody looks ahead.
    Foreseen,
}

/// Is it done now, or only asked whether it may be?
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Step {
    Ask,
    Do,
}

/// How a change stands to what needs two.
#[derive(Debug, Default)]
pub(super) struct Two {
    standing: Footing,
    noted: Map<String, Json>,
}

#[derive(Debug, Default)]
enum Footing {
    /// Each act asks.
    #[default]
    Asks,
    /// Nothing will be committed.
    Foreseen,
    /// This very act was approved, by who makes the change.
    Approved(Act, MayApprove),
    /// A list was asked for as a whole: what is done to each of it was asked for with it.
    Listed,
}

impl Two {
    /// What the event says of it.
    pub(super) fn into_noted(self) -> Map<String, Json> {
        self.noted
    }
}

impl Change {
    /// The same, of which nothing will be committed: it asks for no second.
    pub(super) fn foreseen(mut self) -> Self {
        self.two_mut().standing = Footing::Foreseen;
        self
    }

    /// From here on this act counts as approved by who makes the change.
    pub(super) fn approves(&mut self, act: Act, judged: MayApprove) {
        self.two_mut().standing = Footing::Approved(act, judged);
    }

    /// The list that is gone through now was asked for as a whole: from here on nothing of it asks again. One that another
    /// approved, or that is only looked at, stays what it is.
    pub(super) fn goes_through(&mut self) {
        let two = self.two_mut();
        if matches!(two.standing, Footing::Asks) {
            two.standing = Footing::Listed;
        }
    }

    /// The event will say this, too.
    pub(super) fn note(&mut self, field: &str, value: impl Into<Json>) {
        self.two_mut().noted.insert(field.to_owned(), value.into());
    }

    /// Goes on only where this act rests on more than one. An act by list asks as [`Act::ByList`], be the list long or short.
    ///
    /// # Errors
    /// It does not; the proposal that it rests on is none of it.
    pub(super) async fn needs_two(&mut self, act: &Act) -> Result<Rests, Refusal> {
        self.rests(act, Step::Do).await
    }

    /// The same of an act that may be done now, or in another change of the same command.
    pub(super) async fn rests(&mut self, act: &Act, step: Step) -> Result<Rests, Refusal> {
        match &self.two_mut().standing {
            Footing::Foreseen => return Ok(Rests::Foreseen),
            Footing::Approved(approved, _) if approved == act => return Ok(Rests::Approved(self.operator().clone())),
            // What follows from the act that was approved was looked at with it.
            Footing::Approved(..) | Footing::Listed => return Ok(Rests::Foreseen),
            Footing::Asks => {}
        }
        if let Act::ByList { what, list, .. } = act
            && !self.is_of_many(what, list).await?
        {
            return Ok(Rests::Alone);
        }
        if let Act::Import { what, list, .. } = act
            && (list.len() <= self.settings().many || what == ATTENDANCES)
        {
            return Ok(Rests::Alone);
        }
        let ground = self.ground();
        if let Ground::Proposal(no) = ground {
            return self.carry_out(no, act, step).await;
        }
        let could = self.could_approve(act).await?;
        // Roles are typed: who adds one until nobody could approve all of them gives none of them alone.
        let another = !could.is_empty() || self.could_be_approved_in_part(act).await?;
        match ground {
            Ground::BreakGlass if another || self.has_another_custodian().await? => {
                self.break_glass(act, step).await.map(Rests::Broken)
            }
            _ if !another => {
                self.note("alone", true);
                Ok(Rests::Alone)
            }
            Ground::Alone | Ground::BreakGlass | Ground::Proposal(_) => {
                Err(ProposalRefusal::NeedsTwo(act.kind(), could).into())
            }
        }
    }

    /// Who else in service could approve this act of who makes the change.
    pub(super) async fn could_approve(&mut self, act: &Act) -> Result<Vec<LoginId>, Refusal> {
        let (proposer, rank) = (self.operator().clone(), self.rank().clone());
        Ok(ledger::could_approve(self, act, (&proposer, &rank)).await?)
    }

    /// Whether there is one who is told of a broken glass, and reviews it.
    async fn has_another_custodian(&mut self) -> Result<bool, Refusal> {
        let me = self.operator().clone();
        Ok(self.operators().await?.iter().any(|one| one.login_id != me && one.rank.holds(Role::CaCustodian)))
    }

    /// Whether another in service could approve the giving of one of these roles.
    async fn could_be_approved_in_part(&mut self, act: &Act) -> Result<bool, Refusal> {
        if !matches!(act, Act::ChangeRoles { .. } | Act::AddOperator { .. }) {
            return Ok(false);
        }
        let (reach, proposer) = (self.reach(act).await?, self.operator().clone());
        let operators = self.operators().await?;
        let parts = Role::ALL.into_iter().filter(|role| reach.holds(*role)).map(|role| Rank::from_iter([role]));
        let needs: Vec<_> = parts.map(|part| Needs::of_approver(act, self.rank(), part)).collect();
        let others = operators.iter().filter(|one| one.login_id != proposer);
        Ok(others.into_iter().any(|one| needs.iter().any(|needs| needs.met_by(&one.rank).is_ok())))
    }

    /// All roles that this act touches or gives.
    pub(super) async fn reach(&mut self, act: &Act) -> Result<Rank, Refusal> {
        Ok(ledger::reach(self, act).await?)
    }

    /// Are there more devices on this list, or more IDs, than one may touch at once, or somebody with roles who is put on
    /// hold?
    async fn is_of_many(&mut self, what: &ListAct, list: &[String]) -> Result<bool, Refusal> {
        let devices = list.iter().filter(|one| one.parse::<DeviceNo>().is_ok()).count();
        if is_many((devices, list.len() - devices), self.settings().many) {
            return Ok(true);
        }
        let takes_away = *what == ListAct::SuspendPeople;
        for one in list.iter().filter(|_| takes_away) {
            if let Ok(person) = one.parse::<LoginId>()
                && !self.rank_of(&person).await?.is_none()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn rank_of(&mut self, person: &LoginId) -> Result<Rank, Refusal> {
        Ok(rows::person::rank_of(self, person).await?.map(|(_, rank)| rank).unwrap_or_default())
    }

    async fn carry_out(&mut self, no: ProposalNo, act: &Act, step: Step) -> Result<Rests, Refusal> {
        let proposal = self.proposal(no).await?;
        let outlook = self.looks_at(&proposal.act).await?;
        let epoch = rows::registry::last_epoch(self).await?;
        let case = CarryOut { proposal: &proposal, epoch, by: &self.operator().clone(), act, outlook: &outlook };
        let _judged = may_carry_out(&case, self.at())?;
        let by = proposal.decided_by.clone().ok_or(ProposalRefusal::NotYet(no))?;
        if step == Step::Do {
            rows::proposal::write_state(self, no, State::Done).await?;
            self.note("proposal", no.to_string());
            self.note("approved_by", by.to_string());
        }
        Ok(Rests::Approved(by))
    }

    async fn break_glass(&mut self, act: &Act, step: Step) -> Result<BrokenGlassNo, Refusal> {
        if !self.rank().holds(Role::CaCustodian) {
            return Err(Refusal::OperatorMayNot(self.operator().clone(), vec![Role::CaCustodian]));
        }
        let why = self.why()?.to_owned();
        let no = rows::broken_glass::next_number(self).await?;
        if step == Step::Ask {
            return Ok(no);
        }
        let by = self.operator().clone();
        let Outlook { touched, .. } = self.looks_at(act).await?;
        let until = self.at().plus(REVIEW);
        let broken = BrokenGlass { no, act, touched: &touched, why: &why, by: &by, until };
        rows::broken_glass::write(self, &broken).await?;
        self.note("broken_glass", no.to_string());
        let others = self.operators().await?.into_iter();
        let others = others.filter(|one| one.login_id != by && one.rank.holds(Role::CaCustodian));
        let others: Vec<_> = others.map(|one| one.login_id).collect();
        let (said, at, by) = (act.said().ja, self.at().unix(), self.called(&by).await?);
        let letter = |to: OperatorsFacts| Letter::GlassBroken {
            to,
            number: no.to_string(),
            said: said.clone(),
            by: by.clone(),
            why: why.clone(),
            at,
            until: until.unix(),
        };
        self.mail_operators((&others, &no.to_string()), letter).await?;
        Ok(no)
    }
}

/// What an act that needs two would say of more than one thing at once: more than `many` devices, or IDs.
pub(super) fn is_many((devices, people): (usize, usize), many: usize) -> bool {
    devices > many || people > many
}

/// For events: what a change that another approved says of its proposal.
pub(super) fn of_proposal(no: ProposalNo, by: &LoginId, approver_said: Option<&str>) -> [(&'static str, Json); 4] {
    [
        ("proposal", json!(no.to_string())),
        ("proposed_by", json!(by)),
        ("approved", json!(true)),
        ("approver_said", json!(approver_said)),
    ]
}
