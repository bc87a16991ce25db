//! Nobody keeps another out: when all places are taken, whoever holds most of them gives way.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use house::{House, Opening, Plan, Program, SOON, Settled, Talk, bounded, operations, until};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;

use super::shares::{FAR, Lived, NEAR, is_over, lived_in};
use crate::fixtures::held::{Holder, Work, hold};

const STRANGERS: [Ipv4Addr; 4] = [
    Ipv4Addr::new(127, 0, 0, 11),
    Ipv4Addr::new(127, 0, 0, 12),
    Ipv4Addr::new(127, 0, 0, 13),
    Ipv4Addr::new(127, 0, 0, 14),
];
const FIFTH: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 15);

/// A handshake begun like any other, which then waits for a person who never comes.
async fn begin(address: SocketAddr, source: Ipv4Addr) -> TcpStream {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut hello = Vec::new();
    ClientConnection::new(Arc::new(config), name).unwrap().write_tls(&mut hello).unwrap();
    let mut tcp = from(address, source).await;
    tcp.write_all(&hello).await.unwrap();
    tcp
}

async fn from(address: SocketAddr, source: Ipv4Addr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((source, 0).into()).unwrap();
    socket.connect(address).await.unwrap()
}

async fn begun(lived: &Lived, source: Ipv4Addr, count: usize) -> Vec<TcpStream> {
    let mut held = Vec::new();
    for _ in 0..count {
        held.push(begin(lived.house.address(), source).await);
    }
    held
}

/// A device that was never seen at that address; how long it took.
async fn newcomer(lived: &Lived, source: Ipv4Addr) -> Duration {
    let since = Instant::now();
    let opening = lived.house.opening(Some(&lived.settled.other_credentials));
    let tls = opening.connect_over(lived.tcp(source).await).await.unwrap();
    let answer = lived.house.get(&mut Talk::over(tls).await.unwrap(), "/.gateway/check", None).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    since.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn four_addresses_that_hold_all_handshakes_never_keep_a_fifth_or_a_known_device_out() {
    let lived = lived_in("", false).await;
    let mut held = Vec::new();
    for round in 0..10 {
        for stranger in STRANGERS {
            held.extend(begun(&lived, stranger, if round == 0 { 64 } else { 16 }).await);
        }
        let (fifth, known) = (newcomer(&lived, FIFTH).await, newcomer(&lived, NEAR).await);
        let help = lived.house.help_opening();
        let help = Opening { address: lived.house.help_address(), ..help };
        let page = help.connect_over(from(help.address, Ipv4Addr::new(127, 0, 0, 16)).await).await;
        assert!(page.is_ok(), "a stranger's page");
        println!("round {round}: in after {fifth:?} and {known:?}");
    }
    assert!(lived.house.bounded("source", "handshakes").await >= 64 * 4 - 192);
    assert_eq!(lived.house.metric("gateway_honest_refused_total").await, 0);
    assert_eq!(lived.house.metric("gateway_connections_rejected_total").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_half_open_connections_of_one_address_do_not_keep_its_other_users_out() {
    let lived = lived_in("", false).await;
    let mut held = begun(&lived, FAR, 64).await;
    lived.open(64).await;
    for _ in 0..10 {
        newcomer(&lived, FAR).await;
        held.extend(begun(&lived, FAR, 4).await);
    }
    is_over(&mut held[0]).await;
    assert_eq!(lived.house.metric("gateway_honest_refused_total").await, 0);
}

/// What comes from the gateway waits until somebody has chosen a certificate.
struct Choosing {
    address: SocketAddr,
    chosen: Arc<Notify>,
}

async fn choosing(gateway: SocketAddr, source: Ipv4Addr) -> Choosing {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, chosen) = (listener.local_addr().unwrap(), Arc::new(Notify::new()));
    let waits = Arc::clone(&chosen);
    tokio::spawn(async move {
        let (client, _) = listener.accept().await.unwrap();
        let (mut hears, mut says) = client.into_split();
        let (mut gateway_says, mut gateway_hears) = from(gateway, source).await.into_split();
        tokio::spawn(async move { tokio::io::copy(&mut hears, &mut gateway_hears).await });
        waits.notified().await;
        let _ = tokio::io::copy(&mut gateway_says, &mut says).await;
    });
    Choosing { address, chosen }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_chooses_for_long_is_kept_while_there_is_room_and_while_others_hold_more() {
    let lived = lived_in("handshakes = 16\nhandshakes_per_source = 12\nhandshake_crowded = \"300ms\"", false).await;
    let choosing = choosing(lived.house.address(), FIFTH).await;
    let opening = Opening { address: choosing.address, ..lived.house.opening(Some(&lived.settled.credentials)) };
    let chooses = tokio::spawn(async move { opening.connect().await });
    lived.open(1).await;
    let mut held = begun(&lived, FAR, 7).await;
    lived.open(8).await;
    // Longer than the shorter time, and than the sweep takes to come round.
    tokio::time::sleep(Duration::from_millis(900)).await;
    lived.open(8).await;
    held.extend(begun(&lived, FAR, 5).await);
    lived.open(8).await;
    for early in &mut held[..4] {
        is_over(early).await;
    }
    assert!(!chooses.is_finished());
    choosing.chosen.notify_one();
    let tls = tokio::time::timeout(SOON, chooses).await.unwrap().unwrap().expect("there was time to choose");
    let mut talk = Talk::over(tls).await.unwrap();
    assert_eq!(lived.house.get(&mut talk, "/bytes/1", Some(&lived.cookie)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_with_too_many_connections_loses_its_oldest_idle_one_and_no_other_device_any() {
    let house = House::planned(Plan { limits: "connections_per_device = 3".into(), ..Plan::default() }).await;
    let settled = house.settle().await;
    let Settled { credentials, other_credentials, .. } = &settled;
    let mut other = house.talk(other_credentials).await;
    assert_eq!(house.get(&mut other, "/.gateway/check", None).await.status, 200);
    let cookie = house.login(&mut house.talk(credentials).await, Settled::WORKER).await;
    until("the login's connection is gone", async || house.gateway.state().live.count() == 1).await;
    let holder = Holder { credentials, cookie: &cookie, room: Settled::ROOM };
    let busy = hold(&house, holder, Work::Stream).await;
    let idle = hold(&house, holder, Work::Idle).await;
    let idle_h2 = hold(&house, holder, Work::IdleH2).await;
    let fourth = hold(&house, holder, Work::WebSocket).await;
    assert_eq!(idle.end().await.how, crate::fixtures::held::How::Closed, "in order");
    let fifth = hold(&house, holder, Work::Upload).await;
    assert_eq!(idle_h2.end().await.how, crate::fixtures::held::How::Closed, "in order");
    assert_eq!(house.bounded("device", "connections").await, 2);
    // Something is asked on each now: there is no place for one more.
    let mut more = house.talk(credentials).await;
    let answer = house.get(&mut more, "/.gateway/whoami", Some(&cookie)).await;
    assert_eq!((answer.problem().0, answer.problem().1), (429, "KW-303".into()));
    assert!(answer.headers.contains_key("retry-after"));
    assert!([busy, fourth, fifth].iter().all(|held| !held.is_over()));
    assert_eq!(house.get(&mut other, "/.gateway/check", None).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_are_told_of_this_machine_only_by_its_names() {
    let lived = lived_in("", false).await;
    let address = lived.house.ops_address();
    let ask = async |head: String| {
        let mut tcp = TcpStream::connect(address).await.unwrap();
        tcp.write_all(format!("{head}connection: close\r\n\r\n").as_bytes()).await.unwrap();
        let mut said = String::new();
        tcp.read_to_string(&mut said).await.unwrap();
        said.split(' ').nth(1).map(ToOwned::to_owned)
    };
    for host in ["localhost".to_owned(), address.to_string(), "[::1]:1".to_owned()] {
        assert_eq!(ask(format!("GET /livez HTTP/1.1\r\nhost: {host}\r\n")).await.as_deref(), Some("200"), "{host}");
    }
    for foreign in [
        "GET /metrics HTTP/1.1\r\nhost: evil.example\r\n".to_owned(),
        format!("GET /metrics HTTP/1.1\r\nhost: evil.example:{}\r\n", address.port()),
        "GET http://evil.example/metrics HTTP/1.1\r\nhost: localhost\r\n".to_owned(),
        "GET /metrics HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n".to_owned(),
        "GET /metrics HTTP/1.0\r\n".to_owned(),
    ] {
        assert_eq!(ask(foreign.clone()).await.as_deref(), Some("421"), "{foreign}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_answer_while_all_else_is_full_and_their_own_connections_too() {
    let lived = lived_in("connections = 40\nhandshakes = 32", false).await;
    let mut held = Vec::new();
    for stranger in STRANGERS {
        held.extend(begun(&lived, stranger, 16).await);
    }
    let mut idle = Vec::new();
    for _ in 0..40 {
        idle.push(TcpStream::connect(lived.house.ops_address()).await.unwrap());
    }
    assert_eq!(lived.house.readyz().await.0, 200);
    for oldest in &mut idle[..8] {
        is_over(oldest).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_descriptor_left_newcomers_are_served_and_operations_answer() {
    let lived = lived_in("handshakes = 2000\nhandshakes_per_source = 1000", false).await;
    let program = Program::start_narrow(&lived.house, env!("CARGO_BIN_EXE_gateway-program"), 150);
    let opening = program.opening(lived.house.opening(Some(&lived.settled.credentials)));
    until("the registry was read", async || operations(program.ops_address(), "/readyz").await.0 == 200).await;
    let mut held = Vec::new();
    for stranger in STRANGERS.iter().cycle().take(300) {
        held.push(begin(opening.address, *stranger).await);
    }
    let wanting = async || bounded(program.ops_address(), "source", "connections").await > 0;
    until("somebody gives way for want of descriptors", wanting).await;
    for _ in 0..10 {
        let tls = opening.connect_over(from(opening.address, FIFTH).await).await.unwrap();
        let mut talk = Talk::over(tls).await.unwrap();
        let asked = house::request(http::Method::GET, &lived.house.host(), "/.gateway/check", None);
        assert_eq!(talk.ask(asked.body(house::empty()).unwrap()).await.unwrap().status, 200);
        assert_eq!(operations(program.ops_address(), "/readyz").await.0, 200);
        held.push(begin(opening.address, STRANGERS[0]).await);
    }
}
