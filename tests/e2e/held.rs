//! Lines that a test holds open: what runs on each of them, and how and when each of them ended.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use house::{Credentials, House, Opening, SOON, empty, until};
use http::Method;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::client::TlsStream;

/// What runs on a line.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Work {
    /// Nothing any more: one request was answered.
    Idle,
    /// A chunked download.
    Stream,
    /// A download whose length was told.
    Bytes,
    /// A download by HTTP/1.0, which ends where the connection ends.
    Old,
    /// A chunked upload.
    Upload,
    /// A WebSocket that has echoed once.
    WebSocket,
    /// Nothing any more, over HTTP/2.
    IdleH2,
    /// A download in an HTTP/2 stream.
    StreamH2,
}

impl Work {
    pub(crate) const ALL: [Self; 8] =
        [Self::Idle, Self::Stream, Self::Bytes, Self::Old, Self::Upload, Self::WebSocket, Self::IdleH2, Self::StreamH2];

    /// Those that are requests in flight.
    pub(crate) const FLIGHTS: [Self; 6] =
        [Self::Stream, Self::Bytes, Self::Old, Self::Upload, Self::WebSocket, Self::StreamH2];

    fn is_h2(self) -> bool {
        matches!(self, Self::IdleH2 | Self::StreamH2)
    }
}

/// How a line ended, as its client saw it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum How {
    /// The connection was reset.
    Reset,
    /// The connection was closed in order.
    Closed,
    /// The HTTP/2 stream was reset, or went down with its connection.
    StreamReset,
    /// What ran came to its own end.
    Whole,
}

/// The end of a line.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) at: Instant,
    pub(crate) how: How,
    /// Everything that was received on it.
    pub(crate) said: Vec<u8>,
}

/// A line that is open.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) work: Work,
    /// The HTTP/2 connection, to ask more on it.
    pub(crate) sender: Option<SendRequest<Full<Bytes>>>,
    pub(crate) heard: Arc<AtomicU64>,
    hurry: Arc<AtomicBool>,
    ended: JoinHandle<Ended>,
}

impl Held {
    /// How it ended; it must, soon.
    pub(crate) async fn end(self) -> Ended {
        self.hurry.store(true, Ordering::Relaxed);
        let work = self.work;
        let ended = tokio::time::timeout(SOON, self.ended).await;
        ended.unwrap_or_else(|_| panic!("{work:?} was never ended")).unwrap()
    }

    /// Whether it has ended.
    pub(crate) fn is_over(&self) -> bool {
        self.ended.is_finished()
    }
}

/// Who holds the line: certificate, cookie and room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder<'a> {
    pub(crate) credentials: &'a Credentials,
    pub(crate) cookie: &'a str,
    pub(crate) room: &'a str,
}

/// Opens a line and returns when `work` runs on it.
pub(crate) async fn hold(house: &House, holder: Holder<'_>, work: Work) -> Held {
    hold_at(house, house.address(), holder, work).await
}

/// As [`hold`], at this gateway.
pub(crate) async fn hold_at(house: &House, address: SocketAddr, holder: Holder<'_>, work: Work) -> Held {
    let opening = Opening { address, ..house.opening(Some(holder.credentials)) };
    let (heard, hurry) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
    let (sender, ended) = if work.is_h2() {
        let opening = Opening { alpn: vec![b"h2".to_vec()], ..opening };
        hold_h2(house, &opening, holder, (work, Arc::clone(&heard))).await
    } else {
        let tls = opening.connect().await.unwrap();
        let words = words(house, holder, work);
        let hurry = Arc::clone(&hurry);
        (None, tokio::spawn(hold_h1(tls, words, work, (Arc::clone(&heard), hurry))))
    };
    until(&format!("{work:?} runs"), async || heard.load(Ordering::Relaxed) > 0 || ended.is_finished()).await;
    if ended.is_finished() {
        let ended = ended.await.unwrap();
        panic!("{work:?} did not begin: {:?} {}", ended.how, String::from_utf8_lossy(&ended.said));
    }
    Held { work, sender, heard, hurry, ended }
}

fn words(house: &House, holder: Holder<'_>, work: Work) -> String {
    let Holder { cookie, room, .. } = holder;
    let (line, more) = match work {
        Work::Idle => ("GET /.gateway/whoami HTTP/1.1".to_owned(), ""),
        Work::Stream => (format!("GET /rooms/{room}/stream?seconds=600 HTTP/1.1"), ""),
        Work::Bytes => (format!("GET /rooms/{room}/bytes/4000000000 HTTP/1.1"), ""),
        Work::Old => (format!("GET /rooms/{room}/stream?seconds=600 HTTP/1.0"), ""),
        Work::Upload => (format!("POST /rooms/{room}/sink HTTP/1.1"), "transfer-encoding: chunked\r\n"),
        Work::WebSocket => (
            format!("GET /rooms/{room}/ws HTTP/1.1"),
            "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        ),
        Work::IdleH2 | Work::StreamH2 => unreachable!(),
    };
    format!("{line}\r\nhost: {}\r\ncookie: {cookie}\r\naccept: application/json\r\n{more}\r\n", house.host())
}

/// A text frame of `hello`, masked with zeros.
const HELLO: &[u8] = b"\x81\x85\0\0\0\0hello";

async fn hold_h1(
    mut tls: TlsStream<TcpStream>,
    words: String,
    work: Work,
    (heard, hurry): (Arc<AtomicU64>, Arc<AtomicBool>),
) -> Ended {
    tls.write_all(words.as_bytes()).await.unwrap();
    let (mut said, mut piece) = (Vec::new(), vec![0; 16 << 10]);
    let mut greeted = false;
    if work == Work::Upload {
        // The sink answers when the body has ended; that it runs is seen by its first chunk being taken.
        tls.write_all(b"5\r\nhello\r\n").await.unwrap();
        heard.store(1, Ordering::Relaxed);
    }
    let how = loop {
        let read = if work == Work::Upload {
            tokio::select! {
                read = tls.read(&mut piece) => read,
                () = tokio::time::sleep(Duration::from_millis(20)) => {
                    if tls.write_all(b"5\r\nhello\r\n").await.is_err() {
                        // What the gateway said before it ended is still to be read.
                        continue;
                    }
                    let _ = tls.flush().await;
                    continue;
                }
            }
        } else {
            tls.read(&mut piece).await
        };
        match read {
            Ok(0) => break How::Closed,
            Ok(octets) => said.extend_from_slice(&piece[..octets]),
            Err(_) => break How::Reset,
        }
        let text = String::from_utf8_lossy(&said[..said.len().min(4096)]).into_owned();
        let Some((_, body)) = text.split_once("\r\n\r\n") else { continue };
        match work {
            Work::WebSocket if !greeted => {
                greeted = true;
                tls.write_all(HELLO).await.unwrap();
            }
            Work::WebSocket if !body.contains("hello") => {}
            Work::Bytes => {
                said.truncate(4096);
                heard.fetch_add(1, Ordering::Relaxed);
                if !hurry.load(Ordering::Relaxed) {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
            Work::Idle | Work::Stream | Work::Old | Work::Upload | Work::WebSocket => {
                heard.fetch_add(u64::from(!body.is_empty()), Ordering::Relaxed);
            }
            Work::IdleH2 | Work::StreamH2 => unreachable!(),
        }
    };
    Ended { at: Instant::now(), how, said }
}

async fn hold_h2(
    house: &House,
    opening: &Opening,
    holder: Holder<'_>,
    (work, heard): (Work, Arc<AtomicU64>),
) -> (Option<SendRequest<Full<Bytes>>>, JoinHandle<Ended>) {
    let tls = opening.connect().await.unwrap();
    let (mut send, driver) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(tls)).await.unwrap();
    let driver = tokio::spawn(driver);
    let target = if work == Work::IdleH2 {
        "/.gateway/whoami".to_owned()
    } else {
        format!("/rooms/{}/stream?seconds=600", holder.room)
    };
    let request = house.request(Method::GET, &format!("https://{}{target}", house.host()), Some(holder.cookie));
    let answer = send.send_request(request.body(empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200, "{work:?}");
    let mut body = answer.into_body();
    let ended = tokio::spawn(async move {
        let mut said = Vec::new();
        let how = loop {
            match body.frame().await {
                Some(Ok(frame)) => {
                    said.extend_from_slice(&frame.into_data().unwrap_or_default());
                    heard.fetch_add(1, Ordering::Relaxed);
                }
                Some(Err(_)) => break How::StreamReset,
                None if work == Work::IdleH2 => {
                    break if driver.await.unwrap().is_ok() { How::Closed } else { How::Reset };
                }
                None => break How::Whole,
            }
        };
        Ended { at: Instant::now(), how, said }
    });
    (Some(send), ended)
}

/// Whether what was received looks like the whole answer to `work`: it must not, when it was cut.
pub(crate) fn looks_whole(work: Work, ended: &Ended) -> bool {
    match work {
        Work::Idle | Work::IdleH2 | Work::WebSocket => false,
        Work::Stream => ended.said.ends_with(b"0\r\n\r\n"),
        // A length was told that nobody waits for.
        Work::Bytes => false,
        // Nothing but the manner of the end tells.
        Work::Old => ended.how == How::Closed,
        Work::Upload => ended.said.starts_with(b"HTTP/1.1 200"),
        Work::StreamH2 => ended.how == How::Whole,
    }
}
