//! Nobody keeps the others from the public door, and least of all from saying that a device was lost.

use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use house::{Answer, House, Message, Plan, Recorder, SOON, Talk, until};
use http::{Method, Request};
use http_body_util::Full;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::client::TlsStream;

const FORM: &str = "application/x-www-form-urlencoded";
const FILE: &str = "multipart/form-data; boundary=x";

fn said(_: &Message) -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndesk".to_vec()
}

async fn open() -> (House, Recorder) {
    let desk = Recorder::answering(said).await;
    let more = format!("[[upstream]]\nname = \"desk-public\"\nurl = \"{}\"\n", desk.url());
    let plan = Plan { more, help: "desk = \"desk-public\"".into(), ..Plan::default() };
    (House::planned(plan).await, desk)
}

async fn tls_from(house: &House, address: Ipv4Addr) -> TlsStream<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((address, 0))).unwrap();
    house.help_opening().connect_over(socket.connect(house.help_address()).await.unwrap()).await.unwrap()
}

async fn post_from(house: &House, address: Ipv4Addr, (path, kind, octets): (&str, &str, usize)) -> Answer {
    let mut talk = Talk::over(tls_from(house, address).await).await.unwrap();
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("host", house.help_host())
        .header("accept", "application/json")
        .header("content-type", kind);
    talk.ask(request.body(Full::new(Bytes::from(vec![b'x'; octets]))).unwrap()).await.unwrap()
}

/// An upload that stops one octet short of its end.
async fn short_of_one(
    house: &House,
    address: Ipv4Addr,
    (path, kind, octets): (&str, &str, usize),
) -> TlsStream<TcpStream> {
    let mut tls = tls_from(house, address).await;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nAccept: application/json\r\nContent-Type: {kind}\r\nContent-Length: {octets}\r\n\r\n",
        house.help_host()
    );
    tls.write_all(head.as_bytes()).await.unwrap();
    // It may have given way before it was said to its end.
    let _ = tls.write_all(&vec![b'x'; octets - 1]).await;
    tls
}

async fn gave_way(house: &House, bound: &str) -> u64 {
    let (_, text) = house::operations(house.ops_address(), "/metrics").await;
    let name = format!("gateway_budget_refused_total{{party=\"source\",bound=\"{bound}\"}} ");
    text.lines().find_map(|line| line.strip_prefix(&name)).map_or(0, |count| count.parse().unwrap())
}

async fn status(tls: &mut TlsStream<TcpStream>) -> String {
    let mut head = [0; 12];
    tokio::time::timeout(SOON, tls.read_exact(&mut head)).await.expect("an answer").unwrap();
    String::from_utf8_lossy(&head).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn octets_one_short_of_64_uploads_do_not_keep_a_lost_device_waiting_nor_anybody_else() {
    let (house, desk) = open().await;
    let mut uploads = Vec::new();
    for _ in 0..32 {
        for last in [2, 3] {
            uploads.push(short_of_one(&house, Ipv4Addr::new(127, 0, 0, last), ("/apply", FILE, 1 << 20)).await);
        }
    }
    until("what is over their shares has given way", async || gave_way(&house, "octets").await >= 48).await;
    for form in
        [("/lost", FORM, 2_000), ("/pickup/7K2MX", FORM, 2_000), ("/apply", FORM, 60_000), ("/apply", FILE, 1 << 20)]
    {
        let answer = post_from(&house, Ipv4Addr::new(127, 0, 0, 4), form).await;
        assert_eq!(answer.status, 200, "{form:?}: {}", answer.text());
    }
    // Those who share the address of one of them are served, too.
    let answer = post_from(&house, Ipv4Addr::new(127, 0, 0, 2), ("/apply", FILE, 1 << 20)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(desk.requests().len(), 5, "nothing half is passed on");
    drop(uploads);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_has_so_many_places_and_who_is_furthest_behind_gives_its_own_to_the_newcomer() {
    let (house, desk) = open().await;
    let address = Ipv4Addr::new(127, 0, 0, 2);
    let mut first = short_of_one(&house, address, ("/lost", FORM, 100)).await;
    let mut others = Vec::new();
    for _ in 0..31 {
        others.push(short_of_one(&house, address, ("/lost", FORM, 100)).await);
    }
    assert_eq!(gave_way(&house, "octets").await, 0);
    // Whether each has its place is not seen from outside: the newcomers are more than those that could still be on their way.
    for _ in 0..32 {
        let answer = post_from(&house, address, ("/lost", FORM, 100)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    until("one has given way", async || gave_way(&house, "octets").await >= 1).await;
    assert_eq!(status(&mut first).await, "HTTP/1.1 429");
    assert_eq!(desk.requests().len(), 32, "nothing half is passed on");
    // The places are given back.
    drop((first, others));
    assert_eq!(post_from(&house, address, ("/lost", FORM, 100)).await.status, 200);
}
