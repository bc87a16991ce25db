//! What does a proposal ask for, in words?

use certs::Timestamp;
use registry::change::Rank;

use super::act::Act;
use crate::calendar::minute;
use crate::campaign::{CampaignNo, StepKind};
use crate::language::Text;

impl Act {
    /// What it does, in one sentence for people.
    #[must_use]
    pub fn said(&self) -> Text {
        match self {
            Self::ChangeRoles { person, give, take } => Text::new(
                format!("ID {person} の役割を変える（付ける：{}、外す：{}）", or_none(give), or_none(take)),
                format!("change the roles of {person} (give: {give}; take: {take})"),
            ),
            Self::AddOperator { office, name, roles, .. } => Text::new(
                format!("事業所 {office} の {name} を、役割 {} のある職員として追加する", or_none(roles)),
                format!("give {name} of {office} an ID with the roles {roles}"),
            ),
            Self::ResetPassword { person } => Text::new(
                format!("ID {person} のパスワードを再発行する"),
                format!("hand out a new initial password for {person}"),
            ),
            Self::SuspendPerson { person } => {
                Text::new(format!("ID {person} を一時停止する"), format!("suspend {person}"))
            }
            Self::DeletePerson { person } => {
                Text::new(format!("ID {person} を削除する（取り消せません）"), format!("delete {person} for ever"))
            }
            Self::SuspendOffice { office } => {
                Text::new(format!("事業所 {office} を一時停止する"), format!("suspend the office {office}"))
            }
            Self::ResumeOffice { office } => {
                Text::new(format!("事業所 {office} を再開する"), format!("resume the office {office}"))
            }
            Self::WithdrawOffice { office } => Text::new(
                format!("事業所 {office} の利用を終了する（取り消せません）"),
                format!("withdraw the office {office} for ever"),
            ),
            Self::ReplaceOffice { office, to, .. } => Text::new(
                format!("事業所 {office} を終了し、{to} として登録し直す（取り消せません）"),
                format!("close the office {office} for ever, and register it anew as {to}"),
            ),
            Self::ApproveDevice { device, .. } => {
                Text::new(format!("端末 {device} を承認する"), format!("approve {device}"))
            }
            Self::ApproveApplication { application, .. } => {
                Text::new(format!("申請 {application} を承認する"), format!("approve the application {application}"))
            }
            Self::RetireIssuing { issuer } => Text::new(
                format!("発行認証局 {issuer} を使用終了にする（取り消せません）"),
                format!("retire the issuing CA {issuer} for ever"),
            ),
            Self::AddIssuing { name } => {
                Text::new(format!("発行認証局「{name}」を加える"), format!("add the issuing CA {name:?}"))
            }
            Self::OpenMaintenance { person, plan, from, until } => {
                let (from, until) = (Timestamp::from_unix(*from), Timestamp::from_unix(*until));
                Text::new(
                    format!(
                        "保守用のID {person} を、作業計画 {plan} により {} から {} まで使えるようにする",
                        minute(from),
                        minute(until)
                    ),
                    format!(
                        "let the maintenance account {person} in from {from} until {until}, by the work plan {plan}"
                    ),
                )
            }
            Self::Emergency { device } => Text::new(
                format!("端末 {device} に緊急用電子証明書（72時間）を発行する"),
                format!("issue an emergency certificate (72 hours) to {device}"),
            ),
            Self::Import { what, file, list } => Text::new(
                format!("表（SHA-256 {file}）の{}件を取り込む：{what}", list.len()),
                format!("import {} {what} of the table with the digest {file}", list.len()),
            ),
            Self::ByList { what, list, .. } => what.said(list.len()),
            Self::CampaignStep { campaign, step, list } => campaign_step(*campaign, *step, list.len()),
            Self::CampaignConfirm { campaign, office, .. } => Text::new(
                format!("現況届 {campaign} の、事業所 {office} の回答を確定する（削除は取り消せません）"),
                format!("confirm what {office} answered in {campaign}; its deletions are for ever"),
            ),
        }
    }
}

fn campaign_step(campaign: CampaignNo, step: StepKind, count: usize) -> Text {
    match step {
        StepKind::Warn => Text::new(
            format!("現況届 {campaign} に回答のない{count}事業所に、予告の手紙を送る"),
            format!("warn {count} offices that did not answer {campaign}"),
        ),
        StepKind::Suspend => Text::new(
            format!("現況届 {campaign} に回答のないIDと端末{count}件を一時停止する"),
            format!("suspend {count} IDs and devices of which {campaign} has no answer"),
        ),
        StepKind::Delete => Text::new(
            format!(
                "現況届 {campaign} に回答のないIDと端末{count}件を削除する（承認から24時間は取り消せます。そのあとは戻せません）"
            ),
            format!(
                "delete {count} IDs and devices of which {campaign} has no answer; undone for 24 hours, then for ever"
            ),
        ),
    }
}

fn or_none(roles: &Rank) -> String {
    if roles.is_none() { "なし".to_owned() } else { roles.to_string() }
}
