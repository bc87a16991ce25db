//! `kill -9` of the desk between any two steps of a pick-up: the number still opens, or the registry holds its
//! certificate and the file is there; never both, never neither, and no key is left behind.

use std::time::Duration;

use serde_json::json;

use crate::fixtures::house::House;
use crate::fixtures::open::{LINUX, Open};

/// How far a pick-up had come.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Prepared,
    Intended,
    Recorded,
}

/// Kills the desk at this step of a pick-up, opens it anew, and picks up again.
async fn killed_at(open: &mut Open, step: Step) {
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let stored: i64 = device.trim_start_matches("DEV-").parse().unwrap();
    match step {
        Step::Prepared => {
            let mut held = open.house.hold().await;
            let _asked = open.begin("/pickup/file", &given).await;
            // It can come no further while the registry is held.
            tokio::time::sleep(Duration::from_millis(800)).await;
            assert_eq!(held.certificate_state(stored).await, None);
            open.kill();
            held.release().await;
        }
        Step::Intended => {
            open.house.stops_at_the_record();
            let _asked = open.begin("/pickup/file", &given).await;
            open.house.certificate_is(stored, "intended").await;
            open.kill();
            open.house.goes_on();
        }
        Step::Recorded => {
            let _asked = open.begin("/pickup/file", &given).await;
            open.house.certificate_is(stored, "issued").await;
            open.kill();
        }
    }
    open.again();
    let again = open.post("/pickup/file", &given, (LINUX, "192.0.2.1")).await;
    assert_eq!(again.status, 200, "{step:?}: {}", again.text());
    if step == Step::Recorded {
        let ready = open.post("/pickup", &given, (LINUX, "192.0.2.1")).await;
        let info = open.house.container(&again.body, &ready.secrets()[0]);
        assert!(info.contains(&device), "what was recorded before the desk died is what comes now: {info}");
    }
    let in_force = open.house.done(&format!("cert list --device {device} --state issued"));
    assert_eq!(in_force.as_array().unwrap().len(), 1, "{step:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_any_two_steps_the_number_still_opens_or_the_certificate_is_there() {
    for house in House::both() {
        let mut open = Open::of(house.furnish());
        for step in [Step::Prepared, Step::Intended, Step::Recorded] {
            killed_at(&mut open, step).await;
            assert_eq!(open.house.done("doctor")["sound"], json!(true), "{step:?}");
            assert_eq!(open.house.done("audit verify")["sound"], json!(true), "{step:?}");
        }
        let serials = open.house.done("cert list");
        let serials: Vec<_> = serials.as_array().unwrap().iter().map(|one| one["serial"].as_str().unwrap()).collect();
        let mut once = serials.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), serials.len(), "no serial twice");
        assert_eq!(open.house.keys_in_sight(), [""; 0], "no key is left behind");
    }
}
