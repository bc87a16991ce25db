//! A client that asks first sends its body when the backend says so, and not before.

use std::time::Duration;

use house::{Plan, SOON};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::{hear, lived_in, until_end};

const ASKED: &str = "content-length: 5\r\nexpect: 100-continue\r\n";
const WHOLE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole";

/// A backend for one request: tells its head, says what it is told to, and tells everything that came after.
struct Backend {
    url: String,
    heads: mpsc::Receiver<String>,
    says: mpsc::Sender<&'static [u8]>,
    rest: mpsc::Receiver<Vec<u8>>,
}

async fn backend() -> Backend {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let ((head, heads), (says, mut said), (after, rest)) = (mpsc::channel(1), mpsc::channel(1), mpsc::channel(64));
    tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        let heard = hear(&mut tcp, b"\r\n\r\n").await.unwrap();
        head.send(String::from_utf8(heard).unwrap()).await.unwrap();
        let mut piece = vec![0; 4096];
        loop {
            tokio::select! {
                words = said.recv() => match words {
                    Some(words) => tcp.write_all(words).await.unwrap(),
                    None => return,
                },
                read = tcp.read(&mut piece) => {
                    let octets = read.unwrap_or(0);
                    if after.send(piece[..octets].to_vec()).await.is_err() || octets == 0 {
                        return;
                    }
                }
            }
        }
    });
    Backend { url, heads, says, rest }
}

impl Backend {
    async fn head(&mut self) -> String {
        tokio::time::timeout(SOON, self.heads.recv()).await.expect("it is asked").unwrap()
    }

    /// What came after the head: a piece of a body, or nothing where the connection was closed.
    async fn rest(&mut self) -> Vec<u8> {
        tokio::time::timeout(SOON, self.rest.recv()).await.expect("something follows").unwrap_or_default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_body_is_asked_for_when_the_backend_asks_for_it() {
    let mut backend = backend().await;
    let lived = lived_in(Plan { backend: backend.url.clone(), ..Plan::default() }).await;
    let mut tls = lived.raw().await;
    tls.write_all(&lived.words("POST /asked", ASKED)).await.unwrap();
    let head = backend.head().await.to_lowercase();
    assert!(head.contains("\r\nexpect: 100-continue\r\n"), "{head}");
    let early = tokio::time::timeout(Duration::from_millis(300), tls.read(&mut [0; 64])).await;
    assert!(early.is_err(), "the gateway asks for a body that the backend has not asked for: {early:?}");
    backend.says.send(b"HTTP/1.1 100 Continue\r\n\r\n").await.unwrap();
    assert_eq!(hear(&mut tls, b"\r\n\r\n").await.unwrap(), b"HTTP/1.1 100 Continue\r\n\r\n");
    tls.write_all(b"hello").await.unwrap();
    assert_eq!(backend.rest().await, b"hello");
    backend.says.send(WHOLE).await.unwrap();
    assert!(hear(&mut tls, b"whole").await.unwrap().starts_with(b"HTTP/1.1 200"));
    let line = lived.line("/asked").await;
    assert_eq!((&line["outcome"], &line["bytes_in"]), (&"passed".into(), &5.into()), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_refuses_before_the_body_is_heard_and_the_body_is_never_read() {
    let mut backend = backend().await;
    let lived = lived_in(Plan { backend: backend.url.clone(), ..Plan::default() }).await;
    let mut tls = lived.raw().await;
    tls.write_all(&lived.words("POST /asked", ASKED)).await.unwrap();
    backend.head().await;
    backend.says.send(b"HTTP/1.1 413 Content Too Large\r\ncontent-length: 5\r\n\r\nlarge").await.unwrap();
    let said = String::from_utf8(until_end(&mut tls).await).unwrap();
    assert!(said.starts_with("HTTP/1.1 413") && said.ends_with("\r\n\r\nlarge"), "{said}");
    assert_eq!(backend.rest().await, b"", "the connection on which a body is owed is closed");
    let line = lived.line("/asked").await;
    assert_eq!(
        (&line["outcome"], &line["status"], &line["bytes_in"]),
        (&"passed".into(), &413.into(), &0.into()),
        "{line}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_refuses_before_the_body_too() {
    let mut backend = backend().await;
    let lived = lived_in(Plan { backend: backend.url.clone(), ..Plan::default() }).await;
    for (line, more) in [
        ("POST /rooms/r-jiro/x", ASKED.to_owned()),
        ("POST /x", format!("{ASKED}origin: https://elsewhere.example\r\n")),
        ("POST /.gateway/none", ASKED.to_owned()),
    ] {
        let mut tls = lived.raw().await;
        tls.write_all(&lived.words(line, &more)).await.unwrap();
        let said = String::from_utf8(until_end(&mut tls).await).unwrap();
        assert!(said.starts_with("HTTP/1.1 40") && !said.contains("100 Continue"), "{line}: {said}");
    }
    assert!(backend.heads.try_recv().is_err(), "it was asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_does_not_know_the_question_gets_the_body_all_the_same() {
    let mut backend = backend().await;
    let lived = lived_in(Plan { backend: backend.url.clone(), ..Plan::default() }).await;
    let mut tls = lived.raw().await;
    tls.write_all(&lived.words("POST /asked", ASKED)).await.unwrap();
    backend.head().await;
    assert_eq!(hear(&mut tls, b"\r\n\r\n").await.unwrap(), b"HTTP/1.1 100 Continue\r\n\r\n");
    tls.write_all(b"hello").await.unwrap();
    assert_eq!(backend.rest().await, b"hello");
    backend.says.send(WHOLE).await.unwrap();
    assert!(hear(&mut tls, b"whole").await.unwrap().starts_with(b"HTTP/1.1 200"));
}
