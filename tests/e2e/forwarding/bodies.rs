//! Bodies stream: none where there is none to be, the largest without being held, and no faster than the far end takes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use house::{Message, Plan, Program, Recorder, Settled, Talk, empty};
use http::Method;
use http_body_util::Full;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{hear, lived_in};
use crate::fixtures::frames::{DATA, END_STREAM, Frames};

/// Answers that have no body, though two of them say how long one would be.
fn bodiless(request: &Message) -> Vec<u8> {
    let said = match request.first_line().split('/').nth(1).unwrap_or_default() {
        "head HTTP" | "head" => "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n",
        "none HTTP" | "none" => "HTTP/1.1 204 No Content\r\n\r\n",
        "same HTTP" | "same" => "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 12345\r\n\r\n",
        _ => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole",
    };
    said.as_bytes().to_vec()
}

#[tokio::test]
async fn what_has_no_body_has_none_and_says_of_its_length_what_the_backend_said() {
    let recorder = Recorder::answering(bodiless).await;
    let lived = lived_in(Plan { backend: recorder.url(), ..Plan::default() }).await;
    let asked = [
        (Method::HEAD, "/head", 200, Some("12345")),
        (Method::GET, "/none", 204, None),
        (Method::GET, "/same", 304, Some("12345")),
        (Method::GET, "/whole", 200, Some("5")),
    ];
    for alpn in ["http/1.1", "h2"] {
        // One connection: an octet too many would stand at the head of the next answer.
        let mut talk = lived.talk(alpn).await;
        for (method, path, status, length) in &asked {
            let target =
                if alpn == "h2" { format!("https://{}{path}", lived.house.host()) } else { (*path).to_owned() };
            let request = lived.house.request(method.clone(), &target, Some(&lived.cookie)).body(empty()).unwrap();
            let answer = talk.ask(request).await.unwrap();
            assert_eq!(answer.status, *status, "{path} over {alpn}");
            let told = answer.headers.get("content-length").map(|value| value.to_str().unwrap());
            // A 304 need not say it (RFC 9110 §8.6), and over HTTP/1.1 hyper does not.
            assert!(told == *length || (*status == 304 && told.is_none()), "{path} over {alpn}: {told:?}");
            assert_eq!(answer.headers.get("transfer-encoding"), None, "{path} over {alpn}");
            assert_eq!(answer.text(), if *path == "/whole" { "whole" } else { "" }, "{path} over {alpn}");
        }
    }
    for (method, path, ..) in &asked[..3] {
        let words = lived.words(&format!("{method} {path}"), "connection: close\r\n");
        let heard = String::from_utf8(lived.opening("http/1.1").say(&words).await).unwrap();
        assert!(heard.ends_with("\r\n\r\n") && heard.matches("\r\n\r\n").count() == 1, "{method} {path}: {heard}");
    }
    for (_, path, ..) in &asked {
        let line = lived.line(path).await;
        assert_eq!(line["outcome"], "passed", "{line}");
    }
    let out = recorder.requests();
    assert_eq!(out.len(), 11);
    // A request without a body says nothing of one.
    assert!(
        out.iter().all(|out| out.values("transfer-encoding").is_empty() && out.values("content-length").is_empty())
    );
}

const LARGE: usize = 64 << 20;

/// As `/bytes/N` has it.
fn pattern(length: usize) -> Vec<u8> {
    (0..=250_u8).cycle().take(length).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_body_goes_through_unchanged_both_ways_and_is_never_held() {
    let lived = lived_in(Plan::default()).await;
    let program = Program::start(&lived.house, env!("CARGO_BIN_EXE_gateway-program"));
    let large = Bytes::from(pattern(LARGE));
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &large);
    let digest: String = digest.as_ref().iter().map(|octet| format!("{octet:02x}")).collect();
    for alpn in ["http/1.1", "h2"] {
        let mut talk = Talk::open(&program.opening(lived.opening(alpn))).await.unwrap();
        let host = format!("localhost:{}", program.opening(lived.opening(alpn)).address.port());
        let at = |path: &str| if alpn == "h2" { format!("https://{host}{path}") } else { path.to_owned() };
        let form = format!("login_id={}&password={}&return_to=%2F", Settled::WORKER, house::PASSWORD);
        let login = house::request(Method::POST, &host, &at("/.gateway/login"), None)
            .header("content-type", "application/x-www-form-urlencoded");
        let cookie = talk.ask(login.body(Full::new(form.into())).unwrap()).await.unwrap().cookie().unwrap();
        let before = program.most_memory();
        let up = house::request(Method::POST, &host, &at("/sink"), Some(&cookie)).body(Full::new(large.clone()));
        let sunk = talk.ask(up.unwrap()).await.unwrap();
        assert_eq!(sunk.status, 200, "{}", sunk.text());
        assert_eq!((&sunk.json()["bytes"], &sunk.json()["sha256"]), (&LARGE.into(), &digest.as_str().into()), "{alpn}");
        let down = house::request(Method::GET, &host, &at(&format!("/bytes/{LARGE}")), Some(&cookie)).body(empty());
        let got = talk.ask(down.unwrap()).await.unwrap();
        assert_eq!(got.headers["content-length"], LARGE.to_string());
        assert!(got.body == large, "{alpn}: {} octets came otherwise", got.body.len());
        // The kernel counts in batches, and may say less than before.
        let grown = program.most_memory().saturating_sub(before);
        println!("{alpn}: 64 MiB up and 64 MiB down cost {} KiB at most", grown >> 10);
        assert!(grown < LARGE / 2, "{alpn}: {grown} octets were held");
    }
}

/// More than any buffers on the way hold.
const ENDLESS: u64 = 1 << 30;
/// What sockets on this machine may hold on the whole way, and windows, and some more.
const HELD: u64 = 64 << 20;

/// A backend that reads the head of a request, says `said`, and then either writes as much as is taken, or does nothing.
async fn stubborn(said: &'static [u8], writes: Arc<AtomicU64>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        hear(&mut tcp, b"\r\n\r\n").await.unwrap();
        tcp.write_all(said).await.unwrap();
        if !said.is_empty() {
            pour(&mut tcp, &writes).await;
        }
        std::future::pending::<()>().await;
    });
    url
}

/// Writes until nothing is taken any more, or there is no end to it.
async fn pour(stream: &mut (impl AsyncWriteExt + Unpin), written: &AtomicU64) {
    let piece = vec![b'x'; 64 << 10];
    while written.load(Ordering::Relaxed) < ENDLESS {
        let Ok(octets) = stream.write(&piece).await else { return };
        written.fetch_add(octets as u64, Ordering::Relaxed);
    }
}

/// How much was written when nothing more was taken for a second.
async fn at_rest(written: &AtomicU64) -> u64 {
    let mut before = u64::MAX;
    loop {
        let now = written.load(Ordering::Relaxed);
        if now == before || now >= ENDLESS {
            return now;
        }
        before = now;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_is_held_back_by_a_backend_that_does_not_read() {
    let backend = stubborn(b"", Arc::default()).await;
    let limits = "body_bytes = 1099511627776\nbody_idle = \"60s\"";
    let lived = lived_in(Plan { backend, limits: limits.into(), ..Plan::default() }).await;
    let mut tls = lived.raw().await;
    tls.write_all(&lived.words("POST /x", &format!("content-length: {}\r\n", ENDLESS * 2))).await.unwrap();
    let written = Arc::<AtomicU64>::default();
    let counted = Arc::clone(&written);
    let pouring = tokio::spawn(async move { pour(&mut tls, &counted).await });
    house::until("something is taken", async || written.load(Ordering::Relaxed) > 0).await;
    let taken = at_rest(&written).await;
    println!("a backend that reads nothing: {} KiB were taken", taken >> 10);
    assert!(taken < HELD, "{taken} octets were taken that nobody reads");
    pouring.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_is_held_back_by_who_does_not_read() {
    for alpn in ["http/1.1", "h2"] {
        let written = Arc::<AtomicU64>::default();
        let backend = stubborn(b"HTTP/1.1 200 OK\r\ncontent-length: 2147483648\r\n\r\n", Arc::clone(&written)).await;
        let limits = "body_idle = \"60s\"";
        let lived = lived_in(Plan { backend, limits: limits.into(), ..Plan::default() }).await;
        let mut talk = lived.talk(alpn).await;
        let target = if alpn == "h2" { format!("https://{}/x", lived.house.host()) } else { "/x".to_owned() };
        let request = lived.house.request(Method::GET, &target, Some(&lived.cookie)).body(empty()).unwrap();
        let answer = talk.send(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        house::until("something is taken", async || written.load(Ordering::Relaxed) > 0).await;
        let taken = at_rest(&written).await;
        println!("a client that reads nothing over {alpn}: {} KiB were taken", taken >> 10);
        assert!(taken < HELD, "{alpn}: {taken} octets were taken that nobody reads");
        drop(answer);
    }
}

/// Both at once: what comes back while the request still goes.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_begins_before_its_request_has_ended() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let backend = format!("http://{}", listener.local_addr().unwrap());
    let lived = lived_in(Plan { backend, ..Plan::default() }).await;
    tokio::spawn(async move {
        let (mut tcp, _): (TcpStream, _) = listener.accept().await.unwrap();
        let (mut hears, mut says) = tcp.split();
        let mut heard = Vec::new();
        let mut hear = async |wanted: String| {
            while !String::from_utf8_lossy(&heard).contains(&wanted) {
                assert_ne!(hears.read_buf(&mut heard).await.unwrap(), 0, "{wanted:?} was never said");
            }
        };
        hear("\r\n\r\n".into()).await;
        says.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
        for n in 0..3 {
            hear(format!("ask {n}")).await;
            says.write_all(format!("8\r\nanswer {n}\r\n").as_bytes()).await.unwrap();
        }
        hear("\r\n0\r\n\r\n".into()).await;
        says.write_all(b"0\r\n\r\n").await.unwrap();
        let _ = tcp.read(&mut [0; 16]).await;
    });
    let mut tls = lived.raw().await;
    tls.write_all(&lived.words("POST /x", "transfer-encoding: chunked\r\n")).await.unwrap();
    for n in 0..3 {
        tls.write_all(format!("5\r\nask {n}\r\n").as_bytes()).await.unwrap();
        hear(&mut tls, format!("answer {n}").as_bytes()).await.expect("the answer to it");
    }
    tls.write_all(b"0\r\n\r\n").await.unwrap();
    hear(&mut tls, b"0\r\n\r\n").await.expect("the end");
    assert_eq!(lived.line("/x").await["outcome"], "passed");
}

/// Says how many octets of body came, in which framing.
fn counted(request: &Message) -> Vec<u8> {
    let said = format!("{} {}", request.body.len(), request.values("transfer-encoding").join(","));
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{said}", said.len()).into_bytes()
}

#[tokio::test]
async fn a_body_of_unknown_length_arrives_whatever_the_method() {
    let recorder = Recorder::answering(counted).await;
    let lived = lived_in(Plan { backend: recorder.url(), ..Plan::default() }).await;
    let host = lived.house.host();
    let mut frames = Frames::open(&lived.house, &lived.settled.credentials).await;
    for (stream, method) in [(1, "GET"), (3, "DELETE"), (5, "POST"), (7, "PROPFIND")] {
        let fields = [
            (":method", method),
            (":scheme", "https"),
            (":authority", &*host),
            (":path", "/x"),
            ("cookie", &*lived.cookie),
        ];
        frames.head(0, stream, &fields).await;
        frames.send(DATA, END_STREAM, stream, b"abc").await;
        let (_, said) = frames.answer(stream).await;
        assert_eq!(said, "3 chunked", "{method} over HTTP/2");
        let more = "transfer-encoding: chunked\r\nconnection: close\r\n";
        let words = [lived.words(&format!("{method} /x"), more), b"3\r\nabc\r\n0\r\n\r\n".to_vec()].concat();
        let heard = String::from_utf8(lived.opening("http/1.1").say(&words).await).unwrap();
        assert!(heard.ends_with("\r\n\r\n3 chunked"), "{method}: {heard}");
    }
}
