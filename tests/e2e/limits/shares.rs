//! One source takes its share of connections and handshakes, whatever stands between it and the gateway, and no other's.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use house::{House, Plan, SOON, Settled, Talk, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::client::TlsStream;

pub(crate) const NEAR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
pub(crate) const FAR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

pub(crate) struct Lived {
    pub(crate) house: House,
    pub(crate) settled: Settled,
    pub(crate) cookie: String,
    proxied: bool,
}

/// A house with these limits; behind a balancer where it is `proxied`.
pub(crate) async fn lived_in(limits: &str, proxied: bool) -> Lived {
    let routes = "[[site.route]]\npath = \"/**\"\nupstream = \"care-record\"\narea = \"record\"\n";
    let balancers = if proxied { "proxy_protocol_from = [\"127.0.0.0/8\"]\n" } else { "" };
    let plan = Plan { limits: limits.into(), routes: format!("{balancers}{routes}"), ..Plan::default() };
    let house = House::planned(plan).await;
    let settled = house.settle().await;
    let mut lived = Lived { house, settled, cookie: String::new(), proxied };
    let mut talk = lived.talk(NEAR).await.unwrap();
    lived.cookie = lived.house.login(&mut talk, Settled::WORKER).await;
    drop(talk);
    lived.open(0).await;
    lived
}

impl Lived {
    /// A connection from this address: its own, or the one that a balancer names.
    pub(crate) async fn tcp(&self, source: Ipv4Addr) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        let own = if self.proxied { NEAR } else { source };
        socket.bind(SocketAddr::new(IpAddr::V4(own), 0)).unwrap();
        let mut tcp = socket.connect(self.house.address()).await.unwrap();
        if self.proxied {
            tcp.write_all(&proxy_header(source)).await.unwrap();
        }
        tcp
    }

    pub(crate) async fn talk(&self, source: Ipv4Addr) -> std::io::Result<Talk> {
        Talk::over(self.tls(source).await?).await
    }

    async fn tls(&self, source: Ipv4Addr) -> std::io::Result<TlsStream<TcpStream>> {
        self.house.opening(Some(&self.settled.credentials)).connect_over(self.tcp(source).await).await
    }

    pub(crate) async fn half(&self, source: Ipv4Addr, count: usize) -> Vec<TcpStream> {
        let mut half = Vec::new();
        for _ in 0..count {
            half.push(self.tcp(source).await);
        }
        half
    }

    /// Waits until so many connections are open.
    pub(crate) async fn open(&self, count: usize) {
        until(&format!("{count} are open"), async || self.house.gateway.state().live.count() == count).await;
    }

    pub(crate) async fn is_served(&self, source: Ipv4Addr) {
        let mut talk = self.talk(source).await.unwrap_or_else(|error| panic!("{source} is turned away: {error}"));
        assert_eq!(self.house.get(&mut talk, "/bytes/1", Some(&self.cookie)).await.status, 200);
        self.house.line(|line| line["path"] == "/bytes/1" && line["source"] == source.to_string()).await;
    }
}

/// Version 2, for a client over IPv4 (PROXY protocol §2.2).
fn proxy_header(source: Ipv4Addr) -> Vec<u8> {
    let head = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c";
    [&head[..], &source.octets(), &NEAR.octets(), &40_000_u16.to_be_bytes(), &443_u16.to_be_bytes()].concat()
}

/// Waits until the far end has ended it.
pub(crate) async fn is_over(tcp: &mut (impl AsyncReadExt + Unpin)) {
    let reading = async { while let Ok(1..) = tcp.read(&mut [0; 4096]).await {} };
    tokio::time::timeout(SOON, reading).await.expect("it gives way");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_with_its_share_of_the_handshakes_gives_its_oldest_for_a_newcomer_and_none_of_the_others() {
    for proxied in [false, true] {
        let lived = lived_in("handshakes = 4\nhandshakes_per_source = 2", proxied).await;
        let near = lived.half(NEAR, 1).await;
        lived.open(1).await;
        let mut half = lived.half(FAR, 2).await;
        lived.open(3).await;
        lived.is_served(FAR).await;
        is_over(&mut half[0]).await;
        lived.open(2).await;
        assert_eq!(lived.house.bounded("source", "handshakes").await, 1, "behind a balancer: {proxied}");
        lived.is_served(NEAR).await;
        lived.is_served(Ipv4Addr::new(127, 0, 0, 3)).await;
        lived.open(2).await;
        drop((half, near));
        lived.open(0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_with_its_share_of_the_connections_gives_a_stranger_s_for_a_newcomer_and_none_of_the_others() {
    for proxied in [false, true] {
        let lived = lived_in("connections_per_source = 3", proxied).await;
        let mut near = lived.talk(NEAR).await.unwrap();
        let mut known = lived.talk(FAR).await.unwrap();
        assert_eq!(lived.house.get(&mut known, "/bytes/1", Some(&lived.cookie)).await.status, 200);
        let mut silent = Vec::new();
        for _ in 0..2 {
            silent.push(lived.tls(FAR).await.unwrap());
        }
        lived.open(4).await;
        lived.is_served(FAR).await;
        is_over(&mut silent[0]).await;
        assert_eq!(lived.house.bounded("source", "connections").await, 1, "behind a balancer: {proxied}");
        for talk in [&mut known, &mut near] {
            assert_eq!(lived.house.get(talk, "/bytes/1", Some(&lived.cookie)).await.status, 200);
        }
        assert_eq!(lived.house.metric("gateway_connections_rejected_total").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_name_sources_must_name_one_and_nobody_else_may() {
    let lived = lived_in("", true).await;
    let mut silent = TcpStream::connect(lived.house.address()).await.unwrap();
    silent.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert_eq!(silent.read(&mut [0; 16]).await.unwrap_or(0), 0);
    let line = lived.house.line(|line| line["kind"] == "handshake").await;
    assert_eq!((&line["outcome"], &line["source"]), (&"malformed".into(), &"127.0.0.1".into()), "{line}");
    let lived = lived_in("", false).await;
    let mut tcp = lived.tcp(NEAR).await;
    tcp.write_all(&proxy_header(FAR)).await.unwrap();
    let opening = lived.house.opening(Some(&lived.settled.credentials));
    assert!(opening.connect_over(tcp).await.is_err(), "a header from where none is believed");
    let line = lived.house.line(|line| line["kind"] == "handshake").await;
    assert_eq!(line["source"], "127.0.0.1", "{line}");
}
