//! Is this operator who they say they are? Shown by their own password, here and now.
//!
//! `--operator` is a name that anybody can type. Where two must act, each shows the password that they chose themselves: one
//! that was handed out is known to whoever handed it out. A wrong one is kept in the chain of events, and five within 15
//! minutes end the asking, for this person alone.

use certs::Timestamp;
use registry::{LoginId, SystemUserState};
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::password_shown::PasswordShown;
use super::{By, ProofMethod, Writer};
use crate::refusal::{Kind, ProofRefusal, Refusal};
use crate::rows;

/// So many wrong passwords of one person within [`WINDOW`] seconds end the asking.
const MOST_WRONG: i64 = 5;
const WINDOW: i64 = 15 * 60;
/// The event that keeps a wrong one.
const WRONG: &str = "password.wrong";

/// Proof that a person showed their own present password, be it an initial one. Made only by asking for it
/// ([`present_password`](Writer::present_password)).
#[must_use]
#[derive(Clone, Debug)]
pub struct OwnPassword {
    person: LoginId,
    judged_by: String,
    shown: PasswordShown,
}

impl OwnPassword {
    /// They act.
    #[must_use]
    pub fn by(&self, at: Timestamp) -> By {
        By::of(self.person.clone(), at, ProofMethod::PasswordFile(self.shown))
    }

    /// What a new one is judged by.
    #[must_use]
    pub fn judged_by(&self) -> &str {
        &self.judged_by
    }
}

/// Proof that an operator showed the password they chose. Made only by asking for it (`prove`).
#[must_use]
#[derive(Clone, Debug)]
pub struct Proof {
    operator: LoginId,
    judged_by: String,
    shown: PasswordShown,
}

impl Proof {
    /// How an event says it.
    #[must_use]
    pub fn method(&self) -> ProofMethod {
        ProofMethod::PasswordFile(self.shown)
    }

    /// Who it is.
    #[must_use]
    pub fn operator(&self) -> &LoginId {
        &self.operator
    }
}

impl Writer {
    /// Asks an operator to show who they are, for what `about` names. Asks for no role: what is done with the proof does.
    ///
    /// # Errors
    /// Not an operator in service; an initial password; a wrong one, which is kept in an event; too many of them.
    pub async fn prove(&self, by: &By, operator: &LoginId, (password, about): (&str, &str)) -> Result<Proof, Refusal> {
        let mut change = self.change(by, RequiredRole::Own).await?;
        match change.prove(operator, password).await {
            Err(Refusal::Proof(wrong @ ProofRefusal::WrongPassword(_))) => {
                keep(change, operator, about).await?;
                Err(wrong.into())
            }
            proven => proven,
        }
    }

    /// Asks a person for their own present password, be it an initial one. Until they showed it nobody acts but the desk.
    ///
    /// # Errors
    /// No such person; a wrong password, which is kept in an event; too many of them.
    pub async fn present_password(&self, person: &LoginId, typed: &str, at: Timestamp) -> Result<OwnPassword, Refusal> {
        let mut change = self.change(&By::desk(at)?, RequiredRole::Own).await?;
        let password = rows::person::password(&mut change, person).await?;
        let judged_by = password.ok_or_else(|| Refusal::Unknown(Kind::SystemUser, person.to_string()))?.hash;
        match change.shown(person, (typed, &judged_by)).await {
            Err(Refusal::Proof(wrong @ ProofRefusal::WrongPassword(_))) => {
                keep(change, person, "user change-password").await?;
                Err(wrong.into())
            }
            shown => Ok(OwnPassword { person: person.clone(), judged_by, shown: shown? }),
        }
    }
}

async fn keep(change: Change, person: &LoginId, about: &str) -> Result<(), Refusal> {
    change.commit(WRONG, person.as_str(), json!({ "about": about })).await.map(drop)
}

impl Change {
    /// The same within a change: where it is refused, so is all of the change, and nothing is kept.
    pub(super) async fn prove(&mut self, operator: &LoginId, password: &str) -> Result<Proof, Refusal> {
        let judged_by = self.password_of_operator(operator).await?;
        let shown = self.shown(operator, (password, &judged_by)).await?;
        Ok(Proof { operator: operator.clone(), judged_by, shown })
    }

    /// What was proven a moment ago still holds: the operator is in service, and the password the same. Its hash.
    pub(super) async fn still(&mut self, proof: &Proof) -> Result<String, Refusal> {
        let hash = self.password_of_operator(&proof.operator).await?;
        if hash == proof.judged_by { Ok(hash) } else { Err(ProofRefusal::WrongPassword(proof.operator.clone()).into()) }
    }

    async fn password_of_operator(&mut self, operator: &LoginId) -> Result<String, Refusal> {
        let password = rows::person::password(self, operator).await?;
        let password = password.ok_or_else(|| ProofRefusal::NoOperator(operator.clone()))?;
        if password.state != SystemUserState::Active || password.roles.is_empty() {
            return Err(ProofRefusal::NoOperator(operator.clone()).into());
        }
        if password.initial {
            return Err(ProofRefusal::InitialPassword(operator.clone()).into());
        }
        Ok(password.hash)
    }

    async fn shown(&mut self, person: &LoginId, typed_and_hash: (&str, &str)) -> Result<PasswordShown, Refusal> {
        let since = self.at().plus(-WINDOW);
        if rows::event::count_since(self, (WRONG, person.as_str()), since).await? >= MOST_WRONG {
            return Err(ProofRefusal::TooManyWrong(person.clone()).into());
        }
        let shown = PasswordShown::compared(typed_and_hash);
        shown.ok_or_else(|| ProofRefusal::WrongPassword(person.clone()).into())
    }
}
