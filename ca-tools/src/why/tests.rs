//! Whoever calls is told the truth, in words that need no explanation, and whoever answers knows what to press.

use certs::{DeviceNo, Timestamp};
use pages::Language;
use pages::refusals::Reason;
use registry::change::CertificateStage;
use registry::{DeviceStage, OfficeState, Opening, SystemUserState};

use super::mend::{Act, Mend};
use super::standing::CallerStanding;
use super::story::{Stands, Story};
use crate::ledger::{CertificateFacts, DeviceFacts, Held, KnownRoom, OfficeFacts, PersonFacts, RoomFacts};

/// 2026-11-22 18:05:30 in Japan.
const NOW: Timestamp = Timestamp::from_unix(1_795_338_330);
const DAY: i64 = 86_400;

fn office(no: &str) -> OfficeFacts {
    OfficeFacts {
        no: no.parse().unwrap(),
        name: "ひだまり".into(),
        telephone: "04-7167-1111".into(),
        contact: "山田".into(),
        state: OfficeState::Registered,
        since: None,
    }
}

fn certificate(serial: &str, (from, until): (i64, i64)) -> CertificateFacts {
    CertificateFacts {
        serial: serial.into(),
        stage: CertificateStage::Issued,
        not_before: NOW.plus(from * DAY),
        not_after: NOW.plus(until * DAY),
        superseded_from: None,
        revoked_at: None,
        used: true,
    }
}

fn device() -> DeviceFacts {
    DeviceFacts {
        no: DeviceNo::new(4).unwrap(),
        label: "相談室のタブレット".into(),
        office: office("1272200001"),
        stage: DeviceStage::Approved,
        held: None,
        approved_until: None,
        listed: None,
        certificates: vec![certificate("4a", (-100, 600))],
    }
}

fn person() -> PersonFacts {
    PersonFacts {
        id: "k.sato".parse().unwrap(),
        name: "佐藤 花子".into(),
        office: office("1272200001"),
        state: SystemUserState::Active,
        since: None,
        initial_since: None,
        lapsed_at: None,
        locked_until: None,
        opening: Opening::Always,
    }
}

fn room(open: bool, invited: bool) -> RoomFacts {
    RoomFacts { room: "r-1".parse().unwrap(), known: Some(KnownRoom { name: "山田様".into(), open, invited }) }
}

/// Everybody is known and nothing is wrong.
fn sound() -> CallerStanding {
    CallerStanding {
        device: Some(device()),
        person: Some(person()),
        room: Some(room(true, true)),
        serial: Some("4a".into()),
    }
}

fn with_device(changed: impl FnOnce(&mut DeviceFacts)) -> CallerStanding {
    let mut device = device();
    changed(&mut device);
    CallerStanding { device: Some(device), ..sound() }
}

fn with_person(changed: impl FnOnce(&mut PersonFacts)) -> CallerStanding {
    let mut person = person();
    changed(&mut person);
    CallerStanding { person: Some(person), ..sound() }
}

fn act(story: &Story) -> String {
    match &story.mend {
        Mend::Act(act) => act.command(),
        Mend::Nothing(why) => panic!("{:?}: {}", story.reason, why.ja),
    }
}

/// Words that nobody has to know who cares for people.
const JARGON: [&str; 22] = [
    "ブラウザ",
    "Cookie",
    "クッキー",
    "インストール",
    "サーバ",
    "OS",
    "セッション",
    "ゲートウェイ",
    "gateway",
    "失効",
    "台帳",
    "選択画面",
    "半角",
    "全角",
    "URL",
    "アドレス",
    "KW-",
    "認証",
    "ロック",
    "接続",
    "リスト",
    "ca-tools",
];

#[test]
fn for_every_reason_there_is_a_sentence_in_plain_words_and_an_act_or_why_there_is_none() {
    for standing in [CallerStanding::default(), sound()] {
        for reason in Reason::ALL {
            let story = Story::met(reason, &standing, NOW);
            for text in [&story.why, &story.tell] {
                assert!(!text.ja.is_empty() && !text.en.is_empty(), "{reason:?}");
                assert!(text.ja.ends_with('。'), "{reason:?}: {}", text.ja);
            }
            let plain = story.tell.ja.replace("電子証明書", "");
            for word in JARGON {
                assert!(!plain.contains(word), "{reason:?}: {word}: {}", story.tell.ja);
            }
            assert!(plain.matches('。').count() <= 3 && plain.chars().count() < 100, "{reason:?}: {plain}");
            assert_eq!(story.saw.heading.ja, reason.heading(Language::Japanese));
            match &story.mend {
                Mend::Act(act) => {
                    assert!(act.address().starts_with("/console/"), "{reason:?}");
                    assert!(!act.command().is_empty() && !act.button().ja.is_ascii(), "{reason:?}");
                }
                Mend::Nothing(why) => assert!(why.ja.ends_with('。'), "{reason:?}: {}", why.ja),
            }
        }
    }
}

/// What the registry knows of stands, is told with its act, and is told as over once it is.
#[test]
fn what_stands_in_the_way_is_told_with_its_act_and_once_it_is_gone_they_are_told_that_it_should_work() {
    let held = Some(Held { since: Some(NOW.plus(-60)), lost: false });
    let superseded = |used| {
        with_device(|device| {
            device.certificates[0].superseded_from = Some(NOW.plus(-1));
            device.certificates[0].stage = CertificateStage::Superseded;
            device.certificates.insert(0, CertificateFacts { used, ..certificate("4b", (-1, 700)) });
        })
    };
    let cases = [
        (
            Reason::Revoked,
            with_device(|device| {
                device.certificates[0].revoked_at = Some(NOW.plus(-9));
                device.certificates[0].stage = CertificateStage::Revoked;
            }),
            Some("application receive --kind certificate --channel counter --office 1272200001"),
        ),
        (Reason::Superseded, superseded(true), None),
        (Reason::Superseded, superseded(false), Some("ticket issue --device DEV-000004 --renewal")),
        (Reason::Suspended, with_device(|device| device.held = held), Some("device resume DEV-000004")),
        (
            Reason::OfficeSuspended,
            with_device(|device| device.office.state = OfficeState::Suspended),
            Some("office resume 1272200001"),
        ),
        (Reason::OfficeSuspended, with_device(|device| device.office.state = OfficeState::Withdrawn), None),
        (
            Reason::NotApproved,
            with_device(|device| device.stage = DeviceStage::Applied),
            Some("device inspect DEV-000004 --result pass"),
        ),
        (
            Reason::NotApproved,
            with_device(|device| device.approved_until = Some(NOW.plus(-1))),
            Some("device approve DEV-000004"),
        ),
        (Reason::NotYetValid, with_device(|device| device.certificates = vec![certificate("4a", (1, 9))]), None),
        (
            Reason::Expired,
            with_device(|device| device.certificates = vec![certificate("4a", (-99, -3))]),
            Some("ticket issue --device DEV-000004 --renewal"),
        ),
        (
            Reason::Expired,
            with_device(|device| device.certificates = vec![certificate("4a", (-99, -31))]),
            Some("application receive --kind certificate --channel counter --office 1272200001"),
        ),
        (Reason::Locked, with_person(|person| person.locked_until = Some(NOW.plus(600))), Some("user unlock k.sato")),
        (Reason::UserDeleted, with_person(|person| person.state = SystemUserState::Deleted), None),
        (
            Reason::UserSuspended,
            with_person(|person| person.state = SystemUserState::Suspended),
            Some("user resume k.sato"),
        ),
        (Reason::MaintenanceClosed, with_person(|person| person.opening = Opening::Within(None)), None),
        (Reason::OfficeMismatch, with_person(|person| person.office = office("1272200002")), None),
        (
            Reason::UserNotOnDevice,
            with_device(|device| device.listed = Some(vec!["m.abe".into()])),
            Some("device users DEV-000004 --add k.sato --application A-…"),
        ),
        (Reason::MustChangePassword, with_person(|person| person.initial_since = Some(NOW.plus(-9))), None),
        (
            Reason::NotInvited,
            CallerStanding { room: Some(room(true, false)), ..sound() },
            Some("room invite r-1 k.sato"),
        ),
        (Reason::NotInvited, CallerStanding { room: Some(room(false, true)), ..sound() }, None),
    ];
    for (reason, standing, command) in cases {
        let story = Story::met(reason, &standing, NOW);
        assert_eq!(story.stands, Stands::Now, "{reason:?}");
        assert!(Story::now(&standing, NOW).iter().any(|story| story.reason == reason), "{reason:?}");
        match command {
            Some(command) => assert_eq!(act(&story), command, "{reason:?}"),
            None => assert!(matches!(story.mend, Mend::Nothing(_)), "{reason:?}: {:?}", story.mend),
        }
        assert!(!story.tell.ja.contains("いまは使えるはずです"), "{reason:?}");
        let over = Story::met(reason, &sound(), NOW);
        assert_eq!(over.stands, Stands::Mended, "{reason:?}");
        assert!(over.tell.ja.starts_with("いまは使えるはずです。"), "{reason:?}: {}", over.tell.ja);
        assert!(over.why.ja.contains("いまは、その理由はなくなっています。"), "{reason:?}");
    }
    assert_eq!(Story::now(&sound(), NOW), []);
}

#[test]
fn whose_first_reason_is_gone_is_told_the_one_that_stands_in_the_way_now() {
    let expired = with_device(|device| device.certificates = vec![certificate("4a", (-99, -3))]);
    let story = Story::met(Reason::Suspended, &expired, NOW);
    assert_eq!((story.reason, story.stands), (Reason::Suspended, Stands::Now));
    assert_eq!(story.saw.code, "KW-107", "what they saw is what they saw");
    assert!(story.tell.ja.contains("2026年11月19日で期限が切れました"), "{}", story.tell.ja);
    assert_eq!(act(&story), "ticket issue --device DEV-000004 --renewal");
}

#[test]
fn since_when_and_until_when_are_told() {
    let locked = with_person(|person| person.locked_until = Some(NOW.plus(600)));
    let story = Story::met(Reason::Locked, &locked, NOW);
    assert_eq!((story.since, story.until), (None, Some(NOW.plus(600))));
    assert!(story.tell.ja.contains("2026年11月22日 18時15分まで止まっています"), "{}", story.tell.ja);
    let lost = with_device(|device| device.held = Some(Held { since: Some(NOW.plus(-60)), lost: true }));
    let story = Story::met(Reason::Suspended, &lost, NOW);
    assert_eq!(story.since, Some(NOW.plus(-60)));
    assert!(story.tell.ja.contains("なくしたという届け出"), "{}", story.tell.ja);
    let lapsed = with_person(|person| person.lapsed_at = Some(NOW.plus(-60)));
    let story = Story::met(Reason::WrongPassword, &lapsed, NOW);
    assert_eq!((story.stands, act(&story)), (Stands::Now, "user reset-password k.sato".to_owned()));
}

/// Whoever calls may be anybody: an ID that is known and one that is not sound alike.
#[test]
fn no_sentence_for_a_caller_says_whether_an_id_exists() {
    for reason in [Reason::UnknownId, Reason::WrongPassword, Reason::UserDeleted] {
        let told = Story::met(reason, &CallerStanding::default(), NOW).tell.ja;
        assert!(told.starts_with("IDかパスワードが違うようです。"), "{told}");
    }
}

#[test]
fn only_the_approval_of_a_device_waits_for_an_approver() {
    let id: registry::LoginId = "k.sato".parse().unwrap();
    assert!(Act::Approve(DeviceNo::new(1).unwrap()).approves());
    assert!(Act::Approve(DeviceNo::new(1).unwrap()).address().starts_with("/console/approve/"));
    assert!(!Act::Unlock(id.clone()).approves());
    assert!(Act::Unlock(id).address().starts_with("/console/change/"));
}
