//! What is fixed of each refusal: one row for each. A new one does not compile until it has its row.

use http::StatusCode;

use super::{Fault, LoginFault, Refusal, Topic};

/// One refusal, whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) status: StatusCode,
    /// Stands on the page.
    pub(super) code: &'static str,
    /// Stands in the access line and the metrics.
    pub(super) reason: &'static str,
    /// The reason that a reader may learn.
    pub(super) told_as: &'static str,
    pub(super) japanese: &'static str,
    pub(super) english: &'static str,
    pub(super) topic: Topic,
    pub(super) chapters: &'static [Chapter],
    pub(super) retry: Retry,
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

/// A row that does not say yet what its page begins with.
struct Unsaid {
    status: StatusCode,
    code: &'static str,
    reason: &'static str,
    topic: Topic,
}

const fn row(status: StatusCode, code: &'static str, reason: &'static str, topic: Topic) -> Unsaid {
    Unsaid { status, code, reason, topic }
}

impl Unsaid {
    /// The heading of its page.
    const fn says(self, japanese: &'static str, english: &'static str) -> Row {
        let Self { status, code, reason, topic } = self;
        Row { status, code, reason, told_as: reason, japanese, english, topic, chapters: &[], retry: Retry::Never }
    }
}

impl Row {
    const fn in_handbook(self, chapters: &'static [Chapter]) -> Self {
        Self { chapters, ..self }
    }

    const fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// The reader is told less than the line.
    const fn told_as(self, told_as: &'static str) -> Self {
        Self { told_as, ..self }
    }
}

const MISDIRECTED_REQUEST: StatusCode = StatusCode::MISDIRECTED_REQUEST;
const BAD_REQUEST: StatusCode = StatusCode::BAD_REQUEST;
const REQUEST_TIMEOUT: StatusCode = StatusCode::REQUEST_TIMEOUT;
const PAYLOAD_TOO_LARGE: StatusCode = StatusCode::PAYLOAD_TOO_LARGE;
const REQUEST_HEADER_FIELDS_TOO_LARGE: StatusCode = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
const NOT_IMPLEMENTED: StatusCode = StatusCode::NOT_IMPLEMENTED;
const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
const SERVICE_UNAVAILABLE: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
const TOO_MANY_REQUESTS: StatusCode = StatusCode::TOO_MANY_REQUESTS;
const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;
const NOT_FOUND: StatusCode = StatusCode::NOT_FOUND;

impl Refusal {
    #[expect(clippy::too_many_lines, reason = "a table: three lines for each of 41 refusals")]
    pub(super) const fn row(self) -> Row {
        use Chapter::{Certificate, Contact, Equipment, Forms, Rooms, Rules};
        use Retry::{AboutAMinute, AfterMaintenance, Later, WhenUnlocked};
        use Topic::{Apply, Contact as Call, Iphone, Renew, Reselect, Start};
        match self {
            Self::Misdirected => row(MISDIRECTED_REQUEST, "KW-304", "misdirected", Reselect)
                .says("ページを開き直してください", "Please open the page again"),
            Self::BadRequest(Fault::Malformed) => row(BAD_REQUEST, "KW-306", "bad_request", Start)
                .says("操作を受け付けられませんでした", "This request could not be read"),
            Self::BadRequest(Fault::TooSlow) => row(REQUEST_TIMEOUT, "KW-306", "bad_request", Start)
                .says("通信に時間がかかりすぎました", "This took too long to arrive"),
            Self::BadRequest(Fault::BodyTooLarge) => row(PAYLOAD_TOO_LARGE, "KW-306", "bad_request", Start)
                .says("送る内容が大きすぎます", "What you sent is too large"),
            Self::BadRequest(Fault::HeadersTooLarge) => {
                row(REQUEST_HEADER_FIELDS_TOO_LARGE, "KW-306", "bad_request", Start)
                    .says("ブラウザから届いた情報が大きすぎます", "Your browser sent too much information")
            }
            Self::BadRequest(Fault::UnknownCoding) => row(NOT_IMPLEMENTED, "KW-306", "bad_request", Start)
                .says("操作を受け付けられませんでした", "This request could not be read"),
            Self::WrongBrowser => row(FORBIDDEN, "KW-106", "wrong_browser", Iphone)
                .says("Safari（サファリ）で開いてください", "Please open this page in Safari")
                .in_handbook(&[Equipment]),
            Self::LogUnavailable => row(SERVICE_UNAVAILABLE, "KW-301", "log_unavailable", Start)
                .says("ただいまカシワニネットに接続できません", "Kashiwani-Net cannot be reached right now")
                .retry(Later),
            Self::RegistryStale => row(SERVICE_UNAVAILABLE, "KW-301", "registry_stale", Start)
                .says("ただいまカシワニネットに接続できません", "Kashiwani-Net cannot be reached right now")
                .retry(Later),
            Self::RegistryForked => row(SERVICE_UNAVAILABLE, "KW-301", "registry_forked", Start)
                .says("ただいまカシワニネットに接続できません", "Kashiwani-Net cannot be reached right now")
                .retry(Later),
            Self::NoCert => row(FORBIDDEN, "KW-101", "no_cert", Reselect)
                .says("この端末の電子証明書を確認できませんでした", "We could not confirm this device’s certificate")
                .in_handbook(&[Certificate]),
            Self::ForeignCert => row(FORBIDDEN, "KW-101", "foreign_cert", Reselect)
                .says("ほかの証明書が選ばれました", "Another certificate was chosen")
                .in_handbook(&[Certificate]),
            Self::UnknownDevice => row(FORBIDDEN, "KW-101", "unknown_device", Reselect)
                .says("この端末の電子証明書を確認できませんでした", "We could not confirm this device’s certificate")
                .in_handbook(&[Certificate]),
            Self::Revoked => row(FORBIDDEN, "KW-103", "revoked", Apply)
                .says("この端末の電子証明書は、無効になっています", "This device’s certificate is no longer valid")
                .in_handbook(&[Certificate, Contact]),
            Self::Superseded => row(FORBIDDEN, "KW-104", "superseded", Renew)
                .says("新しい電子証明書に切り替わっています", "A newer certificate has taken over")
                .in_handbook(&[Certificate]),
            Self::Suspended => row(FORBIDDEN, "KW-107", "suspended", Call)
                .says("この端末のご利用を一時停止しています", "Use of this device is on hold")
                .in_handbook(&[Contact]),
            Self::OfficeSuspended => row(FORBIDDEN, "KW-109", "office_suspended", Call)
                .says("ご利用を停止しています", "Use by this office has been stopped")
                .in_handbook(&[Contact]),
            Self::NotApproved => row(FORBIDDEN, "KW-105", "not_approved", Call)
                .says("この端末は、利用開始の手続き中です", "This device is still being prepared for use")
                .in_handbook(&[Rules]),
            Self::NotYetValid => row(FORBIDDEN, "KW-105", "not_yet_valid", Call)
                .says("この端末は、利用開始の手続き中です", "This device is still being prepared for use")
                .in_handbook(&[Rules]),
            Self::Expired => row(FORBIDDEN, "KW-102", "expired", Renew)
                .says("電子証明書の有効期限が切れています", "This certificate has expired")
                .in_handbook(&[Certificate]),
            Self::Maintenance => row(SERVICE_UNAVAILABLE, "KW-302", "maintenance", Start)
                .says("メンテナンス中です", "Maintenance in progress")
                .retry(AfterMaintenance),
            Self::CrossSite => row(FORBIDDEN, "KW-305", "cross_site", Start)
                .says("安全のため、操作を受け付けませんでした", "For safety, this was not accepted"),
            Self::RateLimited => row(TOO_MANY_REQUESTS, "KW-303", "rate_limited", Start)
                .says("少しお待ちください", "Please wait a moment")
                .retry(AboutAMinute),
            Self::Locked => row(TOO_MANY_REQUESTS, "KW-202", "locked", Call)
                .says("ログインを一時的に止めています", "Login is paused for a while")
                .in_handbook(&[Contact])
                .retry(WhenUnlocked),
            Self::SessionStoreUnavailable => row(SERVICE_UNAVAILABLE, "KW-301", "session_store_unavailable", Start)
                .says("ただいまカシワニネットに接続できません", "Kashiwani-Net cannot be reached right now")
                .retry(Later),
            Self::NoSession => {
                row(UNAUTHORIZED, "KW-207", "no_session", Start).says("ログインしてください", "Please log in")
            }
            Self::SessionAbsolute => row(UNAUTHORIZED, "KW-204", "session_absolute", Start)
                .says("ログインの有効時間が過ぎました", "Your login has run out"),
            Self::SessionIdle => row(UNAUTHORIZED, "KW-203", "session_idle", Start).says(
                "ログアウトしました（一定時間操作がありませんでした）",
                "You were logged out after a time without activity",
            ),
            Self::SessionCertMismatch => row(UNAUTHORIZED, "KW-110", "session_cert_mismatch", Call)
                .says("もう一度ログインしてください", "Please log in again")
                .in_handbook(&[Contact]),
            Self::LoginFailed(LoginFault::UnknownId) => row(UNAUTHORIZED, "KW-201", "unknown_id", Call)
                .says("ログインできませんでした", "Login failed")
                .in_handbook(&[Contact])
                .told_as("login_failed"),
            Self::LoginFailed(LoginFault::DeletedId) => row(UNAUTHORIZED, "KW-201", "user_deleted", Call)
                .says("ログインできませんでした", "Login failed")
                .in_handbook(&[Contact])
                .told_as("login_failed"),
            Self::LoginFailed(LoginFault::WrongPassword) => row(UNAUTHORIZED, "KW-201", "wrong_password", Call)
                .says("ログインできませんでした", "Login failed")
                .in_handbook(&[Contact])
                .told_as("login_failed"),
            Self::UserDeleted => row(UNAUTHORIZED, "KW-201", "user_deleted", Call)
                .says("ログインできませんでした", "Login failed")
                .in_handbook(&[Contact])
                .told_as("login_failed"),
            Self::UserSuspended => row(FORBIDDEN, "KW-112", "user_suspended", Call)
                .says("このIDのご利用を一時停止しています", "Use of this ID is on hold")
                .in_handbook(&[Contact]),
            Self::OfficeMismatch => row(FORBIDDEN, "KW-108", "office_mismatch", Call)
                .says("このIDは、この端末ではご利用いただけません", "This ID cannot be used on this device")
                .in_handbook(&[Forms]),
            Self::UserNotOnDevice => row(FORBIDDEN, "KW-108", "user_not_on_device", Call)
                .says("このIDは、この端末ではご利用いただけません", "This ID cannot be used on this device")
                .in_handbook(&[Forms]),
            Self::MustChangePassword => row(FORBIDDEN, "KW-205", "must_change_password", Start)
                .says("はじめに、パスワードを変更してください", "First, please change your password"),
            Self::NoRoute => {
                row(NOT_FOUND, "KW-307", "no_route", Start).says("ページが見つかりませんでした", "Page not found")
            }
            Self::NotInvited => row(FORBIDDEN, "KW-111", "not_invited", Call)
                .says("この部屋には招待されていません", "You are not invited to this room")
                .in_handbook(&[Rooms]),
            Self::PolicyDenied => row(FORBIDDEN, "KW-113", "policy_denied", Call)
                .says("この画面を使う権限がありません", "You may not use this page")
                .in_handbook(&[Contact]),
            Self::BackendUnavailable => row(SERVICE_UNAVAILABLE, "KW-301", "backend_unavailable", Start)
                .says("ただいまカシワニネットに接続できません", "Kashiwani-Net cannot be reached right now")
                .retry(Later),
        }
    }
}
