//! How did whoever acts show who they are? Every event says it.

use super::known::OpenLogin;
use super::password_shown::PasswordShown;

/// The way in which an act's person was known. There is none for a name alone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProofMethod {
    /// By a login on the command line, which each change asks for again.
    Login(OpenLogin),
    /// By their password, shown to this command: from a file of theirs, or typed.
    PasswordFile(PasswordShown),
    /// By nothing: the registry knows no operator in service, and whoever holds its file is one. Each change asks again.
    Founding,
    /// By device and password, through the gateway, in the console.
    Console,
    /// By device and password, through the gateway, on the pages of their own office.
    Office,
    /// The desk by itself, on a proof it was shown.
    Desk,
}

impl ProofMethod {
    /// As an event's detail has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Login(_) => "login",
            Self::PasswordFile(_) => "password_file",
            Self::Founding => "founding",
            Self::Console => "console",
            Self::Office => "office",
            Self::Desk => "desk",
        }
    }
}
