//! Whichever way a connection comes in, the same is asked of it.
//!
//! Classes 1 to 4 of the attacks that gateways have fallen to: a protocol, a listener or a spelling of the name for
//! which somebody forgot to ask, and a session of one site that another one takes up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use house::{Ca, Credentials, House, Leaf, Opening, Plan, SOON, Settled, Talk, empty};
use http::Method;
use rustls::client::{ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::crypto::{ActiveKeyExchange, CryptoProvider, SharedSecret, SupportedKxGroup};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, HandshakeKind, NamedGroup, RootCertStore, SupportedProtocolVersion};
use tokio::net::{TcpStream, UdpSocket};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const ROOM: &str = "/rooms/r-hanako/bytes/1";
const EXCEPTION: &str = "min = \"1.2\"\nexception_reason = \"一部の端末がまだ対応していない\"";

type Told = (u16, String);

fn told(status: u16, reason: &str) -> Told {
    (status, reason.to_owned())
}

/// One way in.
#[derive(Clone, Copy, Debug)]
struct Way {
    version: &'static SupportedProtocolVersion,
    /// `None` offers no protocol.
    alpn: Option<&'static str>,
    /// `None` sends no name.
    name: Option<&'static str>,
}

impl Way {
    fn all(versions: &[&'static SupportedProtocolVersion]) -> Vec<Self> {
        let mut ways = Vec::new();
        for version in versions {
            for alpn in [Some("h2"), Some("http/1.1"), None] {
                for name in [Some("localhost"), Some("LOCALHOST"), Some("LocalHost"), None] {
                    ways.push(Self { version, alpn, name });
                }
            }
        }
        ways
    }

    async fn ask(self, house: &House, credentials: Option<&Credentials>, cookie: Option<&str>) -> Told {
        let config = client(house, credentials, &[self.version], rustls::crypto::aws_lc_rs::default_provider());
        let mut config = Arc::into_inner(config).unwrap();
        config.alpn_protocols = self.alpn.map(|alpn| alpn.as_bytes().to_vec()).into_iter().collect();
        config.enable_sni = self.name.is_some();
        let name = ServerName::try_from(self.name.unwrap_or("localhost")).unwrap();
        let tcp = TcpStream::connect(house.address()).await.unwrap();
        let tls = TlsConnector::from(Arc::new(config)).connect(name, tcp).await.unwrap();
        let mut talk = Talk::over(tls).await.unwrap();
        let target = match talk {
            Talk::H1(_) => ROOM.to_owned(),
            Talk::H2(_) => format!("https://{}{ROOM}", house.host()),
        };
        let answer = talk.ask(house.request(Method::GET, &target, cookie).body(empty()).unwrap()).await.unwrap();
        if answer.status == 200 { told(200, "") } else { (answer.status.as_u16(), answer.problem().2) }
    }
}

fn client(
    house: &House,
    credentials: Option<&Credentials>,
    versions: &[&'static SupportedProtocolVersion],
    provider: CryptoProvider,
) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(house.web.root_pem.as_bytes()).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots);
    Arc::new(match credentials {
        Some(shown) => builder.with_client_auth_cert(shown.chain.clone(), shown.key.clone_key()).unwrap(),
        None => builder.with_no_client_auth(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_protocol_version_and_spelling_of_the_name_asks_for_both_factors() {
    let (new, old) = (&rustls::version::TLS13, &rustls::version::TLS12);
    for (tls, versions) in [("", vec![new]), (EXCEPTION, vec![new, old])] {
        let house = House::planned(Plan { tls: tls.into(), ..Plan::default() }).await;
        let settled = house.settle().await;
        let cookie = house.login(&mut house.talk(&settled.credentials).await, Settled::WORKER).await;
        let twin = Ca::new("Device").sign(settled.device, &Leaf::default());
        for (entered, way) in (0..).zip(Way::all(&versions)) {
            assert_eq!(way.ask(&house, None, Some(&cookie)).await, told(403, "no_cert"), "{way:?}");
            assert_eq!(way.ask(&house, Some(&twin), Some(&cookie)).await, told(403, "foreign_cert"), "{way:?}");
            assert_eq!(way.ask(&house, Some(&settled.credentials), None).await, told(401, "no_session"), "{way:?}");
            assert_eq!(house.backend.entered(), entered, "{way:?}");
            assert_eq!(way.ask(&house, Some(&settled.credentials), Some(&cookie)).await, told(200, ""), "{way:?}");
        }
        for alpn in ["h3", "spdy/3", "http/1.0"] {
            let opening = Opening { alpn: vec![alpn.into()], ..house.opening(Some(&settled.credentials)) };
            assert!(opening.connect().await.is_err(), "{alpn:?} was agreed to");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_listener_leads_to_a_service_and_none_speaks_quic() {
    let house = House::open().await;
    let settled = house.settle().await;
    let cookie = house.login(&mut house.talk(&settled.credentials).await, Settled::WORKER).await;
    for credentials in [None, Some(&settled.credentials)] {
        for alpn in ["h2", "http/1.1"] {
            for host in [house.host(), "localhost".into(), house.help_address().to_string(), "127.0.0.1".into()] {
                let opening = Opening {
                    address: house.help_address(),
                    sni: None,
                    alpn: vec![alpn.into()],
                    ..house.opening(credentials)
                };
                let mut talk = Talk::open(&opening).await.unwrap();
                let target = if alpn == "h2" { format!("https://{host}{ROOM}") } else { ROOM.to_owned() };
                let request = house::request(Method::GET, &host, &target, Some(&cookie));
                let answer = talk.ask(request.body(empty()).unwrap()).await.unwrap();
                assert!(answer.status.is_client_error(), "{host} over {alpn}: {}", answer.status);
            }
        }
    }
    assert_eq!(house.backend.entered(), 0);
    for address in [house.address(), house.help_address(), house.ops_address()] {
        UdpSocket::bind(address).await.expect("nobody listens there by UDP");
    }
}

/// Counts what it is given to resume by, and how often it is asked for it.
#[derive(Debug, Default)]
struct Tickets {
    given: AtomicUsize,
    asked: AtomicUsize,
}

impl ClientSessionStore for Tickets {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {
        self.given.fetch_add(1, Ordering::Relaxed);
    }

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {
        self.given.fetch_add(1, Ordering::Relaxed);
    }

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        None
    }
}

/// A group that no server knows: it must ask for another one first (HelloRetryRequest).
#[derive(Debug)]
struct Unheard;

struct Share(Box<dyn ActiveKeyExchange>);

const UNHEARD: NamedGroup = NamedGroup::Unknown(0x2a2a);

impl SupportedKxGroup for Unheard {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, rustls::Error> {
        Ok(Box::new(Share(rustls::crypto::aws_lc_rs::kx_group::X25519.start()?)))
    }

    fn name(&self) -> NamedGroup {
        UNHEARD
    }
}

impl ActiveKeyExchange for Share {
    fn complete(self: Box<Self>, share: &[u8]) -> Result<SharedSecret, rustls::Error> {
        self.0.complete(share)
    }

    fn pub_key(&self) -> &[u8] {
        self.0.pub_key()
    }

    fn group(&self) -> NamedGroup {
        UNHEARD
    }
}

/// Opens, asks something, and lets whatever the server has to say about sessions arrive.
async fn visit(house: &House, config: &Arc<ClientConfig>, name: &'static str) -> (HandshakeKind, bool) {
    let address = if name == "localhost" { house.address() } else { house.help_address() };
    let tcp = TcpStream::connect(address).await.unwrap();
    let connecting = TlsConnector::from(Arc::clone(config)).connect(ServerName::try_from(name).unwrap(), tcp);
    let mut tls: TlsStream<TcpStream> = connecting.await.unwrap();
    let kind = tls.get_ref().1.handshake_kind().unwrap();
    let words = format!("GET /.gateway/whoami HTTP/1.1\r\nhost: {name}\r\nconnection: close\r\n\r\n");
    tokio::io::AsyncWriteExt::write_all(&mut tls, words.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let reading = tokio::io::AsyncReadExt::read_to_end(&mut tls, &mut answer);
    let _ = tokio::time::timeout(SOON, reading).await.expect("it is closed");
    (kind, answer.starts_with(b"HTTP/1.1 200"))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_ever_given_to_resume_by_at_any_site_before_or_after_a_change_of_trust() {
    let (new, old) = (&rustls::version::TLS13, &rustls::version::TLS12);
    for (tls, version) in [("", new), (EXCEPTION, new), (EXCEPTION, old)] {
        for retried in [false, true] {
            if retried && std::ptr::eq(version, old) {
                continue;
            }
            let house = House::planned(Plan { tls: tls.into(), ..Plan::default() }).await;
            let settled = house.settle().await;
            let mut provider = rustls::crypto::aws_lc_rs::default_provider();
            if retried {
                provider.kx_groups.insert(0, &Unheard);
            }
            let kept = Arc::new(Tickets::default());
            let mut config = Arc::into_inner(client(&house, Some(&settled.credentials), &[version], provider)).unwrap();
            config.resumption = Resumption::store(Arc::clone(&kept) as Arc<dyn ClientSessionStore>);
            let config = Arc::new(config);
            let full = if retried { HandshakeKind::FullWithHelloRetryRequest } else { HandshakeKind::Full };
            let visits = [("localhost", true), ("127.0.0.1", false), ("127.0.0.1", false), ("localhost", true)];
            for (name, served) in visits {
                assert_eq!(visit(&house, &config, name).await, (full, served), "{name} {version:?}");
            }
            let other = Ca::new("Other");
            house::write(&house.dir.join("root.pem"), &other.root_pem);
            house::write(&house.dir.join("issuing.pem"), &other.issuing_pem);
            let config_of_now = gateway::config::Config::parse(&house.configuration).unwrap();
            house.gateway.reload_with(config_of_now).unwrap();
            assert_eq!(visit(&house, &config, "localhost").await, (full, false), "its CA is trusted no more");
            assert_eq!(kept.given.load(Ordering::Relaxed), 0, "{version:?}");
            assert!(kept.asked.load(Ordering::Relaxed) >= 5, "the client would have resumed");
        }
    }
}
