//! Why an operator is not shown to be who they say.

use registry::LoginId;

use super::LoginRefusal;

/// Why somebody is not shown to be who they say.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProofRefusal {
    /// Who never chose a password proves nothing with it.
    #[error("{0} has an initial password")]
    InitialPassword(LoginId),
    /// The login on the command line is worth nothing here.
    #[error(transparent)]
    Login(#[from] LoginRefusal),
    /// Nobody in service with an operator's role.
    #[error("{0} is not an operator in service")]
    NoOperator(LoginId),
    /// A name alone names nobody.
    #[error("{0} showed nothing")]
    NotShown(LoginId),
    /// One is named, and another one is logged in.
    #[error("{named} is named, and {logged_in} is logged in")]
    OtherOperator {
        /// Whom `--operator` names.
        named: LoginId,
        /// Whose login it is.
        logged_in: LoginId,
    },
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
            Self::Login(why) => why.code(),
            Self::NoOperator(_) => "operator_may_not",
            Self::NotShown(_) => "not_shown",
            Self::OtherOperator { .. } => "other_operator",
            Self::TooManyWrong(_) => "locked",
            Self::WrongPassword(_) => "wrong_password",
        }
    }
}
