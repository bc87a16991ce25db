//! How did whoever acts show who they are? Every event says it.

/// The way in which an act's person was known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProofMethod {
    /// By a name alone, on the command line.
    Named,
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
            Self::Named => "named",
            Self::Console => "console",
            Self::Office => "office",
            Self::Desk => "desk",
        }
    }
}
