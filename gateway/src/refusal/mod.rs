//! Why a request stopped: full words for the log, a code, a status and a page for the reader.

mod row;
mod topic;

use http::StatusCode;
use pages::Language;

pub use row::{Chapter, Retry, WayOn};
pub use topic::Topic;

/// Every way in which a request can be refused, in the order in which they are found out:
/// where two hold, the one further up is told.
///
/// A page says what to do next by the [`Refusal::code`]; the access line says [`Refusal::reason`]. What is fixed of each stands
/// in its row (`row.rs`).
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
    /// The ID is a maintenance account's, and this is outside its window.
    MaintenanceClosed,
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
    /// The training that a city's policy asks for is not recorded of this person.
    TrainingNeeded,
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
    pub const ALL: [Self; 43] = [
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
        Self::MaintenanceClosed,
        Self::OfficeMismatch,
        Self::UserNotOnDevice,
        Self::MustChangePassword,
        Self::NoRoute,
        Self::NotInvited,
        Self::TrainingNeeded,
        Self::PolicyDenied,
        Self::BackendUnavailable,
    ];

    /// The status of the answer.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.row().reason.status()
    }

    /// The code that stands on the page and is read out on the telephone.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().reason.code()
    }

    /// The reason in the access line and the metrics.
    #[must_use]
    pub fn reason(self) -> &'static str {
        self.row().reason.as_str()
    }

    /// The reason a reader may learn (`reason` in RFC 9457 problems): as [`Self::reason`], but an
    /// ID that does not exist, was deleted or got a wrong password all read `login_failed`.
    #[must_use]
    pub fn public_reason(self) -> &'static str {
        self.row().told_as.unwrap_or(self.reason())
    }

    /// What its page says first, and its problem as `title`.
    #[must_use]
    pub fn heading(self, language: Language) -> &'static str {
        self.row().reason.heading(language)
    }

    /// What that means, on its page.
    #[must_use]
    pub fn lead(self, language: Language) -> &'static str {
        self.row().reason.lead(language)
    }

    /// What its reader is asked to do next.
    #[must_use]
    pub fn steps(self, language: Language) -> &'static [&'static str] {
        self.row().reason.steps(language)
    }

    /// The page of the help site that says most about it.
    #[must_use]
    pub fn topic(self) -> Topic {
        self.row().topic
    }

    /// The chapters of the printed handbook that say more.
    #[must_use]
    pub fn chapters(self) -> &'static [Chapter] {
        self.row().chapters
    }

    /// Where the button of its page leads, where that needs no facts.
    #[must_use]
    pub fn way_on(self) -> WayOn {
        self.row().way_on
    }

    /// When trying again makes sense.
    #[must_use]
    pub fn retry(self) -> Retry {
        self.row().retry
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pages::refusals::Reason;

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
            Refusal::UserSuspended => Some(Refusal::MaintenanceClosed),
            Refusal::MaintenanceClosed => Some(Refusal::OfficeMismatch),
            Refusal::OfficeMismatch => Some(Refusal::UserNotOnDevice),
            Refusal::UserNotOnDevice => Some(Refusal::MustChangePassword),
            Refusal::MustChangePassword => Some(Refusal::NoRoute),
            Refusal::NoRoute => Some(Refusal::NotInvited),
            Refusal::NotInvited => Some(Refusal::TrainingNeeded),
            Refusal::TrainingNeeded => Some(Refusal::PolicyDenied),
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

    /// The desk tells whoever answers the telephone of the kit's reasons.
    #[test]
    fn the_reasons_of_the_kit_are_those_of_the_refusals_and_no_other() {
        let refused: BTreeSet<_> = Refusal::ALL.iter().map(|refusal| refusal.row().reason).collect();
        assert_eq!(refused, Reason::ALL.into_iter().collect());
    }
}
