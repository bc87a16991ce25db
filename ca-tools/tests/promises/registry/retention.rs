//! What is kept as long as the policy says, and no longer; what was ended leaves its head, and everything still verifies.

use servers::blocking::until;

use crate::fixtures::house::House;

/// Six years: everything of the defaults is over.
const SIX_YEARS: u32 = 2_200;

/// A house in which something of each kind is over: an ID that was deleted, a room that was closed, a letter that was sent, a
/// ticket, an application.
fn furnish(house: House) -> House {
    let house = house.furnish();
    house.done("office update 1272200001 --mail contact@example.jp");
    house.done("room open --name 柏花子様");
    let room = house.done("room list")[0]["room"].as_str().unwrap().to_owned();
    house.done(&format!("room close {room} --no-post --why 開け間違い"));
    let ids =
        "application receive --kind ids --channel counter --office 1272200001 --person 阿部次郎,医師 --reason 採用";
    let no = house.done(&format!("{ids} --effective {}", house.day(1)))["application"].as_str().unwrap().to_owned();
    house.done(&format!("application reject {no} --why 試験"));
    house.done("ticket issue --device DEV-000001");
    house.done("user add --office 1272200001 --name 鈴木一郎 --profession 医師 --id i.suzuki --application A-4");
    house.done("user delete i.suzuki --why 退職");
    house.ask("UPDATE mails SET state = 'sent', ended_at = queued_at RETURNING kind");
    house
}

fn names(house: &House) -> String {
    let people = house.answer("SELECT name FROM system_users WHERE login_id = 'i.suzuki'");
    let room = house.answer("SELECT name FROM rooms");
    let form = house.answer("SELECT form FROM applications");
    let mails = house.answer("SELECT count(*) FROM mails WHERE recipient <> ''");
    let tickets = house.answer("SELECT count(*) FROM tickets WHERE code_hash <> ''");
    format!("{people}|{room}|{form}|{mails}|{tickets}")
}

#[test]
fn what_is_older_than_the_policy_says_ends_leaves_its_head_and_the_registry_verifies() {
    for house in House::both() {
        let house = furnish(house);
        let before = names(&house);
        // In its time nothing ends.
        assert_eq!(house.later(30, "retention run").json()["ended"], serde_json::json!([]));
        let told = house.later(SIX_YEARS, "retention run --dry-run").json();
        let due = |kind: &str| {
            let rows = told["tables"]["kept"].as_array().unwrap();
            rows.iter().find(|row| row["kept"] == kind).unwrap()["due"].as_i64().unwrap()
        };
        assert_eq!([due("people"), due("rooms"), due("applications")], [1, 1, 1], "{told}");
        assert!(due("letters") > 0 && due("tickets") > 0, "{told}");
        assert_eq!(names(&house), before, "a dry run changes nothing");
        let ended = house.later(SIX_YEARS, "retention run");
        assert_eq!(ended.code, 0, "{ended:?}");
        let after = names(&house);
        for gone in ["鈴木", "柏花子", "阿部"] {
            assert!(before.contains(gone) && !after.contains(gone), "{gone}: {after}");
        }
        assert!(after.contains("氏名の保存期間終了") && after.ends_with("|0|0"), "{after}");
        // Heads stay: the ID, the room, the application, the letters, the ticket.
        assert_eq!(house.later(SIX_YEARS, "user show i.suzuki").json()["state"], "deleted");
        assert_eq!(house.later(SIX_YEARS, "application list").json().as_array().unwrap().len(), 1);
        let no = house.answer("SELECT application FROM applications");
        let shown = house.later(SIX_YEARS, &format!("application show {no}"));
        assert!(shown.code == 0 && !shown.out.contains("阿部"), "{shown:?}");
        assert!(!house.later(SIX_YEARS, "mail list").json().as_array().unwrap().is_empty());
        let verified = house.later(SIX_YEARS, "audit verify");
        assert_eq!(verified.code, 0, "{verified:?}");
        let events = house.answer("SELECT count(*) FROM events WHERE action = 'retention.end'");
        assert_eq!(house.later(SIX_YEARS, "retention run").json()["ended"], serde_json::json!([]), "once is enough");
        assert_eq!(house.answer("SELECT count(*) FROM events WHERE action = 'retention.end'"), events);
    }
}

#[test]
fn nothing_that_is_on_hold_is_ended_and_what_is_released_is() {
    let house = furnish(House::new());
    assert_eq!(house.tell("retention hold I-000001").code, 1, "nobody said why");
    let to_come = house.tell("retention hold I-000001 --from 2199-01-01 --why x");
    assert!(to_come.code == 1 && to_come.err.contains("まだ来ていません"), "it would keep nothing: {to_come:?}");
    house.done("retention hold I-000001 --why 調査中の事故のため");
    assert_eq!(house.tell("retention hold I-000001 --why x").json()["refused"], "malformed");
    let before = names(&house);
    let told = house.later(SIX_YEARS, "retention run");
    assert_eq!(told.json()["ended"], serde_json::json!([]), "{told:?}");
    assert_eq!(names(&house), before);
    assert_eq!(house.done("retention show")["tables"]["holds"][0]["hold"], "I-000001");
    house.done("retention release I-000001 --why 調査が終わったため");
    assert_eq!(house.tell("retention release I-000001 --why x").code, 1);
    assert_ne!(house.later(SIX_YEARS, "retention run").json()["ended"], serde_json::json!([]));
    assert!(!names(&house).contains("鈴木"));
}

#[test]
fn the_desk_ends_what_is_old_by_its_clock_and_says_so_in_the_record() {
    let house = furnish(House::new());
    // As if all of it had been six years ago, and the house in use since.
    house.done("office update 1272200001 --mail ask@example.jp");
    house.ask("UPDATE events SET at = at - 190000000 RETURNING action");
    house.ask(
        "UPDATE events SET at = at + 185000000 WHERE version = (SELECT max(version) FROM events) RETURNING action",
    );
    let mut desk = house.serve("desk.sock");
    until("a name to end", || !names(&house).contains("鈴木"));
    desk.kill();
    let by = house.answer("SELECT operator FROM events WHERE action = 'retention.end' AND subject = 'people'");
    assert_eq!(by, "desk");
}

#[test]
fn a_desk_whose_clock_is_years_ahead_ends_nothing_that_does_not_come_back() {
    let house = furnish(House::new());
    let before = names(&house);
    let mut desk = house.serve_later(SIX_YEARS, "desk.sock");
    // What protects goes on: passwords that nobody changed end, after what is old would have.
    let lapsed = || house.answer("SELECT count(*) FROM events WHERE action = 'user.initial-password-lapse'");
    until("initial passwords to end", || lapsed() != "0");
    desk.kill();
    assert_eq!(names(&house), before);
    assert_eq!(house.answer("SELECT count(*) FROM events WHERE action = 'retention.end'"), "0");
}

#[test]
fn a_form_that_cannot_be_read_keeps_no_other_from_its_end() {
    let house = furnish(House::new());
    let ids = "application receive --kind ids --channel counter --office 1272200001 --person 林三郎,医師 --reason 採用";
    let no = house.done(&format!("{ids} --effective {}", house.day(1)))["application"].as_str().unwrap().to_owned();
    house.done(&format!("application reject {no} --why 試験"));
    let first = "(SELECT min(application) FROM applications)";
    house.ask(&format!("UPDATE applications SET form = '{{}}' WHERE application = {first} RETURNING kind"));
    let like = |form: &str| house.answer(&format!("SELECT count(*) FROM applications WHERE form LIKE '{form}'"));
    assert_eq!([like("%林三郎%"), like("{}")], ["1", "1"]);
    let ended = house.later(SIX_YEARS, "retention run");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!([like("%林三郎%"), like("{}")], ["0", "1"], "what cannot be read is left as it is");
}
