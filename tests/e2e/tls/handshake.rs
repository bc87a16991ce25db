//! The handshake: 1.3 alone, nothing resumed, both CAs named, and the same outcome however a ClientHello arrives.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use house::{House, Opening, Settled, Talk, empty, request};
use http::Method;
use rcgen::SanType;
use rustls::client::ResolvesClientCert;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ClientConnection, HandshakeKind, RootCertStore, SignatureScheme};

fn roots(house: &House) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(house.web.root_pem.as_bytes()).unwrap()).unwrap();
    roots
}

/// A provider whose ClientHello is short.
fn small_provider() -> Arc<rustls::crypto::CryptoProvider> {
    let mut provider = rustls::crypto::aws_lc_rs::default_provider();
    provider.kx_groups = vec![rustls::crypto::aws_lc_rs::kx_group::X25519];
    Arc::new(provider)
}

fn client(house: &House, settled: &Settled) -> Arc<ClientConfig> {
    let config = ClientConfig::builder_with_provider(small_provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots(house))
        .with_client_auth_cert(settled.credentials.chain.clone(), settled.credentials.key.clone_key())
        .unwrap();
    Arc::new(config)
}

fn name() -> ServerName<'static> {
    ServerName::try_from("localhost").unwrap()
}

/// Sends a hello in the given pieces, ends the handshake, asks whoami and returns the status line.
fn ask_in_pieces(house: &House, config: &Arc<ClientConfig>, pieces: impl Fn(&[u8]) -> Vec<Vec<u8>>) -> String {
    let mut tls = ClientConnection::new(Arc::clone(config), name()).unwrap();
    let mut hello = Vec::new();
    tls.write_tls(&mut hello).unwrap();
    let mut tcp = TcpStream::connect(house.address()).unwrap();
    tcp.set_nodelay(true).unwrap();
    tcp.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    for piece in pieces(&hello) {
        tcp.write_all(&piece).unwrap();
        tcp.flush().unwrap();
    }
    let mut stream = rustls::Stream::new(&mut tls, &mut tcp);
    let host = house.host();
    write!(stream, "GET /.gateway/whoami HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert_eq!(tls.handshake_kind(), Some(HandshakeKind::Full));
    answer.lines().next().unwrap_or_default().to_owned()
}

/// The handshake message of one record, cut into records of `size` octets.
fn in_records(hello: &[u8], size: usize) -> Vec<u8> {
    let (head, message) = hello.split_at(5);
    let mut records = Vec::new();
    for part in message.chunks(size) {
        records.extend_from_slice(&head[..3]);
        records.extend_from_slice(&u16::try_from(part.len()).unwrap().to_be_bytes());
        records.extend_from_slice(part);
    }
    records
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hello_split_at_every_octet_has_the_same_outcome() {
    let house = House::open().await;
    let settled = house.settle().await;
    let config = client(&house, &settled);
    tokio::task::block_in_place(|| {
        let whole = ask_in_pieces(&house, &config, |hello| vec![hello.to_vec()]);
        assert_eq!(whole, "HTTP/1.1 200 OK");
        let mut length = 0;
        ask_in_pieces(&house, &config, |hello| vec![hello.to_vec()]);
        let mut probe = ClientConnection::new(Arc::clone(&config), name()).unwrap();
        let mut hello = Vec::new();
        probe.write_tls(&mut hello).unwrap();
        length += hello.len();
        for at in 1..length {
            let split = ask_in_pieces(&house, &config, |hello| {
                let (one, other) = hello.split_at(at.min(hello.len() - 1));
                vec![one.to_vec(), other.to_vec()]
            });
            assert_eq!(split, whole, "split at {at}");
        }
        for size in [1, 2, 3, 7, 40, 100, 200] {
            let split = ask_in_pieces(&house, &config, |hello| vec![in_records(hello, size)]);
            assert_eq!(split, whole, "in records of {size}");
        }
    });
}

#[tokio::test]
async fn nothing_is_ever_resumed() {
    let house = House::open().await;
    let settled = house.settle().await;
    for versions in [&[&rustls::version::TLS13][..], &[&rustls::version::TLS12, &rustls::version::TLS13]] {
        let config = ClientConfig::builder_with_provider(small_provider())
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots(&house))
            .with_client_auth_cert(settled.credentials.chain.clone(), settled.credentials.key.clone_key())
            .unwrap();
        let config = Arc::new(config);
        tokio::task::spawn_blocking({
            let address = house.address();
            move || {
                for _ in 0..4 {
                    let mut tls = ClientConnection::new(Arc::clone(&config), name()).unwrap();
                    let mut tcp = TcpStream::connect(address).unwrap();
                    let mut stream = rustls::Stream::new(&mut tls, &mut tcp);
                    write!(stream, "GET /.gateway/jwks.json HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
                        .unwrap();
                    let mut answer = Vec::new();
                    let _ = stream.read_to_end(&mut answer);
                    assert!(answer.starts_with(b"HTTP/1.1 200"));
                    assert_eq!(tls.handshake_kind(), Some(HandshakeKind::Full));
                    assert_eq!(tls.tls13_tickets_received(), 0);
                }
            }
        })
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn tls_1_2_is_refused_unless_it_is_an_exception_with_a_reason() {
    let old = |house: &House| Opening { versions: vec![&rustls::version::TLS12], ..house.opening(None) };
    let house = House::open().await;
    let refused = old(&house).connect().await.unwrap_err().to_string();
    assert!(refused.contains("ProtocolVersion"), "{refused}");
    let tls = "min = \"1.2\"\nexception_reason = \"一部の端末がまだ対応していない\"".to_owned();
    let house = House::planned(house::Plan { tls, ..house::Plan::default() }).await;
    let settled = house.settle().await;
    let opening = Opening { credentials: Some(settled.credentials.clone()), ..old(&house) };
    let mut talk = Talk::open(&opening).await.unwrap();
    assert_eq!(house.get(&mut talk, "/.gateway/whoami", None).await.status, 200);
}

/// Remembers which CA names the server hints.
#[derive(Debug, Default)]
struct Hints(Mutex<Vec<Vec<u8>>>);

impl ResolvesClientCert for Hints {
    fn resolve(&self, hints: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        *self.0.lock().unwrap() = hints.iter().map(|hint| hint.to_vec()).collect();
        None
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn the_root_and_every_issuing_ca_are_named_and_a_help_site_asks_for_nothing() {
    let house = House::open().await;
    for (address, sni, expected) in [(house.address(), "localhost", 2), (house.help_address(), "127.0.0.1", 0)] {
        let hinted = hinted(&house, address, sni).await;
        assert_eq!(hinted.len(), expected, "{sni}");
        if expected > 0 {
            let text = |name: &str| hinted.iter().any(|hint| String::from_utf8_lossy(hint).contains(name));
            assert!(text("Device Root CA") && text("Device Issuing CA 1"));
        }
    }
}

/// The CA names that the server hints to a browser.
pub(crate) async fn hinted(house: &House, address: SocketAddr, sni: &'static str) -> Vec<Vec<u8>> {
    let hints = Arc::new(Hints::default());
    let mut config = ClientConfig::builder_with_provider(small_provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots(house))
        .with_no_client_auth();
    config.client_auth_cert_resolver = Arc::clone(&hints) as Arc<dyn ResolvesClientCert>;
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let tcp = tokio::net::TcpStream::connect(address).await.unwrap();
    connector.connect(ServerName::try_from(sni).unwrap(), tcp).await.unwrap();
    let hinted = hints.0.lock().unwrap();
    hinted.clone()
}

#[tokio::test]
async fn only_the_name_the_connection_was_opened_for_is_answered() {
    let house = House::open().await;
    let port = house.address().port();
    let cases = [
        (Some("localhost"), format!("localhost:{port}"), 200),
        (Some("localhost"), "localhost".into(), 200),
        (Some("localhost"), "LOCALHOST".into(), 200),
        (Some("localhost"), "localhost.".into(), 200),
        (Some("localhost"), "127.0.0.1".into(), 421),
        (Some("localhost"), "other.example".into(), 421),
        (Some("localhost"), String::new(), 400),
        (Some("localhost"), "local host".into(), 400),
        (Some("localhost"), "user@localhost".into(), 400),
    ];
    for (sni, host, status) in cases {
        let opening = Opening { sni: sni.map(Into::into), ..house.opening(None) };
        let mut talk = Talk::open(&opening).await.unwrap();
        let asked = request(Method::GET, &host, "/.gateway/jwks.json", None).body(empty());
        let answer = talk.ask(asked.unwrap()).await.unwrap();
        assert_eq!(answer.status.as_u16(), status, "SNI {sni:?}, Host {host:?}");
    }
}

#[tokio::test]
async fn a_site_with_a_certificate_of_the_device_ca_does_not_start() {
    let house = House::open().await;
    let names = vec![SanType::DnsName("localhost".try_into().unwrap())];
    let (chain, key) = house::site_certificate(&house.ca, names);
    house::write(&house.dir.join("service.pem"), &chain);
    house::write(&house.dir.join("service.key"), &key);
    let config = gateway::config::Config::parse(&house.configuration).unwrap();
    let mistakes = gateway::rules::Rules::load(config).unwrap_err();
    assert!(mistakes.iter().any(|mistake| mistake.words.contains("device CA")), "{mistakes:?}");
}
