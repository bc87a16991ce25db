//! A body may be slow, but not as slow as its client likes: nobody holds a request by dripping.

use std::time::{Duration, Instant};

use house::{Opening, Plan, SOON};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::client::TlsStream;

use crate::fixtures::frames::{DATA, END_STREAM, Frames, RST_STREAM};
use crate::fixtures::lived::{Lived, lived_in};

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";
const WINDOW_UPDATE: u8 = 8;
const INITIAL_WINDOW_SIZE: u16 = 4;

impl Lived {
    async fn begin(&self, opening: &Opening, line: &str, more: &str) -> TlsStream<TcpStream> {
        let mut tls = opening.connect().await.unwrap();
        let host = if opening.credentials.is_some() { self.house.host() } else { self.house.help_host() };
        let cookie = &self.cookie;
        let words =
            format!("{line} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\naccept: application/json\r\n{more}\r\n");
        tls.write_all(words.as_bytes()).await.unwrap();
        tls
    }

    async fn too_slow(&self, party: &str) -> u64 {
        let (_, text) = house::operations(self.house.ops_address(), "/metrics").await;
        let name = format!("gateway_budget_refused_total{{party=\"{party}\",bound=\"speed\"}} ");
        text.lines().find_map(|line| line.strip_prefix(&name)).map_or(0, |count| count.parse().unwrap())
    }
}

/// What is answered while this is said again and again, so long apart.
async fn drip(tls: TlsStream<TcpStream>, piece: &'static [u8], apart: Duration) -> String {
    let (mut hears, mut says) = tokio::io::split(tls);
    let drips = tokio::spawn(async move {
        while says.write_all(piece).await.is_ok() && says.flush().await.is_ok() {
            tokio::time::sleep(apart).await;
        }
    });
    let mut said = Vec::new();
    let hearing = async { while let Ok(1..) = hears.read_buf(&mut said).await {} };
    tokio::time::timeout(SOON, hearing).await.expect("the far end ends it");
    drips.abort();
    String::from_utf8_lossy(&said).into_owned()
}

/// With a body that is read whole before it is sent on, where it is small.
const ROUTES: &str =
    "[[site.route]]\npath = \"/**\"\nupstream = \"care-record\"\narea = \"record\"\nrequest_binding = true\n";

#[tokio::test(flavor = "multi_thread")]
async fn speed_of_an_upload_that_drips_is_too_low_wherever_it_goes() {
    let more = "[[upstream]]\nname = \"desk-public\"\nurl = \"unix:/nonexistent/desk-public.sock\"\n".to_owned();
    let plan = Plan {
        limits: "body_idle = \"1s\"\nbody_speed = 1000".into(),
        routes: ROUTES.into(),
        more,
        help: "desk = \"desk-public\"".into(),
        ..Plan::default()
    };
    let lived = lived_in(plan).await;
    let known = lived.house.opening(Some(&lived.settled.credentials));
    let stranger = lived.house.help_opening();
    for (opening, line, more, piece) in [
        (&known, "POST /sink", "content-length: 600000\r\n".to_owned(), &b"x"[..]),
        (&known, "POST /sink", "transfer-encoding: chunked\r\n".to_owned(), b"1\r\nx\r\n"),
        (&known, "POST /sink", "content-length: 60000\r\n".to_owned(), b"x"),
        (&known, "POST /.gateway/login", format!("{FORM}content-length: 9000\r\n"), b"x"),
        (&stranger, "POST /lost", format!("{FORM}content-length: 60000\r\n"), b"x"),
        (
            &stranger,
            "POST /apply",
            "content-type: multipart/form-data; boundary=x\r\ncontent-length: 900000\r\n".to_owned(),
            b"x",
        ),
    ] {
        let tls = lived.begin(opening, line, &more).await;
        let since = Instant::now();
        let said = drip(tls, piece, Duration::from_millis(100)).await;
        assert!(said.starts_with("HTTP/1.1 408") && said.contains("KW-306"), "{line} {more}: {said}");
        println!("{line} {more:?}: ended after {:?}", since.elapsed());
    }
    assert_eq!((lived.too_slow("device").await, lived.too_slow("source").await), (4, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn speed_is_not_saved_up_by_who_hurries_first() {
    let plan = Plan { limits: "body_idle = \"1s\"\nbody_speed = 1000".into(), ..Plan::default() };
    let lived = lived_in(plan).await;
    let known = lived.house.opening(Some(&lived.settled.credentials));
    let mut tls = lived.begin(&known, "POST /sink", "content-length: 60000000\r\n").await;
    tls.write_all(&vec![b'x'; 20_000_000]).await.unwrap();
    let said = drip(tls, b"x", Duration::from_millis(100)).await;
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn speed_of_a_slow_but_honest_upload_is_enough() {
    for routes in ["", ROUTES] {
        let limits = "body_idle = \"1s\"\nbody_speed = 500";
        let lived = lived_in(Plan { limits: limits.into(), routes: routes.into(), ..Plan::default() }).await;
        let known = lived.house.opening(Some(&lived.settled.credentials));
        let more = "content-length: 40000\r\nconnection: close\r\n";
        let mut tls = lived.begin(&known, "POST /sink", more).await;
        // Four times as long as one may stand still.
        for _ in 0..40 {
            tls.write_all(&[b'x'; 1000]).await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let mut said = String::new();
        tokio::time::timeout(SOON, tls.read_to_string(&mut said)).await.expect("an answer").unwrap();
        assert!(said.starts_with("HTTP/1.1 200") && said.contains("40000"), "{said}");
        assert_eq!(lived.too_slow("device").await, 0);
    }
}

/// Each piece is taken within the time one may stand still, and all of them too slowly.
#[tokio::test(flavor = "multi_thread")]
async fn speed_of_an_answer_that_is_taken_by_drips_is_too_low() {
    let plan = Plan { limits: "body_idle = \"2s\"\nbody_speed = 1000000".into(), ..Plan::default() };
    let lived = lived_in(plan).await;
    let opening = Opening { alpn: vec![b"h2".to_vec()], ..lived.house.opening(Some(&lived.settled.credentials)) };
    let mut frames = Frames::over(&opening, &[(INITIAL_WINDOW_SIZE, 0)]).await;
    let host = lived.house.host();
    let fields = [
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", &*host),
        (":path", "/bytes/100000000"),
        ("cookie", &*lived.cookie),
    ];
    frames.head(END_STREAM, 1, &fields).await;
    let mut taken = 0;
    let reset = loop {
        match tokio::time::timeout(Duration::from_millis(250), frames.next()).await {
            Ok(frame) if frame.kind == RST_STREAM => break frame,
            Ok(frame) => taken += if frame.kind == DATA { frame.payload.len() } else { 0 },
            Err(_) => {
                assert!(taken < 100 * 16_384, "nobody ends it");
                for stream in [0, 1] {
                    frames.send(WINDOW_UPDATE, 0, stream, &16_384_u32.to_be_bytes()).await;
                }
            }
        }
    };
    assert_eq!(reset.stream, 1);
    assert!(taken > 2 * 16_384, "it was ended for its speed, not for standing still: {taken}");
    assert_eq!(lived.too_slow("device").await, 1);
}

/// A backend that says something every now and then.
async fn pausing() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut tcp, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = tcp.read(&mut [0; 4096]).await;
                let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
                let _ = tcp.write_all(head.as_bytes()).await;
                for _ in 0..3 {
                    tokio::time::sleep(Duration::from_millis(1500)).await;
                    let _ = tcp.write_all(b"9\r\ndata: x\n\n\r\n").await;
                }
                let _ = tcp.write_all(b"0\r\n\r\n").await;
            });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn speed_of_events_with_long_pauses_is_their_backends_affair() {
    let limits = "body_idle = \"500ms\"\nbody_speed = 1000000";
    let lived = lived_in(Plan { backend: pausing().await, limits: limits.into(), ..Plan::default() }).await;
    for h2 in [false, true] {
        let credentials = &lived.settled.credentials;
        let mut talk = if h2 { lived.house.talk_h2(credentials).await } else { lived.house.talk(credentials).await };
        let target = if h2 { format!("https://{}/events", lived.house.host()) } else { "/events".to_owned() };
        let answer = lived.house.get(&mut talk, &target, Some(&lived.cookie)).await;
        assert_eq!((answer.status.as_u16(), answer.text().matches("data: x").count()), (200, 3), "HTTP/2: {h2}");
    }
}
