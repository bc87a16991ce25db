//! A WebSocket passes on both factors, both ways, octet by octet, and leaves two lines.

use house::{Plan, Settled};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::{Lived, hear, lived_in, until_end};

const WS: &str = "GET /rooms/r-hanako/ws";
const PATH: &str = "/rooms/r-hanako/ws";
pub(super) const UPGRADE: &str = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                                  sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;

/// A client's frame, masked as a client's must be (RFC 6455 §5.2).
fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [7, 21, 63, 189];
    let mut frame = vec![0x80 | opcode];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | u8::try_from(short).unwrap()),
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(octet, mask)| octet ^ mask));
    frame
}

/// A server's frame: its kind and what it says.
async fn read_frame(tls: &mut TlsStream<TcpStream>) -> (u8, Vec<u8>) {
    let read = async {
        let head = [tls.read_u8().await.unwrap(), tls.read_u8().await.unwrap()];
        let length = match head[1] {
            126 => u64::from(tls.read_u16().await.unwrap()),
            127 => tls.read_u64().await.unwrap(),
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        tls.read_exact(&mut payload).await.unwrap();
        (head[0] & 0x0f, payload)
    };
    tokio::time::timeout(house::SOON, read).await.expect("a frame")
}

pub(super) async fn open(lived: &Lived, line: &str) -> TlsStream<TcpStream> {
    let mut tls = lived.raw().await;
    let origin = format!("origin: https://{}\r\n{UPGRADE}", lived.house.host());
    tls.write_all(&lived.words(line, &origin)).await.unwrap();
    let head = hear(&mut tls, b"\r\n\r\n").await.expect("an answer");
    let head = String::from_utf8_lossy(&head).to_lowercase();
    assert!(head.starts_with("http/1.1 101") && head.contains("\r\nupgrade: websocket\r\n"), "{head}");
    assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{head}");
    tls
}

/// What is said comes back; while it is taken in, too.
pub(super) async fn echoes(tls: TlsStream<TcpStream>, opcode: u8, payload: &[u8]) -> TlsStream<TcpStream> {
    let mut tls = tls;
    tls.write_all(&frame(opcode, payload)).await.unwrap();
    tls.flush().await.unwrap();
    let (said, heard) = read_frame(&mut tls).await;
    assert_eq!(said, opcode);
    assert!(heard == payload, "{} octets came back otherwise", payload.len());
    tls
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_comes_back_and_two_lines_tell_of_it() {
    let lived = lived_in(Plan::default()).await;
    let mut tls = open(&lived, WS).await;
    let open = lived.house.line(|line| line["kind"] == "open" && line["path"] == PATH).await;
    assert_eq!((&open["status"], &open["outcome"]), (&101.into(), &serde_json::Value::Null), "{open}");
    assert_eq!((&open["user"], &open["room"]), (&Settled::WORKER.into(), &Settled::ROOM.into()), "{open}");
    let large: Vec<u8> = (0..3 << 20).map(|at: u32| u8::try_from(at % 251).unwrap()).collect();
    tls = echoes(tls, TEXT, "こんにちは、関所".as_bytes()).await;
    tls = echoes(tls, BINARY, &[0, 1, 2, 0xff, b'\r', b'\n']).await;
    tls = echoes(tls, BINARY, &large).await;
    tls = echoes(tls, TEXT, b"still here").await;
    assert!(!lived.house.lines().iter().any(|line| line["kind"] == "request" && line["path"] == PATH), "it goes on");
    tls.write_all(&frame(CLOSE, &1000_u16.to_be_bytes())).await.unwrap();
    assert_eq!(read_frame(&mut tls).await, (CLOSE, 1000_u16.to_be_bytes().to_vec()));
    assert_eq!(until_end(&mut tls).await, b"");
    let line = lived.line(PATH).await;
    assert_eq!((&line["status"], &line["outcome"]), (&101.into(), &"passed".into()), "{line}");
    for fact in ["request_id", "ref", "user", "device", "room", "session", "source", "policy"] {
        assert!(!line[fact].is_null() && line[fact] == open[fact], "{fact}: {open} {line}");
    }
    for way in ["bytes_in", "bytes_out"] {
        assert!(line[way].as_u64().unwrap() > large.len() as u64, "{line}");
    }
    let of_it = lived.house.lines().into_iter().filter(|other| other["request_id"] == line["request_id"]).count();
    assert_eq!(of_it, 2, "one line when it opens, one when it ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_sites_page_opens_one() {
    let lived = lived_in(Plan::default()).await;
    let entered = lived.house.backend.entered();
    let (host, port) = (lived.house.host(), lived.house.address().port());
    for foreign in [
        "origin: https://elsewhere.example\r\n".to_owned(),
        "origin: null\r\n".to_owned(),
        format!("origin: http://{host}\r\n"),
        "origin: https://localhost\r\n".to_owned(),
        format!("origin: https://localhost:{port}.elsewhere.example\r\n"),
        format!("sec-fetch-site: cross-site\r\norigin: https://{host}\r\n"),
        format!("sec-fetch-site: same-site\r\norigin: https://{host}\r\n"),
    ] {
        let mut tls = lived.raw().await;
        let more = format!("{foreign}connection: close\r\n{UPGRADE}");
        tls.write_all(&lived.words(WS, &more)).await.unwrap();
        let said = String::from_utf8(until_end(&mut tls).await).unwrap();
        assert!(said.starts_with("HTTP/1.1 403") && said.contains("KW-305"), "{foreign}: {said}");
    }
    assert_eq!(lived.house.backend.entered(), entered);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_without_a_session_or_into_a_foreign_room_does_not_open() {
    let mut lived = lived_in(Plan::default()).await;
    let entered = lived.house.backend.entered();
    let more = format!("connection: close\r\n{UPGRADE}");
    for (line, code) in [("GET /rooms/r-jiro/ws", "KW-111"), (WS, "KW-207")] {
        if code == "KW-207" {
            lived.cookie = "a=b".into();
        }
        let mut tls = lived.raw().await;
        tls.write_all(&lived.words(line, &more)).await.unwrap();
        let said = String::from_utf8(until_end(&mut tls).await).unwrap();
        assert!(said.starts_with("HTTP/1.1 40") && said.contains(code), "{line}: {said}");
    }
    assert_eq!(lived.house.backend.entered(), entered);
}
