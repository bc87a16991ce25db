//! What left nothing outside is undone for ten minutes, and the record has both; everything else says what takes it back.

use serde_json::{Value as Json, json};

use crate::fixtures::house::House;

const DEVICE: &str = "SELECT stage || suspended FROM devices WHERE device = 1";
const OFFICE: &str = "SELECT state || telephone || mail FROM offices WHERE office = '1272200001'";
const PERSON: &str = "SELECT state FROM system_users WHERE login_id = 'k.sato'";
const ROOM: &str = "SELECT count(*) FROM invitations WHERE room = 'r1' AND state = 'invited'";
const USERS: &str = "SELECT min(login_id) FROM device_users WHERE device = 2 AND state = 'listed'";
const TURNED_DOWN: &str = "SELECT d.stage || a.state || coalesce(a.decided_by, '-') || coalesce(a.reason, '-') \
    FROM devices d JOIN applications a ON a.device = d.device WHERE d.device = 3";

/// A house with somebody to tell, a room, a device of named people, and an application that waits.
fn furnish(house: House) -> House {
    let house = house.furnish();
    for line in [
        "office update 1272200001 --mail yamada@example.jp --telephone 04-7100-0000",
        "user add --office 1272200001 --name 安部 --profession 医師 --id b.abe --application A-2",
        "room open --room r1 --name 柏",
        "device apply --office 1272200001 --label 持ち回り --os windows --ownership office --user k.sato --application A-3",
        "application receive --kind certificate --channel counter --office 1272200001 --label PC --os linux --ownership office \
         --tick startup-password --tick default-changed --tick os-supported --tick protected",
        "application inspect A-2026-000001 --result pass",
    ] {
        let line = line.replace("A-2026-000001", &application(&house));
        house.done(&line);
    }
    house
}

/// The number of the application that waits: it has this year's.
fn application(house: &House) -> String {
    house.answer("SELECT coalesce((SELECT max(application) FROM applications), '-')")
}

/// The newest act. A list is published after a hold, in an event of its own.
fn newest(house: &House) -> String {
    house.answer("SELECT max(version) FROM events WHERE action <> 'crl.publish'")
}

fn event(house: &House, version: &str) -> Json {
    let said = house.answer(&format!("SELECT action || ' ' || detail FROM events WHERE version = {version}"));
    let (action, detail) = said.split_once(' ').unwrap();
    let mut detail: Json = serde_json::from_str(detail).unwrap();
    detail["action"] = action.into();
    detail
}

#[test]
fn every_act_that_left_nothing_outside_is_undone_and_its_letters_are_never_sent() {
    for house in House::both() {
        let house = furnish(house);
        let waiting = application(&house);
        let reject = format!("application reject {waiting} --why 試験");
        for (before, act, question, letters, now) in [
            ("", "device suspend DEV-000001", DEVICE, 1, "device.resume"),
            ("device suspend DEV-000001", "device resume DEV-000001", DEVICE, 1, "device.suspend"),
            ("", "user suspend k.sato", PERSON, 0, "user.resume"),
            ("user suspend k.sato", "user resume k.sato", PERSON, 0, "user.suspend"),
            ("user resume k.sato", "office suspend 1272200001", OFFICE, 1, "office.resume"),
            ("office suspend 1272200001", "office resume 1272200001", OFFICE, 1, "office.suspend"),
            (
                "office resume 1272200001",
                "office update 1272200001 --telephone 04-7100-9999",
                OFFICE,
                0,
                "office.update",
            ),
            ("", "office update 1272200001 --mail other@example.jp", OFFICE, 2, "office.update"),
            ("", "room invite r1 k.sato b.abe", ROOM, 2, "room.remove"),
            ("room invite r1 k.sato", "room remove r1 k.sato", ROOM, 0, "room.invite"),
            ("", "device users DEV-000002 --add b.abe --remove k.sato --application A-4", USERS, 0, "device.users"),
            ("", "device reject DEV-000003 --why 試験", TURNED_DOWN, 1, "device.reopen"),
            ("", reject.as_str(), TURNED_DOWN, 1, "application.reopen"),
        ] {
            if !before.is_empty() {
                house.done(before);
            }
            let was = house.answer(question);
            house.done(act);
            let version = newest(&house);
            assert_ne!(house.answer(question), was, "{act} does something");
            let waits = format!("SELECT count(*) FROM mails WHERE version = {version} AND state = 'queued'");
            assert_eq!(house.answer(&waits), letters.to_string(), "{act}");

            let undone = house.done(&format!("undo {version}"));
            assert_eq!(house.answer(question), was, "{act} never was");
            assert_eq!(house.answer(&waits), "0", "{act}: what was not sent is not sent");
            assert_eq!(undone["letters_withdrawn"], letters, "{act}");
            let event = event(&house, &newest(&house));
            assert_eq!(
                (&event["action"], &event["undoes"]),
                (&json!(now), &json!(version.parse::<i64>().unwrap())),
                "{act}"
            );
            // Once.
            let again = house.tell(&format!("undo {version}"));
            assert_eq!(again.json()["refused"], "undone_already", "{act}: {again:?}");
        }
        let told = house.run(&["--config", "ca/ca.toml", "--operator", "setup", "audit", "verify"]);
        assert_eq!(told.code, 0, "the record is whole: {told:?}");
    }
}

#[test]
fn what_left_the_house_was_touched_or_is_too_long_ago_is_refused_with_the_act_that_takes_it_back() {
    for house in House::both() {
        let house = furnish(house);
        let act = |line: &str| {
            house.done(line);
            newest(&house)
        };
        let refused = |version: &str, code: &str, said: &str| {
            let before = newest(&house);
            let told = house.tell(&format!("undo {version}"));
            assert_eq!((told.code, &told.json()["refused"]), (1, &json!(code)), "{told:?}");
            assert!(told.err.contains(said), "{said}: {told:?}");
            assert_eq!(newest(&house), before, "nothing was done");
        };
        // A letter that the courier has taken is on its way, whatever becomes of it.
        let suspended = act("device suspend DEV-000001");
        house.meddle(&format!("UPDATE mails SET tries = 1 WHERE version = {suspended}"));
        refused(&suspended, "undo_letter_left", "device resume");
        let kept = house.answer(&format!("SELECT state FROM mails WHERE version = {suspended}"));
        assert_eq!(kept, "queued");
        // An hour ago.
        let held = act("user suspend k.sato");
        let late = house.later(1, &format!("undo {held}"));
        assert_eq!(late.json()["refused"], "undo_late", "{late:?}");
        assert!(late.err.contains("user resume"), "{late:?}");
        // Another acted on it.
        act("user unlock k.sato");
        refused(&held, "undo_changed", "audit show");
        // A lost device is not given back to the street by a press.
        let found = act("device report-lost DEV-000002 --why 電車").parse::<i64>().unwrap();
        refused(&found.to_string(), "undo_lasts", "device resume");
        let back = act("device resume DEV-000002 --why 駅にあった");
        refused(&back, "undo_lasts", "device report-lost");
        // A secret that was handed over; a certificate; a record that is read; nothing at all.
        let opened = act("user reset-password k.sato");
        refused(&opened, "undo_lasts", "user reset-password");
        refused("1", "undo_lasts", "取り消せません");
        refused("999999", "unknown", "audit list");
    }
}
