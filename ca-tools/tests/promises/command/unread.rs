//! Nothing is lost with an answer that does not arrive: a reader that went away, a disk that is full.

use std::fs::OpenOptions;
use std::process::Stdio;

use serde_json::json;

use crate::fixtures::house::{House, Told};
use crate::people::passwords::EVERY_ROLE;

/// Where an answer goes that nobody will read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Nowhere {
    FullDisk,
    ClosedPipe,
}

const NOWHERE: [Nowhere; 2] = [Nowhere::FullDisk, Nowhere::ClosedPipe];

impl Nowhere {
    fn stream(self) -> Stdio {
        match self {
            Self::FullDisk => OpenOptions::new().write(true).open("/dev/full").unwrap().into(),
            Self::ClosedPipe => {
                let (reader, writer) = std::io::pipe().unwrap();
                drop(reader);
                writer.into()
            }
        }
    }
}

impl House {
    fn unread(&self, line: &str, nowhere: Nowhere) -> Told {
        let mut arguments = vec!["--config", "ca/ca.toml", "--operator", "setup", "--yes"];
        arguments.extend(line.split_whitespace());
        let child = self.command(&arguments).stdout(nowhere.stream()).stderr(Stdio::piped()).spawn().unwrap();
        Told::of(child.wait_with_output().unwrap())
    }
}

/// What is shown once by these commands, and what then gives another.
const ONCE: [(&str, &str); 10] = [
    (
        "user add --office 1272200001 --name 伊藤 --profession 医師 --application A --id m.ito",
        "user reset-password m.ito",
    ),
    ("user reset-password k.sato", "user reset-password k.sato"),
    ("device approve DEV-000002", "ticket issue --device DEV-000002"),
    ("ticket issue --device DEV-000002", "ticket issue --device DEV-000002"),
    ("cert issue --device DEV-000001 --format p12 --out a.p12", "cert renew --device DEV-000001 --now"),
    ("cert renew --device DEV-000001 --now --format mobileconfig --out b.file", "cert renew --device DEV-000001 --now"),
    (
        "cert reissue DEV-000001 --to DEV-000003 --format p12-compat --out c.p12 --application A --why 故障",
        "cert renew --device DEV-000003 --now",
    ),
    (
        "cert emergency --device DEV-000004 --second b.abe --password-file own --second-password-file own --why 故障 --format p12 --out d.p12",
        "cert revoke --device DEV-000004 --reason other",
    ),
    ("application approve IDS", "user reset-password kn-"),
    ("application approve DEVICE", "ticket issue --device DEV-000005"),
];

const IDS: &str = "application receive --kind ids --channel post --person 森,介護職 --reason 採用 --effective";

/// By another than who approves it.
fn inspected(house: &House, line: &str) {
    let told = house.tell_as("b.abe", line);
    assert_eq!(told.code, 0, "{line}: {told:?}");
}

/// A house in which each of them can be done.
fn house() -> (House, [String; 2]) {
    let house = House::furnished();
    let add = "user add --office 1272200001 --name 職員 --profession 行政 --application A";
    for id in ["setup", "b.abe"] {
        house.done(&format!("{add} {EVERY_ROLE} --id {id}"));
        house.chooses(id, "雨の7川-と舟歌");
    }
    house.secret("own", "雨の7川-と舟歌");
    let apply = "device apply --office 1272200001 --label 訪問用 --os ios --ownership office --application A";
    house.done(apply);
    inspected(&house, "device inspect DEV-000002 --result pass");
    assert_eq!(house.device(), "DEV-000003");
    house.done(apply);
    let ids = crate::applications::form::received(&house, &format!("{IDS} {} --office 1272200001", house.day(0)));
    let device = crate::applications::form::received(
        &house,
        &format!("{} --office 1272200001", crate::applications::form::DEVICE),
    );
    for no in [&ids, &device] {
        inspected(&house, &format!("application inspect {no} --result pass"));
    }
    (house, [ids, device])
}

#[test]
fn what_is_shown_once_and_did_not_arrive_is_told_with_how_to_get_another() {
    for nowhere in NOWHERE {
        let (house, [ids, device]) = house();
        for (line, again) in ONCE {
            let line = line.replace("approve IDS", &format!("approve {ids}"));
            let line = line.replace("approve DEVICE", &format!("approve {device}"));
            let told = house.unread(&line, nowhere);
            assert_eq!(told.code, 1, "{nowhere:?} {line}: {told:?}");
            assert!(
                told.err.contains("実行は済みましたが、結果を表示できませんでした"),
                "{nowhere:?} {line}: {told:?}"
            );
            assert!(told.err.contains(again), "{nowhere:?} {line}: {told:?}");
            assert!(!told.err.contains("panicked"), "{told:?}");
        }
        // What was said works.
        house.done("user reset-password m.ito");
        house.done("ticket issue --device DEV-000002");
        house.done("cert renew --device DEV-000003 --now --format p12 --out again.p12");
        house.done("cert revoke --device DEV-000004 --reason other");
        assert_eq!(house.done("doctor")["sound"], json!(true));
    }
}

#[test]
fn of_what_was_only_looked_for_a_reader_who_has_seen_enough_misses_nothing() {
    let house = House::furnished();
    for line in
        ["user list", "user show k.sato", "device show DEV-000001", "doctor", "audit verify", "office list --json"]
    {
        let told = house.unread(line, Nowhere::ClosedPipe);
        assert_eq!((told.code, told.err.as_str()), (0, ""), "{line}: {told:?}");
        let told = house.unread(line, Nowhere::FullDisk);
        assert_eq!(told.code, 1, "{line}: {told:?}");
        assert_eq!(told.err, "表示できませんでした（ディスクに空きがありません）。\n", "{line}");
    }
}

#[test]
fn what_was_done_is_done_though_nobody_could_be_told_and_the_exit_code_says_so() {
    for nowhere in NOWHERE {
        let house = House::furnished();
        for (line, field, value) in [
            ("device suspend DEV-000001", "suspended", json!(true)),
            ("device resume DEV-000001 --json", "suspended", json!(false)),
        ] {
            let told = house.unread(line, nowhere);
            assert_eq!(told.code, 1, "{line}: {told:?}");
            assert!(told.err.starts_with("実行は済みましたが、"), "{line}: {told:?}");
            assert_eq!(house.done("device show DEV-000001")[field], value, "{line}");
        }
    }
}

#[test]
fn a_complaint_that_nobody_can_read_still_ends_with_its_code() {
    let house = House::furnished();
    for (line, code) in [
        ("device suspend DEV-000099", 1),
        ("device suspend DEV-000099 --json", 1),
        ("device suspend", 2),
        ("nonsense", 2),
        ("user change-password k.sato", 2),
    ] {
        for nowhere in NOWHERE {
            let mut arguments = vec!["--config", "ca/ca.toml", "--operator", "setup", "--yes"];
            arguments.extend(line.split_whitespace());
            let status = house.command(&arguments).stdout(nowhere.stream()).stderr(nowhere.stream()).status().unwrap();
            assert_eq!(status.code(), Some(code), "{nowhere:?} {line}");
        }
    }
}
