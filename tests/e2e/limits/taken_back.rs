//! Who takes back what they asked for, again and again, is ended: each time costs a connection to the backend.

use std::time::Duration;

use bytes::Bytes;
use house::{Backend, Ending, House, Opening, Plan, SOON, Script, until};
use http::Request;
use http_body_util::Full;
use hyper::client::conn::http2::SendRequest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::flights::{Lived, ask, asked, h2, h2_over, lived, told_to_wait, whole};

/// A backend that never answers, one that never finishes, and one that does both at once.
fn backend() -> Backend {
    let script = |said, ending| Script::once(said, ending);
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
    let whole = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    let scripts = vec![
        ("/half", script(half, Ending::Hang)),
        ("/quick", script(whole, Ending::Next)),
        ("/", script("", Ending::Hang)),
    ];
    Backend::start("127.0.0.1:0".parse().unwrap(), scripts)
}

/// Takes requests back until the connection is ended; says how many the backend heard of.
async fn takes_back(
    backend: &Backend,
    mut send: SendRequest<Full<Bytes>>,
    request: impl Fn() -> Request<Full<Bytes>>,
) -> usize {
    let begun = backend.asked();
    for _ in 0..1000 {
        if send.ready().await.is_err() {
            break;
        }
        let (before, request) = (backend.asked(), request());
        let waits_for_half = request.uri().path().contains("half");
        let mut asking = Box::pin(send.send_request(request));
        let over = async || {
            let answered = tokio::time::timeout(Duration::from_millis(5), &mut asking).await.is_ok();
            answered || !waits_for_half && backend.asked() > before
        };
        until("it is with the backend, or over", over).await;
    }
    backend.asked() - begun
}

/// Waits until the metrics count somebody of each of these parties.
async fn counted(house: &House, parties: &[&str]) {
    until("it is counted", async || {
        let (_, text) = house::operations(house.ops_address(), "/metrics").await;
        let counts = |party: &&str| text.contains(&format!("{{party=\"{party}\",bound=\"cancelled\"}}"));
        parties.iter().all(counts)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_back_request_after_request_is_ended_and_the_device_waits_a_moment() {
    for path in ["/slow", "/half"] {
        let backend = backend();
        let limits = "cancelled = 10\ncancelled_per_device = 15".to_owned();
        let plan = Plan { backend: format!("http://{}", backend.address()), limits, ..Plan::default() };
        let Lived { house, settled, one, other } = lived(plan).await;
        let mut send = h2(&house, &settled.credentials).await;
        for _ in 0..30 {
            let answer = whole(ask(&house, &mut send, ("/quick", &one)).await.unwrap()).await;
            assert_eq!(answer.body, "ok", "who takes what they asked for is served for ever");
        }
        let hostile = async || {
            let fresh = h2(&house, &settled.credentials).await;
            takes_back(&backend, fresh, || asked(&house, (path, &one))).await
        };
        let (first, second) = (hostile().await, hostile().await);
        println!("{path}: a connection was ended after {first} taken back, the next one after {second}");
        assert!((10..100).contains(&first), "the backend heard of {first}");
        assert!((4..100).contains(&second), "the device's bound counts on every connection: {second}");
        told_to_wait(&whole(ask(&house, &mut send, ("/quick", &one)).await.unwrap()).await);
        let mut theirs = h2(&house, &settled.other_credentials).await;
        assert_eq!(whole(ask(&house, &mut theirs, ("/quick", &other)).await.unwrap()).await.body, "ok");
        counted(&house, &["connection", "device"]).await;
        until("the moment is over", async || {
            whole(ask(&house, &mut send, ("/quick", &one)).await.unwrap()).await.status == 200
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_off_is_a_request_taken_back() {
    let Lived { house, settled, one, .. } =
        lived(Plan { limits: "cancelled_per_device = 5".into(), ..Plan::default() }).await;
    let broken = format!(
        "POST /sink HTTP/1.1\r\nhost: {}\r\ncookie: {one}\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
        house.host()
    );
    let mut statuses = Vec::new();
    while statuses.last().is_none_or(|status| status != "429") && statuses.len() < 100 {
        let mut tls = house.opening(Some(&settled.credentials)).connect().await.unwrap();
        tls.write_all(broken.as_bytes()).await.unwrap();
        let mut head = [0; 12];
        tokio::time::timeout(SOON, tls.read_exact(&mut head)).await.expect("an answer").unwrap();
        statuses.push(String::from_utf8_lossy(&head[9..]).into_owned());
    }
    assert!((6..100).contains(&statuses.len()), "{statuses:?}");
    assert!(statuses.iter().rev().skip(1).all(|status| status == "400"), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_public_door_too_who_takes_back_request_after_request_is_ended() {
    let desk = backend();
    let more = format!("[[upstream]]\nname = \"desk-public\"\nurl = \"http://{}\"\n", desk.address());
    let plan = Plan { more, help: "desk = \"desk-public\"".into(), limits: "cancelled = 10".into(), ..Plan::default() };
    let house = House::planned(plan).await;
    let opening = Opening { alpn: vec![b"h2".to_vec()], ..house.help_opening() };
    let request = || {
        let target = format!("https://{}/lost", house.help_host());
        Request::get(target).body(Full::default()).unwrap()
    };
    let heard = takes_back(&desk, h2_over(&opening).await, request).await;
    println!("a stranger's connection was ended after {heard}");
    assert!((10..100).contains(&heard), "the desk heard of {heard}");
    counted(&house, &["connection"]).await;
}
