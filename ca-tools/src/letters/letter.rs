//! What does a letter tell? One variant for each, with the facts its text is written from.

use certs::Timestamp;
use serde::{Deserialize, Serialize};

use super::application::{self, ApplicationFacts, ApplicationStep};
use super::facts::{DeviceFacts, Elsewhere, Hold, OfficeFacts, OperatorsFacts};
use super::in_short::in_short;
use super::kind::LetterKind;
use super::letterhead::{Letterhead, Written};
use super::office::{Closure, MailChange};
use super::operators::ProposedAct;
use super::room::Invitation;
use super::short_facts::short_facts;
use super::unanswered::{self, Unanswered};
use super::{certificate, device, office, operators, person, room, training};

/// A letter. Times are seconds since 1970.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Letter {
    /// 電子証明書の取得のご案内 (発行, ca-tools/README.md#letters): where, until when, with which number. The code goes another way.
    TicketIssued { device: DeviceFacts, number: String, until: i64 },
    /// 電子証明書の更新のご案内: asked for on the device itself, after its certificate had ended. The code was told there.
    RenewalAfterEnd { device: DeviceFacts, number: String, until: i64 },
    /// 使えるようになりました: the certificate came in for the first time.
    CertificateWorks { device: DeviceFacts, not_after: i64 },
    /// 電子証明書の更新のお願い (更新, ca-tools/README.md#letters): so many days before the end.
    RenewalDue { device: DeviceFacts, not_after: i64, days: i64 },
    /// 電子証明書を無効にしました (失効, ca-tools/README.md#letters): when, and the registry's word for why.
    CertificateRevoked { device: DeviceFacts, at: i64, reason: String },
    /// 端末の利用を一時停止しました: by the city, or because somebody reported it lost.
    DeviceOnHold { device: DeviceFacts, at: i64 },
    /// 端末の利用を再開しました.
    DeviceResumed { device: DeviceFacts, at: i64 },
    /// A step of an application.
    Application { application: ApplicationFacts, step: ApplicationStep },
    /// Is this mail address yours? With the token of the link, and until when it opens the form.
    ConfirmAddress { office: String, token: String, until: i64 },
    /// An application was begun by mail for an office whose contact logs in for that.
    ApplyByLogin { office: String },
    /// 普段と異なるご利用がありました (異常, ca-tools/README.md#letters): the certificate seems to be on a second device.
    UsedElsewhere { device: DeviceFacts, at: i64, how: Elsewhere, hold: Hold },
    /// 部屋に招待されました: who, and to which room, by its number: a room's name may be a patient's.
    RoomInvited {
        office: String,
        contact: String,
        login_id: String,
        room: String,
        at: i64,
        /// The first second on which it is none any more; a letter of before has none.
        #[serde(default)]
        until: Option<i64>,
    },
    /// 招待の期限を変更しました: until when the invitation lasts now.
    InvitationExtended { office: String, contact: String, login_id: String, room: String, at: i64, until: Option<i64> },
    /// 利用を終了しました, or 事業所番号の変更: how many IDs and certificates ended with the office (失効 in one letter).
    OfficeClosed { office: OfficeFacts, at: i64, users: usize, certificates: usize, replaced_by: Option<String> },
    /// 現況届のご提出のお願い (現況届, ca-tools/README.md#letters): who and what is registered, and the last day to answer. For a campaign.
    StatusReportDue { office: OfficeFacts, due: i64, people: Vec<String>, devices: Vec<String> },
    /// 現況届に回答がない場合のお知らせ: what follows of what nobody answered, or was taken back.
    StatusReportUnanswered { office: OfficeFacts, what: Unanswered, people: Vec<String>, devices: Vec<String> },
    /// メールアドレスの変更: goes to the old address and to the new one.
    OfficeMailChanged { office: String, contact: String, before: String, after: String, at: i64 },
    /// 事業所のご利用を一時停止しました.
    OfficeOnHold { office: OfficeFacts, at: i64 },
    /// 事業所のご利用を再開しました.
    OfficeResumed { office: OfficeFacts, at: i64 },
    /// パスワードを初期化しました: whose; where they are on hold, nobody hands them another yet.
    PasswordReset { office: String, contact: String, person: String, at: i64, hold: Hold },
    /// 提案の承認のお願い: to those who could approve it. What is asked for, by whom, why, how many it touches, until when.
    ProposalWaits {
        to: OperatorsFacts,
        number: String,
        said: String,
        by: String,
        why: String,
        touches: usize,
        until: i64,
    },
    /// 個人情報保護研修会のご案内: of which year, on which day, where.
    TrainingHeld { office: OfficeFacts, year: i64, on: i64, place: String },
    /// 研修会をまだ受講していない方: who of the office.
    TrainingMissing { office: OfficeFacts, year: i64, people: Vec<String> },
    /// 端末の承認の期限のお知らせ: until when these devices are approved; from then on they are not let in.
    ApprovalEnding { office: OfficeFacts, until: i64, devices: Vec<String> },
    /// 緊急の単独操作: to all other custodians, at once. What was done, by whom, why, when; until when it is reviewed.
    GlassBroken { to: OperatorsFacts, number: String, said: String, by: String, why: String, at: i64, until: i64 },
}

impl Letter {
    /// One word for the queue, for metrics and for whoever looks into it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.of_kind().as_str()
    }

    fn of_kind(&self) -> LetterKind {
        match self {
            Self::TicketIssued { .. } => LetterKind::TicketIssued,
            Self::RenewalAfterEnd { .. } => LetterKind::RenewalAfterEnd,
            Self::CertificateWorks { .. } => LetterKind::CertificateWorks,
            Self::RenewalDue { .. } => LetterKind::RenewalDue,
            Self::CertificateRevoked { .. } => LetterKind::CertificateRevoked,
            Self::DeviceOnHold { .. } => LetterKind::DeviceOnHold,
            Self::DeviceResumed { .. } => LetterKind::DeviceResumed,
            Self::Application { step, .. } => step.kind(),
            Self::ConfirmAddress { .. } => LetterKind::ConfirmAddress,
            Self::ApplyByLogin { .. } => LetterKind::ApplyByLogin,
            Self::UsedElsewhere { .. } => LetterKind::UsedElsewhere,
            Self::RoomInvited { .. } => LetterKind::RoomInvited,
            Self::InvitationExtended { .. } => LetterKind::InvitationExtended,
            Self::OfficeClosed { .. } => LetterKind::OfficeClosed,
            Self::StatusReportDue { .. } => LetterKind::StatusReportDue,
            Self::StatusReportUnanswered { .. } => LetterKind::StatusReportUnanswered,
            Self::OfficeMailChanged { .. } => LetterKind::OfficeMailChanged,
            Self::ProposalWaits { .. } => LetterKind::ProposalWaits,
            Self::GlassBroken { .. } => LetterKind::GlassBroken,
            Self::TrainingHeld { .. } => LetterKind::TrainingHeld,
            Self::TrainingMissing { .. } => LetterKind::TrainingMissing,
            Self::ApprovalEnding { .. } => LetterKind::ApprovalEnding,
            Self::OfficeOnHold { .. } => LetterKind::OfficeOnHold,
            Self::OfficeResumed { .. } => LetterKind::OfficeResumed,
            Self::PasswordReset { .. } => LetterKind::PasswordReset,
        }
    }

    /// Whether it would tell of what has ended meanwhile.
    #[must_use]
    pub fn over(&self, now: Timestamp) -> bool {
        match self {
            Self::TicketIssued { until, .. } | Self::RenewalAfterEnd { until, .. } => *until < now.unix(),
            Self::RenewalDue { not_after, .. } => *not_after < now.unix(),
            Self::ConfirmAddress { until, .. } => *until < now.unix(),
            Self::StatusReportDue { due, .. } => *due < now.unix(),
            Self::ProposalWaits { until, .. } | Self::ApprovalEnding { until, .. } => *until < now.unix(),
            Self::TrainingHeld { on, .. } => *on < now.unix(),
            Self::RoomInvited { until, .. } | Self::InvitationExtended { until, .. } => {
                until.is_some_and(|until| until <= now.unix())
            }
            Self::CertificateWorks { .. }
            | Self::Application { .. }
            | Self::ApplyByLogin { .. }
            | Self::CertificateRevoked { .. }
            | Self::DeviceOnHold { .. }
            | Self::DeviceResumed { .. }
            | Self::UsedElsewhere { .. }
            | Self::StatusReportUnanswered { .. }
            | Self::OfficeClosed { .. }
            | Self::OfficeMailChanged { .. }
            | Self::TrainingMissing { .. }
            | Self::OfficeOnHold { .. }
            | Self::OfficeResumed { .. }
            | Self::PasswordReset { .. }
            | Self::GlassBroken { .. } => false,
        }
    }

    /// The letter as its reader gets it, without the footer that all of them have.
    #[must_use]
    pub fn written(&self, head: &Letterhead<'_>) -> Written {
        let written = self.told(head);
        let Written { subject, body } = if self.is_to_an_office() { written.leading_home(head) } else { written };
        let short = in_short(self.of_kind(), &short_facts(self, head), head);
        Written { subject, body: body + &short }
    }

    /// Whether its reader has an office of theirs to look at: not who is not registered yet or any more, and no operator.
    fn is_to_an_office(&self) -> bool {
        !matches!(
            self,
            Self::ConfirmAddress { .. }
                | Self::OfficeClosed { .. }
                | Self::ProposalWaits { .. }
                | Self::GlassBroken { .. }
        )
    }

    fn told(&self, head: &Letterhead<'_>) -> Written {
        match self {
            Self::TicketIssued { device, number, until } => certificate::ticket(head, device, (number, *until)),
            Self::RenewalAfterEnd { device, number, until } => certificate::after_end(head, device, (number, *until)),
            Self::CertificateWorks { device, not_after } => certificate::works(head, device, *not_after),
            Self::RenewalDue { device, not_after, days } => certificate::renewal(head, device, (*not_after, *days)),
            Self::CertificateRevoked { device, at, reason } => certificate::revoked(head, device, (*at, reason)),
            Self::DeviceOnHold { device, at } => device::on_hold(device, *at),
            Self::DeviceResumed { device, at } => device::resumed(head, device, *at),
            Self::Application { application, step } => application::step(head, application, step),
            Self::ConfirmAddress { office, token, until } => application::confirm(head, office, (token, *until)),
            Self::ApplyByLogin { office } => application::by_login(head, office),
            Self::UsedElsewhere { device, at, how, hold } => device::elsewhere(device, *at, (*how, *hold)),
            Self::RoomInvited { office, contact, login_id, room, at, until } => {
                room::invited(head, &Invitation { office, contact, login_id, room, at: *at, until: *until })
            }
            Self::InvitationExtended { office, contact, login_id, room, at, until } => {
                room::extended(head, &Invitation { office, contact, login_id, room, at: *at, until: *until })
            }
            Self::OfficeClosed { office, at, users, certificates, replaced_by } => {
                let replaced_by = replaced_by.as_deref();
                office::closed(
                    head,
                    office,
                    &Closure { at: *at, users: *users, certificates: *certificates, replaced_by },
                )
            }
            Self::StatusReportDue { office, due, people, devices } => {
                office::status_report(head, office, &office::AskedOf { due: *due, people, devices })
            }
            Self::StatusReportUnanswered { office, what, people, devices } => {
                unanswered::unanswered(head, office, *what, &unanswered::Named { people, devices })
            }
            Self::OfficeMailChanged { office, contact, before, after, at } => {
                office::mail_changed(&MailChange { office, contact, before, after, at: *at })
            }
            Self::TrainingHeld { office, year, on, place } => training::held(office, *year, (*on, place)),
            Self::TrainingMissing { office, year, people } => training::missing(head, office, *year, people),
            Self::ApprovalEnding { office, until, devices } => device::approval_ending(office, *until, devices),
            Self::OfficeOnHold { office, at } => office::on_hold(office, *at),
            Self::OfficeResumed { office, at } => office::resumed(head, office, *at),
            Self::PasswordReset { office, contact, person, at, hold } => {
                person::password_reset((office, contact), person, (*at, *hold))
            }
            Self::ProposalWaits { to, number, said, by, why, touches, until } => {
                let asked = ProposedAct { number, said, by, why };
                operators::proposal(head, to, &asked, (*touches, *until))
            }
            Self::GlassBroken { to, number, said, by, why, at, until } => {
                operators::broken(head, to, &ProposedAct { number, said, by, why }, (*at, *until))
            }
        }
    }
}
