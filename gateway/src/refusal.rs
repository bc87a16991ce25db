//! Why a request stopped: full words for the log, a code, a status and a page for the reader.

use http::StatusCode;

/// Every way in which a request can be refused, in the order in which they are found out:
/// where two hold, the one further up is told.
///
/// A page says what to do next by the [`Refusal::code`]; the access line says [`Refusal::reason`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Refusal {
    /// The connection was opened for another name.
    Misdirected,
    /// Not a request we read; says which of 400, 408, 413, 431 and 501.
    BadRequest(Fault),
    /// An iPhone or iPad, and not Safari.
    WrongBrowser,
    /// The access log cannot be written.
    LogUnavailable,
    /// The registry has been silent for too long.
    RegistryStale,
    /// It has been silent for too long, since what stands there is another history than the one applied.
    RegistryForked,
    /// No certificate was shown.
    NoCert,
    /// A certificate of another CA, or one we cannot read.
    ForeignCert,
    /// Of our CA, and not in the registry.
    UnknownDevice,
    /// Withdrawn for ever.
    Revoked,
    /// Another certificate took its place.
    Superseded,
    /// The device is on hold.
    Suspended,
    /// The office is on hold, or has left.
    OfficeSuspended,
    /// The device is not approved, or no longer.
    NotApproved,
    /// The certificate's first day has not come.
    NotYetValid,
    /// The certificate's last day has passed.
    Expired,
    /// Planned maintenance.
    Maintenance,
    /// A changing request that another site's page sent.
    CrossSite,
    /// More logins than the pool, or a device's share of it, takes.
    RateLimited,
    /// This ID is locked after failures, whether or not it exists.
    Locked,
    /// The session store does not answer.
    SessionStoreUnavailable,
    /// No session.
    NoSession,
    /// The session is over its longest time.
    SessionAbsolute,
    /// The session was left alone too long.
    SessionIdle,
    /// The session belongs to another device.
    SessionCertMismatch,
    /// An unknown ID or a wrong password; the line knows which, the reader does not.
    LoginFailed(LoginFault),
    /// The ID was deleted.
    UserDeleted,
    /// The ID is on hold.
    UserSuspended,
    /// The person is of another office than the device.
    OfficeMismatch,
    /// The device serves listed people, and this is none of them.
    UserNotOnDevice,
    /// The initial password must be changed first.
    MustChangePassword,
    /// No route has this path.
    NoRoute,
    /// Not invited to this room, or no such room.
    NotInvited,
    /// A policy said no, or could not be evaluated.
    PolicyDenied,
    /// The backend did not answer.
    BackendUnavailable,
}

/// What was wrong with a request that could not be read.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Fault {
    /// Its form: host, path, framing, cookie, form fields.
    Malformed,
    /// It took too long to arrive.
    TooSlow,
    /// Its body is too large.
    BodyTooLarge,
    /// Its headers are too many or too large.
    HeadersTooLarge,
    /// Its body comes in a transfer coding that we cannot read (RFC 9112 §6.1).
    UnknownCoding,
}

/// What the access line says of a failed login.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum LoginFault {
    /// No such ID.
    UnknownId,
    /// The ID was deleted.
    DeletedId,
    /// Not its password.
    WrongPassword,
}

impl Refusal {
    /// Each way once, in the order of the enum: for what lists or checks them all.
    pub const ALL: [Self; 41] = [
        Self::Misdirected,
        Self::BadRequest(Fault::Malformed),
        Self::BadRequest(Fault::TooSlow),
        Self::BadRequest(Fault::BodyTooLarge),
        Self::BadRequest(Fault::HeadersTooLarge),
        Self::BadRequest(Fault::UnknownCoding),
        Self::WrongBrowser,
        Self::LogUnavailable,
        Self::RegistryStale,
        Self::RegistryForked,
        Self::NoCert,
        Self::ForeignCert,
        Self::UnknownDevice,
        Self::Revoked,
        Self::Superseded,
        Self::Suspended,
        Self::OfficeSuspended,
        Self::NotApproved,
        Self::NotYetValid,
        Self::Expired,
        Self::Maintenance,
        Self::CrossSite,
        Self::RateLimited,
        Self::Locked,
        Self::SessionStoreUnavailable,
        Self::NoSession,
        Self::SessionAbsolute,
        Self::SessionIdle,
        Self::SessionCertMismatch,
        Self::LoginFailed(LoginFault::UnknownId),
        Self::LoginFailed(LoginFault::DeletedId),
        Self::LoginFailed(LoginFault::WrongPassword),
        Self::UserDeleted,
        Self::UserSuspended,
        Self::OfficeMismatch,
        Self::UserNotOnDevice,
        Self::MustChangePassword,
        Self::NoRoute,
        Self::NotInvited,
        Self::PolicyDenied,
        Self::BackendUnavailable,
    ];

    /// The status of the answer.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::BadRequest(fault) => fault.status(),
            Self::WrongBrowser
            | Self::NoCert
            | Self::ForeignCert
            | Self::UnknownDevice
            | Self::Revoked
            | Self::Superseded
            | Self::Suspended
            | Self::OfficeSuspended
            | Self::NotApproved
            | Self::NotYetValid
            | Self::Expired
            | Self::CrossSite
            | Self::UserSuspended
            | Self::OfficeMismatch
            | Self::UserNotOnDevice
            | Self::MustChangePassword
            | Self::NotInvited
            | Self::PolicyDenied => StatusCode::FORBIDDEN,
            Self::LogUnavailable
            | Self::RegistryStale
            | Self::RegistryForked
            | Self::Maintenance
            | Self::SessionStoreUnavailable
            | Self::BackendUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::RateLimited | Self::Locked => StatusCode::TOO_MANY_REQUESTS,
            Self::NoSession
            | Self::SessionAbsolute
            | Self::SessionIdle
            | Self::SessionCertMismatch
            | Self::LoginFailed(_)
            | Self::UserDeleted => StatusCode::UNAUTHORIZED,
            Self::NoRoute => StatusCode::NOT_FOUND,
        }
    }

    /// The code that stands on the page and is read out on the telephone.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoCert | Self::ForeignCert | Self::UnknownDevice => "KW-101",
            Self::Expired => "KW-102",
            Self::Revoked => "KW-103",
            Self::Superseded => "KW-104",
            Self::NotApproved | Self::NotYetValid => "KW-105",
            Self::WrongBrowser => "KW-106",
            Self::Suspended => "KW-107",
            Self::OfficeMismatch | Self::UserNotOnDevice => "KW-108",
            Self::OfficeSuspended => "KW-109",
            Self::SessionCertMismatch => "KW-110",
            Self::NotInvited => "KW-111",
            Self::UserSuspended => "KW-112",
            Self::PolicyDenied => "KW-113",
            Self::LoginFailed(_) | Self::UserDeleted => "KW-201",
            Self::Locked => "KW-202",
            Self::SessionIdle => "KW-203",
            Self::SessionAbsolute => "KW-204",
            Self::MustChangePassword => "KW-205",
            Self::NoSession => "KW-207",
            Self::LogUnavailable
            | Self::RegistryStale
            | Self::RegistryForked
            | Self::SessionStoreUnavailable
            | Self::BackendUnavailable => "KW-301",
            Self::Maintenance => "KW-302",
            Self::RateLimited => "KW-303",
            Self::Misdirected => "KW-304",
            Self::CrossSite => "KW-305",
            Self::BadRequest(_) => "KW-306",
            Self::NoRoute => "KW-307",
        }
    }

    /// The reason in the access line and the metrics.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Misdirected => "misdirected",
            Self::BadRequest(_) => "bad_request",
            Self::WrongBrowser => "wrong_browser",
            Self::LogUnavailable => "log_unavailable",
            Self::RegistryStale => "registry_stale",
            Self::RegistryForked => "registry_forked",
            Self::NoCert => "no_cert",
            Self::ForeignCert => "foreign_cert",
            Self::UnknownDevice => "unknown_device",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Suspended => "suspended",
            Self::OfficeSuspended => "office_suspended",
            Self::NotApproved => "not_approved",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::Maintenance => "maintenance",
            Self::CrossSite => "cross_site",
            Self::RateLimited => "rate_limited",
            Self::Locked => "locked",
            Self::SessionStoreUnavailable => "session_store_unavailable",
            Self::NoSession => "no_session",
            Self::SessionAbsolute => "session_absolute",
            Self::SessionIdle => "session_idle",
            Self::SessionCertMismatch => "session_cert_mismatch",
            Self::LoginFailed(LoginFault::UnknownId) => "unknown_id",
            Self::LoginFailed(LoginFault::WrongPassword) => "wrong_password",
            Self::LoginFailed(LoginFault::DeletedId) | Self::UserDeleted => "user_deleted",
            Self::UserSuspended => "user_suspended",
            Self::OfficeMismatch => "office_mismatch",
            Self::UserNotOnDevice => "user_not_on_device",
            Self::MustChangePassword => "must_change_password",
            Self::NoRoute => "no_route",
            Self::NotInvited => "not_invited",
            Self::PolicyDenied => "policy_denied",
            Self::BackendUnavailable => "backend_unavailable",
        }
    }

    /// The reason a reader may learn (`reason` in RFC 9457 problems): as [`Self::reason`], but an
    /// ID that does not exist, was deleted or got a wrong password all read `login_failed`.
    #[must_use]
    pub fn public_reason(self) -> &'static str {
        if matches!(self, Self::LoginFailed(_) | Self::UserDeleted) { "login_failed" } else { self.reason() }
    }
}

impl Fault {
    fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::UnknownCoding => StatusCode::NOT_IMPLEMENTED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The one after, in the order of the enum. A new reason does not compile until it has its place here.
    fn after(refusal: Refusal) -> Option<Refusal> {
        match refusal {
            Refusal::Misdirected => Some(Refusal::BadRequest(Fault::Malformed)),
            Refusal::BadRequest(Fault::Malformed) => Some(Refusal::BadRequest(Fault::TooSlow)),
            Refusal::BadRequest(Fault::TooSlow) => Some(Refusal::BadRequest(Fault::BodyTooLarge)),
            Refusal::BadRequest(Fault::BodyTooLarge) => Some(Refusal::BadRequest(Fault::HeadersTooLarge)),
            Refusal::BadRequest(Fault::HeadersTooLarge) => Some(Refusal::BadRequest(Fault::UnknownCoding)),
            Refusal::BadRequest(Fault::UnknownCoding) => Some(Refusal::WrongBrowser),
            Refusal::WrongBrowser => Some(Refusal::LogUnavailable),
            Refusal::LogUnavailable => Some(Refusal::RegistryStale),
            Refusal::RegistryStale => Some(Refusal::RegistryForked),
            Refusal::RegistryForked => Some(Refusal::NoCert),
            Refusal::NoCert => Some(Refusal::ForeignCert),
            Refusal::ForeignCert => Some(Refusal::UnknownDevice),
            Refusal::UnknownDevice => Some(Refusal::Revoked),
            Refusal::Revoked => Some(Refusal::Superseded),
            Refusal::Superseded => Some(Refusal::Suspended),
            Refusal::Suspended => Some(Refusal::OfficeSuspended),
            Refusal::OfficeSuspended => Some(Refusal::NotApproved),
            Refusal::NotApproved => Some(Refusal::NotYetValid),
            Refusal::NotYetValid => Some(Refusal::Expired),
            Refusal::Expired => Some(Refusal::Maintenance),
            Refusal::Maintenance => Some(Refusal::CrossSite),
            Refusal::CrossSite => Some(Refusal::RateLimited),
            Refusal::RateLimited => Some(Refusal::Locked),
            Refusal::Locked => Some(Refusal::SessionStoreUnavailable),
            Refusal::SessionStoreUnavailable => Some(Refusal::NoSession),
            Refusal::NoSession => Some(Refusal::SessionAbsolute),
            Refusal::SessionAbsolute => Some(Refusal::SessionIdle),
            Refusal::SessionIdle => Some(Refusal::SessionCertMismatch),
            Refusal::SessionCertMismatch => Some(Refusal::LoginFailed(LoginFault::UnknownId)),
            Refusal::LoginFailed(LoginFault::UnknownId) => Some(Refusal::LoginFailed(LoginFault::DeletedId)),
            Refusal::LoginFailed(LoginFault::DeletedId) => Some(Refusal::LoginFailed(LoginFault::WrongPassword)),
            Refusal::LoginFailed(LoginFault::WrongPassword) => Some(Refusal::UserDeleted),
            Refusal::UserDeleted => Some(Refusal::UserSuspended),
            Refusal::UserSuspended => Some(Refusal::OfficeMismatch),
            Refusal::OfficeMismatch => Some(Refusal::UserNotOnDevice),
            Refusal::UserNotOnDevice => Some(Refusal::MustChangePassword),
            Refusal::MustChangePassword => Some(Refusal::NoRoute),
            Refusal::NoRoute => Some(Refusal::NotInvited),
            Refusal::NotInvited => Some(Refusal::PolicyDenied),
            Refusal::PolicyDenied => Some(Refusal::BackendUnavailable),
            Refusal::BackendUnavailable => None,
        }
    }

    #[test]
    fn the_list_of_all_refusals_forgets_none() {
        let walked: Vec<_> = std::iter::successors(Some(Refusal::ALL[0]), |refusal| after(*refusal)).collect();
        assert_eq!(walked, Refusal::ALL);
        assert!(Refusal::ALL.is_sorted());
    }
}
