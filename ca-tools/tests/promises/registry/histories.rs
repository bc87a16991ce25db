//! Gateways that follow another history are told of, and confirm nothing; and who may read the registry is.

use std::time::{SystemTime, UNIX_EPOCH};

use ca_tools::acts::Writer;
use ca_tools::reports::{Batch, Confirmation};
use certs::Timestamp;
use registry::Feed;
use serde_json::{Value as Json, json};

use crate::fixtures::house::House;

fn now() -> Timestamp {
    Timestamp::from_unix(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap())
}

async fn tells(writer: &Writer, sequence: i64, applied: i64, head: Option<&str>) {
    let mut batch = json!({ "gateway": "gw-1", "boot": "b0", "sequence": sequence, "applied": applied, "dropped": 0 });
    if let Some(head) = head {
        batch["head"] = json!(head);
    }
    let batch: Batch = serde_json::from_value(batch).unwrap();
    assert!(writer.take_report(&batch, now()).await.unwrap());
}

fn strays(house: &House) -> Vec<Json> {
    let told = std::thread::scope(|scope| scope.spawn(|| house.tell("doctor")).join().unwrap()).json();
    let findings = told["findings"].as_array().unwrap().clone();
    let strays: Vec<_> =
        findings.into_iter().filter(|finding| finding["code"] == "gateway_of_another_history").collect();
    assert_eq!(told["sound"], json!(strays.is_empty()), "{told}");
    strays
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_follows_another_history_is_told_of_and_confirms_nothing() {
    for house in [House::furnished(), House::on_postgres().furnish()] {
        let writer = house.writer().await;
        let version = writer.ledger().version().await.unwrap();
        let hash = house.answer_apart(&format!("SELECT hash FROM events WHERE version = {version}"));
        let says =
            async || writer.ledger().confirmations(version.unsigned_abs(), now().plus(-60)).await.unwrap()[0].says;
        tells(&writer, 1, version, Some(&hash)).await;
        assert_eq!(strays(&house), Vec::<Json>::new());
        assert_eq!(says().await, Confirmation::Applied { version });
        tells(&writer, 2, version, None).await;
        assert_eq!(strays(&house), Vec::<Json>::new(), "a gateway of an earlier release tells no head");
        for (sequence, applied, head) in
            [(3, version, Some("of another history")), (4, version + 7, Some(&*hash)), (5, version + 7, None)]
        {
            tells(&writer, sequence, applied, head).await;
            let strays = strays(&house);
            assert_eq!(strays.len(), 1);
            let message = strays[0]["message"].as_str().unwrap();
            assert!(message.contains("gw-1") && message.contains("registry_forked"), "{message}");
            if head.is_some() {
                assert_eq!(says().await, Confirmation::Unconfirmed);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_read_more_than_a_gateway_is_told_of_with_what_narrows_it() {
    let house = House::on_postgres();
    let (url, role) = (house.url(), format!("wide_{}", std::process::id()));
    let sql = |url: &str, sql: &str| servers::statement(url, sql);
    // As a release before this one granted.
    sql(&url, &format!("CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA public TO {role}"));
    sql(&url, &format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"));
    sql(&url, &format!("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role}"));
    let told = || std::thread::scope(|scope| scope.spawn(|| house.tell("doctor")).join().unwrap()).json();
    let of_role = |told: &Json, code: &str| {
        let findings = told["findings"].as_array().unwrap();
        let found = findings.iter().find(|finding| finding["code"] == code && finding["subject"] == role.as_str());
        found.map(|finding| finding["message"].as_str().unwrap().to_owned())
    };
    let first = told();
    assert_eq!(first["sound"], json!(true), "it may be there on purpose");
    let message = of_role(&first, "reader_may_read_more").unwrap();
    assert!(message.contains("applications, "), "{message}");
    let statements = message.split_once('\n').unwrap().1;
    sql(&url, statements);
    assert_eq!(of_role(&told(), "reader_may_read_more"), None);
    let as_reader = url.replace("postgres@", &format!("{role}@"));
    sql(&url, "CREATE TABLE of_a_later_release (secret TEXT)");
    for secret in ["SELECT letter FROM mails", "SELECT code_hash FROM tickets", "SELECT secret FROM of_a_later_release"]
    {
        assert!(servers::refused(&as_reader, secret).contains("permission denied"), "{secret}");
    }
    // A gateway's own reader follows with what is left.
    let state = house.folder.join("gateway.state");
    let feed = Feed::follow(&as_reader, &state, None).unwrap();
    servers::until_or(async || feed.newest(), || format!("{:?}", feed.why_silent())).await;
    sql(&url, &format!("REVOKE SELECT (hash) ON events FROM {role}"));
    let message = of_role(&told(), "reader_may_read_too_little").unwrap();
    assert!(message.contains("events.hash"), "{message}");
}
