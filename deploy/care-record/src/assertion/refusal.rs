//! Why an assertion was not believed. The word goes into the answer's `reason` and into the log.

/// Why an assertion was not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionRefusal {
    /// Signed with something else than ES256, or with nothing.
    #[error("algorithm")]
    Algorithm,
    /// Made for another service.
    #[error("audience")]
    Audience,
    /// The body is not the one it was made for.
    #[error("body")]
    Body,
    /// Past its end.
    #[error("expired")]
    Expired,
    /// Its times cannot be: from the future, or valid for longer than the gateway ever says.
    #[error("lifetime")]
    Lifetime,
    /// Said by another gateway.
    #[error("issuer")]
    Issuer,
    /// Not a token, or claims are missing.
    #[error("malformed")]
    Malformed,
    /// The method is not the one it was made for.
    #[error("method")]
    Method,
    /// There is none, or more than one.
    #[error("missing")]
    Missing,
    /// It does not say that both factors were seen.
    #[error("one_factor")]
    OneFactor,
    /// The path is not the one it was made for.
    #[error("path")]
    Path,
    /// The query is not the one it was made for.
    #[error("query")]
    Query,
    /// It is not for this room.
    #[error("room")]
    Room,
    /// The signature does not fit.
    #[error("signature")]
    Signature,
    /// No key of this name in the gateway's JWKS.
    #[error("unknown_key")]
    UnknownKey,
}
