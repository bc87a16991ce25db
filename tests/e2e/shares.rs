//! One source takes its share of connections and handshakes, whatever stands between it and the gateway, and no other's.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use house::{House, Plan, Settled, Talk, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

const NEAR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
const FAR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

struct Lived {
    house: House,
    settled: Settled,
    cookie: String,
    proxied: bool,
}

/// A house with these limits; behind a balancer where it is `proxied`.
async fn lived_in(limits: &str, proxied: bool) -> Lived {
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
    async fn tcp(&self, source: Ipv4Addr) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        let own = if self.proxied { NEAR } else { source };
        socket.bind(SocketAddr::new(IpAddr::V4(own), 0)).unwrap();
        let mut tcp = socket.connect(self.house.address()).await.unwrap();
        if self.proxied {
            tcp.write_all(&proxy_header(source)).await.unwrap();
        }
        tcp
    }

    async fn talk(&self, source: Ipv4Addr) -> std::io::Result<Talk> {
        let tls = self.house.opening(Some(&self.settled.credentials)).connect_over(self.tcp(source).await).await?;
        Talk::over(tls).await
    }

    async fn half(&self, source: Ipv4Addr, count: usize) -> Vec<TcpStream> {
        let mut half = Vec::new();
        for _ in 0..count {
            half.push(self.tcp(source).await);
        }
        half
    }

    /// Waits until so many connections are open.
    async fn open(&self, count: usize) {
        until(&format!("{count} are open"), async || self.house.gateway.house().live.count() == count).await;
    }

    async fn is_served(&self, source: Ipv4Addr) {
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

#[tokio::test(flavor = "multi_thread")]
async fn one_source_takes_its_share_of_the_handshakes_and_leaves_the_others_theirs() {
    for proxied in [false, true] {
        let lived = lived_in("handshakes = 4\nhandshakes_per_source = 2", proxied).await;
        let half = lived.half(FAR, 2).await;
        lived.open(2).await;
        assert!(lived.talk(FAR).await.is_err(), "a third handshake of one source, behind a balancer: {proxied}");
        lived.is_served(NEAR).await;
        let more = lived.half(NEAR, 2).await;
        lived.open(4).await;
        assert!(lived.talk(Ipv4Addr::new(127, 0, 0, 3)).await.is_err(), "all places are taken");
        drop((half, more));
        lived.open(0).await;
        lived.is_served(FAR).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_source_takes_its_share_of_the_connections_and_leaves_the_others_theirs() {
    for proxied in [false, true] {
        let lived = lived_in("connections_per_source = 3", proxied).await;
        let mut whole = Vec::new();
        for _ in 0..3 {
            whole.push(lived.talk(FAR).await.unwrap());
        }
        assert!(lived.talk(FAR).await.is_err(), "a fourth connection of one source, behind a balancer: {proxied}");
        for talk in &mut whole {
            assert_eq!(lived.house.get(talk, "/bytes/1", Some(&lived.cookie)).await.status, 200);
        }
        lived.is_served(NEAR).await;
        whole.pop();
        until("there is room again", async || lived.talk(FAR).await.is_ok()).await;
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
