//! What can be proposed: which act, on what. It is kept in a proposal's row as JSON, and done as it stands there.

use std::collections::BTreeMap;

use certs::{DeviceNo, Fingerprint};
use registry::change::Rank;
use registry::{LoginId, OfficeNo};
use serde::{Deserialize, Serialize};

use super::{ListAct, ProposalKind, as_text};
use crate::application::ApplicationNo;
use crate::campaign::{AnswerChannel, CampaignNo, StepKind};

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
