//! Why does a caller not get in? Found by whatever they read out, on either database, with what was only counted; and that it
//! was read stands in the record.

use std::time::SystemTime;

use ca_tools::reports::Batch;
use certs::Timestamp;
use serde_json::{Value as Json, json};

use crate::desk::reports::batch;
use crate::fixtures::house::House;

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    Timestamp::from_unix(i64::try_from(since).unwrap())
}

/// A line of a gateway's log, as far as it matters here.
fn line((seq, reference): (i64, &str), (kind, reason): (&str, &str), more: &Json) -> Json {
    let mut line = json!({ "kind": kind, "time": now().to_string(), "ref": reference, "outcome": "refused",
        "reason": reason, "device": "DEV-000001", "seq": seq });
    for (name, value) in more.as_object().unwrap() {
        line[name] = value.clone();
    }
    line
}

async fn told(house: &House, batch: &Json) {
    let batch: Batch = serde_json::from_value(batch.clone()).unwrap();
    assert!(house.writer().await.take_report(&batch, now()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_found_by_its_code_its_device_its_person_its_office_and_its_telephone() {
    for house in House::both() {
        let house = house.furnish();
        house.done("office update 1272200001 --telephone 04-7167-1111");
        house.done("cert issue --device DEV-000001 --format p12 --out tablet.p12");
        house.done("device suspend DEV-000001 --why 試験");
        let mut first = batch(1);
        let count = json!({ "kind": "untold", "of": "request", "device": "DEV-000001", "reason": "suspended",
            "count": 95, "since": now().plus(-60).to_string(), "until": now().to_string(), "seq": 9 });
        first["lines"] = json!([
            line((1, "K7P3-W9QX"), ("request", "suspended"), &json!({ "status": 403 })),
            line((2, "ABCD-2345"), ("login", "wrong_password"), &json!({ "user": "k.sato" })),
            line((3, "ABCD-2345"), ("request", "wrong_password"), &json!({ "user": "k.sato", "status": 401 })),
            line((4, "EFGH-2345"), ("login", "x"), &json!({ "user": "k.sato", "reason": null, "outcome": "passed" })),
            count,
        ]);
        told(&house, &first).await;
        for typed in ["K7P3-W9QX", "k7p3w9qx", "ｋ７ｐ３ーｗ９ｑｘ"] {
            let found = house.done(&format!("why {typed}"));
            let story = &found["stories"][0];
            assert_eq!(
                (&story["reason"], &story["code"], &story["stands"]),
                (&json!("suspended"), &json!("KW-107"), &json!("now"))
            );
            assert_eq!(story["mend"]["command"], "device resume DEV-000001");
            assert_eq!(
                (&found["met"]["gateway"], &found["office"]["telephone"]),
                (&json!("gw-1"), &json!("04-7167-1111"))
            );
            assert!(story["since"].is_string(), "{found}");
        }
        let refused = |found: &Json, reason: &str| {
            let all = found["refused"].as_array().unwrap();
            all.iter().find(|line| line["reason"] == reason).map(|line| line["times"].clone())
        };
        let device = house.done("why dev-1");
        assert_eq!(refused(&device, "suspended"), Some(json!(96)), "one told, 95 counted");
        assert_eq!(refused(&device, "wrong_password"), Some(json!(1)), "a login is a request, too: {device}");
        assert_eq!(device["logins"][0]["login_id"], "k.sato");
        let person = house.done("why k.sato");
        assert_eq!((refused(&person, "suspended"), refused(&person, "wrong_password")), (None, Some(json!(1))));
        assert_eq!(person["stories"][0]["reason"], "must_change_password");
        for typed in ["1272200001", "04-7167-1111", "0471671111", "ひだまり"] {
            let office = house.done(&format!("why {typed}"));
            assert_eq!(office["office"]["office"], "1272200001", "{typed}");
            let subjects: Vec<_> =
                office["within"].as_array().unwrap().iter().map(|within| &within["subject"]).collect();
            assert_eq!(subjects, ["DEV-000001", "k.sato"], "{office}");
            assert_eq!(refused(&office, "suspended"), Some(json!(96)), "{typed}");
        }
        assert_eq!(house.done("why 佐藤")["person"]["login_id"], "k.sato");
        house.done("device resume DEV-000001");
        let over = house.done("why K7P3-W9QX");
        assert_eq!(over["stories"][0]["stands"], "mended");
        let tell = over["stories"][0]["tell"].as_str().unwrap();
        assert!(tell.starts_with("いまは使えるはずです。"), "{tell}");
        let shown = house.run(&["--config", "ca/ca.toml", "--operator", "setup", "why", "K7P3-W9QX"]).out;
        for expected in
            ["見えた画面　KW-107　この端末のご利用を一時停止しています", "電話で伝えること　「いまは", "直すには　"]
        {
            assert!(shown.contains(expected), "{expected}\n{shown}");
        }
        let read = house.ask("SELECT subject || ' ' || detail FROM events WHERE action = 'why.read' ORDER BY version");
        assert_eq!(read.lines().count(), 12, "{read}");
        let first = read.lines().next().unwrap();
        assert!(first.starts_with("DEV-000001 ") && first.contains(r#""asked":"K7P3-W9QX""#), "{read}");
        assert_eq!(house.done("audit verify")["sound"], json!(true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_kept_and_what_cannot_be_found_is_said_and_how_to_go_on() {
    for house in House::both() {
        let house = house.furnish();
        for sequence in 0..3 {
            let mut flood = batch(sequence + 1);
            let of_it = |n| line((sequence * 500 + n, "K7P3-W9QX"), ("request", "expired"), &json!({}));
            flood["lines"] = (0..500).map(of_it).collect::<Vec<_>>().into();
            told(&house, &flood).await;
        }
        assert_eq!(house.done("why DEV-000001")["not_kept"], json!(500));
        let shown = house.run(&["--config", "ca/ca.toml", "--operator", "setup", "why", "DEV-000001"]).out;
        assert!(shown.contains("控えきれなかった記録が 500 件"), "{shown}");
        for (typed, code, said) in [
            ("K7P3-W9QY", "not_told", "窓口に届いていません"),
            ("K7P3-W9Q0", "misheard", "数字の0・1と英字のO（オー）・I（アイ）は使われていません"),
            ("KW-999", "unknown", "という番号の画面はありません"),
            ("DEV-000009", "unknown", "端末 DEV-000009 は登録されていません"),
            ("佐藤　花子", "unknown", "1文字ずつ確かめるか"),
        ] {
            let arguments = ["--config", "ca/ca.toml", "--operator", "setup", "--json", "why", typed];
            let told = house.run(&arguments);
            assert_eq!((told.code, &told.json()["refused"]), (1, &json!(code)), "{typed}: {told:?}");
            assert!(told.err.contains(said), "{typed}: {told:?}");
        }
        let read = house.ask("SELECT subject FROM events WHERE action = 'why.read'");
        assert_eq!(read.lines().count(), 2, "nothing was found, nothing was read");
    }
}

/// A registry of an earlier release has lines that nobody read.
#[tokio::test(flavor = "multi_thread")]
async fn lines_that_were_told_before_are_read_once_when_the_registry_is_opened() {
    for house in House::both() {
        let house = house.furnish();
        let mut older = batch(1);
        let lines = (0..30).map(|n| line((n, &format!("ABCD-23{}{}", 22 + n, "")), ("request", "expired"), &json!({})));
        older["lines"] = lines.collect::<Vec<_>>().into();
        older["checkpoints"] = json!([{ "kind": "checkpoint", "seq": 41 }]);
        told(&house, &older).await;
        let forgotten = [
            "UPDATE told_lines SET ref = NULL, device = NULL, login = NULL, worth = NULL, reason = NULL, \
             happened_at = NULL, times = NULL",
            "UPDATE told_lines SET line = 'no line' WHERE sequence = 7",
        ];
        for statement in forgotten {
            std::thread::scope(|scope| scope.spawn(|| house.meddle(statement)).join().unwrap());
        }
        assert_eq!(house.done("why ABCD-2322")["stories"][0]["reason"], "expired");
        assert_eq!(house.done("why DEV-000001")["refused"][0]["times"], json!(29));
        let unread = "SELECT CAST(COUNT(*) AS TEXT) FROM told_lines WHERE happened_at IS NULL";
        assert_eq!(house.ask(unread).trim(), "0", "what is no line is not asked again");
    }
}

#[test]
fn whoever_has_no_role_is_told_nothing_and_whoever_has_any_is() {
    let house = House::furnished();
    house.done("office register 1272200009 --name 柏市 --application A-1");
    let add = |id: &str, roles: &str| {
        house.done(&format!(
            "user add --office 1272200009 --name {id} --profession 行政 --id {id} --application A-1 {roles}"
        ));
    };
    add("o.first", "--role ra_clerk --role ra_approver --role auditor --role ca_custodian --role ops");
    // An approver is the last: from then on giving a role takes two.
    for role in ["ra_clerk", "auditor", "ca_custodian", "ops", "ra_approver"] {
        let id = format!("o.{}", role.replace('_', "-"));
        let told = house.tell_as(
            "o.first",
            &format!(
                "user add --office 1272200009 --name {id} --profession 行政 --id {id} --application A-1 --role {role}"
            ),
        );
        assert_eq!(told.code, 0, "{told:?}");
        if role != "ops" {
            let told = house.tell_as(&id, "why DEV-000001");
            assert_eq!(told.code, 0, "{role}: {told:?}");
        }
    }
    for nobody in ["o.ops", "k.sato", "setup", "o.unknown"] {
        let told = house.tell_as(nobody, "why DEV-000001");
        assert!(told.code == 1 && !told.out.contains("ひだまり"), "{nobody}: {told:?}");
    }
}
