//! Letters on an application's way: received, inspected, approved, turned down; and how a stranger is asked whether
//! a mail address is theirs.

use certs::Timestamp;
use serde::{Deserialize, Serialize};

use super::letterhead::{Letterhead, Written, addressed};
use crate::desk::page::minute;

/// An application, as its contact knows it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct ApplicationFacts {
    pub application: String,
    pub kind: String,
    pub office: String,
    pub contact: String,
}

/// What happened to it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum ApplicationStep {
    /// 受け付けました.
    Received,
    /// 検査が終わりました.
    Inspected,
    /// 検査で確認できない項目がありました: which, and what an operator said of it.
    NotPassed { failed: Vec<String>, why: String },
    /// 承認しました.
    Approved,
    /// 却下しました, with the reason.
    Rejected { why: String },
}

impl ApplicationStep {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Received => "application_received",
            Self::Inspected => "application_inspected",
            Self::NotPassed { .. } => "application_not_passed",
            Self::Approved => "application_approved",
            Self::Rejected { .. } => "application_rejected",
        }
    }
}

pub(super) fn step(head: &Letterhead<'_>, application: &ApplicationFacts, step: &ApplicationStep) -> Written {
    let kind = &application.kind;
    let (subject, said) = match step {
        ApplicationStep::Received => (
            format!("{kind}を受け付けました"),
            "お申し込みを受け付けました。柏市で内容を確認します。結果は、このメールアドレスにお知らせします。"
                .to_owned(),
        ),
        ApplicationStep::Inspected => (
            format!("{kind}の検査が終わりました"),
            "お申し込みの検査が終わりました。承認の手続きに進みます。".to_owned(),
        ),
        ApplicationStep::NotPassed { failed, why } => (
            format!("{kind}の検査で確認できない項目がありました"),
            format!(
                "お申し込みの検査で、確認できない項目がありました。内容をご確認のうえ、柏市へご連絡ください。{}{}",
                listed(failed),
                after("柏市から", why)
            ),
        ),
        ApplicationStep::Approved => (
            format!("{kind}を承認しました"),
            "お申し込みを承認しました。手続きが必要なときは、別のメールでお知らせします。".to_owned(),
        ),
        ApplicationStep::Rejected { why } => (
            format!("{kind}を承認できませんでした"),
            format!("お申し込みを承認できませんでした。{}", after("理由", why)),
        ),
    };
    Written::new(
        subject,
        &[
            addressed(&application.office, &application.contact),
            said,
            format!("申請の種類：{kind}\n申請番号：{}", application.application),
            format!("案内：{}", head.links.help),
            "お心当たりがない場合は、柏市へご連絡ください。".to_owned(),
        ],
    )
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
            format!("申請：{}/office/apply", head.links.service),
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
