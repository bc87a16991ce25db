//! Gateway and desk, both real: what the one passes on and reports, the other takes.

use std::time::{Duration, Instant};

use ca_tools::reports::{Confirmation, Receipt, receipts};
use house::{House, Plan, Talk, by, empty, now};
use http::Request;

async fn house() -> House {
    House::planned(Plan {
        extra: "[reports]\ndesk = \"desk\"\n".into(),
        more: "[[upstream]]\nname = \"desk-public\"\nurl = \"unix:{dir}/desk-public.sock\"\n".into(),
        help: "desk = \"desk-public\"".into(),
        ..Plan::default()
    })
    .await
}

#[tokio::test]
async fn who_suspends_a_device_is_told_by_the_gateway_what_it_cut_and_how_soon() {
    let house = house().await;
    let _desk = house.desk().await;
    let settled = house.settle().await;
    let heard = async || {
        let said = receipts(&house.writer, house.version().await, now()).await.unwrap();
        matches!(&said[..], [Receipt { says: Confirmation::Done { .. }, .. }])
    };
    house::until("the desk has heard of the gateway", heard).await;
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut talk = house.talk(&settled.credentials).await;
        assert_eq!(house.get(&mut talk, "/.gateway/check", None).await.status, 200);
        open.push(talk);
    }
    house.writer.suspend_device(&by(), settled.device).await.unwrap();
    let begun = Instant::now();
    let version = house.version().await;
    let said = receipts(&house.writer, version, now()).await.unwrap();
    let took = begun.elapsed();
    let [Receipt { gateway, says: Confirmation::Done { version: applied, connections, microseconds } }] = &said[..]
    else {
        panic!("{said:?}")
    };
    println!("{took:?}: {gateway} applies {applied}, cut {connections} connections in {microseconds} µs");
    assert_eq!((gateway.as_str(), *connections), ("gw-test", 2));
    assert!(u64::try_from(*applied).unwrap() >= version && *microseconds < 1_000_000);
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn the_desks_public_pages_are_read_through_the_help_site() {
    let house = house().await;
    let _desk = house.desk().await;
    let mut talk = Talk::open(&house.help_opening()).await.unwrap();
    for path in ["/pickup", "/lost"] {
        let asked = Request::builder().uri(path).header("host", house.help_host()).header("accept", "text/html");
        let answer = talk.ask(asked.body(empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert!(answer.text().contains("<html lang=\"ja\""), "{path}: {}", answer.text());
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        // The support code at the page's foot stands in the access line.
        let line = house.line(|line| line["path"] == path).await;
        assert!(answer.text().contains(line["ref"].as_str().unwrap()), "{path}: {line}\n{}", answer.text());
    }
}
