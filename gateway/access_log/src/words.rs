//! What is a line about, and how did it end? The words of `kind` and `outcome`.

/// What a line tells of.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Kind {
    /// A connection on which nothing became a request.
    Connection,
    /// So many lines of one kind became this one, since whoever sent them sent more than a few a second.
    Folded,
    /// Lines are missing here: more came than could be kept while the disk was full.
    Gap,
    /// A TLS handshake that did not come about.
    Handshake,
    /// An ID that just logged in is in use on this other device, too.
    IdConcurrentUse,
    /// Somebody tried to log in.
    Login,
    /// Somebody logged out.
    Logout,
    /// A request, or the upgrade it became, is still running.
    Open,
    /// A request that has ended, well or not. Exactly one each, or counted in exactly one [`Kind::Folded`].
    Request,
    /// A session ended otherwise than by logout.
    SessionEnd,
    /// The gateway began to write, or had to mend the file.
    Start,
    /// The gateway stopped writing, in order.
    Stop,
}

/// How it ended.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Outcome {
    /// The far end went away before the answer was whole.
    Aborted,
    /// The gateway answered by itself: one of its own pages.
    Answered,
    /// Ended by us while it ran: the device, session or invitation under it was gone.
    Cut,
    /// The backend's answer broke off, or stood still for too long.
    Failed,
    /// Not readable as a request.
    Malformed,
    /// Through the gate, and answered whole.
    Passed,
    /// Refused; `reason` and `code` say why.
    Refused,
}

impl Kind {
    const ALL: [Self; 12] = [
        Self::Connection,
        Self::Folded,
        Self::Gap,
        Self::Handshake,
        Self::IdConcurrentUse,
        Self::Login,
        Self::Logout,
        Self::Open,
        Self::Request,
        Self::SessionEnd,
        Self::Start,
        Self::Stop,
    ];

    /// Which kind says so of itself.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The word in the line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Folded => "folded",
            Self::Gap => "gap",
            Self::Handshake => "handshake",
            Self::IdConcurrentUse => "id_concurrent_use",
            Self::Login => "login",
            Self::Logout => "logout",
            Self::Open => "open",
            Self::Request => "request",
            Self::SessionEnd => "session_end",
            Self::Start => "start",
            Self::Stop => "stop",
        }
    }
}

impl Outcome {
    const ALL: [Self; 7] =
        [Self::Aborted, Self::Answered, Self::Cut, Self::Failed, Self::Malformed, Self::Passed, Self::Refused];

    /// Which outcome the word is of.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }

    /// The word in the line and in the metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aborted => "aborted",
            Self::Answered => "answered",
            Self::Cut => "cut",
            Self::Failed => "failed",
            Self::Malformed => "malformed",
            Self::Passed => "passed",
            Self::Refused => "refused",
        }
    }
}
