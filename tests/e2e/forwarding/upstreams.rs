//! Every kind of backend is spoken to as it wants, and over TLS none but the one that its CA and its name prove.

use std::path::PathBuf;
use std::sync::Arc;

use care_record::serve::{Listener, serve};
use house::{Ca, Plan, SOON, empty, site_certificate};
use http::Method;
use http_body_util::BodyExt;
use rcgen::SanType;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;

use super::{Lived, lived_in, websocket};
use crate::fixtures::frames::{END_STREAM, Frames};

/// TLS under a certificate of this CA for this name.
pub(crate) fn acceptor(ca: &Ca, name: &str, alpn: &[&str]) -> TlsAcceptor {
    let (chain, key) = site_certificate(ca, vec![SanType::DnsName(name.try_into().unwrap())]);
    let chain = CertificateDer::pem_slice_iter(chain.as_bytes()).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_no_client_auth().with_single_cert(chain, key).unwrap();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

/// A file that is there while a test runs.
pub(crate) struct File(PathBuf);

impl File {
    pub(crate) fn of(ca: &Ca) -> Self {
        let file = std::env::temp_dir().join(format!("sekisho-backend-{:?}.pem", std::thread::current().id()));
        house::write(&file, &ca.root_pem);
        Self(file)
    }

    pub(crate) fn trusted(&self) -> String {
        format!("ca = \"{}\"", self.0.display())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A house in front of its own stand-in, reached over `scheme`; and what ends the stand-in.
async fn in_front_of(scheme: &str, upstream: String, tls: Option<TlsAcceptor>) -> (Lived, AbortHandle) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let backend = format!("{scheme}://localhost:{}", listener.local_addr().unwrap().port());
    let lived = lived_in(Plan { backend, upstream, ..Plan::default() }).await;
    let serving = serve(Listener::Tcp(listener), lived.house.backend.router(), tls, std::future::pending());
    (lived, tokio::spawn(serving).abort_handle())
}

async fn speaks(lived: &Lived, version: &str) {
    for alpn in ["http/1.1", "h2"] {
        let mut talk = lived.talk(alpn).await;
        for body in ["", "body", &"x".repeat(100_000)] {
            let target = match alpn {
                "h2" => format!("https://{}/rooms/r-hanako/echo?q=1", lived.house.host()),
                _ => "/rooms/r-hanako/echo?q=1".to_owned(),
            };
            let request = lived.house.request(Method::POST, &target, Some(&lived.cookie));
            let answer = talk.ask(request.body(body.to_owned().into()).unwrap()).await.unwrap();
            let echo = answer.json();
            assert_eq!((answer.status.as_u16(), &echo["http_version"]), (200, &version.into()), "{echo:#}");
            assert_eq!(echo["target"], "/rooms/r-hanako/echo?q=1");
            assert_eq!(echo["body_bytes"], body.len(), "{alpn} to {version}");
        }
    }
    // Asked before the body: what only HTTP/1.1 can say to us is waited for there alone.
    let mut tls = lived.raw().await;
    let asked = "content-length: 5\r\nexpect: 100-continue\r\nconnection: close\r\n";
    tls.write_all(&lived.words("POST /sink", asked)).await.unwrap();
    assert!(super::hear(&mut tls, b"100 Continue\r\n\r\n").await.is_some());
    tls.write_all(b"hello").await.unwrap();
    let said = String::from_utf8(super::until_end(&mut tls).await).unwrap();
    assert!(said.starts_with("HTTP/1.1 200") && said.contains("\"bytes\":5"), "{version}: {said}");
    // And what follows the answer.
    let more = "te: trailers\r\nconnection: close, te\r\n";
    let heard = lived.opening("http/1.1").say(&lived.words("GET /stream?seconds=1", more)).await;
    let heard = String::from_utf8(heard).unwrap();
    assert!(heard.ends_with("line 10\n\r\n0\r\nstream-lines: 10\r\n\r\n"), "{version}: {heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_in_clear_is_spoken_to_in_either_version() {
    speaks(&in_front_of("http", String::new(), None).await.0, "HTTP/1.1").await;
    speaks(&in_front_of("h2c", String::new(), None).await.0, "HTTP/2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_over_tls_is_spoken_to_in_the_version_it_agrees_to() {
    let ca = Ca::new("Backend");
    let file = File::of(&ca);
    for (alpn, version) in [(&["http/1.1"][..], "HTTP/1.1"), (&[], "HTTP/1.1"), (&["h2", "http/1.1"], "HTTP/2")] {
        let (lived, _) = in_front_of("https", file.trusted(), Some(acceptor(&ca, "localhost", alpn))).await;
        speaks(&lived, version).await;
        // HTTP/2 carries no upgrade of HTTP/1.1's; the backend speaks both.
        let tls = websocket::open(&lived, "GET /rooms/r-hanako/ws").await;
        websocket::echoes(tls, 1, b"hello").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_cannot_prove_itself_is_refused_and_told_nothing() {
    let (ca, other) = (Ca::new("Backend"), Ca::new("Another"));
    let file = File::of(&ca);
    for (what, tls) in [
        ("a certificate of another CA", acceptor(&other, "localhost", &["h2", "http/1.1"])),
        ("another name", acceptor(&ca, "care-record.example", &["http/1.1"])),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let backend = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let lived = lived_in(Plan { backend, upstream: file.trusted(), ..Plan::default() }).await;
        let heard = tokio::spawn(async move {
            let mut heard = Vec::new();
            for _ in 0..2 {
                let (tcp, _) = listener.accept().await.unwrap();
                let mut words = Vec::new();
                if let Ok(mut tls) = tls.accept(tcp).await {
                    let _ = tls.read_to_end(&mut words).await;
                }
                heard.push(words);
            }
            heard
        });
        for path in ["/bytes/1", "/rooms/r-hanako/echo"] {
            let answer = lived.house.get(&mut lived.talk("h2").await, path, Some(&lived.cookie)).await;
            assert_eq!(answer.problem(), (503, "KW-301".into(), "backend_unavailable".into()), "{what}");
            let line = lived.line(path).await;
            assert_eq!((&line["outcome"], &line["code"]), (&"refused".into(), &"KW-301".into()), "{line}");
        }
        let heard = tokio::time::timeout(SOON, heard).await.expect("it was called").unwrap();
        assert_eq!(heard, [b"", b""], "{what}: it was told something");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_tls_is_said_nothing_goes_in_clear() {
    let file = File::of(&Ca::new("Backend"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let backend = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let lived = lived_in(Plan { backend, upstream: file.trusted(), ..Plan::default() }).await;
    let heard = tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        let mut words = Vec::new();
        tcp.read_buf(&mut words).await.unwrap();
        tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
        let _ = tcp.read_to_end(&mut words).await;
        words
    });
    let answer = lived.house.get(&mut lived.talk("http/1.1").await, "/bytes/1", Some(&lived.cookie)).await;
    assert_eq!(answer.problem(), (503, "KW-301".into(), "backend_unavailable".into()));
    let heard = tokio::time::timeout(SOON, heard).await.expect("it was called").unwrap();
    assert_eq!(heard[0], 22, "a handshake, and no request");
    let text = String::from_utf8_lossy(&heard);
    assert!(!text.contains("HTTP/1.1") && !text.to_lowercase().contains("gateway-assertion"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_dies_in_mid_answer_has_failed_whatever_either_side_speaks() {
    for (scheme, alpn) in [("http", "http/1.1"), ("http", "h2"), ("h2c", "http/1.1"), ("h2c", "h2")] {
        let (lived, backend) = in_front_of(scheme, String::new(), None).await;
        let target = match alpn {
            "h2" => format!("https://{}/stream?seconds=600", lived.house.host()),
            _ => "/stream?seconds=600".to_owned(),
        };
        let mut talk = lived.talk(alpn).await;
        let request = lived.house.request(Method::GET, &target, Some(&lived.cookie)).body(empty()).unwrap();
        let mut answer = talk.send(request).await.unwrap().into_body();
        assert_eq!(answer.frame().await.unwrap().unwrap().into_data().unwrap(), "line 1\n");
        backend.abort();
        let rest = tokio::time::timeout(SOON, answer.collect()).await.expect("it ends");
        assert!(rest.is_err(), "{scheme} and {alpn}: a cut answer looks complete");
        let line = lived.line("/stream").await;
        let told = (&line["outcome"], &line["reason"], &line["status"]);
        assert_eq!(told, (&"failed".into(), &"backend_unavailable".into(), &200.into()), "{line}");
    }
}

/// The answers to everybody share a backend's connection over HTTP/2, and its window.
#[tokio::test(flavor = "multi_thread")]
async fn octets_that_one_leaves_unread_do_not_hold_up_another_on_the_same_connection_to_a_backend() {
    let (lived, _backend) = in_front_of("h2c", String::new(), None).await;
    let host = lived.house.host();
    // The windows are closed (SETTINGS_INITIAL_WINDOW_SIZE).
    let mut unread = Frames::over(&lived.opening("h2"), &[(4, 0)]).await;
    for number in 0..60 {
        let fields = [
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", &*host),
            (":path", "/bytes/4000000000"),
            ("cookie", &*lived.cookie),
        ];
        unread.head(END_STREAM, number * 2 + 1, &fields).await;
    }
    house::until("all of them have been answered", async || {
        let mut answered = 0;
        lived.house.gateway.state().live.each(|connection| {
            connection.each_in_flight(|in_flight| answered += usize::from(in_flight.timeouts.is_answered()));
        });
        answered == 60
    })
    .await;
    let mut talk = lived.talk("http/1.1").await;
    let answer = lived.house.get(&mut talk, "/bytes/33554432", Some(&lived.cookie)).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 32 << 20));
    drop(unread);
}
