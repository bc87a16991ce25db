//! Is an operator still known in the way they were when they began? Each change asks, in its own transaction.

use certs::Timestamp;
use registry::SystemUserState;
use registry::change::Rank;

use super::{By, ProofMethod};
use crate::database::Transaction;
use crate::digest::sha256;
use crate::refusal::{LoginRefusal, ProofRefusal, Refusal, Unavailable};
use crate::rows;
use crate::rows::operator_login::{self, StoredLogin};

/// Seconds after its last use at which a login ends.
pub(crate) const IDLE: i64 = 30 * 60;
/// Seconds after its beginning at which it ends, however much it is used.
pub(crate) const LONGEST: i64 = 8 * 3_600;

/// A login that was found to stand. Made only by asking the registry ([`logged_in`](super::Writer::logged_in), [`log_in`](super::Writer::log_in)).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OpenLogin(i64);

impl OpenLogin {
    /// One that the registry was asked about just now.
    pub(super) fn of(login: i64) -> Self {
        Self(login)
    }

    pub(super) fn number(self) -> i64 {
        self.0
    }
}

/// What is asked of how an operator was known: what can end meanwhile has not.
pub(super) async fn still_known(tx: &mut Transaction, by: &By) -> Result<(), Refusal> {
    match by.proof {
        ProofMethod::Login(OpenLogin(login)) => {
            let stored = operator_login::stored(tx, login).await?.filter(|stored| stored.login_id == by.operator);
            let why = match stored {
                Some(stored) => over(tx, &stored, by.at).await?,
                None => Some(LoginRefusal::Unknown),
            };
            why.map_or(Ok(()), |why| Err(ProofRefusal::from(why).into()))
        }
        ProofMethod::Founding if rows::person::any_operator(tx).await? => {
            Err(ProofRefusal::NotShown(by.operator.clone()).into())
        }
        ProofMethod::Founding
        | ProofMethod::PasswordFile(_)
        | ProofMethod::Console
        | ProofMethod::Office
        | ProofMethod::Desk => Ok(()),
    }
}

/// That the login was used is noted: it ends where it is not.
pub(super) async fn note_use(tx: &mut Transaction, by: &By) -> Result<(), Unavailable> {
    match by.proof {
        ProofMethod::Login(OpenLogin(login)) => operator_login::used(tx, login, by.at).await,
        ProofMethod::Founding
        | ProofMethod::PasswordFile(_)
        | ProofMethod::Console
        | ProofMethod::Office
        | ProofMethod::Desk => Ok(()),
    }
}

/// Whether that is to be noted of who only reads: so often that half an hour of use counts as use, and no list waits for
/// the registry's one writer because of it.
pub(super) async fn is_use_to_note(tx: &mut Transaction, by: &By) -> Result<bool, Unavailable> {
    const SECONDS: i64 = 60;
    let ProofMethod::Login(OpenLogin(login)) = by.proof else { return Ok(false) };
    let stored = operator_login::stored(tx, login).await?;
    Ok(stored.is_some_and(|stored| stored.used.plus(SECONDS) <= by.at))
}

/// Why this login is over by now, if it is: with its person first, which says more than that it ended.
pub(super) async fn over(
    tx: &mut Transaction,
    login: &StoredLogin,
    at: Timestamp,
) -> Result<Option<LoginRefusal>, Unavailable> {
    let person = login.login_id.clone();
    let Some(password) = rows::person::password(tx, &person).await? else {
        return Ok(Some(LoginRefusal::NotInService(person)));
    };
    if password.state != SystemUserState::Active {
        return Ok(Some(LoginRefusal::NotInService(person)));
    }
    let roles: Rank = password.roles.into_iter().collect();
    if roles.is_none() || roles.reaches(&login.roles).is_err() {
        return Ok(Some(LoginRefusal::RoleLost(person)));
    }
    if password.initial || password_digest(&password.hash) != login.password {
        return Ok(Some(LoginRefusal::PasswordChanged(person)));
    }
    Ok(if login.ended {
        Some(LoginRefusal::Ended)
    } else if login.started.plus(LONGEST) <= at {
        Some(LoginRefusal::TooOld)
    } else if login.used.plus(IDLE) <= at {
        Some(LoginRefusal::Idle)
    } else {
        None
    })
}

pub(super) fn password_digest(hash: &str) -> String {
    sha256(format!("sekisho operator password\n{hash}"))
}
