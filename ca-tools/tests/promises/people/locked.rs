//! Who answers the telephone is told that an ID is locked, and until when, by any number or name that the caller has.

use std::process::Stdio;
use std::time::SystemTime;

use certs::Timestamp;
use serde_json::{Value as Json, json};

use crate::desk::assertion::OpenDesk;
use crate::desk::reports::batch;
use crate::fixtures::house::House;

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    Timestamp::from_unix(i64::try_from(since).unwrap())
}

/// A line of a gateway's log, as far as it matters here.
fn line((seq, at): (i64, Timestamp), user: &str, reason: &str) -> Json {
    json!({ "kind": "login", "time": at.to_string(), "outcome": "refused", "reason": reason, "code": "KW-201",
        "user": user, "device": "DEV-000001", "seq": seq })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_id_is_shown_as_locked_and_unlocking_says_what_it_lifted() {
    let desk = OpenDesk::new().await;
    let house = &desk.house;
    let told = |line: &str| tokio::task::block_in_place(|| house.done(line));
    assert_eq!(told("user show k.sato")["locked_until"], json!(null));
    let nothing = told("user unlock k.sato");
    assert_eq!(nothing["was_locked_until"], json!(null));
    let begun = now().plus(3);
    let mut first = batch(1);
    let failures = (0..5).map(|n| line((n, begun.plus(n)), "k.sato", "wrong_password"));
    // Another's, whose ID looks alike to a database.
    let others = [line((7, begun.plus(9)), "k-sato", "locked"), line((8, begun.plus(9)), "k.sato", "user_suspended")];
    first["lines"] = failures.chain(others).collect();
    assert_eq!(desk.report(&first).await, 204);
    let until = begun.plus(4 + 1_800).to_string();
    assert_eq!(told("user show k.sato")["locked_until"], json!(until));
    let shown = tokio::task::block_in_place(|| {
        house.run(&["--config", "ca/ca.toml", "--operator", "setup", "user", "show", "k.sato"])
    });
    assert!(shown.out.contains(&format!("{until} まで（遅くとも）ロックされています")), "{shown:?}");
    servers::until("a later second", async || now() > begun.plus(4)).await;
    let lifted = told("user unlock k.sato");
    assert_eq!(lifted["was_locked_until"], json!(until));
    assert_eq!(told("user show k.sato")["locked_until"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn unlocking_and_a_new_password_wait_for_the_gateways_as_a_suspension_does() {
    let desk = OpenDesk::new().await;
    let writer = desk.house.writer().await;
    for (number, line) in ["user unlock k.sato", "user reset-password k.sato", "user suspend k.sato"].iter().enumerate()
    {
        let sequence = i64::try_from(number).unwrap() * 2 + 1;
        assert_eq!(desk.report(&batch(sequence)).await, 204);
        let before = writer.ledger().version().await.unwrap();
        let mut arguments = vec!["--config", "ca/ca.toml", "--operator", "setup", "--yes", "--json"];
        arguments.extend(line.split(' '));
        let command = desk.house.command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
        servers::until(line, async || writer.ledger().version().await.unwrap() != before).await;
        let mut applied = batch(sequence + 1);
        applied["applied"] = json!(before + 1);
        applied["cuts"] = json!([{ "version": before + 1, "connections": 1, "microseconds": 9_000 }]);
        assert_eq!(desk.report(&applied).await, 204);
        let told = command.wait_with_output().unwrap();
        let told: Json = serde_json::from_slice(&told.stdout).unwrap();
        let receipt = json!({ "gateway": "gw-1", "version": before + 1, "connections": 1, "seconds": 0.009 });
        assert_eq!(told["receipts"], json!([receipt]), "{line}: {told}");
    }
}

#[test]
fn a_person_and_a_certificate_are_found_by_whatever_the_caller_reads_out() {
    let house = House::furnished();
    let wide = ["--config", "ca/ca.toml", "--operator", "setup", "user", "add", "--office", "1272200001", "--name"];
    let wide = house
        .run(&[&wide[..], &["田中　次郎", "--profession", "医師", "--id", "m.tanaka", "--application", "A"]].concat());
    assert_eq!(wide.code, 0, "{wide:?}");
    house.done("user add --office 1272200001 --name 田中次郎 --profession 医師 --id n.tanaka --application A");
    house.done(
        "device apply --office 1272200001 --label 自分の --os ios --ownership byod --user k.sato --application A",
    );
    house.done("device inspect DEV-000002 --result pass");
    house.done("device approve DEV-000002");
    let serial = house.done("cert issue --device DEV-000002 --format pem --out a.pem")["serial"].clone();
    let serial = serial.as_str().unwrap();
    let colons: Vec<_> = serial.as_bytes().chunks(2).map(|octet| std::str::from_utf8(octet).unwrap()).collect();
    let colons = colons.join(":").to_uppercase();
    for said in
        ["k.sato", "K.SATO", "ｋ．ｓａｔｏ", "佐藤", "DEV-000002", "dev-2", "ＤＥＶ－０００００２", serial, &colons]
    {
        assert_eq!(house.done(&format!("user show {said}"))["login_id"], "k.sato", "{said}");
        assert_eq!(house.done(&format!("cert show {said}"))["serial"], serial, "{said}");
    }
    for (line, code, words) in [
        ("user show 田中次郎", "ambiguous", "m.tanaka"),
        ("user show DEV-000001", "ambiguous", "user list --office 1272200001"),
        ("cert show DEV-000001", "unknown", "電子証明書 DEV-000001 は登録されていません"),
        ("user show DEV-000077", "unknown", "DEV-000077"),
        ("user show 山田", "unknown", "山田 は登録されていません"),
        ("cert show 山田", "unknown", "電子証明書 山田"),
        ("cert show m.tanaka", "unknown", "電子証明書 m.tanaka"),
    ] {
        let told = house.tell(line);
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!(code)), "{line}: {told:?}");
        assert!(told.err.contains(words), "{line}: {told:?}");
    }
    // What ends something for a person is told their ID, as it is.
    assert_eq!(house.tell("user suspend 佐藤").code, 2);
}
