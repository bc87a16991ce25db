//! What is fixed of each refusal: one row for each. A new one does not compile until it has its row. Its word, status, code
//! and sentences are the kit's, so that the desk says the same.

use pages::refusals::Reason;

use super::{Fault, LoginFault, Refusal, Topic};

/// One refusal, whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Its word, status, code and what its page says.
    pub(super) reason: Reason,
    /// The reason that a reader may learn, where it is less than the line's.
    pub(super) told_as: Option<&'static str>,
    pub(super) topic: Topic,
    pub(super) chapters: &'static [Chapter],
    pub(super) retry: Retry,
    pub(super) way_on: WayOn,
}

/// A chapter of the printed handbook; on which page it begins, the configuration says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Chapter {
    /// Getting and installing a certificate.
    Certificate,
    /// Whom to call.
    Contact,
    /// Devices and browsers.
    Equipment,
    /// Forms for IDs and offices.
    Forms,
    /// Joining and closing a room.
    Rooms,
    /// Rules, among them the inspection of devices.
    Rules,
}

/// Where the button of a page leads that needs no facts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WayOn {
    /// It has none.
    Nowhere,
    /// To the login.
    Login,
    /// To where a password is changed.
    Password,
    /// To the first page, to begin again.
    Home,
    /// To the first page, where something else can be done.
    HomeInstead,
}

/// When trying again makes sense.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Retry {
    /// Not by waiting.
    Never,
    /// A little later: what does not answer now may do so soon.
    Later,
    /// In about a minute.
    AboutAMinute,
    /// When the ID opens again.
    WhenUnlocked,
    /// When the maintenance is over.
    AfterMaintenance,
}

const fn row(reason: Reason, topic: Topic) -> Row {
    Row { reason, told_as: None, topic, chapters: &[], retry: Retry::Never, way_on: WayOn::Nowhere }
}

impl Row {
    const fn in_handbook(self, chapters: &'static [Chapter]) -> Self {
        Self { chapters, ..self }
    }

    const fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    const fn leads(self, way_on: WayOn) -> Self {
        Self { way_on, ..self }
    }

    /// The reader is told less than the line.
    const fn told_as(self, told_as: &'static str) -> Self {
        Self { told_as: Some(told_as), ..self }
    }
}

impl Refusal {
    pub(super) const fn row(self) -> Row {
        use Chapter::{Certificate, Contact, Equipment, Forms, Rooms, Rules};
        use Retry::{AboutAMinute, AfterMaintenance, Later, WhenUnlocked};
        use Topic::{Apply, Contact as Call, Iphone, Renew, Reselect, Start};
        use WayOn::{Home, HomeInstead, Login, Password};
        match self {
            Self::Misdirected => row(Reason::Misdirected, Reselect),
            Self::BadRequest(Fault::Malformed) => row(Reason::Malformed, Start).leads(Home),
            Self::BadRequest(Fault::TooSlow) => row(Reason::TooSlow, Start),
            Self::BadRequest(Fault::BodyTooLarge) => row(Reason::BodyTooLarge, Start),
            Self::BadRequest(Fault::HeadersTooLarge) => row(Reason::HeadersTooLarge, Start),
            Self::BadRequest(Fault::UnknownCoding) => row(Reason::UnknownCoding, Start).leads(Home),
            Self::WrongBrowser => row(Reason::WrongBrowser, Iphone).in_handbook(&[Equipment]),
            Self::LogUnavailable => row(Reason::LogUnavailable, Start).retry(Later),
            Self::RegistryStale => row(Reason::RegistryStale, Start).retry(Later),
            Self::RegistryForked => row(Reason::RegistryForked, Start).retry(Later),
            Self::NoCert => row(Reason::NoCert, Reselect).in_handbook(&[Certificate]),
            Self::ForeignCert => row(Reason::ForeignCert, Reselect).in_handbook(&[Certificate]),
            Self::UnknownDevice => row(Reason::UnknownDevice, Reselect).in_handbook(&[Certificate]),
            Self::Revoked => row(Reason::Revoked, Apply).in_handbook(&[Certificate, Contact]),
            Self::Superseded => row(Reason::Superseded, Renew).in_handbook(&[Certificate]),
            Self::Suspended => row(Reason::Suspended, Call).in_handbook(&[Contact]),
            Self::OfficeSuspended => row(Reason::OfficeSuspended, Call).in_handbook(&[Contact]),
            Self::NotApproved => row(Reason::NotApproved, Call).in_handbook(&[Rules]),
            Self::NotYetValid => row(Reason::NotYetValid, Call).in_handbook(&[Rules]),
            Self::Expired => row(Reason::Expired, Renew).in_handbook(&[Certificate]),
            Self::Maintenance => row(Reason::Maintenance, Start).retry(AfterMaintenance),
            Self::CrossSite => row(Reason::CrossSite, Start).leads(Home),
            Self::RateLimited => row(Reason::RateLimited, Start).retry(AboutAMinute),
            Self::Locked => row(Reason::Locked, Call).in_handbook(&[Contact]).retry(WhenUnlocked),
            Self::SessionStoreUnavailable => row(Reason::SessionStoreUnavailable, Start).retry(Later),
            Self::NoSession => row(Reason::NoSession, Start),
            Self::SessionAbsolute => row(Reason::SessionAbsolute, Start),
            Self::SessionIdle => row(Reason::SessionIdle, Start),
            Self::SessionCertMismatch => row(Reason::SessionCertMismatch, Call).in_handbook(&[Contact]),
            Self::LoginFailed(LoginFault::UnknownId) => {
                row(Reason::UnknownId, Call).in_handbook(&[Contact]).told_as("login_failed").leads(Login)
            }
            Self::LoginFailed(LoginFault::WrongPassword) => {
                row(Reason::WrongPassword, Call).in_handbook(&[Contact]).told_as("login_failed").leads(Login)
            }
            Self::LoginFailed(LoginFault::DeletedId) | Self::UserDeleted => {
                row(Reason::UserDeleted, Call).in_handbook(&[Contact]).told_as("login_failed").leads(Login)
            }
            Self::UserSuspended => row(Reason::UserSuspended, Call).in_handbook(&[Contact]),
            Self::MaintenanceClosed => row(Reason::MaintenanceClosed, Call).in_handbook(&[Contact]),
            Self::OfficeMismatch => row(Reason::OfficeMismatch, Call).in_handbook(&[Forms]),
            Self::UserNotOnDevice => row(Reason::UserNotOnDevice, Call).in_handbook(&[Forms]),
            Self::MustChangePassword => row(Reason::MustChangePassword, Start).leads(Password),
            Self::NoRoute => row(Reason::NoRoute, Start).leads(Home),
            Self::NotInvited => row(Reason::NotInvited, Call).in_handbook(&[Rooms]).leads(HomeInstead),
            Self::TrainingNeeded => row(Reason::TrainingNeeded, Call).in_handbook(&[Contact]).leads(HomeInstead),
            Self::PolicyDenied => row(Reason::PolicyDenied, Call).in_handbook(&[Contact]).leads(HomeInstead),
            Self::BackendUnavailable => row(Reason::BackendUnavailable, Start).retry(Later),
        }
    }
}
