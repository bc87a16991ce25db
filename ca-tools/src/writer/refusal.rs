//! Why the registry could not be read or written, as a person can act on it.

use certs::DeviceNo;
use registry::change::IllegalChange;
use registry::{LoginId, Role};

use super::application_refusal::ApplicationRefusal;
use super::emergency::EmergencyRefusal;
use super::issuer::IssuerRefusal;
use super::loss::LossRefusal;
use super::replacement::ReplacementRefusal;
use crate::language::Text;
use crate::password::Mistake;
use crate::ticket::TicketRefusal;

/// The registry does not answer, or not like a registry. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// There is no such file.
    #[error("there is no registry at {0}")]
    Missing(String),
    /// There is one already.
    #[error("there is a registry already at {0}")]
    AlreadyThere(String),
    /// Another program holds it.
    #[error("the registry is locked by another program")]
    Locked,
    /// No room on the disk.
    #[error("the disk under the registry is full")]
    DiskFull,
    /// Not to be written by this user.
    #[error("the registry may not be written by this user: {0}")]
    ReadOnly(String),
    /// The server or the file cannot be reached.
    #[error("the registry cannot be reached: {0}")]
    Unreachable(String),
    /// The server that answers does not prove to be the one that was named.
    #[error("the registry's server does not prove who it is: {0}")]
    Untrusted(String),
    /// Not a registry, or one of another version.
    #[error("this is not a registry, or not one of this version: {0}")]
    NotARegistry(String),
    /// A cell that says what no writer of ours wrote.
    #[error("the registry holds what it should not: {0}")]
    Corrupt(String),
    /// Anything else the database said.
    #[error("the registry refused: {0}")]
    Other(String),
}

impl Unavailable {
    /// For people: what was wrong and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Missing(at) => Text::new(
                format!(
                    "台帳がありません：{at}。--config の registry.url を確かめるか、ca-tools init で作成してください。"
                ),
                format!("there is no registry at {at}: check registry.url of --config, or make one with ca-tools init"),
            ),
            Self::AlreadyThere(at) => Text::new(
                format!("台帳がすでにあります：{at}。上書きはしません。別の場所を指定してください。"),
                format!("there is a registry already at {at}; it is never overwritten: name another place"),
            ),
            Self::Locked => Text::new(
                "台帳をほかのプログラムが使用中のため、変更できませんでした。何も変更していません。少し待って、もう一度実行してください。",
                "the registry is held by another program; nothing was changed: wait a moment and run this again",
            ),
            Self::DiskFull => Text::new(
                "台帳のあるディスクに空きがありません。何も変更していません。空きを作って、もう一度実行してください。",
                "the disk under the registry is full; nothing was changed: make room and run this again",
            ),
            Self::ReadOnly(why) => Text::new(
                format!(
                    "台帳に書き込めません（{why}）。何も変更していません。ファイルの所有者と書き込み権限を確かめてください。"
                ),
                format!(
                    "the registry cannot be written ({why}); nothing was changed: check the owner and mode of its file"
                ),
            ),
            Self::Unreachable(why) => Text::new(
                format!(
                    "台帳に接続できません：{why}。サーバーが動いているか、registry.url が正しいかを確かめてください。"
                ),
                format!(
                    "the registry cannot be reached: {why}: check that its server runs and that registry.url is right"
                ),
            ),
            Self::Untrusted(why) => Text::new(
                format!(
                    "台帳のサーバーが本物か確かめられません（{why}）。接続していません。registry.url のサーバー名と sslrootcert の証明書を確かめてください。"
                ),
                format!(
                    "the registry's server does not prove who it is ({why}); nothing was sent: check its name and the \
                     certificate at sslrootcert in registry.url"
                ),
            ),
            Self::NotARegistry(why) => Text::new(
                format!("台帳ではないか、このプログラムと版が違います：{why}。registry.url を確かめてください。"),
                format!("this is not a registry, or not one of this program's version: {why}: check registry.url"),
            ),
            Self::Corrupt(why) => Text::new(
                format!("台帳の内容が壊れています：{why}。ca-tools doctor を実行し、必要なら控えから戻してください。"),
                format!(
                    "the registry holds what it should not: {why}: run ca-tools doctor, restore a backup if need be"
                ),
            ),
            Self::Other(why) => Text::new(
                format!("台帳が処理を断りました：{why}。何も変更していません。"),
                format!("the registry refused: {why}; nothing was changed"),
            ),
        }
    }
}

impl From<sqlx::Error> for Unavailable {
    fn from(error: sqlx::Error) -> Self {
        let Some(database) = error.as_database_error() else {
            if let sqlx::Error::Io(why) = &error {
                // What TLS found wrong comes as malformed data.
                let untrusted = why.kind() == std::io::ErrorKind::InvalidData;
                return if untrusted { Self::Untrusted(why.to_string()) } else { Self::Unreachable(why.to_string()) };
            }
            if let sqlx::Error::Tls(why) = &error {
                return Self::Untrusted(why.to_string());
            }
            if matches!(error, sqlx::Error::PoolTimedOut) {
                return Self::Locked;
            }
            if matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_)) {
                return Self::Corrupt(error.to_string());
            }
            return Self::Other(error.to_string());
        };
        let message = database.message().to_owned();
        let code = database.code().unwrap_or_default();
        // PostgreSQL says SQLSTATE (five characters), SQLite an extended result code (a number whose
        // low byte is the primary code).
        match code.as_ref() {
            "53100" => return Self::DiskFull,
            "55P03" | "40001" | "40P01" | "57014" => return Self::Locked,
            "25006" | "42501" => return Self::ReadOnly(message),
            "42P01" | "42703" => return Self::NotARegistry(message),
            "57P01" | "57P02" | "57P03" | "3D000" | "28000" | "28P01" | "53300" => return Self::Unreachable(message),
            _ => {}
        }
        match code.parse::<u32>().map(|code| code & 0xff) {
            Ok(5 | 6) => Self::Locked,
            Ok(8 | 3) => Self::ReadOnly(message),
            // A full disk under a write-ahead log shows as an I/O error of its own.
            Ok(13) => Self::DiskFull,
            Ok(10) => Self::Unreachable(message),
            Ok(14) => Self::Unreachable(message),
            Ok(26) => Self::NotARegistry(message),
            Ok(11) => Self::Corrupt(message),
            Ok(1) if message.starts_with("no such table") => Self::NotARegistry(message),
            Ok(_) | Err(_) => Self::Other(message),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Unavailable {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
        if let Execute(error) | ExecuteMigration(error, _) = error {
            error.into()
        } else {
            Self::NotARegistry(error.to_string())
        }
    }
}

/// What a name can name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// 申請.
    Application,
    /// 事業所.
    Office,
    /// システム利用者.
    SystemUser,
    /// 端末.
    Device,
    /// 電子証明書.
    Certificate,
    /// 部屋.
    Room,
    /// 取得用番号.
    Ticket,
}

impl Kind {
    fn text(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Application => ("申請", "application", "application list"),
            Self::Office => ("事業所", "office", "office list"),
            Self::SystemUser => ("カシワニネットID", "ID", "user list"),
            Self::Device => ("端末", "device", "device list"),
            Self::Certificate => ("電子証明書", "certificate", "cert list"),
            Self::Room => ("部屋", "room", "room list"),
            Self::Ticket => ("取得用番号", "ticket", "ticket list"),
        }
    }
}

/// Why a change was not made. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// What can be said of an application only.
    #[error(transparent)]
    Application(#[from] ApplicationRefusal),
    /// What can be said of emergencies only.
    #[error(transparent)]
    Emergency(#[from] EmergencyRefusal),
    /// The device has a certificate in use already.
    #[error("{0} has a certificate already ({1})")]
    HasCertificate(DeviceNo, String),
    /// The rules of the registry say no.
    #[error("{0}: {1}")]
    Illegal(String, IllegalChange),
    /// What can be said of issuing CAs only.
    #[error(transparent)]
    Issuer(#[from] IssuerRefusal),
    /// What can be said of a lost device only.
    #[error(transparent)]
    Loss(#[from] LossRefusal),
    /// A field that cannot stand as it is.
    #[error("{}: {}", .0, .1.en)]
    Malformed(&'static str, Text),
    /// Nothing is granted without an application.
    #[error("no application was named")]
    NoApplication,
    /// The device has no certificate in use.
    #[error("{0} has no certificate in use")]
    NoCertificate(DeviceNo),
    /// Not an operator.
    #[error("{0} is not an operator in service")]
    NoOperator(LoginId),
    /// This is not done without a reason.
    #[error("nobody said why")]
    NoWhy,
    /// An operator without the role for this.
    #[error("{0} has not the role for this")]
    OperatorMayNot(LoginId, Vec<Role>),
    /// The person is of another office than the device.
    #[error("{0} is not of the office of {1}")]
    OtherOffice(LoginId, DeviceNo),
    /// The password does not keep to the rules.
    #[error("the password does not keep to the rules")]
    Password(Vec<Mistake>),
    /// A renewal is under way already.
    #[error("{0} is being renewed already")]
    RenewalPending(DeviceNo, String),
    /// One device cannot take the other's place.
    #[error(transparent)]
    Replacement(#[from] ReplacementRefusal),
    /// A ticket gives nothing.
    #[error(transparent)]
    Ticket(#[from] TicketRefusal),
    /// There is one of that name already.
    #[error("{} is taken", .1)]
    Taken(Kind, String),
    /// There is none of that name.
    #[error("there is no {}", .1)]
    Unknown(Kind, String),
    /// The registry does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The present password is another one.
    #[error("the present password is another one")]
    WrongPassword,
}

impl Refusal {
    /// One word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Application(why) => why.code(),
            Self::Emergency(why) => why.code(),
            Self::HasCertificate(..) => "has_certificate",
            Self::Illegal(..) => "illegal_change",
            Self::Issuer(why) => why.code(),
            Self::Loss(why) => why.code(),
            Self::Malformed(..) => "malformed",
            Self::NoApplication => "no_application",
            Self::NoCertificate(_) => "no_certificate",
            Self::NoOperator(_) | Self::OperatorMayNot(..) => "operator_may_not",
            Self::NoWhy => "no_why",
            Self::OtherOffice(..) => "office_mismatch",
            Self::Password(_) => "password_mistakes",
            Self::RenewalPending(..) => "renewal_pending",
            Self::Replacement(why) => why.code(),
            Self::Taken(..) => "taken",
            Self::Ticket(why) => why.code(),
            Self::Unknown(..) => "unknown",
            Self::Unavailable(_) => "registry_unavailable",
            Self::WrongPassword => "wrong_password",
        }
    }

    /// For people: what was wrong, where, and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Application(why) => why.text(),
            Self::Emergency(why) => why.text(),
            Self::HasCertificate(device, serial) => Text::new(
                format!(
                    "{device} には使用中の電子証明書があります（シリアル番号 {serial}）。更新は cert renew、失効は cert revoke を使ってください。"
                ),
                format!("{device} has a certificate in use (serial {serial}): use cert renew, or cert revoke first"),
            ),
            Self::Illegal(subject, why) => {
                Text::new(format!("{subject}：{}", super::illegal::japanese(*why)), format!("{subject}: {why}"))
            }
            Self::Issuer(why) => why.text(),
            Self::Loss(why) => why.text(),
            Self::Malformed(field, why) => Text::new(format!("{field}：{}", why.ja), format!("{field}: {}", why.en)),
            Self::NoApplication => Text::new(
                "申請番号がありません。--application で申請番号を指定してください（申請のない登録・発行はできません）。",
                "nothing is granted without an application: name it with --application",
            ),
            Self::NoCertificate(device) => Text::new(
                format!(
                    "{device} には使用中の電子証明書がありません。cert list --device {device} で確かめ、必要なら cert issue で発行してください。"
                ),
                format!(
                    "{device} has no certificate in use: look at cert list --device {device}; cert issue gives it one"
                ),
            ),
            Self::NoOperator(operator) => Text::new(
                format!(
                    "{operator} は柏市担当職員として登録されていないか、停止中です。--operator を確かめてください。"
                ),
                format!("{operator} is not an operator in service: check --operator"),
            ),
            Self::NoWhy => Text::new(
                "理由がありません。--why で理由を指定してください（操作記録に残ります）。何も変更していません。",
                "this is not done without a reason: say it with --why; nothing was changed",
            ),
            Self::OperatorMayNot(operator, roles) => {
                let roles: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
                Text::new(
                    format!("{operator} にはこの操作の役割がありません（必要な役割：{}）。", roles.join("、")),
                    format!("{operator} may not do this: it takes the role {}", roles.join(" or ")),
                )
            }
            Self::OtherOffice(user, device) => Text::new(
                format!("{user} は {device} と別の事業所の利用者です。同じ事業所の利用者を指定してください。"),
                format!("{user} is of another office than {device}: name people of the device's own office"),
            ),
            Self::Password(mistakes) => {
                let said: Vec<_> = mistakes.iter().map(|mistake| mistake.text()).collect();
                let ja: Vec<_> = said.iter().map(|text| text.ja.as_str()).collect();
                let en: Vec<_> = said.iter().map(|text| text.en.as_str()).collect();
                Text::new(
                    format!("パスワードが規則に合いません：{}", ja.join("、")),
                    format!("the password: {}", en.join("; ")),
                )
            }
            Self::RenewalPending(device, serial) => Text::new(
                format!(
                    "{device} はすでに更新中です（新しい電子証明書 {serial}）。切替が済むまで、次の更新はできません。"
                ),
                format!(
                    "{device} is being renewed already (new certificate {serial}): wait until the old one is superseded"
                ),
            ),
            Self::Replacement(why) => why.text(),
            Self::Ticket(why) => why.text(),
            Self::Taken(kind, name) => {
                let (ja, en, _) = kind.text();
                Text::new(
                    format!("{ja} {name} はすでに登録されています。一度使った番号・IDは再利用できません。"),
                    format!("the {en} {name} is taken; a name is never given twice"),
                )
            }
            Self::Unknown(kind, name) => {
                let (ja, en, list) = kind.text();
                Text::new(
                    format!("{ja} {name} は登録されていません。ca-tools {list} で確かめてください。"),
                    format!("there is no {en} {name}: look at ca-tools {list}"),
                )
            }
            Self::Unavailable(why) => why.text(),
            Self::WrongPassword => Text::new("現在のパスワードが違います。", "the present password is another one"),
        }
    }
}

impl Refusal {
    /// A field that cannot stand as it is, and why.
    pub(super) fn malformed(field: &'static str, ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Malformed(field, Text::new(ja, en))
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error.into())
    }
}
