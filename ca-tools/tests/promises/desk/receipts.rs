//! An operator's command says what its change did, gateway by gateway, and never makes anybody wait in vain.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::assertion::OpenDesk;
use super::reports::batch;
use crate::fixtures::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_waits_for_the_gateway_and_prints_what_it_cut() {
    let desk = OpenDesk::new().await;
    assert_eq!(desk.report(&batch(1)).await, 204);
    let line = ["--config", "ca/ca.toml", "--operator", "setup", "--yes", "--json", "device", "suspend", "DEV-000001"];
    let writer = desk.house.writer().await;
    let before = writer.ledger().version().await.unwrap();
    let command = desk.house.command(&line).stdout(Stdio::piped()).spawn().unwrap();
    servers::until("it is suspended", async || writer.ledger().version().await.unwrap() != before).await;
    // While it waits it holds nothing: the desk writes these down.
    let mut applied = batch(2);
    applied["applied"] = json!(before + 1);
    assert_eq!(desk.report(&applied).await, 204);
    let mut cut = batch(3);
    cut["applied"] = json!(before + 1);
    cut["cuts"] = json!([{ "version": before + 1, "connections": 2, "microseconds": 12_000 }]);
    assert_eq!(desk.report(&cut).await, 204);
    let told = command.wait_with_output().unwrap();
    let told: Json = serde_json::from_slice(&told.stdout).unwrap();
    let receipt = json!({ "gateway": "gw-1", "version": before + 1, "connections": 2, "seconds": 0.012 });
    assert_eq!(told["receipts"], json!([receipt]), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_says_nothing_is_unconfirmed_after_five_seconds_and_an_old_one_is_not_waited_for() {
    let desk = OpenDesk::new().await;
    assert_eq!(desk.report(&batch(1)).await, 204);
    let old = "INSERT INTO gateways (gateway, boot, sequence, applied, told_at, dropped, head) \
         SELECT 'gone', boot, sequence, applied, told_at - 86500, dropped, head FROM gateways";
    std::thread::scope(|scope| scope.spawn(|| desk.house.meddle(old)).join().unwrap());
    let begun = Instant::now();
    let line =
        ["--config", "ca/ca.toml", "--operator", "setup", "--yes", "device", "report-lost", "DEV-000001", "--why", "x"];
    let told = tokio::task::block_in_place(|| desk.house.run(&line));
    assert!(begun.elapsed() >= Duration::from_secs(5) && begun.elapsed() < Duration::from_secs(15), "{begun:?}");
    assert!(told.out.contains("gw-1：未確認") && !told.out.contains("gone"), "{told:?}");
    desk.house.done("device resume DEV-000001 --why y");
    let told = tokio::task::block_in_place(|| desk.house.done("device suspend DEV-000001"));
    assert_eq!(told["receipts"], json!([{ "gateway": "gw-1", "confirmed": false }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_was_retired_is_not_waited_for_until_it_tells_something_again() {
    let desk = OpenDesk::new().await;
    assert_eq!(desk.report(&batch(1)).await, 204);
    let done = |line: &str| tokio::task::block_in_place(|| desk.house.done(line));
    let told = tokio::task::block_in_place(|| desk.house.tell("gateway retire gw-9"));
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("unknown")), "{told:?}");
    done("gateway retire gw-1");
    let listed = done("gateway list");
    assert!(listed[0]["gateway"] == "gw-1" && listed[0]["retired_at"].is_string(), "{listed}");
    let begun = Instant::now();
    assert_eq!(done("device suspend DEV-000001")["receipts"], json!([]));
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    // It still lets people in: what it tells counts. Times are seconds, so that one has to have gone by.
    tokio::task::block_in_place(|| desk.house.meddle("UPDATE gateways SET retired_at = retired_at - 10"));
    assert_eq!(desk.report(&batch(2)).await, 204);
    let other = tokio::task::block_in_place(|| desk.house.device());
    let told = done(&format!("device suspend {other}"));
    assert_eq!(told["receipts"], json!([{ "gateway": "gw-1", "confirmed": false }]));
}

#[test]
fn without_a_gateway_a_command_says_so_at_once() {
    let house = House::furnished();
    house.done("cert issue --device DEV-000001 --format p12 --out tablet.p12");
    let begun = Instant::now();
    let told = house.done("cert revoke --device DEV-000001 --reason lost");
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    assert_eq!((&told["receipts"], &told["mails"]), (&json!([]), &json!(0)));
    assert!(told["version"].is_u64(), "{told}");
    house.done("office update 1272200001 --mail yamada@example.jp");
    house.done("cert issue --device DEV-000001 --format p12 --out again.p12");
    let line = ["--config", "ca/ca.toml", "--operator", "setup", "--yes", "cert", "revoke", "--device", "DEV-000001"];
    let told = house.run(&[&line[..], &["--reason", "ended"]].concat());
    assert!(told.out.contains("事業所にメールでお知らせします。"), "{told:?}");
    assert!(told.out.contains("この24時間に報告のあった gateway がありません"), "{told:?}");
    let letters = house.done("mail list");
    assert_eq!(letters[1]["kind"], json!("certificate_revoked"), "{letters}");
    assert_eq!(letters[1]["recipient"], json!("yamada@example.jp"));
}
