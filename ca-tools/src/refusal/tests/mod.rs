//! Every refusal there is, for whoever has to show that none is forgotten: a case that is missing here does not compile.

use std::path::PathBuf;

use certs::{DeviceNo, Fingerprint, Timestamp};
use registry::change::{CertificateStage, Disagreement, IllegalChange, InvitationState, ListingState, RoomState};
use registry::{DeviceStage, LoginId, OfficeNo, OfficeState, Role, SystemUserState};

use super::{
    ApplicationRefusal, EmergencyRefusal, IssuerRefusal, JournalRefusal, Kind, ListRefusal, LoginRefusal, Loss,
    LossRefusal, Malformed, ProofRefusal, PublicKeyRefusal, Refusal, RenewalRefusal, ReplacementRefusal,
    RestoreRefusal, ServerFault, TrainingRefusal, Unavailable,
};
use crate::application::{ApplicationNo, ApplicationState, Day, FiscalYear, IllegalStep, Mistakes};
use crate::key::KeyFileRefusal;
use crate::language::Text;
use crate::letters::SealRefusal;
use crate::password::Mistake;
use crate::ticket::TicketRefusal;

const AT: Timestamp = Timestamp::from_unix(1_800_000_000);

/// All cases of an enum, with at least one sample of each.
macro_rules! every {
    ($name:ident: $type:ty { $($case:pat => $samples:expr,)+ }) => {
        pub(crate) fn $name() -> Vec<$type> {
            let mut all: Vec<$type> = Vec::new();
            $(
                let samples: Vec<$type> = $samples.into_iter().map(<$type>::from).collect();
                assert!(!samples.is_empty(), "{}", stringify!($case));
                assert!(samples.iter().all(|sample| matches!(sample, $case)), "{samples:?}");
                all.extend(samples);
            )+
            for one in &all {
                match one {
                    $($case)|+ => {}
                }
            }
            all
        }
    };
}

every!(refusals: Refusal {
    Refusal::Application(_) => applications(),
    Refusal::Campaign(_) => campaigns::campaigns(), Refusal::Emergency(_) => emergencies(),
    Refusal::HasCertificate(..) => [Refusal::HasCertificate(device(), serial())],
    Refusal::Illegal(..) => illegal_changes().into_iter().map(|why| Refusal::Illegal(device().to_string(), why)),
    Refusal::Issuer(_) => issuers(),
    Refusal::Incident(_) => incidents::incidents(), Refusal::Maintenance(_) => incidents::maintenance(),
    Refusal::List(_) => lists(), Refusal::Loss(_) => losses(), Refusal::Seal(_) => seals(),
    Refusal::Malformed(_) => malformed::malformed(),
    Refusal::NoApplication => [Refusal::NoApplication], Refusal::NoCertificate(_) => [Refusal::NoCertificate(device())],
    Refusal::NoOperator(_) => [Refusal::NoOperator(person())], Refusal::NoWhy => [Refusal::NoWhy],
    Refusal::OperatorMayNot(..) => [Refusal::OperatorMayNot(person(), vec![Role::RaApprover])],
    Refusal::OtherOffice(..) => [Refusal::OtherOffice(person(), device())],
    Refusal::Outranked(..) => [Refusal::Outranked(person(), person(), vec![Role::RaApprover])],
    Refusal::Overtaken(_) => [Refusal::Overtaken(device().to_string())],
    Refusal::Password(_) => [Refusal::Password(passwords())],
    Refusal::Proposal(_) => proposals::proposals(),
    Refusal::Proof(_) => proofs(),
    Refusal::PublicKey(_) => public_keys(),
    Refusal::Renewal(_) => renewals(),
    Refusal::RenewalPending(..) => [Refusal::RenewalPending(device(), serial())],
    Refusal::Replacement(_) => replacements(),
    Refusal::Restore(_) => restores(),
    Refusal::Ticket(_) => tickets(),
    Refusal::Taken(..) => kinds().into_iter().map(|kind| Refusal::Taken(kind, "1".to_owned())),
    Refusal::Training(_) => trainings(),
    Refusal::Undo(_) => proposals::undos(),
    Refusal::Unknown(..) => kinds().into_iter().map(|kind| Refusal::Unknown(kind, "1".to_owned())),
    Refusal::Unavailable(_) => unavailable(),
    Refusal::TooManyChanges(_) => [Refusal::TooManyChanges(5)], Refusal::WrongPassword => [Refusal::WrongPassword],
});

mod campaigns;
mod incidents;
mod malformed;
mod proposals;
every!(kinds: Kind {
    Kind::Application => [Kind::Application], Kind::Office => [Kind::Office], Kind::SystemUser => [Kind::SystemUser],
    Kind::Device => [Kind::Device], Kind::Certificate => [Kind::Certificate], Kind::Gateway => [Kind::Gateway],
    Kind::Mail => [Kind::Mail], Kind::Incident => [Kind::Incident], Kind::Room => [Kind::Room], Kind::Ticket => [Kind::Ticket], Kind::Training => [Kind::Training],
});

every!(applications: ApplicationRefusal {
    ApplicationRefusal::Illegal(..) => steps().into_iter().map(|why| ApplicationRefusal::Illegal(application(), why)),
    ApplicationRefusal::Mistakes(_) => {
        [ApplicationRefusal::Mistakes(Mistakes::one("telephone", Text::new("市外局番から。", "with the area's code")))]
    },
    ApplicationRefusal::NotAContact(..) => [ApplicationRefusal::NotAContact(person(), office())],
    ApplicationRefusal::NotConfirmed(_) => [ApplicationRefusal::NotConfirmed(office())],
    ApplicationRefusal::NotPassed => [ApplicationRefusal::NotPassed],
    ApplicationRefusal::OnlyOwnOffice(_) => [ApplicationRefusal::OnlyOwnOffice(office())],
    ApplicationRefusal::OtherOffice(..) => [ApplicationRefusal::OtherOffice(application(), office().to_string())],
    ApplicationRefusal::Rejected(_) => [ApplicationRefusal::Rejected(application())],
    ApplicationRefusal::TooManyOpen => [ApplicationRefusal::TooManyOpen],
});

every!(steps: IllegalStep {
    IllegalStep::Decided(_) => [
        IllegalStep::Decided(ApplicationState::Approved),
        IllegalStep::Decided(ApplicationState::Rejected),
    ],
    IllegalStep::InspectionLapsed => [IllegalStep::InspectionLapsed],
    IllegalStep::NotInspected => [IllegalStep::NotInspected],
    IllegalStep::NotYet(_) => [IllegalStep::NotYet(Day::of(AT))],
    IllegalStep::NotGoneYet(_) => [IllegalStep::NotGoneYet(Day::of(AT))],
});

every!(emergencies: EmergencyRefusal {
    EmergencyRefusal::Disagree(..) => {
        disagreements().into_iter().map(|why| EmergencyRefusal::Disagree(person(), why))
    },
    EmergencyRefusal::OnlyForEmergency(_) => [EmergencyRefusal::OnlyForEmergency(device())],
    EmergencyRefusal::Running(..) => [EmergencyRefusal::Running(device(), serial(), AT)],
    EmergencyRefusal::TooLong => [EmergencyRefusal::TooLong],
});

every!(disagreements: Disagreement {
    Disagreement::NeitherApproves => [Disagreement::NeitherApproves],
    Disagreement::FirstHasInitialPassword => [Disagreement::FirstHasInitialPassword],
    Disagreement::SecondHasInitialPassword => [Disagreement::SecondHasInitialPassword],
    Disagreement::SecondIsNone => [Disagreement::SecondIsNone],
    Disagreement::SamePerson => [Disagreement::SamePerson],
});

every!(illegal_changes: IllegalChange {
    IllegalChange::ApprovalLapsed => [IllegalChange::ApprovalLapsed],
    IllegalChange::ApprovalWouldBeOver => [IllegalChange::ApprovalWouldBeOver],
    IllegalChange::AuthorityInUse(_) => [IllegalChange::AuthorityInUse(2)],
    IllegalChange::AuthorityRetired => [IllegalChange::AuthorityRetired],
    IllegalChange::Certificate(..) => [
        IllegalChange::Certificate(CertificateStage::Intended, CertificateStage::Issued),
        IllegalChange::Certificate(CertificateStage::Issued, CertificateStage::Revoked),
        IllegalChange::Certificate(CertificateStage::Superseded, CertificateStage::Issued),
        IllegalChange::Certificate(CertificateStage::Revoked, CertificateStage::Superseded),
    ],
    IllegalChange::DeviceNotApproved(_) => [
        IllegalChange::DeviceNotApproved(DeviceStage::Applied),
        IllegalChange::DeviceNotApproved(DeviceStage::Inspected),
    ],
    IllegalChange::DeviceNotSuspended => [IllegalChange::DeviceNotSuspended],
    IllegalChange::DeviceOver(_) => [
        IllegalChange::DeviceOver(DeviceStage::Rejected),
        IllegalChange::DeviceOver(DeviceStage::Retired),
    ],
    IllegalChange::DeviceSuspended => [IllegalChange::DeviceSuspended],
    IllegalChange::InvitationAlready(_) => [
        IllegalChange::InvitationAlready(InvitationState::Invited),
        IllegalChange::InvitationAlready(InvitationState::Removed),
    ],
    IllegalChange::ListingAlready(_) => [
        IllegalChange::ListingAlready(ListingState::Listed),
        IllegalChange::ListingAlready(ListingState::Removed),
    ],
    IllegalChange::FirstLacksRole => [IllegalChange::FirstLacksRole],
    IllegalChange::HoldsRoles => [IllegalChange::HoldsRoles],
    IllegalChange::LastOperator => [IllegalChange::LastOperator],
    IllegalChange::LastAuthority => [IllegalChange::LastAuthority],
    IllegalChange::NotInspected => [IllegalChange::NotInspected],
    IllegalChange::NetworkNotInspected => [IllegalChange::NetworkNotInspected],
    IllegalChange::NotInUseYet(_) => [IllegalChange::NotInUseYet(DeviceStage::Applied)],
    IllegalChange::NeverThere => [IllegalChange::NeverThere],
    IllegalChange::NotTheCitysOffice => [IllegalChange::NotTheCitysOffice],
    IllegalChange::OfficeAlready(_) => [
        IllegalChange::OfficeAlready(OfficeState::Registered),
        IllegalChange::OfficeAlready(OfficeState::Suspended),
    ],
    IllegalChange::OfficeOfOperators => [IllegalChange::OfficeOfOperators],
    IllegalChange::OfficeOver(_) => [
        IllegalChange::OfficeOver(OfficeState::Withdrawn),
        IllegalChange::OfficeOver(OfficeState::Replaced),
    ],
    IllegalChange::OfficeSuspended => [IllegalChange::OfficeSuspended],
    IllegalChange::RolesAlready => [IllegalChange::RolesAlready],
    IllegalChange::RoomOver(_) => [IllegalChange::RoomOver(RoomState::Closed)],
    IllegalChange::TooLateToReject => [IllegalChange::TooLateToReject],
    IllegalChange::UserAlreadyThere => [IllegalChange::UserAlreadyThere],
    IllegalChange::UserAlready(_) => [
        IllegalChange::UserAlready(SystemUserState::Active),
        IllegalChange::UserAlready(SystemUserState::Suspended),
    ],
    IllegalChange::UserDeleted => [IllegalChange::UserDeleted],
    IllegalChange::UserSuspended => [IllegalChange::UserSuspended],
});

every!(issuers: IssuerRefusal {
    IssuerRefusal::NoneInUse => [IssuerRefusal::NoneInUse],
    IssuerRefusal::NotOne(_) => [IssuerRefusal::NotOne(authority())],
    IssuerRefusal::Retired(_) => [IssuerRefusal::Retired(authority())],
    IssuerRefusal::SameName(_) => [IssuerRefusal::SameName(authority())],
});

every!(lists: ListRefusal {
    ListRefusal::Each(_) => [ListRefusal::Each(vec![(person().to_string(), Refusal::NoWhy), ("2".to_owned(), Refusal::NoWhy)])],
    ListRefusal::Empty => [ListRefusal::Empty], ListRefusal::Lost(_) => [ListRefusal::Lost(device())], ListRefusal::Moved(_) => [ListRefusal::Moved(vec![device().to_string()])],
    ListRefusal::TooLong(_) => [ListRefusal::TooLong(2_000)], ListRefusal::Twice(_) => [ListRefusal::Twice(device().to_string())],
});

every!(losses: LossRefusal {
    LossRefusal::AlreadyOut(..) => [LossRefusal::AlreadyOut(device(), DeviceStage::Retired)],
    LossRefusal::NeedsWhy(..) => [LossRefusal::NeedsWhy(device(), loss())],
});

every!(seals: SealRefusal {
    SealRefusal::NoPlace => [SealRefusal::NoPlace],
    SealRefusal::Key(_) => [KeyFileRefusal::OpenToOthers(path(), 0o644)],
    SealRefusal::NoRandom => [SealRefusal::NoRandom], SealRefusal::Shut => [SealRefusal::Shut],
});

every!(passwords: Mistake {
    Mistake::TooShort => [Mistake::TooShort], Mistake::TooLong => [Mistake::TooLong],
    Mistake::NeedsLetter => [Mistake::NeedsLetter], Mistake::NeedsDigit => [Mistake::NeedsDigit],
    Mistake::NeedsSymbol => [Mistake::NeedsSymbol],
    Mistake::SameAsId => [Mistake::SameAsId], Mistake::TooCommon => [Mistake::TooCommon], Mistake::UsedBefore => [Mistake::UsedBefore],
});

every!(proofs: ProofRefusal {
    ProofRefusal::InitialPassword(_) => [ProofRefusal::InitialPassword(person())],
    ProofRefusal::Login(_) => logins(),
    ProofRefusal::NoOperator(_) => [ProofRefusal::NoOperator(person())],
    ProofRefusal::NotShown(_) => [ProofRefusal::NotShown(person())],
    ProofRefusal::OtherOperator { .. } => [ProofRefusal::OtherOperator { named: person(), logged_in: person() }],
    ProofRefusal::TooManyWrong(_) => [ProofRefusal::TooManyWrong(person())],
    ProofRefusal::WrongPassword(_) => [ProofRefusal::WrongPassword(person())],
});

every!(logins: LoginRefusal {
    LoginRefusal::Elsewhere => [LoginRefusal::Elsewhere],
    LoginRefusal::Ended => [LoginRefusal::Ended],
    LoginRefusal::FileOfAnother => [LoginRefusal::FileOfAnother],
    LoginRefusal::FileOpen(_) => [LoginRefusal::FileOpen(0o644)],
    LoginRefusal::Idle => [LoginRefusal::Idle],
    LoginRefusal::NotInService(_) => [LoginRefusal::NotInService(person())],
    LoginRefusal::OtherRegistry => [LoginRefusal::OtherRegistry],
    LoginRefusal::PasswordChanged(_) => [LoginRefusal::PasswordChanged(person())],
    LoginRefusal::RoleLost(_) => [LoginRefusal::RoleLost(person())],
    LoginRefusal::TooOld => [LoginRefusal::TooOld],
    LoginRefusal::Unknown => [LoginRefusal::Unknown],
});

every!(public_keys: PublicKeyRefusal {
    PublicKeyRefusal::Certified(..) => [PublicKeyRefusal::Certified(device(), serial())],
    PublicKeyRefusal::Ours => [PublicKeyRefusal::Ours],
});

every!(renewals: RenewalRefusal {
    RenewalRefusal::Emergency(..) => [RenewalRefusal::Emergency(device(), serial())],
    RenewalRefusal::Shortened(..) => [RenewalRefusal::Shortened(device(), serial())],
});

every!(replacements: ReplacementRefusal {
    ReplacementRefusal::Already(..) => [ReplacementRefusal::Already(device(), device())],
    ReplacementRefusal::Nothing(..) => [ReplacementRefusal::Nothing(device(), device())],
    ReplacementRefusal::OtherOffice(..) => [ReplacementRefusal::OtherOffice(device(), device())],
});

every!(restores: RestoreRefusal {
    RestoreRefusal::JournalIsThere(_) => [RestoreRefusal::JournalIsThere(path())],
    RestoreRefusal::JournalBeginsLater(..) => [RestoreRefusal::JournalBeginsLater(path(), 1)],
    RestoreRefusal::JournalEndsEarly(..) => [RestoreRefusal::JournalEndsEarly(path(), 1, 2)],
    RestoreRefusal::ListIsNewer(_) => [RestoreRefusal::ListIsNewer(1)],
    RestoreRefusal::NeitherApproves => [RestoreRefusal::NeitherApproves],
    RestoreRefusal::NoJournal(_) => [RestoreRefusal::NoJournal(path())],
    RestoreRefusal::NoSecond => [RestoreRefusal::NoSecond],
    RestoreRefusal::NotASecond(_) => [RestoreRefusal::NotASecond(person())],
    RestoreRefusal::OtherHistory(_) => [RestoreRefusal::OtherHistory(1)],
    RestoreRefusal::InitialPassword(_) => [RestoreRefusal::InitialPassword(person())],
    RestoreRefusal::NoPassword(_) => [RestoreRefusal::NoPassword(person())],
    RestoreRefusal::WrongPassword(_) => [RestoreRefusal::WrongPassword(person())],
});

every!(tickets: TicketRefusal {
    TicketRefusal::Expired { .. } => [TicketRefusal::Expired { until: AT }],
    TicketRefusal::Killed => [TicketRefusal::Killed],
    TicketRefusal::NotTaken => [TicketRefusal::NotTaken],
    TicketRefusal::Used { .. } => [
        TicketRefusal::Used { at: AT, other: true },
        TicketRefusal::Used { at: AT, other: false },
    ],
    TicketRefusal::Wrong { .. } => [TicketRefusal::Wrong { left: 3 }],
});

every!(trainings: TrainingRefusal {
    TrainingRefusal::NobodyNamed => [TrainingRefusal::NobodyNamed],
    TrainingRefusal::NotAttended(..) => [TrainingRefusal::NotAttended(person(), FiscalYear::of(AT))],
    TrainingRefusal::NotYet(_) => [TrainingRefusal::NotYet(Day::of(AT))],
    TrainingRefusal::NobodyToTell(_) => [TrainingRefusal::NobodyToTell(FiscalYear::of(AT))],
    TrainingRefusal::OutsideYear(..) => [TrainingRefusal::OutsideYear(FiscalYear::of(AT), Day::of(AT.plus(-366 * 86_400)))],
});

every!(unavailable: Unavailable {
    Unavailable::Missing(_) => [Unavailable::Missing(what())],
    Unavailable::AlreadyThere(_) => [Unavailable::AlreadyThere(what())],
    Unavailable::Locked => [Unavailable::Locked],
    Unavailable::Journal(_) => journals(),
    Unavailable::DiskFull => [Unavailable::DiskFull],
    Unavailable::ServerReadOnly(_) => [Unavailable::ServerReadOnly(what())],
    Unavailable::Server(..) => server_faults().into_iter().map(|fault| Unavailable::Server(fault, what())),
    Unavailable::TookTooLong => [Unavailable::TookTooLong],
    Unavailable::ReadOnly(_) => [Unavailable::ReadOnly(what())],
    Unavailable::Unreachable(_) => [Unavailable::Unreachable(what())],
    Unavailable::Untrusted(_) => [Unavailable::Untrusted(what())],
    Unavailable::NotARegistry(_) => [Unavailable::NotARegistry(what())],
    Unavailable::Corrupt(_) => [Unavailable::Corrupt(what())],
    Unavailable::Other(_) => [Unavailable::Other(what())],
});

every!(server_faults: ServerFault {
    ServerFault::Login => [ServerFault::Login],
    ServerFault::NoDatabase => [ServerFault::NoDatabase],
    ServerFault::NoPlace => [ServerFault::NoPlace],
    ServerFault::PooledByStatement => [ServerFault::PooledByStatement],
    ServerFault::PoolTakesNoSettings => [ServerFault::PoolTakesNoSettings],
    ServerFault::StartsOrStops => [ServerFault::StartsOrStops],
});

every!(journals: JournalRefusal {
    JournalRefusal::Broken(..) => [JournalRefusal::Broken(path(), 1, "is not as it was written")],
    JournalRefusal::DiskFull => [JournalRefusal::DiskFull],
    JournalRefusal::EndsEarly(..) => [JournalRefusal::EndsEarly(path(), 1, 2)],
    JournalRefusal::Forged(_) => [JournalRefusal::Forged(path())],
    JournalRefusal::Key(..) => [JournalRefusal::Key(path(), what())],
    JournalRefusal::Locked => [JournalRefusal::Locked],
    JournalRefusal::Missing(_) => [JournalRefusal::Missing(path())],
    JournalRefusal::NoRandomness => [JournalRefusal::NoRandomness],
    JournalRefusal::OtherHistory(..) => [JournalRefusal::OtherHistory(path(), 1)],
    JournalRefusal::Planted(_) => [JournalRefusal::Planted(what())],
    JournalRefusal::RegistryWentBack(..) => [JournalRefusal::RegistryWentBack(path(), 2, 1)],
    JournalRefusal::Unreadable(..) => [JournalRefusal::Unreadable(path(), what())],
    JournalRefusal::Unwritable(_) => [JournalRefusal::Unwritable(what())],
});

fn device() -> DeviceNo {
    DeviceNo::new(1).unwrap()
}

fn office() -> OfficeNo {
    "1234567890".parse().unwrap()
}

/// No word by itself, so that every English word on a page is one that we put there.
fn person() -> LoginId {
    "m1.t2".parse().unwrap()
}

fn application() -> ApplicationNo {
    ApplicationNo::first_of(AT)
}

fn authority() -> Fingerprint {
    Fingerprint::from_bytes([0x11; 32])
}

fn serial() -> String {
    "0A1B".to_owned()
}

fn path() -> PathBuf {
    PathBuf::from("/srv/sekisho/journal.log")
}

fn what() -> String {
    "what a program said".to_owned()
}

fn loss() -> Loss {
    Loss { at: AT, operator: person(), reported_by: Some("佐藤".to_owned()), why: "紛失".to_owned() }
}

#[test]
fn every_refusal_has_one_word_for_programs_and_a_line_for_the_log() {
    for refusal in refusals() {
        let code = refusal.code();
        assert!(!code.is_empty() && code.bytes().all(|sign| sign.is_ascii_lowercase() || sign == b'_'), "{refusal:?}");
        assert!(!refusal.to_string().is_empty(), "{refusal:?}");
    }
}
