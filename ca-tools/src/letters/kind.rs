//! What kind of letter is it, what do operators call it, and does it go before others?

/// One word for the queue, for metrics and for whoever looks into it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(missing_docs, reason = "a letter each; their variants say what they tell")]
pub enum LetterKind {
    TicketIssued,
    RenewalAfterEnd,
    CertificateWorks,
    RenewalDue,
    CertificateRevoked,
    DeviceOnHold,
    DeviceResumed,
    ApplicationReceived,
    ApplicationInspected,
    ApplicationNotPassed,
    ApplicationApproved,
    ApplicationRejected,
    ConfirmAddress,
    ApplyByLogin,
    UsedElsewhere,
    RoomInvited,
    InvitationExtended,
    OfficeClosed,
    StatusReportDue,
    StatusReportUnanswered,
    OfficeMailChanged,
    ProposalWaits,
    GlassBroken,
    TrainingHeld,
    TrainingMissing,
    ApprovalEnding,
    OfficeOnHold,
    OfficeResumed,
    PasswordReset,
}

/// Which letters go before which.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Urgency {
    /// Something is out, or somebody else may be in: it goes before all others.
    AtOnce,
    /// To people the house knows.
    InTurn,
    /// Asked for by whoever typed an address: after all others, and by few couriers at once.
    ForStrangers,
}

impl LetterKind {
    /// Every kind.
    pub const ALL: [Self; 29] = [
        Self::TicketIssued,
        Self::RenewalAfterEnd,
        Self::CertificateWorks,
        Self::RenewalDue,
        Self::CertificateRevoked,
        Self::DeviceOnHold,
        Self::DeviceResumed,
        Self::ApplicationReceived,
        Self::ApplicationInspected,
        Self::ApplicationNotPassed,
        Self::ApplicationApproved,
        Self::ApplicationRejected,
        Self::ConfirmAddress,
        Self::ApplyByLogin,
        Self::UsedElsewhere,
        Self::RoomInvited,
        Self::InvitationExtended,
        Self::OfficeClosed,
        Self::StatusReportDue,
        Self::StatusReportUnanswered,
        Self::OfficeMailChanged,
        Self::ProposalWaits,
        Self::GlassBroken,
        Self::TrainingHeld,
        Self::TrainingMissing,
        Self::ApprovalEnding,
        Self::OfficeOnHold,
        Self::OfficeResumed,
        Self::PasswordReset,
    ];

    /// The word in the registry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TicketIssued => "ticket_issued",
            Self::RenewalAfterEnd => "renewal_after_end",
            Self::CertificateWorks => "certificate_works",
            Self::RenewalDue => "renewal_due",
            Self::CertificateRevoked => "certificate_revoked",
            Self::DeviceOnHold => "device_on_hold",
            Self::DeviceResumed => "device_resumed",
            Self::ApplicationReceived => "application_received",
            Self::ApplicationInspected => "application_inspected",
            Self::ApplicationNotPassed => "application_not_passed",
            Self::ApplicationApproved => "application_approved",
            Self::ApplicationRejected => "application_rejected",
            Self::ConfirmAddress => "confirm_address",
            Self::ApplyByLogin => "apply_by_login",
            Self::UsedElsewhere => "used_elsewhere",
            Self::RoomInvited => "room_invited",
            Self::InvitationExtended => "invitation_extended",
            Self::OfficeClosed => "office_closed",
            Self::StatusReportDue => "status_report_due",
            Self::StatusReportUnanswered => "status_report_unanswered",
            Self::OfficeMailChanged => "office_mail_changed",
            Self::ProposalWaits => "proposal_waits",
            Self::GlassBroken => "glass_broken",
            Self::TrainingHeld => "training_held",
            Self::TrainingMissing => "training_missing",
            Self::ApprovalEnding => "approval_ending",
            Self::OfficeOnHold => "office_on_hold",
            Self::OfficeResumed => "office_resumed",
            Self::PasswordReset => "password_reset",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// What operators call it.
    #[must_use]
    pub fn japanese(self) -> &'static str {
        match self {
            Self::TicketIssued => "取得のご案内",
            Self::RenewalAfterEnd => "期限後の更新のご案内",
            Self::CertificateWorks => "使えるようになったお知らせ",
            Self::RenewalDue => "更新のお願い",
            Self::CertificateRevoked => "失効のお知らせ",
            Self::DeviceOnHold => "一時停止のお知らせ",
            Self::DeviceResumed => "再開のお知らせ",
            Self::ApplicationReceived => "申請の受付",
            Self::ApplicationInspected => "申請の確認済み",
            Self::ApplicationNotPassed => "申請の確認できない項目",
            Self::ApplicationApproved => "申請の承認",
            Self::ApplicationRejected => "申請の却下",
            Self::ConfirmAddress => "メールアドレスの確認",
            Self::ApplyByLogin => "ログインでの申請のご案内",
            Self::UsedElsewhere => "普段と異なる利用のお知らせ",
            Self::RoomInvited => "部屋への招待",
            Self::InvitationExtended => "部屋への招待の期限の変更",
            Self::OfficeClosed => "事業所の終了・番号変更",
            Self::StatusReportDue => "現況届のお願い",
            Self::StatusReportUnanswered => "現況届に回答がない場合のお知らせ",
            Self::OfficeMailChanged => "メールアドレスの変更",
            Self::ProposalWaits => "提案の承認のお願い",
            Self::GlassBroken => "緊急の単独操作のお知らせ",
            Self::TrainingHeld => "研修会のご案内",
            Self::TrainingMissing => "研修会の未受講者のお知らせ",
            Self::ApprovalEnding => "端末の承認の期限のお知らせ",
            Self::OfficeOnHold => "事業所の一時停止のお知らせ",
            Self::OfficeResumed => "事業所の再開のお知らせ",
            Self::PasswordReset => "パスワード初期化のお知らせ",
        }
    }

    /// Whether it goes before others, or after them.
    #[must_use]
    pub fn urgency(self) -> Urgency {
        match self {
            Self::CertificateRevoked
            | Self::DeviceOnHold
            | Self::DeviceResumed
            | Self::UsedElsewhere
            | Self::OfficeClosed
            | Self::OfficeMailChanged
            | Self::OfficeOnHold
            | Self::OfficeResumed
            | Self::PasswordReset
            | Self::GlassBroken => Urgency::AtOnce,
            Self::TicketIssued
            | Self::RenewalAfterEnd
            | Self::CertificateWorks
            | Self::RenewalDue
            | Self::ApplicationReceived
            | Self::ApplicationInspected
            | Self::ApplicationNotPassed
            | Self::ApplicationApproved
            | Self::ApplicationRejected
            | Self::RoomInvited
            | Self::InvitationExtended
            | Self::StatusReportDue
            | Self::ProposalWaits
            | Self::TrainingHeld
            | Self::TrainingMissing
            | Self::ApprovalEnding
            | Self::StatusReportUnanswered => Urgency::InTurn,
            Self::ConfirmAddress | Self::ApplyByLogin => Urgency::ForStrangers,
        }
    }
}

impl Urgency {
    /// As the queue sorts it.
    #[must_use]
    pub fn rank(self) -> i64 {
        match self {
            Self::AtOnce => 0,
            Self::InTurn => 1,
            Self::ForStrangers => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_of_its_own_and_is_found_by_it() {
        for kind in LetterKind::ALL {
            assert_eq!(LetterKind::of(kind.as_str()), Some(kind));
            assert!(!kind.japanese().is_ascii());
        }
        assert_eq!(LetterKind::of("letter"), None);
    }
}
