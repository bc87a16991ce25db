//! Why a change was not made.

use certs::DeviceNo;
use registry::change::IllegalChange;
use registry::{LoginId, Role};

use super::{
    ApplicationRefusal, EmergencyRefusal, IssuerRefusal, JournalRefusal, ListRefusal, LossRefusal, Malformed,
    ProofRefusal, PublicKeyRefusal, RenewalRefusal, ReplacementRefusal, RestoreRefusal, TrainingRefusal, Unavailable,
};
use crate::application::RoomFact;
use crate::campaign::CampaignRefusal;
use crate::incident::IncidentRefusal;
use crate::letters::SealRefusal;
use crate::maintenance::MaintenanceRefusal;
use crate::password::Mistake;
use crate::proposal::ProposalRefusal;
use crate::ticket::TicketRefusal;
use crate::undo::UndoRefusal;

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
    /// 事故・障害.
    Incident,
    /// メール.
    Mail,
    /// 部屋.
    Room,
    /// 取得用番号.
    Ticket,
    /// 研修会.
    Training,
}

/// Why a change was not made. Nothing was changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// What can be said of an application only.
    #[error(transparent)]
    Application(#[from] ApplicationRefusal),
    /// What can be said of campaigns only.
    #[error(transparent)]
    Campaign(#[from] CampaignRefusal),
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
    /// What can be said of acts on a list only.
    #[error(transparent)]
    List(#[from] ListRefusal),
    /// What can be said of a lost device only.
    #[error(transparent)]
    Loss(#[from] LossRefusal),
    /// What can be said of maintenance accounts only.
    #[error(transparent)]
    Maintenance(#[from] MaintenanceRefusal),
    /// What can be said of incidents only.
    #[error(transparent)]
    Incident(#[from] IncidentRefusal),
    /// A letter cannot be sealed: nothing is told in the open, and nothing is changed untold.
    #[error(transparent)]
    Seal(#[from] SealRefusal),
    /// A field that cannot stand as it is.
    #[error(transparent)]
    Malformed(#[from] Malformed),
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
    /// It was changed after whoever asks had seen it.
    #[error("{0} was changed meanwhile")]
    Overtaken(String),
    /// The password does not keep to the rules.
    #[error("the password does not keep to the rules")]
    Password(Vec<Mistake>),
    /// What can be said of proposals and of acts alone only.
    #[error(transparent)]
    Proposal(#[from] ProposalRefusal),
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
    /// What can be said of trainings only.
    #[error(transparent)]
    Training(#[from] TrainingRefusal),
    /// What can be said of an undo only.
    #[error(transparent)]
    Undo(#[from] UndoRefusal),
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
            Self::Campaign(why) => why.code(),
            Self::Emergency(why) => why.code(),
            Self::HasCertificate(..) => "has_certificate",
            Self::Illegal(..) => "illegal_change",
            Self::Issuer(why) => why.code(),
            Self::List(why) => why.code(),
            Self::Loss(why) => why.code(),
            Self::Maintenance(why) => why.code(),
            Self::Incident(why) => why.code(),
            Self::Seal(_) => "mail_key",
            Self::Malformed(_) => "malformed",
            Self::NoApplication => "no_application",
            Self::NoCertificate(_) => "no_certificate",
            Self::NoOperator(_) | Self::OperatorMayNot(..) => "operator_may_not",
            Self::NoWhy => "no_why",
            Self::OtherOffice(..) => "office_mismatch",
            Self::Outranked(..) => "outranked",
            Self::Overtaken(_) => "overtaken",
            Self::Password(_) => "password_mistakes",
            Self::Proposal(why) => why.code(),
            Self::Proof(why) => why.code(),
            Self::PublicKey(why) => why.code(),
            Self::Renewal(why) => why.code(),
            Self::RenewalPending(..) => "renewal_pending",
            Self::Replacement(why) => why.code(),
            Self::Restore(why) => why.code(),
            Self::Taken(..) => "taken",
            Self::Ticket(why) => why.code(),
            Self::Training(why) => why.code(),
            Self::TooManyChanges(_) => "too_many_changes",
            Self::Undo(why) => why.code(),
            Self::Unknown(..) => "unknown",
            Self::Unavailable(Unavailable::Journal(_)) => "journal_unavailable",
            Self::Unavailable(_) => "registry_unavailable",
            Self::WrongPassword => "wrong_password",
        }
    }
}

impl Refusal {
    /// The fact of a room that is missing, or cannot stand as it is: a form and a table show it beside its field.
    #[must_use]
    pub fn room_fact(&self) -> Option<RoomFact> {
        if let Self::Malformed(Malformed::RoomLacks(fact) | Malformed::NoDay(fact) | Malformed::DayToCome(fact)) = self
        {
            Some(*fact)
        } else {
            None
        }
    }
}

impl From<JournalRefusal> for Refusal {
    fn from(why: JournalRefusal) -> Self {
        Self::Unavailable(why.into())
    }
}
