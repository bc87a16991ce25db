//! Two operators put a registry back: who acts, who must be a custodian, and a second; each proves it by their password.
//!
//! Asked of the registry that was put back, its journal replayed: who was deleted since the backup agrees to nothing. In a
//! house with one operator in service there is no second; in one with none, whoever holds its files acts.

use registry::{LoginId, Role};

use crate::acts::password_shown::PasswordShown;
use crate::acts::{By, ProofMethod};
use crate::database::Transaction;
use crate::refusal::{Refusal, RestoreRefusal};
use crate::rows::person::OperatorInService;
use crate::{password, rows};

/// Who put the registry back.
pub(super) struct Agreed {
    /// How who acts showed who they are.
    pub(super) proof: ProofMethod,
    /// The second operator.
    pub(super) second: Option<LoginId>,
    /// All whom the two have vouched for.
    pub(super) two: Vec<String>,
    /// Whether one of them may approve: where all others lose their roles, nobody else could let anybody in again.
    pub(super) approves: bool,
}

/// The second operator, and all whom the two have vouched for.
pub(super) async fn agree(
    tx: &mut Transaction,
    by: &By,
    (password, second): (Option<&str>, Option<(&LoginId, &str)>),
) -> Result<Agreed, Refusal> {
    let mut others = 0;
    let mut first = None;
    let mut found = None;
    let operators = rows::person::operators_with_passwords(tx).await?;
    for OperatorInService { login_id, roles, hash, initial } in operators.clone() {
        if login_id == by.operator.as_str() {
            first = Some((roles, hash, initial));
            continue;
        }
        let acts = roles
            .split(' ')
            .any(|role| [Role::RaClerk, Role::RaApprover, Role::CaCustodian].iter().any(|acts| role == acts.as_str()));
        others += usize::from(acts);
        if second.is_some_and(|(id, _)| id.as_str() == login_id) && acts {
            found = Some((hash, initial, roles));
        }
    }
    if operators.is_empty() {
        return Ok(Agreed { proof: ProofMethod::Founding, second: None, two: Vec::new(), approves: true });
    }
    let (roles, hash, initial) = first.ok_or_else(|| Refusal::NoOperator(by.operator.clone()))?;
    if !roles.split(' ').any(|role| role == Role::CaCustodian.as_str()) {
        return Err(Refusal::OperatorMayNot(by.operator.clone(), vec![Role::CaCustodian]));
    }
    let shown = match password {
        None => return Err(RestoreRefusal::NoPassword(by.operator.clone()).into()),
        Some(_) if initial => return Err(RestoreRefusal::InitialPassword(by.operator.clone()).into()),
        Some(typed) => PasswordShown::compared((typed, &hash)),
    };
    let shown = shown.ok_or_else(|| RestoreRefusal::WrongPassword(by.operator.clone()))?;
    let proof = ProofMethod::PasswordFile(shown);
    let Some((id, typed)) = second else {
        if others == 0 {
            return Ok(Agreed { proof, second: None, two: vec![by.operator.to_string()], approves: approves(&roles) });
        }
        return Err(RestoreRefusal::NoSecond.into());
    };
    match found {
        Some((hash, false, of_second)) if password::matches(typed, &hash) => Ok(Agreed {
            proof,
            second: Some(id.clone()),
            two: vec![by.operator.to_string(), id.to_string()],
            approves: approves(&roles) || approves(&of_second),
        }),
        Some((_, true, _)) => Err(RestoreRefusal::InitialPassword(id.clone()).into()),
        Some(_) => Err(RestoreRefusal::WrongPassword(id.clone()).into()),
        None => Err(RestoreRefusal::NotASecond(id.clone()).into()),
    }
}

fn approves(roles: &str) -> bool {
    roles.split(' ').any(|role| role == Role::RaApprover.as_str())
}
