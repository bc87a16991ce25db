//! Who is refused while still sending hears why.
//!
//! A reset behind the answer makes some clients lose the answer, over HTTP/2 (RFC 9113 §8.1) and over HTTP/1.1
//! (RFC 9112 §9.6). So a body that nobody wants is taken for a while.

use house::{House, Opening, SOON, Settled};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// An HTTP/2 connection, frame by frame.
struct Frames(TlsStream<TcpStream>);

#[derive(Debug)]
struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

impl Frames {
    async fn open(house: &House, settled: &Settled) -> Self {
        let opening = Opening { alpn: vec![b"h2".to_vec()], ..house.opening(Some(&settled.credentials)) };
        let mut tls = opening.connect().await.unwrap();
        tls.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
        let mut frames = Self(tls);
        frames.send(SETTINGS, 0, 0, &[]).await;
        frames
    }

    async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.0.write_all(&frame).await.unwrap();
    }

    /// The head of a request, every field as a literal without indexing (RFC 7541 §6.2.2).
    async fn head(&mut self, flags: u8, stream: u32, fields: &[(&str, &str)]) {
        let mut block = Vec::new();
        for (name, value) in fields {
            block.push(0);
            for text in [name, value] {
                block.push(u8::try_from(text.len()).unwrap());
                block.extend(text.as_bytes());
            }
        }
        self.send(HEADERS, END_HEADERS | flags, stream, &block).await;
    }

    async fn next(&mut self) -> Frame {
        let mut head = [0; 9];
        let read = async {
            self.0.read_exact(&mut head).await.unwrap();
            let octets = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
            let mut payload = vec![0; octets];
            self.0.read_exact(&mut payload).await.unwrap();
            payload
        };
        let payload = tokio::time::timeout(SOON, read).await.expect("a frame comes");
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        Frame { kind: head[3], flags: head[4], stream, payload }
    }

    /// The frames up to the end of the answer on `stream`, and its body.
    async fn answer(&mut self, stream: u32) -> (Vec<Frame>, String) {
        let (mut frames, mut body) = (Vec::new(), Vec::new());
        loop {
            let frame = self.next().await;
            let ours = frame.stream == stream && [DATA, HEADERS].contains(&frame.kind);
            if ours && frame.kind == DATA {
                body.extend_from_slice(&frame.payload);
            }
            let ends = ours && frame.flags & END_STREAM != 0;
            frames.push(frame);
            if ends {
                return (frames, String::from_utf8(body).unwrap());
            }
        }
    }
}

async fn refused_upload(house: &House, settled: &Settled) -> Frames {
    let mut frames = Frames::open(house, settled).await;
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
