//! What does a letter tell? One variant for each, with the facts its text is written from.

use serde::{Deserialize, Serialize};

use super::application::{ApplicationFacts, ApplicationStep};

/// A device, as its people know it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct DeviceFacts {
    pub office: String,
    pub contact: String,
    pub device: String,
    pub label: String,
}

/// A letter. Times are seconds since 1970.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Letter {
    /// 電子証明書の取得のご案内 (DOMAIN §E.4 発行): where, until when, with which number. The code goes another way.
    TicketIssued { device: DeviceFacts, number: String, until: i64 },
    /// 使えるようになりました: the certificate came in for the first time.
    CertificateWorks { device: DeviceFacts, not_after: i64 },
    /// 端末の利用を一時停止しました: somebody reported it lost with the telephone code or from another device.
    DeviceOnHold { device: DeviceFacts, at: i64 },
    /// A step of an application.
    Application { application: ApplicationFacts, step: ApplicationStep },
    /// Is this mail address yours? With the token of the link, and until when it opens the form.
    ConfirmAddress { office: String, token: String, until: i64 },
    /// An application was begun by mail for an office whose contact logs in for that.
    ApplyByLogin { office: String },
}

impl Letter {
    /// One word for the queue, for metrics and for whoever looks into it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TicketIssued { .. } => "ticket_issued",
            Self::CertificateWorks { .. } => "certificate_works",
            Self::DeviceOnHold { .. } => "device_on_hold",
            Self::Application { step, .. } => step.kind(),
            Self::ConfirmAddress { .. } => "confirm_address",
            Self::ApplyByLogin { .. } => "apply_by_login",
        }
    }
}
