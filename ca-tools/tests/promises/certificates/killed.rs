//! `kill -9` between any two steps of an issue or an exchange: the house is sound, no serial is used twice, no key
//! is left behind.
//!
//! The program is stopped where it is wanted, by nothing of its own: before its first change it waits for the registry, which
//! this test holds; between the intent and the certificate it waits in the database, where the change that would record the
//! certificate comes to no end (`stops_at_the_record`).

use std::collections::BTreeSet;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use crate::fixtures::house::House;
use crate::people::passwords::EVERY_ROLE;

/// How far an issue had come when it was killed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// The CA's key was opened, the certificate prepared; nothing was written.
    Prepared,
    /// The intent is recorded; signed or not, nobody knows.
    Intended,
    /// The certificate is recorded; the files are written or not.
    Recorded,
}

fn begun(house: &House, line: &str) -> Child {
    let mut arguments = vec!["--config", "ca/ca.toml", "--operator", "setup", "--yes"];
    arguments.extend(line.split(' '));
    let mut command = house.command(&arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Kills a command that issues to this device at this step.
async fn killed_at(house: &House, step: Step, (device, line): (&str, &str), whole: Duration) {
    let number: i64 = device.trim_start_matches("DEV-").parse().unwrap();
    let mut child = match step {
        Step::Prepared => {
            let mut held = house.hold().await;
            let mut child = begun(house, line);
            // It cannot come further while the registry is held, and is there after a whole issue's time.
            tokio::time::sleep(whole).await;
            assert_eq!(held.certificate_state(number).await, None);
            child.kill().unwrap();
            held.release().await;
            child
        }
        Step::Intended => {
            house.stops_at_the_record();
            let mut child = begun(house, line);
            house.certificate_is(number, "intended").await;
            child.kill().unwrap();
            child
        }
        Step::Recorded => {
            let mut child = begun(house, line);
            house.certificate_is(number, "issued").await;
            child.kill().unwrap();
            child
        }
    };
    child.wait().unwrap();
    if step == Step::Intended {
        house.goes_on();
    }
    let left: Vec<_> = house.done("doctor")["findings"].as_array().unwrap().clone();
    let left = left.iter().filter(|finding| finding["code"] == "intent_left_behind").count();
    assert_eq!(left, usize::from(step == Step::Intended), "{step:?}");
}

/// Kills an issue at this step, and tries it again.
async fn issue_killed_at(house: &House, step: Step, whole: Duration) {
    let device = house.device();
    let line = format!("cert issue --device {device} --format pem --out {device}.pem");
    killed_at(house, step, (&device, &line), whole).await;
    let told = house.tell(&format!("cert issue --device {device} --format pem --out again-{device}.pem"));
    if step == Step::Recorded {
        // Its key died with the program, unless the files were written already.
        assert_eq!(told.json()["refused"], "has_certificate", "{told:?}");
        house.done(&format!("cert renew --device {device} --format pem --out again-{device}.pem --now"));
    } else {
        assert_eq!(told.code, 0, "{told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_any_two_steps_of_an_issue_the_house_is_sound_and_no_serial_comes_twice() {
    for house in House::both() {
        let house = house.furnish();
        let begun = Instant::now();
        house.done("cert issue --device DEV-000001 --format pem --out d.pem");
        let whole = begun.elapsed();
        let mut seen = BTreeSet::new();
        for step in [Step::Prepared, Step::Intended, Step::Recorded, Step::Intended, Step::Recorded] {
            issue_killed_at(&house, step, whole).await;
            assert_eq!(house.done("doctor")["sound"], json!(true), "{step:?}");
            assert_eq!(house.done("audit verify")["sound"], json!(true), "{step:?}");
            let serials = serials(&house.done("cert list"));
            assert!(seen.is_subset(&serials), "a serial was forgotten");
            seen = serials;
        }
        let left: Vec<_> = house.files().into_iter().filter(|name| name.starts_with('.')).collect();
        for name in &left {
            let text = std::fs::read_to_string(house.folder.join(name)).unwrap();
            assert!(!text.contains("PRIVATE KEY"), "a key was left behind in {name}");
        }
    }
}

/// Kills an exchange at this step: the old device is as it was, or gone, and never in between.
async fn exchange_killed_at(house: &House, step: Step, whole: Duration) {
    let (old, new) = (house.device(), house.device());
    house.done(&format!("cert issue --device {old} --format pem --out {old}.pem"));
    let reissue = |out: &str| {
        format!("cert reissue {old} --to {new} --application A-7 --why 故障 --now --format pem --out {out}.pem")
    };
    killed_at(house, step, (&new, &reissue(&new)), whole).await;
    let shown = house.done(&format!("device show {old}"));
    let found = (&shown["stage"], &shown["certificates"][0]["state"]);
    let told = house.tell(&reissue("again"));
    if step == Step::Recorded {
        assert_eq!(found, (&json!("retired"), &json!("superseded")));
        assert_eq!(told.json()["refused"], "has_certificate", "{told:?}");
        house.done(&format!("cert renew --device {new} --format pem --out again.pem --now"));
    } else {
        assert_eq!(found, (&json!("approved"), &json!("issued")));
        assert_eq!(told.code, 0, "{told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_any_two_steps_of_an_exchange_the_old_device_is_as_it_was_or_gone() {
    for house in House::both() {
        let house = house.furnish();
        let begun = Instant::now();
        house.done("cert issue --device DEV-000001 --format pem --out d.pem");
        let whole = begun.elapsed();
        for step in [Step::Prepared, Step::Intended, Step::Recorded] {
            exchange_killed_at(&house, step, whole).await;
            assert_eq!(house.done("doctor")["sound"], json!(true), "{step:?}");
            assert_eq!(house.done("audit verify")["sound"], json!(true), "{step:?}");
        }
        let hidden: Vec<_> = house.files().into_iter().filter(|name| name.starts_with('.')).collect();
        for name in &hidden {
            let text = std::fs::read_to_string(house.folder.join(name)).unwrap();
            assert!(!text.contains("PRIVATE KEY"), "a key was left behind in {name}");
        }
    }
}

/// Kills an emergency at this step: the device is approved for it, or as it was.
async fn emergency_killed_at(house: &House, step: Step, whole: Duration) {
    let apply = "device apply --office 1272200001 --label 代替機 --os ios --ownership office --application A-4";
    let device = house.done(apply)["device"].as_str().unwrap().to_owned();
    let line = |out: &str| {
        format!(
            "cert emergency --device {device} --second b.abe --password-file second --second-password-file second --why 故障 --format pem --out {out}.pem"
        )
    };
    killed_at(house, step, (&device, &line(&device)), whole).await;
    let shown = house.done(&format!("device show {device}"));
    let told = house.tell(&line("again"));
    if step == Step::Recorded {
        assert_eq!((&shown["stage"], &shown["approved_by"]), (&json!("approved"), &json!("setup b.abe")));
        assert_eq!(told.json()["refused"], "emergency_running", "{told:?}");
    } else {
        assert_eq!((&shown["stage"], &shown["approved_by"]), (&json!("applied"), &json!(null)));
        assert_eq!(told.code, 0, "{told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_any_two_steps_of_an_emergency_the_device_is_approved_for_it_or_as_it_was() {
    for house in House::both() {
        let house = house.furnish();
        for id in ["setup", "b.abe"] {
            let line = "user add --office 1272200001 --name 職員 --profession 行政 --application A-9";
            house.done(&format!("{line} {EVERY_ROLE} --id {id}"));
        }
        house.secret("second", "雨の7川-と舟歌\n");
        for id in ["setup", "b.abe"] {
            house.chooses(id, "雨の7川-と舟歌");
        }
        let begun = Instant::now();
        house.done("cert issue --device DEV-000001 --format pem --out d.pem");
        let whole = begun.elapsed();
        let mut counted = 0;
        for step in [Step::Prepared, Step::Intended, Step::Recorded] {
            emergency_killed_at(&house, step, whole).await;
            counted += 1;
            assert_eq!(house.done("doctor")["sound"], json!(true), "{step:?}");
            assert_eq!(house.done("audit verify")["sound"], json!(true), "{step:?}");
            let emergencies = house.done("cert list --emergency").as_array().unwrap().len();
            assert!(emergencies >= counted, "{step:?}: one was not counted");
        }
        no_key_is_hidden(&house, "");
    }
}

/// Hidden files are what was about to be written: none holds a key.
fn no_key_is_hidden(house: &House, folder: &str) {
    for entry in std::fs::read_dir(house.folder.join(folder)).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with('.') {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            assert!(!text.contains("PRIVATE KEY"), "a key was left behind in {:?}", entry.path());
        }
    }
}

#[test]
fn killed_while_the_next_ca_is_made_it_signs_nothing_and_the_same_command_goes_on_with_it() {
    let house = House::furnished();
    let active = || {
        let list = house.done("ca list");
        list.as_array().unwrap().iter().filter(|entry| entry["kind"] == "issuing").count()
    };
    for (number, reached) in ["issuing-a.key", "signing-b.key", "signing-c.pem", "issuing-d.pem"].iter().enumerate() {
        let name = &reached[8..9];
        let before = active();
        let mut tries = 0;
        let line = format!("ca add-issuing --name {name}");
        while active() == before {
            let mut child = begun(&house, &line);
            let deadline = Instant::now() + Duration::from_secs(60);
            while !house.folder.join("ca").join(reached).exists() {
                assert!(Instant::now() < deadline, "{reached} was not reached");
                assert!(child.try_wait().unwrap().is_none(), "it ended before {reached}");
                std::thread::yield_now();
            }
            child.kill().unwrap();
            child.wait().unwrap();
            if active() > before {
                // It was quicker than this test; the next name takes the same chance.
                break;
            }
            assert_eq!(house.done("doctor")["sound"], json!(true), "{reached}");
            house.done(&format!("cert issue --device {} --format pem --out {name}{tries}.pem", house.device()));
            house.done(&line);
            tries += 1;
        }
        assert_eq!(active(), before + 1, "{reached}");
        assert_eq!(issuers(&house), number + 2);
        no_key_is_hidden(&house, "ca");
    }
    for entry in std::fs::read_dir(house.folder.join("ca")).unwrap() {
        let path = entry.unwrap().path();
        // These keys work with nobody there; they are no CA's.
        let own = ["apply.key", "journal.key", "mail.key"].iter().any(|name| path.ends_with(name));
        if path.extension().is_some_and(|end| end == "key") && !own {
            assert!(std::fs::read_to_string(&path).unwrap().starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        }
    }
    let serials = serials(&house.done("cert list"));
    assert_eq!(serials.len(), house.done("cert list").as_array().unwrap().len());
    assert_eq!(house.done("doctor")["sound"], json!(true));
}

/// How many issuing CAs have a certificate in the folder.
fn issuers(house: &House) -> usize {
    let entries = std::fs::read_dir(house.folder.join("ca")).unwrap();
    let named = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    entries
        .map(named)
        .filter(|name| name.starts_with("issuing") && name.ends_with(".pem") && !name.ends_with(".crl.pem"))
        .count()
}

fn serials(list: &Json) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|entry| entry["serial"].as_str().unwrap().to_owned()).collect()
}
