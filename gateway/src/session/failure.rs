//! Why can the store not be asked, or not be followed at all?

/// The store does not answer, or cannot take more. No session is trusted without it: 503.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the session store is silent: {0}")]
pub struct StoreSilent(pub(super) String);

impl StoreSilent {
    /// Others wrote faster every time.
    pub(crate) fn busy() -> Self {
        Self("too many writers at once".into())
    }
}

/// Why the store cannot be followed at all.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SessionsRefusal {
    /// The URL.
    #[error("sessions.url {0}")]
    Url(String),
    /// The CA file.
    #[error("sessions.ca {0}")]
    Ca(String),
}

impl SessionsRefusal {
    /// The key of `[sessions]` that is wrong, and the words.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Url(words) => ("url", words),
            Self::Ca(words) => ("ca", words),
        }
    }
}
