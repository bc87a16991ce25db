//! The paths that other tests lean on.

use std::time::{Duration, Instant};

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Request};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::gateway::{Answer, House, claims};

#[tokio::test]
async fn echo_tells_the_request_as_it_came() {
    let house = House::new().await;
    let request = Request::put(format!("{}/rooms/r1/echo/a%2fb?x=%20&y", house.url))
        .header("gateway-assertion", house.key.sign(&claims(Some("r1"))))
        .header("x-b", "2")
        .header("x-a", "caf\u{e9}")
        .header("x-b", "1");
    let told = house.send(request, Body::from("hello")).await.json();
    assert_eq!(told["method"], "PUT");
    assert_eq!(told["target"], "/rooms/r1/echo/a%2fb?x=%20&y");
    assert_eq!(told["http_version"], "HTTP/1.1");
    let ours: Vec<_> =
        told["headers"].as_array().unwrap().iter().filter(|pair| pair[0].as_str().unwrap().starts_with("x-")).collect();
    assert_eq!(ours, [&json!(["x-b", "2"]), &json!(["x-b", "1"]), &json!(["x-a", "cafÃ©"])]);
    assert_eq!((&told["body_bytes"], &told["body_base64"]), (&json!(5), &json!("aGVsbG8=")));
    assert_eq!(told["body_sha256"], "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assert_eq!(told["body_complete"], true);
}

#[tokio::test]
async fn http2_by_prior_knowledge_is_spoken_trailers_both_ways() {
    let house = House::new().await;
    let client = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let trailers = HeaderMap::from_iter([("x-last".parse().unwrap(), "word".parse().unwrap())]);
    let body = Full::new(Bytes::from_static(b"body")).with_trailers(std::future::ready(Some(Ok(trailers))));
    let request = Request::post(format!("{}/echo", house.url))
        .header("gateway-assertion", house.key.sign(&claims(None)))
        .body(body.boxed())
        .unwrap();
    let told = Answer::of(client.request(request).await.unwrap()).await.json();
    assert_eq!((&told["http_version"], &told["target"]), (&json!("HTTP/2"), &json!("/echo")));
    assert_eq!(told["authority"], house.url.strip_prefix("http://").unwrap());
    assert_eq!(told["trailers"], json!([["x-last", "word"]]));

    let request = Request::get(format!("{}/stream?seconds=1", house.url))
        .header("gateway-assertion", house.key.sign(&claims(None)))
        .body(Full::default().with_trailers(std::future::ready(None)).boxed())
        .unwrap();
    let answer = Answer::of(client.request(request).await.unwrap()).await;
    assert_eq!(answer.trailers["stream-lines"], "10");
}

#[tokio::test]
async fn a_stream_has_a_line_every_tenth_of_a_second() {
    let house = House::new().await;
    let started = Instant::now();
    let answer = house.get("/stream?seconds=1", &house.key.sign(&claims(None))).await;
    let lines: Vec<String> = (1..=10).map(|line| format!("line {line}")).collect();
    assert_eq!(answer.text().lines().collect::<Vec<_>>(), lines);
    assert!(started.elapsed() >= Duration::from_millis(890), "{:?}", started.elapsed());
    assert_eq!(house.get("/stream", &house.key.sign(&claims(None))).await.status, 400);
}

#[tokio::test]
async fn told_to_stop_it_finishes_what_runs_and_takes_no_more() {
    let mut house = House::new().await;
    let request = Request::get(format!("{}/stream?seconds=1", house.url))
        .header("gateway-assertion", house.key.sign(&claims(None)))
        .body(Full::<Bytes>::default())
        .unwrap();
    let running = Client::builder(TokioExecutor::new()).build_http().request(request).await.unwrap();
    house.stop();
    let answer = Answer::of(running).await;
    assert!(answer.text().ends_with("line 10\n"));
    tokio::time::timeout(Duration::from_secs(5), house.serving).await.unwrap().unwrap();
    assert!(TcpStream::connect(house.url.strip_prefix("http://").unwrap()).await.is_err());
}

#[tokio::test]
async fn bytes_are_counted_out_and_sink_counts_them_in() {
    let house = House::new().await;
    let token = house.key.sign(&claims(Some("r1")));
    for (count, path) in [(0, "/bytes/0"), (1, "/rooms/r1/bytes/1"), (100_000, "/bytes/100000")] {
        let answer = house.get(path, &token).await;
        assert_eq!((answer.status, answer.body.len()), (200, count));
        assert_eq!(answer.headers["content-length"], count.to_string());
        assert!(answer.body.iter().enumerate().all(|(at, byte)| usize::from(*byte) == at % 251));
    }
    let request = Request::post(format!("{}/rooms/r1/sink", house.url)).header("gateway-assertion", &token);
    let told = house.send(request, Body::from(vec![7; 1_000_000])).await.json();
    assert_eq!((&told["bytes"], &told["complete"]), (&json!(1_000_000), &json!(true)));
    assert_eq!(house.get("/bytes/many", &token).await.status, 400);
}

#[tokio::test]
async fn a_websocket_says_everything_back() {
    let house = House::new().await;
    let mut socket = TcpStream::connect(house.url.strip_prefix("http://").unwrap()).await.unwrap();
    let token = house.key.sign(&claims(Some("r1")));
    let hello = format!(
        "GET /rooms/r1/ws HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nGateway-Assertion: {token}\r\n\r\n"
    );
    socket.write_all(hello.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(socket.read_u8().await.unwrap());
    }
    let answer = String::from_utf8(answer).unwrap().to_lowercase();
    assert!(answer.starts_with("http/1.1 101"), "{answer}");
    // RFC 6455 §1.3: the accept key of its own example.
    assert!(answer.contains("s3pplmbitxaq9kygzzhzrbk+xoo="), "{answer}");
    // RFC 6455 §5.7: a masked "Hello", and the unmasked one that comes back.
    socket.write_all(&[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]).await.unwrap();
    let mut echoed = [0; 7];
    socket.read_exact(&mut echoed).await.unwrap();
    assert_eq!(echoed, [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]);
}
