//! Who is refused while still sending hears why.
//!
//! A reset behind the answer makes some clients lose the answer, over HTTP/2 (RFC 9113 §8.1) and over HTTP/1.1
//! (RFC 9112 §9.6). So a body that nobody wants is taken for a while.

use house::{House, SOON, Settled};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::fixtures::frames::{DATA, END_STREAM, Frames, RST_STREAM};

async fn refused_upload(house: &House, settled: &Settled) -> Frames {
    let mut frames = Frames::open(house, &settled.credentials).await;
    let host = house.host();
    let fields = [(":method", "POST"), (":scheme", "https"), (":authority", &host), (":path", "/rooms/r-hanako/echo")];
    frames.head(0, 1, &[&fields[..], &[("content-length", "20000")]].concat()).await;
    let (_, body) = frames.answer(1).await;
    assert!(body.contains("no_session"), "{body}");
    frames
}

#[tokio::test]
async fn an_upload_that_is_refused_over_http_2_may_end_without_a_reset() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut frames = refused_upload(&house, &settled).await;
    frames.send(DATA, 0, 1, &[b'a'; 10_000]).await;
    frames.send(DATA, END_STREAM, 1, &[b'a'; 10_000]).await;
    let host = house.host();
    let fields = [(":method", "GET"), (":scheme", "https"), (":authority", &host), (":path", "/.gateway/whoami")];
    frames.head(END_STREAM, 3, &fields).await;
    let (seen, body) = frames.answer(3).await;
    assert!(body.contains(&settled.device.to_string()), "{body}");
    assert!(seen.iter().all(|frame| frame.kind != RST_STREAM), "{seen:?}");
}

#[tokio::test]
async fn an_upload_that_does_not_come_is_not_waited_for_long() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut frames = refused_upload(&house, &settled).await;
    let reset = loop {
        let frame = frames.next().await;
        if frame.kind == RST_STREAM {
            break frame;
        }
    };
    assert_eq!((reset.stream, &reset.payload[..]), (1, &[0; 4][..]), "NO_ERROR, behind the answer");
}

#[tokio::test]
async fn an_upload_that_is_refused_over_http_1_1_leaves_the_connection_good() {
    let house = House::open().await;
    let settled = house.settle().await;
    let mut tls = house.opening(Some(&settled.credentials)).connect().await.unwrap();
    let host = house.host();
    let head = format!("POST /rooms/r-hanako/echo HTTP/1.1\r\nhost: {host}\r\ncontent-length: 300000\r\n\r\n");
    tls.write_all(head.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let refused = async {
        while !String::from_utf8_lossy(&heard).contains("no_session") {
            assert_ne!(tls.read_buf(&mut heard).await.unwrap(), 0, "{}", String::from_utf8_lossy(&heard));
        }
    };
    tokio::time::timeout(SOON, refused).await.expect("the answer does not wait for the body");
    tls.write_all(&[b'a'; 300_000]).await.unwrap();
    let next = format!("GET /.gateway/whoami HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    tls.write_all(next.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    tokio::time::timeout(SOON, tls.read_to_end(&mut heard)).await.expect("an end").unwrap();
    let heard = String::from_utf8_lossy(&heard).into_owned();
    assert!(heard.contains("HTTP/1.1 200") && heard.contains(&settled.device.to_string()), "{heard}");
}
