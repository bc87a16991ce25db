//! Letters on an application's way: received, approved, turned down, or with a question; and how a stranger is asked whether
//! a mail address is theirs.

use certs::Timestamp;
use serde::{Deserialize, Serialize};

use super::LetterKind;
use super::letterhead::{Letterhead, Written, addressed};
use crate::calendar::minute;

/// An application, as its contact knows it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct ApplicationFacts {
    pub application: String,
    pub kind: String,
    pub office: String,
    pub contact: String,
    /// The device it is about, of a certificate application.
    #[serde(default)]
    pub device: Option<NamedDevice>,
}

/// A device by its number and by what its people call it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct NamedDevice {
    pub number: String,
    pub label: String,
}

/// What comes after an approval.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// Another letter says, where there is something to do.
    #[default]
    Told,
    /// IDs come by post; then each device is applied for.
    PasswordsThenDevices,
    /// IDs come by post.
    Passwords,
    /// Nothing is to be done.
    Nothing,
}

/// What happened to it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum ApplicationStep {
    /// 受け付けました.
    Received,
    /// 内容の確認が終わりました. No longer queued: nothing is asked of its reader.
    Inspected,
    /// 確認できない項目がありました: which, and what an operator said of it.
    NotPassed { failed: Vec<String>, why: String },
    /// 承認しました, and what comes next.
    Approved {
        #[serde(default)]
        next: NextStep,
    },
    /// 却下しました, with the reason.
    Rejected { why: String },
}

impl ApplicationStep {
    pub(super) fn kind(&self) -> LetterKind {
        match self {
            Self::Received => LetterKind::ApplicationReceived,
            Self::Inspected => LetterKind::ApplicationInspected,
            Self::NotPassed { .. } => LetterKind::ApplicationNotPassed,
            Self::Approved { .. } => LetterKind::ApplicationApproved,
            Self::Rejected { .. } => LetterKind::ApplicationRejected,
        }
    }
}

pub(super) fn step(head: &Letterhead<'_>, application: &ApplicationFacts, step: &ApplicationStep) -> Written {
    let kind = match &application.device {
        Some(device) => format!("{}（{}）", application.kind, device.label),
        None => application.kind.clone(),
    };
    let (subject, said) = match step {
        ApplicationStep::Received => (
            format!("{kind}を受け付けました"),
            "お申し込みを受け付けました。柏市で内容を確認し、結果をこのメールアドレスにお知らせします。それまで、していただくことはありません。"
                .to_owned(),
        ),
        ApplicationStep::Inspected => (
            format!("{kind}の内容の確認が終わりました"),
            "お申し込みの内容の確認が終わりました。承認の手続きに進みます。していただくことはありません。".to_owned(),
        ),
        ApplicationStep::NotPassed { failed, why } => (
            format!("{kind}に確認できない項目がありました"),
            format!(
                "お申し込みの内容に、確認できない項目がありました。内容をお確かめのうえ、柏市へご連絡ください。{}{}",
                listed(failed),
                after("柏市から", why)
            ),
        ),
        ApplicationStep::Approved { next } => {
            (format!("{kind}を承認しました"), format!("お申し込みを承認しました。{}", comes_next(head, *next)))
        }
        ApplicationStep::Rejected { why } => (
            format!("{kind}を承認できませんでした"),
            format!("お申し込みを承認できませんでした。{}", after("理由", why)),
        ),
    };
    let device = application.device.as_ref();
    let device = device.map(|device| format!("\n端末：{}（{}）", device.label, device.number)).unwrap_or_default();
    Written::new(
        subject,
        &[
            addressed(&application.office, &application.contact),
            said,
            format!("申請の種類：{}\n申請番号：{}{device}", application.kind, application.application),
            format!("案内：{}", head.links.help),
            "お心当たりがない場合は、柏市へご連絡ください。".to_owned(),
        ],
    )
}

fn comes_next(head: &Letterhead<'_>, next: NextStep) -> String {
    match next {
        NextStep::Told => "していただくことがあるときは、別のメールでお知らせします。".to_owned(),
        NextStep::PasswordsThenDevices => format!(
            "IDと初期パスワードを、郵送などメールとは別の方法でお送りします。お手元に届いたら、次に、使う端末ごとに電子証明書を申請してください。\n電子証明書の申請：{}/apply",
            head.links.help
        ),
        NextStep::Passwords => {
            "IDと初期パスワードを、郵送などメールとは別の方法でお送りします。お手元に届いたら、ご本人にお渡しください。"
                .to_owned()
        }
        NextStep::Nothing => "登録に反映しました。していただくことはありません。".to_owned(),
    }
}

/// The token stands in the query: no log keeps that.
pub(super) fn confirm(head: &Letterhead<'_>, office: &str, (token, until): (&str, i64)) -> Written {
    Written::new(
        "メールアドレスの確認",
        &[
            // An office that is not registered yet has no name here.
            if office.is_empty() { String::new() } else { addressed(office, "") },
            "カシワニネットの申請の画面で、このメールアドレスが入力されました。".to_owned()
                + &format!("次のページを{}までに開くと、申請に進めます。", minute(Timestamp::from_unix(until))),
            format!("{}/apply/form?t={token}", head.links.help),
            "お心当たりがない場合は、何もする必要はありません。ページを開かなければ、何も登録されません。".to_owned(),
        ],
    )
}

pub(super) fn by_login(head: &Letterhead<'_>, office: &str) -> Written {
    Written::new(
        "申請はログインしてお手続きください",
        &[
            addressed(office, ""),
            "カシワニネットの申請の画面で、この事業所の番号が入力されました。".to_owned()
                + "この事業所の申請は、カシワニネット担当者がログインして行えます。",
            format!("申請：{}", head.links.office_page("apply")),
            "お心当たりがない場合は、柏市へご連絡ください。".to_owned(),
        ],
    )
}

fn listed(items: &[String]) -> String {
    items.iter().map(|item| format!("\n・{item}")).collect()
}

fn after(name: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("\n{name}：{text}") }
}
