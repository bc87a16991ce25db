//! Why an operator is not shown to be who they say.

use registry::LoginId;

/// Why somebody is not shown to be who they say.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProofRefusal {
    /// Who never chose a password proves nothing with it.
    #[error("{0} has an initial password")]
    InitialPassword(LoginId),
    /// Nobody in service with an operator's role.
    #[error("{0} is not an operator in service")]
    NoOperator(LoginId),
    /// Too many wrong passwords.
    #[error("too many wrong passwords of {0}")]
    TooManyWrong(LoginId),
    /// The password is another one.
    #[error("the password of {0} is another one")]
    WrongPassword(LoginId),
}

impl ProofRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::InitialPassword(_) => "initial_password",
            Self::NoOperator(_) => "operator_may_not",
            Self::TooManyWrong(_) => "locked",
            Self::WrongPassword(_) => "wrong_password",
        }
    }
}
