//! Whose bound, and of what: the words of the metrics.

/// Whom a bound belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Party {
    /// An address, or a network of IPv6.
    Source,
    /// A device with a certificate of ours.
    Device,
    /// A login ID.
    Id,
    /// A backend.
    Upstream,
    /// One connection.
    Connection,
}

impl Party {
    /// The word in the metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Device => "device",
            Self::Id => "id",
            Self::Upstream => "upstream",
            Self::Connection => "connection",
        }
    }
}

/// What is bounded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Bound {
    /// Handshakes begun and not finished.
    Handshakes,
    /// Open connections.
    Connections,
    /// Requests in flight.
    Requests,
    /// Requests in a time.
    Rate,
    /// Octets held in memory, either way.
    Octets,
    /// The least speed of a body.
    Speed,
    /// Requests that their client took back.
    Cancelled,
    /// Live sessions.
    Sessions,
    /// Failed logins.
    Logins,
}

impl Bound {
    /// The word in the metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Handshakes => "handshakes",
            Self::Connections => "connections",
            Self::Requests => "requests",
            Self::Rate => "rate",
            Self::Octets => "octets",
            Self::Speed => "speed",
            Self::Cancelled => "cancelled",
            Self::Sessions => "sessions",
            Self::Logins => "logins",
        }
    }
}

/// What became a count instead of a line or a report each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Folded {
    /// Access lines.
    Lines,
    /// Reports to the desk.
    Reports,
}

impl Folded {
    /// The word in the metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Reports => "reports",
        }
    }
}
