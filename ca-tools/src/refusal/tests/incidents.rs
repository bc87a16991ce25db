//! Every refusal of incidents and of maintenance accounts.

use super::{AT, person};
use crate::incident::{Duty, IncidentNo, IncidentRefusal, ToldPart};
use crate::maintenance::MaintenanceRefusal;
use crate::spelling;

fn no() -> IncidentNo {
    IncidentNo::of(1).unwrap()
}

every!(incidents: IncidentRefusal {
    IncidentRefusal::AlreadyDone(..) => Duty::ALL.map(|duty| IncidentRefusal::AlreadyDone(no(), duty)),
    IncidentRefusal::Closed(_) => [IncidentRefusal::Closed(no())],
    IncidentRefusal::NotYet(_) => [IncidentRefusal::NotYet(AT)],
    IncidentRefusal::NobodyNamed => [IncidentRefusal::NobodyNamed],
    IncidentRefusal::NothingToStop(_) => [IncidentRefusal::NothingToStop(no())],
    IncidentRefusal::NothingSaid(_) => {
        [ToldPart::Note, ToldPart::Outcome, ToldPart::ReportedBy, ToldPart::What].map(IncidentRefusal::NothingSaid)
    },
    IncidentRefusal::ReportedBefore(_) => [IncidentRefusal::ReportedBefore(AT)],
    IncidentRefusal::Strange(..) => {
        [IncidentRefusal::Strange(ToldPart::What, spelling::line("\u{202e}").unwrap_err())]
    },
    IncidentRefusal::TooLong(..) => [IncidentRefusal::TooLong(ToldPart::What, 2_000)],
});

every!(maintenance: MaintenanceRefusal {
    MaintenanceRefusal::Already(_) => [MaintenanceRefusal::Already(person())],
    MaintenanceRefusal::Backwards => [MaintenanceRefusal::Backwards],
    MaintenanceRefusal::HoldsRoles(_) => [MaintenanceRefusal::HoldsRoles(person())],
    MaintenanceRefusal::IsNone(_) => [MaintenanceRefusal::IsNone(person())],
    MaintenanceRefusal::NoPlan => [MaintenanceRefusal::NoPlan],
    MaintenanceRefusal::NoWindow(_) => [MaintenanceRefusal::NoWindow(person())],
    MaintenanceRefusal::Open(..) => [MaintenanceRefusal::Open(person(), AT)],
    MaintenanceRefusal::Past => [MaintenanceRefusal::Past],
    MaintenanceRefusal::TooLong(_) => [MaintenanceRefusal::TooLong(31)],
    MaintenanceRefusal::WithinAMinute => [MaintenanceRefusal::WithinAMinute],
});
