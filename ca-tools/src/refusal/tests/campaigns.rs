//! Every refusal of campaigns.

use super::{AT, office, person};
use crate::application::Day;
use crate::campaign::{
    AnswerChannel, AnsweredBy, AnsweredEarlier, CampaignNo, CampaignRefusal, ConfirmFault, DateFault, RowAnswer,
    RowSubject, StepFault, StepKind,
};

every!(campaigns: CampaignRefusal {
    CampaignRefusal::Answered(..) => [vec![(row(), None)], vec![(row(), Some(RowAnswer::Delete)); 12], Vec::new()].map(|rows| {
        let earlier = AnsweredBy { by: person(), at: AT, channel: AnswerChannel::Paper };
        CampaignRefusal::Answered(campaign(), office(), Box::new(AnsweredEarlier { earlier, rows }))
    }),
    CampaignRefusal::Closed(..) => [CampaignRefusal::Closed(campaign(), AT)],
    CampaignRefusal::Confirm(..) => confirm_faults().into_iter().map(|why| CampaignRefusal::Confirm(campaign(), office(), why)),
    CampaignRefusal::Dates(_) => date_faults().into_iter().map(CampaignRefusal::Dates),
    CampaignRefusal::Due(..) => [CampaignRefusal::Due(campaign(), Day::of(AT))],
    CampaignRefusal::ForeignForm(_) => [CampaignRefusal::ForeignForm(office())],
    CampaignRefusal::ForeignRow(..) => [CampaignRefusal::ForeignRow(office(), row())],
    CampaignRefusal::HoldsRoles(_) => [CampaignRefusal::HoldsRoles(person())],
    CampaignRefusal::Many(..) => [CampaignRefusal::Many(office(), 20)],
    CampaignRefusal::NothingLeft(_) => [CampaignRefusal::NothingLeft(campaign())],
    CampaignRefusal::NothingToVouch(_) => [CampaignRefusal::NothingToVouch(row())],
    CampaignRefusal::Open(_) => [CampaignRefusal::Open(campaign())],
    CampaignRefusal::OtherOffice(..) => [CampaignRefusal::OtherOffice(campaign(), office())],
    CampaignRefusal::OwnVoice(_) => [CampaignRefusal::OwnVoice(person())],
    CampaignRefusal::RemindedToday(_) => [CampaignRefusal::RemindedToday(campaign())],
    CampaignRefusal::RowOver(_) => [CampaignRefusal::RowOver(row())],
    CampaignRefusal::StepWaits(..) => [CampaignRefusal::StepWaits(campaign(), AT)],
    CampaignRefusal::Step(..) => step_faults().into_iter().map(|why| CampaignRefusal::Step(campaign(), why)),
    CampaignRefusal::TooManyNotes(_) => [CampaignRefusal::TooManyNotes(20)],
    CampaignRefusal::Undone(..) => [
        CampaignRefusal::Undone(campaign(), None),
        CampaignRefusal::Undone(campaign(), Some(StepKind::Delete)),
    ],
    CampaignRefusal::Unknown(_) => [CampaignRefusal::Unknown("C-2026".to_owned())],
});

every!(confirm_faults: ConfirmFault {
    ConfirmFault::Already => [ConfirmFault::Already],
    ConfirmFault::Unanswered(_) => [ConfirmFault::Unanswered(vec![row(); 12])],
    ConfirmFault::OwnWord(_) => [ConfirmFault::OwnWord(vec![person()])],
});

every!(date_faults: DateFault {
    DateFault::Far(_) => [DateFault::Far(Day::of(AT))],
    DateFault::Order(..) => [DateFault::Order(Day::of(AT), Day::of(AT))],
    DateFault::Without(_) => [DateFault::Without(StepKind::Warn)],
    DateFault::TooMany => [DateFault::TooMany],
});

every!(step_faults: StepFault {
    StepFault::Taken(_) => [StepFault::Taken(StepKind::Warn)],
    StepFault::Before(_) => [StepFault::Before(StepKind::Warn)],
    StepFault::NotSet(_) => [StepFault::NotSet(StepKind::Suspend)],
    StepFault::NotYet(..) => [StepFault::NotYet(StepKind::Delete, Day::of(AT))],
});

fn campaign() -> CampaignNo {
    CampaignNo::first_of(AT)
}

fn row() -> RowSubject {
    RowSubject::Person(person())
}
