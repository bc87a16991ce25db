//! Every letter that the house writes, and what a strict reader makes of it.

use std::process::Command;

use ca_tools::letters::{
    ApplicationFacts, ApplicationStep, DeviceFacts, Elsewhere, Hold, Letter, LetterKind, NamedDevice, NextStep,
    OfficeFacts, OperatorsFacts, Unanswered,
};
use servers::blocking::until;
use servers::mail::{Closed, MailServer, letters_in};

use crate::fixtures::house::House;

pub(crate) const ADDRESS: &str = "yamada@example.jp";
/// The number in the letters of tickets.
pub(crate) const NUMBER: &str = "ABCD-EFGH-JKMN-PQRS";

pub(crate) fn device() -> DeviceFacts {
    DeviceFacts {
        office: "ひだまり訪問看護".into(),
        contact: "山田".into(),
        device: "DEV-000001".into(),
        label: "訪問用タブレット".into(),
    }
}

fn office() -> OfficeFacts {
    OfficeFacts { number: "1272200001".into(), name: "ひだまり訪問看護".into(), contact: "山田".into() }
}

fn step(of_device: bool, step: ApplicationStep) -> Letter {
    let device = NamedDevice { number: "DEV-000001".into(), label: "訪問用タブレット".into() };
    let application = ApplicationFacts {
        application: "R8-000001".into(),
        kind: "電子証明書の取得申請".into(),
        office: "ひだまり訪問看護".into(),
        contact: "山田".into(),
        device: of_device.then_some(device),
    };
    Letter::Application { application, step }
}

/// One of each kind at least, and of each text; each is about DEV-000001 as far as the queue knows.
pub(crate) fn every_letter() -> Vec<Letter> {
    let (at, end) = (1_800_000_000, 4_000_000_000);
    let (name, contact) = ("ひだまり訪問看護".to_owned(), "山田".to_owned());
    vec![
        Letter::TicketIssued { device: device(), number: NUMBER.into(), until: end },
        Letter::RenewalAfterEnd { device: device(), number: NUMBER.into(), until: end },
        Letter::CertificateWorks { device: device(), not_after: end },
        Letter::RenewalDue { device: device(), not_after: end, days: 30 },
        Letter::CertificateRevoked { device: device(), at, reason: "lost".into() },
        Letter::DeviceOnHold { device: device(), at },
        Letter::DeviceResumed { device: device(), at },
        Letter::UsedElsewhere { device: device(), at, how: Elsewhere::TwoSystems, hold: Hold::NotHeld },
        Letter::UsedElsewhere { device: device(), at, how: Elsewhere::TwoNetworks, hold: Hold::Held },
        step(true, ApplicationStep::Received),
        step(false, ApplicationStep::Inspected),
        // A reason as long as an operator may write one.
        step(true, ApplicationStep::NotPassed { failed: vec!["番号".into()], why: "理由".repeat(500) }),
        step(true, ApplicationStep::Approved { next: NextStep::Told }),
        step(false, ApplicationStep::Approved { next: NextStep::PasswordsThenDevices }),
        step(false, ApplicationStep::Approved { next: NextStep::Passwords }),
        step(false, ApplicationStep::Approved { next: NextStep::Nothing }),
        step(true, ApplicationStep::Rejected { why: "=?utf-8?b?4= <b>& \"'".into() }),
        Letter::ConfirmAddress { office: String::new(), token: "t".repeat(300), until: end },
        Letter::ApplyByLogin { office: name.clone() },
        Letter::RoomInvited {
            office: name.clone(),
            contact: contact.clone(),
            login_id: "kn-000001".into(),
            room: "R-000001".into(),
            at,
            until: None,
        },
        Letter::InvitationExtended {
            office: name.clone(),
            contact: contact.clone(),
            login_id: "kn-000001".into(),
            room: "R-000001".into(),
            at,
            until: Some(end),
        },
        Letter::OfficeClosed { office: office(), at, users: 3, certificates: 2, replaced_by: None },
        Letter::OfficeClosed {
            office: office(),
            at,
            users: 3,
            certificates: 2,
            replaced_by: Some("1272200002".into()),
        },
        Letter::StatusReportDue {
            office: office(),
            due: end,
            people: vec!["kn-000001　佐藤 美咲　看護師".into(); 60],
            devices: vec!["DEV-000001　訪問用タブレット".into()],
        },
        unanswered(Unanswered::Warned { suspend_on: Some(end) }),
        unanswered(Unanswered::OnHold { delete_on: Some(end) }),
        unanswered(Unanswered::Deleted),
        unanswered(Unanswered::WarningTakenBack),
        unanswered(Unanswered::HoldTakenBack),
        // A label as long as any may be: its subject takes many encoded words.
        Letter::DeviceOnHold { device: DeviceFacts { label: "長い名前𠮷".repeat(30), ..device() }, at },
        Letter::ProposalWaits {
            to: operators(),
            number: "P-000001".into(),
            said: "役割を付ける：佐藤 美咲（kn-000001）".into(),
            by: "大塚（setup）".into(),
            why: "4月の異動".into(),
            touches: 1,
            until: end,
        },
        Letter::GlassBroken {
            to: operators(),
            number: "B-000001".into(),
            said: "利用者を一時停止する：佐藤 美咲（kn-000001）".into(),
            by: "大塚（setup）".into(),
            why: "=?utf-8?b?4= <b>& \"'".into(),
            at,
            until: end,
        },
        Letter::TrainingHeld { office: office(), year: 2026, on: end, place: "市役所".into() },
        Letter::TrainingMissing {
            office: office(), year: 2026, people: vec!["佐藤 美咲（kn-000001）".into(); 60]
        },
        Letter::ApprovalEnding {
            office: office(),
            until: end,
            devices: vec!["訪問用タブレット（DEV-000001）".into(); 60],
        },
        Letter::OfficeOnHold { office: office(), at },
        Letter::OfficeResumed { office: office(), at },
        Letter::PasswordReset {
            office: name.clone(),
            contact: contact.clone(),
            person: "佐藤 美咲（kn-000001）".into(),
            at,
            hold: Hold::NotHeld,
        },
        Letter::OfficeMailChanged { office: name, contact, before: "old@example.jp".into(), after: ADDRESS.into(), at },
    ]
}

fn unanswered(what: Unanswered) -> Letter {
    let (people, devices) = (vec!["佐藤 美咲（kn-000001）".into()], vec!["訪問用タブレット（DEV-000001）".into()]);
    Letter::StatusReportUnanswered { office: office(), what, people, devices }
}

fn operators() -> OperatorsFacts {
    OperatorsFacts { office: "柏市 地域医療推進課".into(), names: vec!["石井".into(), "江口".into()] }
}

/// A letter of this kind.
pub(crate) fn letter(kind: &str) -> Letter {
    every_letter().into_iter().find(|letter| letter.kind() == kind).unwrap()
}

/// Puts a letter into the queue as it was before letters were sealed, as a change would.
pub(crate) fn queue(house: &House, number: usize, (recipient, letter): (&str, &Letter)) {
    let facts = serde_json::to_string(letter).unwrap().replace('\'', "''");
    house.meddle(&format!(
        "INSERT INTO mails (mail, message_id, kind, recipient, letter, about, state, queued_at, next_at, tries, version) \
         VALUES ({number}, 'id{number:04}', '{}', '{recipient}', '{facts}', 'DEV-000001', 'queued', 1800000000, 0, 0, 1)",
        letter.kind()
    ));
}

#[test]
fn no_kind_of_letter_is_left_out_here() {
    let written: Vec<_> = every_letter().iter().map(|letter| LetterKind::of(letter.kind())).collect();
    for kind in LetterKind::ALL {
        assert!(written.contains(&Some(kind)), "{kind:?}");
    }
}

/// What `mail_reader.py` says of these files: nothing, where all is well.
fn read_strictly(house: &House, files: &[std::path::PathBuf], seven_bit: bool) {
    let reader = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promises/fixtures/mail_reader.py");
    let output = Command::new("/usr/bin/python3")
        .arg(reader)
        .arg(if seven_bit { "7bit" } else { "8bit" })
        .args(files)
        .current_dir(&house.folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && said == format!("read {}\n", files.len()), "{said}");
}

#[test]
fn a_strict_reader_finds_no_fault_in_any_letter_that_a_server_is_given() {
    let house = House::furnished();
    let mut server = MailServer::away(Closed::Clear, &house.folder);
    server.come();
    house.send_through(&server, Closed::Clear);
    house.configure("[links]\nhelp_url = \"https://help.example\"\nservice_url = \"https://service.example\"");
    let letters = every_letter();
    for (number, letter) in (1..).zip(&letters) {
        queue(&house, number, (ADDRESS, letter));
    }
    let _desk = house.serve("desk.sock");
    server.keeps(letters.len());
    read_strictly(&house, &server.files(), true);
}

#[test]
fn a_strict_reader_finds_no_fault_in_any_letter_that_becomes_a_file() {
    let house = House::furnished();
    house.configure("[links]\nhelp_url = \"https://help.example\"\nservice_url = \"https://service.example\"");
    let letters = every_letter();
    for (number, letter) in (1..).zip(&letters) {
        queue(&house, number, (ADDRESS, letter));
    }
    let _desk = house.serve("desk.sock");
    let outbox = house.folder.join("ca/outbox");
    let files = until("every file", || Some(letters_in(&outbox)).filter(|files| files.len() >= letters.len()));
    read_strictly(&house, &files, false);
}
