//! 現況届: what each office says of its IDs and devices once a year is kept as it was said, and nothing follows from silence but
//! what two decided.

mod answers;
mod city;
mod files;
mod steps;
mod year;

use ca_tools::acts::{AnswerTaken, By, CampaignAt, DeviceForm, OfficeForm, Person, ProofMethod};
use ca_tools::application::{Day, Detail};
use ca_tools::campaign::{
    AnswerChannel, CampaignAnswers, CampaignDates, CampaignNo, OfficeSheet, RowAnswer, RowSubject,
};
use ca_tools::rows::Purpose;
use certs::{DeviceNo, Serial, Timestamp};
use registry::change::Inspection;
use registry::{LoginId, OfficeNo, Os, Ownership};

use crate::fixtures::registry_at::{NOW, RegistryAt, intent, operator, password, person, signed};
use crate::proposals::{DAY, staffed};

/// An office that is asked, beside the city's own.
pub(crate) const MIDORI: &str = "1272200002";

pub(crate) fn midori() -> OfficeNo {
    MIDORI.parse().unwrap()
}

/// So many days after the opening.
pub(crate) fn after(days: i64) -> Timestamp {
    NOW.plus(days * DAY)
}

pub(crate) fn clerk(days: i64) -> By {
    By { at: after(days), application: None, ..operator("d.ueda") }
}

pub(crate) fn approver(days: i64) -> By {
    By { at: after(days), application: None, ..operator("b.abe") }
}

/// A person of an office, behind two factors on its own pages.
pub(crate) fn contact(id: &str, days: i64) -> By {
    By::of(id.parse().unwrap(), after(days), ProofMethod::Office)
}

pub(crate) fn web() -> CampaignAt {
    CampaignAt { campaign: first(), office: midori(), channel: AnswerChannel::Web }
}

pub(crate) fn paper() -> CampaignAt {
    CampaignAt { channel: AnswerChannel::Paper, ..web() }
}

/// The first campaign of the year of [`NOW`].
pub(crate) fn first() -> CampaignNo {
    CampaignNo::first_of(NOW)
}

/// Reminded after 14 days, due after 30, warned from 35 on, put on hold from 45, deleted from 60.
pub(crate) fn dates() -> CampaignDates {
    let day = |days| Day::of(after(days));
    CampaignDates {
        due: day(30),
        reminders: vec![day(14)],
        warn_on: Some(day(35)),
        suspend_on: Some(day(45)),
        delete_on: Some(day(60)),
    }
}

/// The city with its operators, and みどり薬局 with k.sato, its contact, m.ito and a device of the office.
pub(crate) async fn asked(registry: &RegistryAt) -> DeviceNo {
    staffed(registry).await;
    let writer = &registry.writer;
    let form = OfficeForm::from([(Detail::Name, "みどり薬局"), (Detail::Mail, "midori@example.jp")]);
    writer.register_office(&operator("a.ito"), &midori(), form).await.unwrap();
    for id in ["k.sato", "m.ito"] {
        let someone = Person { office: midori(), ..person(id) };
        writer.add_user(&operator("a.ito"), someone, password()).await.unwrap();
    }
    writer.name_contact(&operator("a.ito"), &id("k.sato")).await.unwrap();
    device(registry, Ownership::Office, &[]).await
}

/// An approved device of that office.
pub(crate) async fn device(registry: &RegistryAt, ownership: Ownership, users: &[LoginId]) -> DeviceNo {
    let (writer, users) = (&registry.writer, users.to_vec());
    let form = DeviceForm { office: midori(), label: "窓口".into(), os: Os::Windows, ownership, users };
    let no = writer.apply_device(&operator("a.ito"), form).await.unwrap();
    writer.inspect_device(&operator("d.ueda"), no, Inspection::Passed, &[]).await.unwrap();
    writer.approve_device(&operator("b.abe"), no, None).await.unwrap();
    no
}

/// A certificate of the device, recorded as if it had been signed; its serial.
pub(crate) async fn certified(registry: &RegistryAt, device: DeviceNo, seed: u8) -> Serial {
    let (intent, first) = (intent(device, seed), Purpose::First);
    let _ = registry.writer.intend(&operator("a.ito"), &intent, first).await.unwrap();
    registry.writer.record(&operator("a.ito"), device, &signed(&intent), first).await.unwrap();
    intent.serial
}

pub(crate) async fn open(registry: &RegistryAt) {
    registry.writer.open_campaign(&approver(0), &dates()).await.unwrap();
}

pub(crate) fn id(id: &str) -> LoginId {
    id.parse().unwrap()
}

pub(crate) fn row(subject: impl ToString) -> RowSubject {
    subject.to_string().parse().unwrap()
}

pub(crate) async fn sheet(registry: &RegistryAt) -> OfficeSheet {
    registry.writer.ledger().campaign_office(first(), &midori()).await.unwrap()
}

/// What is said of these rows, by one who saw the answers as they are.
pub(crate) fn say(seen: &OfficeSheet, rows: &[(RowSubject, RowAnswer)]) -> CampaignAnswers {
    let rows = rows.iter().map(|(subject, answer)| (subject.clone(), Some(*answer))).collect();
    CampaignAnswers { seen: seen.edition, rows, forms: None }
}

pub(crate) fn kept(taken: &AnswerTaken) -> usize {
    match taken {
        AnswerTaken::Kept { unanswered, .. } => *unanswered,
        AnswerTaken::Late { .. } => panic!("{taken:?}"),
    }
}
