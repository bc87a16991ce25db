//! Letters on an application's way: received, inspected, approved, turned down; and how a stranger is asked whether
//! a mail address is theirs.

use serde::{Deserialize, Serialize};

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
