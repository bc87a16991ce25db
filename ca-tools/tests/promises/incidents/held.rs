//! What an incident may need is not ended while it is open, nor soon after.

use servers::blocking::until;

use crate::fixtures::house::House;

/// A ticket that nobody used: kept for 400 days, as copies of lines are.
fn furnished() -> House {
    let house = House::furnished();
    house.done("ticket issue --device DEV-000001");
    house
}

fn codes(house: &House) -> String {
    house.answer("SELECT CAST(count(*) AS TEXT) FROM tickets WHERE code_hash <> ''")
}

fn opened(house: &House) {
    let told = house
        .done(&format!("incident open --device DEV-000001 --what 紛失 --found {} --reported-by 山田", house.day(0)));
    assert_eq!(told["incident"], "I-000001");
}

#[test]
fn an_open_incident_holds_what_it_needs_and_releases_it_some_time_after_its_closing() {
    for house in House::both() {
        let house = house.furnish();
        house.done("ticket issue --device DEV-000001");
        let all = codes(&house);
        opened(&house);
        let holds = house.done("retention show")["tables"]["holds"].clone();
        assert_eq!((&holds[0]["hold"], holds.as_array().map(Vec::len)), (&"I-000001".into(), Some(1)), "{holds}");
        let run = |days: u32| {
            let told = house.later(days, "retention run");
            assert_eq!(told.code, 0, "{told:?}");
            told.json()["ended"].as_array().unwrap().len()
        };
        assert_eq!((run(500), codes(&house)), (0, all.clone()), "it is open");
        assert_eq!(house.later(501, "incident close I-000001 --outcome 端末は見つかった").code, 0);
        assert_eq!((run(502), run(900), codes(&house)), (0, 0, all), "whoever looks at the year finds it");
        assert_ne!(run(902), 0);
        assert_eq!(codes(&house), "0");
        assert_eq!(house.later(902, "retention show").json()["tables"]["holds"], serde_json::json!([]));
        let told = house.later(902, "audit list --about I-000001").json().to_string();
        assert!(told.contains("retention.release") && told.contains("incident.close"), "{told}");
        let verified = house.later(902, "audit verify");
        assert_eq!(verified.code, 0, "{verified:?}");
    }
}

#[test]
fn what_an_extract_looked_at_further_back_is_held_too_and_a_hold_that_was_lifted_is_not_made_anew() {
    let house = furnished();
    super::extract::log(&house);
    opened(&house);
    let from = || house.done("retention show")["tables"]["holds"][0]["from"].clone();
    let before = from();
    house.done("incident extract I-1 --from 2026-11-20 access.log");
    assert_eq!(from(), before, "it is of the time that is held already");
    house.done("incident extract I-1 --from 2020-01-01 access.log");
    assert_eq!(from(), "2020-01-01T00:00:00+09:00");
    house.done("retention release I-000001 --why 調査は終わった");
    house.done("incident extract I-1 --from 2019-01-01 access.log");
    assert_eq!(house.done("retention show")["tables"]["holds"], serde_json::json!([]));
    assert_ne!(house.later(500, "retention run").json()["ended"], serde_json::json!([]));
    assert_eq!(codes(&house), "0");
}

#[test]
fn a_hold_of_that_number_that_stood_before_the_incident_was_written_down_stays_and_goes_further_back() {
    let house = furnished();
    house.done(&format!("retention hold I-000001 --from {} --why 連絡があった", house.day(-1)));
    opened(&house);
    let holds = house.done("retention show")["tables"]["holds"].clone();
    assert_eq!((holds.as_array().map(Vec::len), &holds[0]["why"]), (Some(1), &"連絡があった".into()), "{holds}");
    assert!(holds[0]["from"].as_str().unwrap() < house.day(-300).as_str(), "{holds}");
}

#[test]
fn copies_of_lines_of_an_incidents_time_stay_and_older_ones_go() {
    let house = furnished();
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    for (sequence, days) in [(1, 900), (2, 500)] {
        let at = now - days * 86_400;
        house.meddle(&format!(
            "INSERT INTO told_lines (gateway, kind, sequence, at, line, ref, login, device, worth, happened_at, times) \
             VALUES ('gw', 'request', {sequence}, {at}, '{{}}', 'R-{sequence}', 'k.sato', 1, 'login', {at}, 1)"
        ));
    }
    // It was found 200 days ago: it holds what is younger than some 570.
    house.done(&format!("incident open --device 1 --what 紛失 --found {} --reported-by 山田", house.day(-200)));
    let left = || house.answer("SELECT CAST(MIN(sequence) AS TEXT) FROM told_lines");
    let count = || house.answer("SELECT CAST(count(*) AS TEXT) FROM told_lines");
    let mut desk = house.serve("desk.sock");
    until("the older one to go", || left() == "2");
    desk.kill();
    assert_eq!(count(), "1");
    house.done("retention release I-000001 --why 調査は終わった");
    let mut desk = house.serve("desk.sock");
    until("the other one to go", || count() == "0");
    desk.kill();
}
