//! Who must have shown who they are before a command reads anything?
//!
//! `--operator` alone names nobody, for reading as for acting. What shows no person takes no proof: whoever stands before a
//! house whose registry is broken still asks the doctor. An act asks for itself, with the role that it takes. Of what is read,
//! the record, a story at the telephone and a list that is taken along leave an event, as in the console; a look at a list
//! or a thing does not.

use super::application::Application;
use super::audit::Audit;
use super::authority::Ca;
use super::break_glass::BreakGlass;
use super::campaign::Campaign;
use super::certificate::Cert;
use super::device::Device;
use super::gateway::Gateway;
use super::grammar::Noun;
use super::incident::Incident;
use super::mail::Mail;
use super::maintenance::Maintenance;
use super::need::ProofNeed::{self, Act, Nobody, Operator, Reader};
use super::office::Office;
use super::proposal::Proposal;
use super::room::Room;
use super::ticket::Ticket;
use super::training::Training;
use super::user::User;

impl Noun {
    /// What each command takes.
    #[expect(clippy::too_many_lines, reason = "one table: a line a command")]
    pub(super) fn proof_need(&self) -> ProofNeed {
        match self {
            Self::Application(Application::Receive { fields: true, .. }) => Nobody,
            Self::Application(Application::List { .. } | Application::Show { .. }) => Reader,
            Self::Application(
                Application::Receive { .. }
                | Application::Inspect { .. }
                | Application::Approve { .. }
                | Application::Reject { .. },
            ) => Act,
            Self::Audit(Audit::List(_) | Audit::Show { .. }) => Reader,
            Self::Audit(Audit::Verify(_)) => Nobody,
            Self::BreakGlass(BreakGlass::List { .. }) => Reader,
            Self::BreakGlass(BreakGlass::Review { .. }) => Act,
            Self::Ca(Ca::List) => Nobody,
            Self::Ca(Ca::AddIssuing(_) | Ca::Retire { .. }) => Act,
            Self::Campaign(Campaign::List | Campaign::Show(_) | Campaign::Status(_) | Campaign::Export(_)) => Reader,
            Self::Campaign(
                Campaign::Open(_)
                | Campaign::Import(_)
                | Campaign::Answer(_)
                | Campaign::Vouch(_)
                | Campaign::Confirm(_)
                | Campaign::Remind { .. }
                | Campaign::Step(_)
                | Campaign::Undo { .. }
                | Campaign::Close { .. },
            ) => Act,
            Self::Cert(Cert::List { .. } | Cert::Show { .. }) => Reader,
            Self::Cert(
                Cert::Issue { .. } | Cert::Renew { .. } | Cert::Reissue(_) | Cert::Emergency(_) | Cert::Revoke { .. },
            ) => Act,
            Self::Device(Device::List { .. } | Device::Show { .. }) => Reader,
            Self::Device(
                Device::Apply { .. }
                | Device::Inspect { .. }
                | Device::Approve { .. }
                | Device::Reject { .. }
                | Device::Suspend { .. }
                | Device::Resume { .. }
                | Device::ReportLost { .. }
                | Device::Retire { .. }
                | Device::Place { .. }
                | Device::Users { .. },
            ) => Act,
            Self::Doctor(doctor) if doctor.mends() => Act,
            Self::Find(_) | Self::Why(_) => Reader,
            Self::Gateway(Gateway::List) => Nobody,
            Self::Gateway(Gateway::Retire { .. }) => Act,
            Self::Import(import) if import.is_of_no_house() => Nobody,
            Self::Incident(
                Incident::List { .. }
                | Incident::Show { .. }
                | Incident::Paper { .. }
                | Incident::Extract(_)
                | Incident::Check { .. },
            ) => Reader,
            Self::Incident(
                Incident::Open(_)
                | Incident::Stop { .. }
                | Incident::Note { .. }
                | Incident::Report { .. }
                | Incident::Close { .. },
            ) => Act,
            Self::Maintenance(Maintenance::List { .. }) => Reader,
            Self::Maintenance(Maintenance::Account { .. } | Maintenance::Open { .. } | Maintenance::Close { .. }) => {
                Act
            }
            Self::Mail(Mail::List { .. } | Mail::Show { .. }) | Self::Today(_) => Operator,
            Self::Mail(Mail::Retry { .. }) => Act,
            Self::Office(Office::List { .. } | Office::Readiness(_) | Office::Show { .. }) => Reader,
            Self::Office(
                Office::Register { .. }
                | Office::Update { .. }
                | Office::Contact { .. }
                | Office::Suspend { .. }
                | Office::Resume { .. }
                | Office::Withdraw { .. }
                | Office::Replace(_),
            ) => Act,
            Self::Proposal(Proposal::List { .. } | Proposal::Show { .. }) => Reader,
            Self::Proposal(Proposal::Approve { .. } | Proposal::Reject { .. } | Proposal::Withdraw { .. }) => Act,
            Self::Report(report) if report.looks() => Reader,
            Self::Report(_) => Act,
            Self::Retention(kept) if kept.looks() => Operator,
            Self::Retention(_) => Act,
            Self::Room(Room::List { .. } | Room::Show { .. }) => Reader,
            Self::Room(
                Room::Open { .. }
                | Room::Consent { .. }
                | Room::Invite { .. }
                | Room::Extend { .. }
                | Room::Confirm { .. }
                | Room::Remove { .. }
                | Room::Close { .. },
            ) => Act,
            Self::Ticket(Ticket::List { .. }) => Reader,
            Self::Ticket(Ticket::Issue { .. } | Ticket::Kill { .. }) => Act,
            Self::Training(Training::List { .. } | Training::Show { .. }) => Reader,
            Self::Training(Training::Hold { .. } | Training::Attend { .. } | Training::Letters { .. }) => Act,
            Self::User(User::List { .. } | User::Show { .. }) => Reader,
            Self::User(
                User::Add { .. }
                | User::Suspend { .. }
                | User::Resume { .. }
                | User::Delete { .. }
                | User::Move { .. }
                | User::ResetPassword { .. }
                | User::ChangePassword(_)
                | User::Roles { .. }
                | User::Unlock { .. }
                | User::Update { .. },
            ) => Act,
            // Whoever asks the desk shows who they are to the gateway.
            Self::Completion(_) | Self::Doctor(_) | Self::Init(_) | Self::Man(_) | Self::Serve(_) => Nobody,
            Self::Many(_)
            | Self::Backup(_)
            | Self::Crl(_)
            | Self::Example(_)
            | Self::Import(_)
            | Self::Journal(_)
            | Self::Login(_)
            | Self::Logout(_)
            | Self::Restore(_)
            | Self::Undo(_) => Act,
        }
    }
}
