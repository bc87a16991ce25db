//! What ends a ticket ends all that could come of it: the certificate, the other container, the file that comes again.

use serde_json::json;

use crate::fixtures::open::*;

const HERE: (&str, &str) = (LINUX, "192.0.2.1");

/// A device whose certificate was picked up and never used; its number and code.
async fn taken(open: &Open) -> (String, String, String) {
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    assert_eq!(open.post("/pickup/file", &given, HERE).await.status, 200);
    (device, number, code)
}

/// Nothing is given on this ticket, whatever is asked for.
async fn gives_nothing(open: &Open, (device, number, code): &(String, String, String)) {
    let certificates = || open.house.done(&format!("cert list --device {device}"));
    let before = certificates();
    let given = [("number", number.as_str()), ("code", code.as_str())];
    for (path, part) in [
        ("/pickup", "first"),
        ("/pickup/other", "other"),
        ("/pickup/file", "first"),
        ("/pickup/file", "other"),
        ("/pickup/request", "first"),
    ] {
        let refused = open.post(path, &[given[0], given[1], ("part", part)], HERE).await;
        assert_eq!(refused.status, 403, "{path} {part}: {}", refused.text());
        assert!(refused.text().contains("この取得用番号は使えなくなっています"), "{path} {part}: {}", refused.text());
        assert!(refused.secrets().is_empty(), "{path} {part}");
    }
    assert_eq!(certificates(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_ticket_ends_everything_of_the_older_though_it_was_used() {
    let open = Open::new();
    let old = taken(&open).await;
    let page = open.led("/pickup", &[("number", &old.1), ("code", &old.2)], HERE).await;
    let newer = open.house.done(&format!("ticket issue --device {}", old.0));
    gives_nothing(&open, &old).await;
    let shown = open.get(&page, LINUX).await;
    assert!(shown.status == 403 && shown.secrets().is_empty(), "the page that is still open: {}", shown.text());
    // The rightful one gets theirs, in place of what was lost.
    let number = open.newest_number(&old.0, &old.1);
    let given = [("number", number.as_str()), ("code", newer["confirmation_code"].as_str().unwrap())];
    assert_eq!(open.post("/pickup/file", &given, HERE).await.status, 200);
    let in_force = open.house.done(&format!("cert list --device {} --state issued", old.0));
    assert_eq!(in_force.as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_ticket_is_killed_while_anything_comes_of_it_and_it_is_said_what() {
    let open = Open::new();
    let old = taken(&open).await;
    let listed = open.house.done(&format!("ticket list --device {}", old.0));
    let ticket = listed[0]["ticket"].as_str().unwrap().to_owned();
    let serial = open.house.done(&format!("cert list --device {}", old.0))[0]["serial"].clone();
    let killed = open.house.done(&format!("ticket kill {ticket}"));
    assert_eq!((&killed["ended"], &killed["serial"]), (&json!("other_container"), &serial));
    gives_nothing(&open, &old).await;
    let again = open.house.tell(&format!("ticket kill {ticket}"));
    assert!(again.code == 1 && again.err.contains("すでに無効です"), "{again:?}");
    let open_one = open.ticket("linux");
    let listed = open.house.done(&format!("ticket list --device {}", open_one.0));
    let killed = open.house.done(&format!("ticket kill {}", listed[0]["ticket"].as_str().unwrap()));
    assert_eq!((&killed["ended"], &killed["serial"]), (&json!("certificate"), &json!(null)));
    gives_nothing(&open, &open_one).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_given_by_hand_and_the_end_of_the_device_end_a_used_ticket() {
    let open = Open::new();
    let by_hand = taken(&open).await;
    open.house.done(&format!("cert renew --device {} --format pem --out hand.pem", by_hand.0));
    gives_nothing(&open, &by_hand).await;
    let gone = taken(&open).await;
    open.house.done("office withdraw 1272200001");
    gives_nothing(&open, &gone).await;
    let left = open.house.ask("SELECT CAST(COUNT(*) AS TEXT) FROM kept_files");
    assert_eq!(left, "0", "no file waits for anybody");
}
