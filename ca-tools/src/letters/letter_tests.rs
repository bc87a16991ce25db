//! Of each letter: it leads home where its reader has an office, and says nothing of the machinery.

use super::application::{ApplicationFacts, ApplicationStep, NamedDevice, NextStep};
use super::facts::{DeviceFacts, Elsewhere, Hold, OfficeFacts, OperatorsFacts};
use super::kind::LetterKind;
use super::letter::Letter;
use super::letterhead::Letterhead;
use super::unanswered::Unanswered;
use crate::config::{Contact, Links};
use crate::words::tests::speaks_to_people;

/// One of each kind; a kind that is missing does not pass.
#[expect(clippy::too_many_lines, reason = "one of each kind, and nothing else")]
fn letters() -> Vec<Letter> {
    let word = |text: &str| text.to_owned();
    let device = DeviceFacts { office: word("事"), contact: word("佐"), device: word("DEV-1"), label: word("青") };
    let office = OfficeFacts { number: word("1"), name: word("事"), contact: word("佐") };
    let (until, at, not_after, due) = (1_800_000_000, 1_800_000_000, 1_800_000_000, 1_800_000_000);
    let (office_name, contact, login_id, room) = (word("事"), word("佐"), word("1"), word("1"));
    let invited = |until| {
        let (office, contact) = (office_name.clone(), contact.clone());
        Letter::RoomInvited { office, contact, login_id: login_id.clone(), room: room.clone(), at, until }
    };
    let extended = |until| {
        let (office, contact) = (office_name.clone(), contact.clone());
        Letter::InvitationExtended { office, contact, login_id: login_id.clone(), room: room.clone(), at, until }
    };
    let mut letters = vec![
        Letter::TicketIssued { device: device.clone(), number: word("1"), until },
        Letter::RenewalAfterEnd { device: device.clone(), number: word("1"), until },
        Letter::CertificateWorks { device: device.clone(), not_after },
        Letter::RenewalDue { device: device.clone(), not_after, days: 30 },
        Letter::DeviceOnHold { device: device.clone(), at },
        Letter::DeviceResumed { device: device.clone(), at },
        Letter::ConfirmAddress { office: word("事"), token: word("1"), until },
        Letter::ApplyByLogin { office: word("事") },
        invited(None),
        invited(Some(until)),
        extended(None),
        extended(Some(until)),
        Letter::OfficeClosed { office: office.clone(), at, users: 1, certificates: 1, replaced_by: None },
        Letter::OfficeClosed { office: office.clone(), at, users: 1, certificates: 1, replaced_by: Some(word("2")) },
        Letter::StatusReportDue { office: office.clone(), due, people: vec![word("佐")], devices: vec![word("青")] },
        Letter::OfficeMailChanged {
            office: word("事"), contact: word("佐"), before: word("1"), after: word("2"), at
        },
    ];
    let office = OfficeFacts { number: word("1"), name: word("事"), contact: word("佐") };
    letters.extend([
        Letter::TrainingHeld { office: office.clone(), year: 2026, on: at, place: word("市") },
        Letter::TrainingMissing { office: office.clone(), year: 2026, people: vec![word("佐")] },
        Letter::ApprovalEnding { office: office.clone(), until, devices: vec![word("青")] },
        Letter::OfficeOnHold { office: office.clone(), at },
        Letter::OfficeResumed { office: office.clone(), at },
    ]);
    letters.extend([Hold::Held, Hold::NotHeld].map(|hold| {
        let (office, contact, person) = (office_name.clone(), contact.clone(), word("佐"));
        Letter::PasswordReset { office, contact, person, at, hold }
    }));
    let to = OperatorsFacts { office: word("市"), names: vec![word("佐"), word("伊")] };
    letters.push(Letter::ProposalWaits {
        to: to.clone(),
        number: word("P-1"),
        said: word("役"),
        by: word("佐"),
        why: word("理"),
        touches: 1,
        until,
    });
    letters.push(Letter::GlassBroken {
        to,
        number: word("B-1"),
        said: word("役"),
        by: word("佐"),
        why: word("理"),
        at,
        until,
    });
    for what in [
        Unanswered::Warned { suspend_on: Some(due) },
        Unanswered::Warned { suspend_on: None },
        Unanswered::OnHold { delete_on: Some(due) },
        Unanswered::OnHold { delete_on: None },
        Unanswered::Deleted,
        Unanswered::WarningTakenBack,
        Unanswered::HoldTakenBack,
    ] {
        let (people, devices) = (vec![word("佐")], vec![word("青")]);
        letters.push(Letter::StatusReportUnanswered { office: office.clone(), what, people, devices });
    }
    for reason in ["lost", "replaced", "left", "ended", "other"] {
        letters.push(Letter::CertificateRevoked { device: device.clone(), at, reason: word(reason) });
    }
    for how in [Elsewhere::TwoSystems, Elsewhere::TwoNetworks] {
        for hold in [Hold::Held, Hold::NotHeld] {
            letters.push(Letter::UsedElsewhere { device: device.clone(), at, how, hold });
        }
    }
    let approved = |next| ApplicationStep::Approved { next };
    for step in [
        ApplicationStep::Received,
        ApplicationStep::Inspected,
        ApplicationStep::NotPassed { failed: vec![word("項")], why: word("理") },
        approved(NextStep::Told),
        approved(NextStep::PasswordsThenDevices),
        approved(NextStep::Passwords),
        approved(NextStep::Nothing),
        ApplicationStep::Rejected { why: word("理") },
    ] {
        for kind in crate::application::Kind::ALL {
            let device = Some(NamedDevice { number: word("DEV-1"), label: word("青") });
            let (application, kind) = (word("A-1"), kind.japanese().to_owned());
            let application = ApplicationFacts { application, kind, office: word("事"), contact: word("佐"), device };
            letters.push(Letter::Application { application, step: step.clone() });
        }
    }
    letters
}

#[test]
fn each_letter_leads_to_what_is_registered_of_its_office_but_where_there_is_none() {
    let contact = Contact::default();
    for (own_office, page) in
        [("", "https://s.example.jp/office/"), ("https://d.example.jp/o/", "https://d.example.jp/o/")]
    {
        let (service, own_office) = ("https://s.example.jp".to_owned(), own_office.to_owned());
        let links = Links { service, own_office, ..Links::default() };
        let head = Letterhead { contact: &contact, links: &links };
        for letter in letters() {
            let none = ["confirm_address", "office_closed", "proposal_waits", "glass_broken"].contains(&letter.kind());
            let body = letter.written(&head).body;
            assert_eq!(body.contains(&format!("（うちの事業所）：{page}\n")), !none, "{}: {body}", letter.kind());
        }
    }
}

#[test]
fn no_letter_tells_people_a_command() {
    let (contact, links) = (Contact::default(), Links::default());
    let head = Letterhead { contact: &contact, links: &links };
    let letters = letters();
    for kind in LetterKind::ALL {
        assert!(letters.iter().any(|letter| letter.kind() == kind.as_str()), "{kind:?} is forgotten");
    }
    for letter in letters {
        let written = letter.written(&head);
        // The links of letters have paths: they are no words.
        // What it says in short in English stands at the end.
        let (said, english) = written.body.split_once("English: ").unwrap();
        assert!(english.len() > 20, "{english}");
        let body = said.split(['\n', '：', '「', '」', '、', '。']).filter(|part| !part.starts_with('/'));
        speaks_to_people(&format!("{}\n{}", written.subject, body.collect::<Vec<_>>().join("\n")), &letter);
    }
}
