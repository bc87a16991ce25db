//! Why a change was not made, as a person can act on it.

use certs::DeviceNo;
use registry::change::IllegalChange;
use registry::{LoginId, Role};

use super::application::ApplicationRefusal;
use super::emergency::EmergencyRefusal;
use super::issuer::IssuerRefusal;
use super::like_for_like::RenewalRefusal;
use super::loss::LossRefusal;
use super::proof::ProofRefusal;
use super::public_key::PublicKeyRefusal;
use super::replacement::ReplacementRefusal;
use super::restore::RestoreRefusal;
pub use super::unavailable::Unavailable;
use crate::journal::JournalRefusal;
use crate::language::Text;
use crate::mail::SealRefusal;
use crate::password::Mistake;
use crate::ticket::TicketRefusal;

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
    /// ゲートウェイ.
    Gateway,
    /// メール.
    Mail,
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
            Self::Gateway => ("ゲートウェイ", "gateway", "gateway list"),
            Self::Mail => ("メール", "mail", "mail list"),
            Self::Room => ("部屋", "room", "room list"),
            Self::Ticket => ("取得用番号（管理番号）", "ticket", "ticket list"),
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
    /// A letter cannot be sealed: nothing is told in the open, and nothing is changed untold.
    #[error(transparent)]
    Seal(#[from] SealRefusal),
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
    /// The person holds, or would be given, roles that the operator does not hold.
    #[error("{0} lacks roles to act on {1}")]
    Outranked(LoginId, LoginId, Vec<Role>),
    /// The password does not keep to the rules.
    #[error("the password does not keep to the rules")]
    Password(Vec<Mistake>),
    /// An operator is not shown to be who they say.
    #[error(transparent)]
    Proof(#[from] ProofRefusal),
    /// What can be said of public keys only.
    #[error(transparent)]
    PublicKey(#[from] PublicKeyRefusal),
    /// What can be said of renewals only.
    #[error(transparent)]
    Renewal(#[from] RenewalRefusal),
    /// A renewal is under way already.
    #[error("{0} is being renewed already")]
    RenewalPending(DeviceNo, String),
    /// One device cannot take the other's place.
    #[error(transparent)]
    Replacement(#[from] ReplacementRefusal),
    /// What can be said of restores only.
    #[error(transparent)]
    Restore(#[from] RestoreRefusal),
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
    /// A password was changed so often that an old one would soon be good again.
    #[error("the password was changed {0} times within a day")]
    TooManyChanges(i64),
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
            Self::Seal(_) => "mail_key",
            Self::Malformed(..) => "malformed",
            Self::NoApplication => "no_application",
            Self::NoCertificate(_) => "no_certificate",
            Self::NoOperator(_) | Self::OperatorMayNot(..) => "operator_may_not",
            Self::NoWhy => "no_why",
            Self::OtherOffice(..) => "office_mismatch",
            Self::Outranked(..) => "outranked",
            Self::Password(_) => "password_mistakes",
            Self::Proof(why) => why.code(),
            Self::PublicKey(why) => why.code(),
            Self::Renewal(why) => why.code(),
            Self::RenewalPending(..) => "renewal_pending",
            Self::Replacement(why) => why.code(),
            Self::Restore(why) => why.code(),
            Self::Taken(..) => "taken",
            Self::Ticket(why) => why.code(),
            Self::TooManyChanges(_) => "too_many_changes",
            Self::Unknown(..) => "unknown",
            Self::Unavailable(Unavailable::Journal(_)) => "journal_unavailable",
            Self::Unavailable(_) => "registry_unavailable",
            Self::WrongPassword => "wrong_password",
        }
    }

    /// For people: what was wrong, where, and what to do.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "two sentences for each refusal, and nothing else")]
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
            Self::Seal(why) => why.text(),
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
            Self::Outranked(operator, person, missing) => {
                let missing: Vec<_> = missing.iter().map(|role| role.as_str()).collect();
                Text::new(
                    format!(
                        "{person} への操作・役割の付与には、その役割が必要です。{operator} に足りない役割：{}。役割を持つ職員に頼んでください。何も変更していません。",
                        missing.join("、")
                    ),
                    format!(
                        "whoever acts on {person}, or gives a role, holds the same roles; {operator} lacks {}: ask an operator who holds them; nothing was changed",
                        missing.join(" and ")
                    ),
                )
            }
            Self::Password(mistakes) => {
                let said: Vec<_> = mistakes.iter().map(|mistake| mistake.text()).collect();
                let ja: Vec<_> = said.iter().map(|text| text.ja.as_str()).collect();
                let en: Vec<_> = said.iter().map(|text| text.en.as_str()).collect();
                Text::new(
                    format!("パスワードが規則に合いません：{}", ja.join("、")),
                    format!("the password: {}", en.join("; ")),
                )
            }
            Self::Proof(why) => why.text(),
            Self::PublicKey(why) => why.text(),
            Self::Renewal(why) => why.text(),
            Self::RenewalPending(device, serial) => Text::new(
                format!(
                    "{device} はすでに更新中です（新しい電子証明書 {serial}）。切替が済むまで、次の更新はできません。"
                ),
                format!(
                    "{device} is being renewed already (new certificate {serial}): wait until the old one is superseded"
                ),
            ),
            Self::Replacement(why) => why.text(),
            Self::Restore(why) => why.text(),
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
            Self::TooManyChanges(times) => Text::new(
                format!("パスワードは1日に{times}回までしか変えられません。急ぐときは市に再設定を頼んでください。"),
                format!("a password is changed at most {times} times a day; the city can reset it"),
            ),
            Self::WrongPassword => Text::new("現在のパスワードが違います。", "the present password is another one"),
        }
    }
}

impl Refusal {
    /// A field that cannot stand as it is, and why.
    pub(crate) fn malformed(field: &'static str, ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Malformed(field, Text::new(ja, en))
    }
}

impl From<JournalRefusal> for Refusal {
    fn from(why: JournalRefusal) -> Self {
        Self::Unavailable(why.into())
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error.into())
    }
}
