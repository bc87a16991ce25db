//! A line as people review it (証跡): who, when, of what kind, and what was done. Numbers only; names are joined when it is
//! printed.

use access_log::{Kind, LogLine, Outcome};
use certs::Timestamp;
use pages::Language;
use pages::refusals::Reason;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::ledger::Uncalled;
use crate::spelling::visible;

/// Signs of a path that are shown: the rest says nothing to whoever reviews.
const LONGEST_PATH: usize = 120;

/// Of what kind an operation is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Category {
    Login,
    LoginFailed,
    Logout,
    SessionEnd,
    Concurrent,
    Reading,
    Writing,
    Running,
    Refused,
    OwnPage,
}

/// A line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct AccessRow {
    /// As the line has it: compared as text, and by the gateway where two are the same.
    pub(crate) time: String,
    pub(crate) gateway: String,
    pub(crate) user: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) office: Option<String>,
    pub(crate) room: Option<String>,
    pub(crate) category: Category,
    /// What was asked for and what came of it, without the room.
    pub(crate) did: String,
    /// It went through to the service, or runs there.
    pub(crate) passed: bool,
    /// By which the line of its end is known.
    pub(crate) request: Option<String>,
}

impl Category {
    /// カテゴリ.
    pub(crate) const fn called(self) -> &'static str {
        match self {
            Self::Login => "ログイン",
            Self::LoginFailed => "ログイン失敗",
            Self::Logout => "ログアウト",
            Self::SessionEnd => "ログイン状態の終了",
            Self::Concurrent => "別の端末での同時利用",
            Self::Reading => "閲覧",
            Self::Writing => "登録・変更",
            Self::Running => "続いている操作",
            Self::Refused => "拒否",
            Self::OwnPage => "入口の画面",
        }
    }

    /// The word for programs.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::LoginFailed => "login_failed",
            Self::Logout => "logout",
            Self::SessionEnd => "session_end",
            Self::Concurrent => "concurrent_use",
            Self::Reading => "read",
            Self::Writing => "write",
            Self::Running => "running",
            Self::Refused => "refused",
            Self::OwnPage => "own_page",
        }
    }

    fn of(line: &LogLine<'_>) -> Option<Self> {
        let refused = matches!(line.outcome, Some(Outcome::Refused | Outcome::Malformed));
        Some(match line.kind {
            Kind::Login if refused => Self::LoginFailed,
            Kind::Login => Self::Login,
            Kind::Logout => Self::Logout,
            Kind::SessionEnd => Self::SessionEnd,
            Kind::IdConcurrentUse => Self::Concurrent,
            Kind::Open => Self::Running,
            Kind::Request if refused => Self::Refused,
            Kind::Request if line.outcome == Some(Outcome::Answered) => Self::OwnPage,
            Kind::Request => match line.method.map(|method| method.escaped()) {
                Some("GET" | "HEAD" | "OPTIONS") => Self::Reading,
                Some(_) | None => Self::Writing,
            },
            Kind::Connection | Kind::Folded | Kind::Gap | Kind::Handshake | Kind::Start | Kind::Stop => return None,
        })
    }
}

impl AccessRow {
    /// What a line says; nothing of one that is nobody's.
    pub(crate) fn of(gateway: &str, line: &LogLine<'_>) -> Option<Self> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Some(Self {
            time: line.time.to_owned(),
            gateway: gateway.to_owned(),
            user: owned(line.user),
            device: owned(line.device),
            office: owned(line.office),
            room: owned(line.room),
            category: Category::of(line)?,
            did: did(line),
            request: owned(line.request_id),
            passed: line.kind == Kind::Open
                || matches!(line.outcome, Some(Outcome::Passed | Outcome::Aborted | Outcome::Cut | Outcome::Failed)),
        })
    }

    /// The moment, to the second.
    pub(crate) fn at(&self) -> Timestamp {
        let read = OffsetDateTime::parse(&self.time, &Rfc3339);
        Timestamp::from_unix(read.map(OffsetDateTime::unix_timestamp).unwrap_or_default())
    }

    /// Names that are to be joined.
    pub(crate) fn ask(&self, wanted: &mut Uncalled) {
        for (number, names) in [
            (&self.user, &mut wanted.people),
            (&self.device, &mut wanted.devices),
            (&self.office, &mut wanted.offices),
            (&self.room, &mut wanted.rooms),
        ] {
            if let Some(number) = number.as_ref().filter(|number| !names.contains(number.as_str())) {
                names.insert(number.clone());
            }
        }
    }
}

/// Why a session ended, where that is no refusal.
fn ended(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "device_revoked" => "端末の電子証明書が使えなくなったため",
        "logged_in_again" => "同じブラウザでログインし直したため",
        "logged_in_elsewhere" => "別の端末でログインしたため",
        "logout" => "ログアウトしたため",
        "maintenance_closed" => "保守の時間帯が終わったため",
        "password_changed" => "パスワードが変わったため",
        "too_many_sessions" => "ログインが多すぎたため（古いものから終わります）",
        "user_gone" => "IDが停止・削除・異動になったため",
        _ => return None,
    })
}

/// Why it was refused, with the code that the page showed, or why a session ended; a word of another release as it is.
pub(super) fn why(reason: &str) -> String {
    Reason::read(reason, None).map_or_else(
        || ended(reason).unwrap_or(reason).to_owned(),
        |read| format!("{}（{}）", read.heading(Language::Japanese).trim_end_matches('。'), read.code()),
    )
}

/// What was asked for, and what came of it.
fn did(line: &LogLine<'_>) -> String {
    let mut said: Vec<String> = Vec::new();
    if let (Kind::Request | Kind::Open, Some(method)) = (line.kind, line.method) {
        let path: String = line.path.map(|path| path.read().chars().take(LONGEST_PATH).collect()).unwrap_or_default();
        // What a client chose is shown sign by sign.
        said.push(visible(&format!("{} {path}", method.read())).into_owned());
    }
    match line.outcome {
        Some(Outcome::Aborted) => said.push("（途中で切れました）".to_owned()),
        Some(Outcome::Cut) => said.push("（途中で止めました）".to_owned()),
        Some(Outcome::Failed) => said.push("（サービスの応答が途切れました）".to_owned()),
        Some(Outcome::Answered | Outcome::Malformed | Outcome::Passed | Outcome::Refused) | None => {}
    }
    said.extend(line.reason.map(why));
    if let (Kind::Request, Some(status)) = (line.kind, line.status) {
        said.push(format!("［{status}］"));
    }
    said.join(" ")
}
