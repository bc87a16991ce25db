//! The desk takes a gateway's report once, believes nobody else's, and acts on what it shows.

use std::time::SystemTime;

use axum::body::Body;
use hyper::Request;
use hyper_util::rt::TokioIo;
use serde_json::{Value as Json, json};
use tokio::net::UnixStream;

use super::assertion::{OpenDesk, digested};

impl OpenDesk {
    pub(crate) fn report_claims(body: &str) -> Json {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        json!({ "iss": "https://gate", "aud": "desk-reports", "sub": "gw-1", "iat": now, "exp": now + 60,
            "htb": digested(body) })
    }

    /// Posts a report as the gateway does; the status.
    pub(crate) async fn report(&self, batch: &Json) -> u16 {
        let body = batch.to_string();
        let token = self.sign(&json!({ "alg": "ES256", "kid": "now" }), &Self::report_claims(&body));
        self.post_report(Some(&token), &body).await
    }

    async fn post_report(&self, token: Option<&str>, body: &str) -> u16 {
        let stream = UnixStream::connect(self.house.folder.join("desk.sock")).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let mut request =
            Request::post("/desk/reports").header("host", "desk").header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("gateway-report", token);
        }
        sender.send_request(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap().status().as_u16()
    }

    /// The device's certificate; its serial.
    fn issue(&self) -> String {
        let told = self.house.done("cert issue --device DEV-000001 --format p12 --out tablet.p12");
        told["serial"].as_str().unwrap().to_owned()
    }

    async fn metrics(&self) -> String {
        let stream = UnixStream::connect(self.house.folder.join("desk.sock")).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = Request::get("/metrics").header("host", "desk").body(Body::empty()).unwrap();
        let answer = sender.send_request(request).await.unwrap();
        let body = axum::body::to_bytes(Body::new(answer.into_body()), 65_536).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    async fn answer(&self, sql: &'static str) -> String {
        tokio::task::block_in_place(|| self.house.answer_apart(sql))
    }
}

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

pub(crate) fn batch(sequence: i64) -> Json {
    json!({ "gateway": "gw-1", "boot": "b0", "sequence": sequence, "applied": 1, "dropped": 0,
        "cuts": [], "sightings": [], "lines": [], "checkpoints": [] })
}

fn sighting(serial: &str, (minute, os, network): (i64, &str, &str)) -> Json {
    json!({ "serial": serial, "device": "DEV-000001", "at": now() + minute * 60_000, "os": os, "network": network })
}

#[tokio::test(flavor = "multi_thread")]
async fn how_often_strangers_were_refused_is_counted_by_day_and_stands_in_the_months_review() {
    let desk = OpenDesk::new().await;
    let mut told = batch(1);
    // 1 November 2026, noon in Japan.
    told["strangers"] = json!([{ "reason": "no_certificate", "count": 40, "at": 1_793_502_000_000_i64 }]);
    assert_eq!(desk.report(&told).await, 204);
    assert_eq!(desk.report(&told).await, 204, "once more, and counted once");
    told["sequence"] = 2.into();
    told["strangers"] = json!([
        { "reason": "no_certificate", "count": 2, "at": 1_793_502_060_000_i64 },
        { "reason": "x".repeat(65), "count": 9, "at": 1_793_502_060_000_i64 },
    ]);
    assert_eq!(desk.report(&told).await, 204);
    let review = tokio::task::block_in_place(|| desk.house.done("report review --month 2026-11"));
    assert_eq!(review["tables"]["unknown"], json!([{ "reason": "no_certificate", "times": 42 }]), "{review}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_taken_once_with_its_lines_as_they_were_written() {
    let desk = OpenDesk::new().await;
    let mut first = batch(1);
    first["cuts"] = json!([{ "version": 7, "connections": 2, "microseconds": 12_000 }]);
    // The order of fields is what the chain's hash is over.
    first["lines"] = json!([{ "seq": 41, "kind": "request", "zebra": 1, "alpha": 2 }, { "no": "number" }]);
    first["checkpoints"] = json!([{ "kind": "checkpoint", "seq": 41 }]);
    let version = desk.house.writer().await.ledger().version().await.unwrap();
    assert_eq!(desk.report(&first).await, 204);
    let mut repeated = first.clone();
    repeated["cuts"] = json!([{ "version": 7, "connections": 99, "microseconds": 1 }]);
    assert_eq!(desk.report(&repeated).await, 204);
    assert_eq!(desk.answer("SELECT connections FROM cuts WHERE gateway = 'gw-1' AND at_version = 7").await, "2");
    let line = desk.answer("SELECT line FROM told_lines WHERE kind = 'request'").await;
    assert_eq!(line, r#"{"seq":41,"kind":"request","zebra":1,"alpha":2}"#);
    assert_eq!(desk.answer("SELECT COUNT(*) FROM told_lines").await, "2");
    assert_eq!(desk.report(&batch(2)).await, 204);
    let mut restarted = batch(1);
    restarted["boot"] = json!("b1");
    restarted["applied"] = json!(9);
    assert_eq!(desk.report(&restarted).await, 204);
    assert_eq!(desk.answer("SELECT applied FROM gateways").await, "9");
    // Facts are no changes.
    assert_eq!(desk.house.writer().await.ledger().version().await.unwrap(), version);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_gateway_of_ours_said_of_this_batch_is_not_taken() {
    let desk = OpenDesk::new().await;
    let body = batch(1).to_string();
    let header = json!({ "alg": "ES256", "kid": "now" });
    let whole = OpenDesk::report_claims(&body);
    let now = whole["iat"].as_i64().unwrap();
    for (claim, value, status) in [
        ("iss", json!("https://other"), 401),
        ("aud", json!("desk"), 401),
        ("exp", json!(now - 10), 401),
        ("exp", json!(now + 3_600), 401),
        ("iat", json!(now + 30), 401),
        ("htb", json!(digested("{}")), 401),
        ("htb", json!(null), 401),
        ("sub", json!("gw-2"), 403),
    ] {
        let mut claims = whole.clone();
        claims[claim] = value.clone();
        assert_eq!(desk.post_report(Some(&desk.sign(&header, &claims)), &body).await, status, "{claim}: {value}");
    }
    assert_eq!(desk.post_report(None, &body).await, 401);
    let other = json!({ "alg": "ES256", "kid": "other" });
    // It may be known in a moment: the gateway keeps the batch.
    assert_eq!(desk.post_report(Some(&desk.sign(&other, &whole)), &body).await, 503);
    let broken = "{\"gateway\":\"gw-1\"}";
    let token = desk.sign(&header, &OpenDesk::report_claims(broken));
    assert_eq!(desk.post_report(Some(&token), broken).await, 400);
    assert_eq!(desk.answer("SELECT COUNT(*) FROM gateways").await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_sighting_of_a_certificate_proves_that_it_works_and_the_office_is_told_once() {
    let desk = OpenDesk::new().await;
    desk.house.done("office update 1272200001 --mail yamada@example.jp");
    let serial = desk.issue();
    let mut first = batch(1);
    first["sightings"] = json!([sighting(&serial, (0, "windows", "192.0.2.0/24")), sighting("abcd", (0, "ios", "n"))]);
    assert_eq!(desk.report(&first).await, 204);
    assert_eq!(desk.report(&first).await, 204);
    let mut again = batch(2);
    again["sightings"] = json!([sighting(&serial, (1, "windows", "192.0.2.0/24"))]);
    assert_eq!(desk.report(&again).await, 204);
    assert_eq!(desk.answer("SELECT COUNT(*) FROM first_uses").await, "1");
    assert_eq!(desk.answer("SELECT COUNT(*) FROM mails WHERE kind = 'certificate_works'").await, "1");
    assert_eq!(desk.answer("SELECT COUNT(*) FROM sightings WHERE network = '192.0.2.0/24'").await, "1");
    assert_eq!(desk.answer("SELECT COUNT(*) FROM suspicions").await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_on_two_devices_is_told_once_a_day_and_stops_the_device_where_the_house_wants_it() {
    for (policy, suspended) in [("", false), ("\n[clones]\npolicy = \"suspend\"\n", true)] {
        let desk = OpenDesk::in_a_house_with(policy).await;
        desk.house.done("office update 1272200001 --mail yamada@example.jp");
        let serial = desk.issue();
        let mut seen = batch(1);
        seen["sightings"] = json!([sighting(&serial, (-5, "windows", "192.0.2.0/24"))]);
        assert_eq!(desk.report(&seen).await, 204);
        let mut copied = batch(2);
        copied["sightings"] = json!([sighting(&serial, (0, "ios", "192.0.2.0/24"))]);
        assert_eq!(desk.report(&copied).await, 204);
        let mut goes_on = batch(3);
        goes_on["sightings"] = json!([sighting(&serial, (1, "windows", "192.0.2.0/24"))]);
        assert_eq!(desk.report(&goes_on).await, 204);
        assert_eq!(desk.answer("SELECT COUNT(*) FROM suspicions WHERE kind = 'two_systems'").await, "1");
        assert_eq!(desk.answer("SELECT COUNT(*) FROM events WHERE action = 'device.clone_suspected'").await, "1");
        assert_eq!(desk.answer("SELECT COUNT(*) FROM mails WHERE kind = 'used_elsewhere'").await, "1");
        let device = desk.house.done("device show DEV-000001");
        assert_eq!(device["suspended"], json!(suspended));
        assert_eq!(device["suspicions"][0]["detail"]["systems"], json!(["windows", "ios"]), "{device}");
        let mut networks = batch(4);
        let places = [(-4, "windows", "198.51.100.0/24"), (-3, "windows", "192.0.2.0/24")];
        networks["sightings"] = places.map(|place| sighting(&serial, place)).to_vec().into();
        assert_eq!(desk.report(&networks).await, 204);
        assert_eq!(desk.answer("SELECT COUNT(*) FROM suspicions WHERE kind = 'two_networks'").await, "1");
        let metrics = desk.metrics().await;
        for sample in ["ca_certificates{state=\"issued\"} 1", "ca_clones_suspected_total{kind=\"two_networks\"} 1"] {
            assert!(metrics.lines().any(|line| line == sample), "{sample}: {metrics}");
        }
        assert_eq!(desk.house.done("doctor")["sound"], json!(true));
    }
}

/// A refusal or a login of a device, as a gateway's log has it.
fn line(seq: i64, kind: &str, device: &str) -> Json {
    json!({ "kind": kind, "outcome": "refused", "reason": "suspended", "device": device, "seq": seq })
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_device_no_more_is_kept_of_a_day_than_the_bound_and_one_row_says_how_many_more_there_were() {
    let desk = OpenDesk::new().await;
    for sequence in 0..6 {
        let mut flood = batch(sequence + 1);
        let of_it = |n| line(sequence * 500 + n, "request", "DEV-000001");
        flood["lines"] = (0..500).map(of_it).collect::<Vec<_>>().into();
        assert_eq!(desk.report(&flood).await, 204);
    }
    let mut others = batch(7);
    let folded = json!({ "kind": "untold", "of": "request", "device": "DEV-000001", "count": 99_999, "seq": 9_000 });
    others["lines"] = json!([
        line(9_001, "login", "DEV-000001"),
        line(9_002, "id_concurrent_use", "DEV-000001"),
        line(9_003, "request", "DEV-000002"),
        folded,
    ]);
    others["checkpoints"] = json!([{ "kind": "checkpoint", "seq": 9_003 }]);
    assert_eq!(desk.report(&others).await, 204);
    assert_eq!(desk.report(&others).await, 204, "a repeat counts for nothing");
    let of_it = "SELECT COUNT(*) FROM told_lines WHERE sequence < 9000";
    assert_eq!(desk.answer(of_it).await, "1000");
    let later = "SELECT COUNT(*) FROM told_lines WHERE kind = 'request' AND sequence > 9000";
    assert_eq!(desk.answer(later).await, "3", "its logins, and another device's refusal, have their place");
    assert_eq!(desk.answer("SELECT COUNT(*) FROM told_lines WHERE kind = 'checkpoint'").await, "1");
    assert_eq!(desk.answer("SELECT COUNT(*) FROM told_days WHERE not_kept > 0").await, "1");
    assert_eq!(desk.answer("SELECT not_kept FROM told_days WHERE not_kept > 0").await, "2001");
    let shown = &desk.house.done("device show DEV-000001")["not_kept"];
    assert_eq!(
        (&shown[0]["worth"], &shown[0]["kept"], &shown[0]["not_kept"]),
        (&json!("refusal"), &json!(1000), &json!(2001))
    );
}
