//! What can be proposed: which act, on what. It is kept in a proposal's row as JSON, and done as it stands there.

use std::collections::BTreeMap;

use certs::{DeviceNo, Fingerprint, Timestamp};
use registry::change::Rank;
use registry::{LoginId, OfficeNo};
use serde::{Deserialize, Serialize};

use super::{ListAct, ProposalKind, as_text};
use crate::application::ApplicationNo;
use crate::calendar::minute;
use crate::campaign::{AnswerChannel, CampaignNo, StepKind};
use crate::language::Text;

/// Who attended a training, as an import calls it: put down as it was, of however many at once. It gives nobody anything.
pub(crate) const ATTENDANCES: &str = "attendances";

/// An act that needs two, in its words.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Act {
    /// `user roles`.
    ChangeRoles {
        #[serde(with = "as_text")]
        person: LoginId,
        #[serde(with = "as_text")]
        give: Rank,
        #[serde(with = "as_text")]
        take: Rank,
    },
    /// `user add --role`.
    AddOperator {
        #[serde(with = "as_text")]
        office: OfficeNo,
        name: String,
        profession: String,
        #[serde(with = "as_text")]
        roles: Rank,
        login_id: Option<String>,
    },
    /// `user reset-password` of who holds roles.
    ResetPassword {
        #[serde(with = "as_text")]
        person: LoginId,
    },
    /// `user suspend` of who holds roles.
    SuspendPerson {
        #[serde(with = "as_text")]
        person: LoginId,
    },
    /// `user delete` of who holds roles.
    DeletePerson {
        #[serde(with = "as_text")]
        person: LoginId,
    },
    /// `office suspend` of an office of many, or with operators.
    SuspendOffice {
        #[serde(with = "as_text")]
        office: OfficeNo,
    },
    /// `office resume` of such a one.
    ResumeOffice {
        #[serde(with = "as_text")]
        office: OfficeNo,
    },
    /// `office withdraw` of such a one.
    WithdrawOffice {
        #[serde(with = "as_text")]
        office: OfficeNo,
    },
    /// `office replace` of such a one, with what is said of it under its new number.
    ReplaceOffice {
        #[serde(with = "as_text")]
        office: OfficeNo,
        #[serde(with = "as_text")]
        to: OfficeNo,
        form: BTreeMap<String, String>,
    },
    /// `device approve` by who inspected it; until this second, or without end.
    ApproveDevice {
        #[serde(with = "as_text")]
        device: DeviceNo,
        until: Option<i64>,
    },
    /// `application approve` by who inspected it.
    ApproveApplication {
        #[serde(with = "as_text")]
        application: ApplicationNo,
        until: Option<i64>,
    },
    /// `ca retire`.
    RetireIssuing {
        #[serde(with = "as_text")]
        issuer: Fingerprint,
    },
    /// `ca add-issuing`.
    AddIssuing { name: String },
    /// `maintenance open`: of a maintenance account, by a work plan, from this second until that one.
    OpenMaintenance {
        #[serde(with = "as_text")]
        person: LoginId,
        plan: String,
        from: i64,
        until: i64,
    },
    /// `cert emergency`.
    Emergency {
        #[serde(with = "as_text")]
        device: DeviceNo,
    },
    /// `import`: so many rows of one table, which is this file by its digest.
    Import { what: String, file: String, list: Vec<String> },
    /// An act on each of a list: devices' numbers, or people's IDs, as they were when it was frozen.
    ByList {
        #[serde(with = "as_text")]
        what: ListAct,
        list: Vec<String>,
        /// By what the list was found: the address of the search, or the options of the command. Empty where it was typed.
        #[serde(default)]
        criterion: String,
    },
    /// A step of a 現況届: against these offices, or these IDs and devices, as they were when it was frozen.
    CampaignStep {
        #[serde(with = "as_text")]
        campaign: CampaignNo,
        #[serde(with = "as_text")]
        step: StepKind,
        list: Vec<String>,
    },
    /// The confirmation of what an office answered, where many are deleted by it.
    CampaignConfirm {
        #[serde(with = "as_text")]
        campaign: CampaignNo,
        #[serde(with = "as_text")]
        office: OfficeNo,
        #[serde(with = "as_text")]
        channel: AnswerChannel,
    },
}

impl Act {
    /// Why it needs two.
    #[must_use]
    pub fn kind(&self) -> ProposalKind {
        match self {
            Self::ChangeRoles { .. } | Self::AddOperator { .. } => ProposalKind::Roles,
            Self::ResetPassword { .. } | Self::SuspendPerson { .. } | Self::DeletePerson { .. } => {
                ProposalKind::Operator
            }
            Self::SuspendOffice { .. }
            | Self::ResumeOffice { .. }
            | Self::WithdrawOffice { .. }
            | Self::ReplaceOffice { .. }
            | Self::Import { .. }
            | Self::ByList { .. }
            | Self::CampaignStep { .. }
            | Self::CampaignConfirm { .. } => ProposalKind::Many,
            Self::ApproveDevice { .. } | Self::ApproveApplication { .. } => ProposalKind::OwnInspection,
            Self::RetireIssuing { .. } | Self::AddIssuing { .. } => ProposalKind::Trust,
            Self::Emergency { .. } => ProposalKind::Emergency,
            Self::OpenMaintenance { .. } => ProposalKind::Maintenance,
        }
    }

    /// Does its approval only open it, so that its proposer carries it out? What makes keys or files, or is typed anew.
    #[must_use]
    pub fn is_carried_out(&self) -> bool {
        match self {
            Self::AddIssuing { .. } | Self::Emergency { .. } | Self::Import { .. } => true,
            Self::ChangeRoles { .. }
            | Self::AddOperator { .. }
            | Self::ResetPassword { .. }
            | Self::SuspendPerson { .. }
            | Self::DeletePerson { .. }
            | Self::SuspendOffice { .. }
            | Self::ResumeOffice { .. }
            | Self::WithdrawOffice { .. }
            | Self::ReplaceOffice { .. }
            | Self::ApproveDevice { .. }
            | Self::ApproveApplication { .. }
            | Self::RetireIssuing { .. }
            | Self::ByList { .. }
            | Self::CampaignStep { .. }
            | Self::CampaignConfirm { .. }
            | Self::OpenMaintenance { .. } => false,
        }
    }

    /// May it give a ticket, whose code is shown to who does it?
    #[must_use]
    pub fn gives_tickets(&self) -> bool {
        matches!(self, Self::ApproveDevice { .. } | Self::ApproveApplication { .. })
    }

    /// The one whom it is about, as an event names it.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::ChangeRoles { person, .. }
            | Self::ResetPassword { person }
            | Self::SuspendPerson { person }
            | Self::DeletePerson { person }
            | Self::OpenMaintenance { person, .. } => person.to_string(),
            Self::AddOperator { login_id, office, .. } => login_id.clone().unwrap_or_else(|| office.to_string()),
            Self::SuspendOffice { office }
            | Self::ResumeOffice { office }
            | Self::WithdrawOffice { office }
            | Self::ReplaceOffice { office, .. } => office.to_string(),
            Self::ApproveDevice { device, .. } | Self::Emergency { device } => device.to_string(),
            Self::ApproveApplication { application, .. } => application.to_string(),
            Self::RetireIssuing { issuer } => issuer.to_string(),
            Self::AddIssuing { name } => name.clone(),
            Self::Import { list, .. } | Self::ByList { list, .. } => list.first().cloned().unwrap_or_default(),
            Self::CampaignStep { campaign, .. } | Self::CampaignConfirm { campaign, .. } => campaign.to_string(),
        }
    }

    /// The one whom it is about, by the name that events have for what it is; none of a list, nor of the house itself.
    #[must_use]
    pub fn about(&self) -> Option<(&'static str, String)> {
        match self {
            Self::ChangeRoles { person, .. }
            | Self::ResetPassword { person }
            | Self::SuspendPerson { person }
            | Self::DeletePerson { person }
            | Self::OpenMaintenance { person, .. } => Some(("user", person.to_string())),
            Self::AddOperator { office, .. }
            | Self::SuspendOffice { office }
            | Self::ResumeOffice { office }
            | Self::WithdrawOffice { office }
            | Self::ReplaceOffice { office, .. }
            | Self::CampaignConfirm { office, .. } => Some(("office", office.to_string())),
            Self::ApproveDevice { device, .. } | Self::Emergency { device } => Some(("device", device.to_string())),
            Self::ApproveApplication { application, .. } => Some(("application", application.to_string())),
            Self::RetireIssuing { issuer } => Some(("authority", issuer.to_string())),
            Self::CampaignStep { campaign, .. } => Some(("campaign", campaign.to_string())),
            Self::AddIssuing { .. } | Self::Import { .. } | Self::ByList { .. } => None,
        }
    }

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

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// One of each.
    pub(in crate::proposal) fn acts() -> Vec<Act> {
        let person: LoginId = "k.sato".parse().unwrap();
        let office: OfficeNo = "1272200001".parse().unwrap();
        let to: OfficeNo = "1272200002".parse().unwrap();
        let device = DeviceNo::new(1).unwrap();
        let roles: Rank = "auditor ra_clerk".parse().unwrap();
        let form = BTreeMap::from([("name".to_owned(), "みどり".to_owned())]);
        vec![
            Act::ChangeRoles { person: person.clone(), give: roles.clone(), take: Rank::default() },
            Act::AddOperator {
                office: office.clone(),
                name: "佐藤".to_owned(),
                profession: "行政".to_owned(),
                roles,
                login_id: None,
            },
            Act::ResetPassword { person: person.clone() },
            Act::SuspendPerson { person: person.clone() },
            Act::DeletePerson { person: person.clone() },
            Act::OpenMaintenance { person, plan: "W-12".to_owned(), from: 1_800_000_000, until: 1_800_003_600 },
            Act::SuspendOffice { office: office.clone() },
            Act::ResumeOffice { office: office.clone() },
            Act::WithdrawOffice { office: office.clone() },
            Act::ReplaceOffice { office, to, form },
            Act::ApproveDevice { device, until: Some(1_800_000_000) },
            Act::ApproveApplication { application: "A-2026-000001".parse().unwrap(), until: None },
            Act::RetireIssuing { issuer: Fingerprint::of(b"issuer") },
            Act::AddIssuing { name: "2027".to_owned() },
            Act::Emergency { device },
            Act::Import { what: "offices".to_owned(), file: "ab12".to_owned(), list: vec!["1272200001".to_owned()] },
            Act::ByList {
                what: ListAct::SuspendDevices,
                list: vec!["DEV-000001".to_owned()],
                criterion: String::new(),
            },
            Act::CampaignStep {
                campaign: "C-2026".parse().unwrap(),
                step: StepKind::Suspend,
                list: vec!["DEV-000001".to_owned()],
            },
            Act::CampaignConfirm {
                campaign: "C-2026".parse().unwrap(),
                office: "1272200001".parse().unwrap(),
                channel: AnswerChannel::Paper,
            },
        ]
    }

    #[test]
    fn an_act_is_done_as_its_row_has_it() {
        for act in acts() {
            let kept = serde_json::to_string(&act).unwrap();
            assert_eq!(serde_json::from_str::<Act>(&kept).unwrap(), act, "{kept}");
            assert!(!act.subject().is_empty() && !act.said().ja.is_ascii(), "{act:?}");
        }
        for kind in ProposalKind::ALL {
            assert!(acts().iter().any(|act| act.kind() == *kind), "{kind}");
        }
    }
}
