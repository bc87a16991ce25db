//! Nobody may hold more than their share, nor hold it for longer than it takes.

use std::time::{Duration, Instant};

use bytes::Bytes;
use house::{Answer, House, Plan, SOON, Settled, Talk};
use http::Method;
use http_body_util::Full;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::client::TlsStream;

/// A settled house with these limits, its worker logged in.
async fn house(limits: &str) -> (House, Settled, String) {
    planned(Plan { limits: limits.into(), ..Plan::default() }).await
}

async fn planned(plan: Plan) -> (House, Settled, String) {
    let house = House::planned(plan).await;
    let settled = house.settle().await;
    let cookie = house.login(&mut house.talk(&settled.credentials).await, Settled::WORKER).await;
    (house, settled, cookie)
}

async fn raw(house: &House, settled: &Settled) -> TlsStream<TcpStream> {
    house.opening(Some(&settled.credentials)).connect().await.unwrap()
}

fn words(house: &House, line: &str, cookie: &str, more: &str) -> String {
    format!("{line} HTTP/1.1\r\nhost: {}\r\ncookie: {cookie}\r\naccept: application/json\r\n{more}\r\n", house.host())
}

/// Everything until the far end ends it; it must, soon.
async fn until_end(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut said = Vec::new();
    let mut piece = [0; 4096];
    let read = async {
        while let Ok(octets) = stream.read(&mut piece).await {
            if octets == 0 {
                break;
            }
            said.extend_from_slice(&piece[..octets]);
        }
    };
    tokio::time::timeout(SOON, read).await.expect("the far end ends it");
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_slow_in_any_stage_of_a_connection_is_let_go() {
    let limits = "client_hello = \"500ms\"\nhandshake = \"500ms\"\nfirst_request = \"500ms\"\nkeep_alive = \"500ms\"";
    let (house, settled, cookie) = house(limits).await;
    let since = Instant::now();
    let mut silent = TcpStream::connect(house.address()).await.unwrap();
    assert_eq!(until_end(&mut silent).await, "", "no ClientHello");
    println!("no ClientHello: ended after {:?}", since.elapsed());
    let mut first = TcpStream::connect(house.address()).await.unwrap();
    first.write_all(b"\x16\x03\x01\x02\x00\x01").await.unwrap();
    assert_eq!(until_end(&mut first).await, "", "half a ClientHello");
    for begun in ["", "GET / HT"] {
        let since = Instant::now();
        let mut tls = raw(&house, &settled).await;
        tls.write_all(begun.as_bytes()).await.unwrap();
        assert_eq!(until_end(&mut tls).await, "");
        println!("{begun:?} as first request: ended after {:?}", since.elapsed());
    }
    let mut tls = raw(&house, &settled).await;
    tls.write_all(words(&house, "GET /bytes/3", &cookie, "").as_bytes()).await.unwrap();
    let said = until_end(&mut tls).await;
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("\0\u{1}\u{2}"), "then idle: {said}");
    let mut tls = raw(&house, &settled).await;
    tls.write_all(words(&house, "GET /bytes/3", &cookie, "").as_bytes()).await.unwrap();
    tls.write_all(b"GET /bytes/3 HTTP/1.1\r\nhost: ").await.unwrap();
    assert_eq!(until_end(&mut tls).await.matches("HTTP/1.1").count(), 1, "slow headers of a second request");
}

/// The time counts from a head's first octet: who is idle has more of it, who goes on word for word has not.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_must_be_whole_in_its_time_however_it_comes() {
    let (house, settled, cookie) = house("headers = \"800ms\"\nkeep_alive = \"60s\"\nfirst_request = \"60s\"").await;
    for before in ["", &words(&house, "GET /bytes/3", &cookie, "")] {
        let mut tls = raw(&house, &settled).await;
        tls.write_all(before.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(1600)).await;
        let (mut hears, mut says) = tokio::io::split(tls);
        let drips = tokio::spawn(async move {
            for octet in b"GET /bytes/1 HTTP/1.1\r\nx: ".iter().chain(std::iter::repeat(&b'x')) {
                if says.write_all(&[*octet]).await.is_err() || says.flush().await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let said = until_end(&mut hears).await;
        assert_eq!(said.matches("HTTP/1.1 200").count(), usize::from(!before.is_empty()), "{said}");
        tokio::time::timeout(SOON, drips).await.expect("nothing is taken any more").unwrap();
    }
    let mut tls = raw(&house, &settled).await;
    for _ in 0..3 {
        tls.write_all(words(&house, "GET /bytes/3", &cookie, "").as_bytes()).await.unwrap();
        let mut heard = [0; 4096];
        let octets = tls.read(&mut heard).await.unwrap();
        assert!(heard[..octets].starts_with(b"HTTP/1.1 200"), "who only thinks for long is served");
        tokio::time::sleep(Duration::from_millis(1200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_in_frames_must_be_whole_in_its_time_too() {
    let (house, settled, _) = house("headers = \"800ms\"\nkeep_alive = \"60s\"\nfirst_request = \"60s\"").await;
    let opening = house::Opening { alpn: vec![b"h2".to_vec()], ..house.opening(Some(&settled.credentials)) };
    let settings = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    // Idle, though settings, pings and half a frame's header come.
    let mut idle = opening.connect().await.unwrap();
    idle.write_all(&[&settings[..], b"\0\0\x08\x06\0\0\0\0\0pingpong\0\0"].concat()).await.unwrap();
    // Indexed `:method GET`, and not the end of the headers.
    let mut begun = opening.connect().await.unwrap();
    begun.write_all(&[&settings[..], b"\0\0\x01\x01\x01\0\0\0\x01\x82"].concat()).await.unwrap();
    until_end(&mut begun).await;
    let mut piece = [0; 4096];
    while let Ok(read) = tokio::time::timeout(Duration::from_millis(100), idle.read(&mut piece)).await {
        assert_ne!(read.unwrap(), 0, "who has begun no head has time");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_bound_of_the_whole_process_newcomers_are_let_in_and_who_is_served_goes_on() {
    let (house, settled, cookie) = house("connections = 4").await;
    house::until("the login's connection is gone", async || house.gateway.state().live.count() == 0).await;
    let holder =
        crate::fixtures::held::Holder { credentials: &settled.credentials, cookie: &cookie, room: Settled::ROOM };
    let stream = crate::fixtures::held::hold(&house, holder, crate::fixtures::held::Work::Stream).await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(raw(&house, &settled).await);
    }
    // The help site's count among them: it is the process that is full.
    let help = house.help_opening();
    for _ in 0..10 {
        let mut newcomer = house.talk(&settled.other_credentials).await;
        assert_eq!(house.get(&mut newcomer, "/.gateway/check", None).await.status, 200);
        drop(help.connect().await.unwrap());
    }
    for connection in &mut silent {
        assert_eq!(until_end(connection).await, "", "strangers give way");
    }
    assert_eq!(house.metric("gateway_connections_rejected_total").await, 0);
    assert_eq!(house.metric("gateway_honest_refused_total").await, 0);
    let heard = stream.heard.load(std::sync::atomic::Ordering::Relaxed);
    house::until("the download goes on", async || {
        assert!(!stream.is_over());
        stream.heard.load(std::sync::atomic::Ordering::Relaxed) > heard + 2
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_is_answered_408_wherever_it_goes() {
    let routes = "[[site.route]]\npath = \"/bound/**\"\nupstream = \"care-record\"\narea = \"record\"\n\
                  request_binding = true\n\
                  [[site.route]]\npath = \"/**\"\nupstream = \"care-record\"\narea = \"record\"\n";
    let plan = Plan { limits: "body_idle = \"500ms\"".into(), routes: routes.into(), ..Plan::default() };
    let (house, settled, cookie) = planned(plan).await;
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n";
    for (line, more) in [
        ("POST /sink", "content-length: 10\r\n"),
        ("POST /sink", "transfer-encoding: chunked\r\n"),
        ("POST /bound/sink", "content-length: 10\r\n"),
        ("POST /.gateway/login", form),
    ] {
        let mut tls = raw(&house, &settled).await;
        tls.write_all(words(&house, line, &cookie, more).as_bytes()).await.unwrap();
        let said = until_end(&mut tls).await;
        assert!(said.starts_with("HTTP/1.1 408") && said.contains("KW-306"), "{line} {more}: {said}");
    }
}

async fn post(house: &House, talk: &mut Talk, cookie: &str, octets: usize) -> std::io::Result<Answer> {
    let request = house.request(Method::POST, "/sink", Some(cookie)).body(Full::new(Bytes::from(vec![0; octets])));
    talk.ask(request.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_larger_than_allowed_is_413_whether_it_says_so_or_not() {
    let (house, settled, cookie) = house("body_bytes = 1024").await;
    let mut talk = house.talk(&settled.credentials).await;
    let fits = post(&house, &mut talk, &cookie, 1024).await.unwrap();
    assert_eq!((fits.status.as_u16(), fits.json()["bytes"].as_u64()), (200, Some(1024)));
    let told = post(&house, &mut talk, &cookie, 1025).await.unwrap();
    assert_eq!(told.problem(), (413, "KW-306".into(), "bad_request".into()));
    let mut tls = raw(&house, &settled).await;
    tls.write_all(words(&house, "POST /sink", &cookie, "transfer-encoding: chunked\r\n").as_bytes()).await.unwrap();
    for _ in 0..2 {
        tls.write_all(format!("201\r\n{}\r\n", "x".repeat(513)).as_bytes()).await.unwrap();
    }
    let mut head = [0; 12];
    tokio::time::timeout(SOON, tls.read_exact(&mut head)).await.expect("an answer").unwrap();
    assert_eq!(String::from_utf8_lossy(&head), "HTTP/1.1 413");
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_too_many_or_too_large_are_431() {
    let (house, settled, cookie) = house("header_count = 20\nheader_bytes = 8192").await;
    for h2 in [false, true] {
        let many: Vec<(String, String)> = (0..25).map(|n| (format!("x-n{n}"), "1".into())).collect();
        for headers in [many, vec![("x-large".into(), "x".repeat(8200))]] {
            let mut talk =
                if h2 { house.talk_h2(&settled.credentials).await } else { house.talk(&settled.credentials).await };
            let target = if h2 { format!("https://{}/bytes/1", house.host()) } else { "/bytes/1".into() };
            let mut request = house.request(Method::GET, &target, Some(&cookie));
            for (name, value) in &headers {
                request = request.header(name, value);
            }
            let answer = talk.ask(request.body(house::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status, 431, "HTTP/2: {h2}, {} headers: {}", headers.len(), answer.text());
        }
    }
}

/// A backend that answers with `said`, then keeps silent.
async fn backend(said: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(said.as_bytes()).await;
                std::future::pending::<()>().await;
            });
        }
    });
    // The upstream's table goes on after its url.
    format!("http://{address}\"\nanswer = \"1s\"\nidle = \"1s\"\naudience = \"care-record")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_does_not_answer_is_503_and_one_that_falls_silent_has_failed() {
    let (house, settled, cookie) = planned(Plan { backend: backend("").await, ..Plan::default() }).await;
    let mut talk = house.talk(&settled.credentials).await;
    let since = Instant::now();
    let answer = house.get(&mut talk, "/bytes/1", Some(&cookie)).await;
    assert_eq!(answer.problem(), (503, "KW-301".into(), "backend_unavailable".into()));
    println!("a silent backend: 503 after {:?}", since.elapsed());
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf ";
    let (house, settled, cookie) = planned(Plan { backend: backend(half).await, ..Plan::default() }).await;
    let mut tls = raw(&house, &settled).await;
    tls.write_all(words(&house, "GET /bytes/1", &cookie, "").as_bytes()).await.unwrap();
    let said = until_end(&mut tls).await;
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("half "), "{said}");
    let line = house.line(|line| line["kind"] == "request" && line["path"] == "/bytes/1").await;
    assert_eq!((&line["outcome"], &line["reason"]), (&"failed".into(), &"backend_unavailable".into()), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_take_what_they_asked_for_is_let_go() {
    let (house, settled, cookie) = house("body_idle = \"500ms\"").await;
    let mut tls = raw(&house, &settled).await;
    tls.write_all(words(&house, "GET /bytes/4000000000", &cookie, "").as_bytes()).await.unwrap();
    // HTTP/2 with a window of nothing, for a backend's answer and for a page of ours.
    let mut silent = Vec::new();
    for path in ["/bytes/1000", "/.gateway/whoami"] {
        let opening = house::Opening { alpn: vec![b"h2".to_vec()], ..house.opening(Some(&settled.credentials)) };
        let io = hyper_util::rt::TokioIo::new(opening.connect().await.unwrap());
        let (mut send, driver) = hyper::client::conn::http2::Builder::new(hyper_util::rt::TokioExecutor::new())
            .initial_stream_window_size(0)
            .handshake(io)
            .await
            .unwrap();
        tokio::spawn(driver);
        let target = format!("https://{}{path}", house.host());
        let request = house.request(Method::GET, &target, Some(&cookie)).body(house::empty()).unwrap();
        let answer = send.send_request(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        silent.push((path, send, answer.into_body()));
    }
    for (path, _send, mut body) in silent {
        let since = Instant::now();
        let frame = http_body_util::BodyExt::frame(&mut body);
        let frame = tokio::time::timeout(SOON, frame).await.expect("its stream is reset");
        assert!(matches!(frame, Some(Err(_))), "{path}: {frame:?}");
        println!("{path} with a closed window: reset after {:?} more", since.elapsed());
    }
    house::until("the one that does not read is gone", async || {
        let mut flights = 0;
        house.gateway.state().live.each(|connection| connection.each_in_flight(|_| flights += 1));
        flights == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_goes_on_for_long_is_nobodys_fault() {
    let plan = Plan { limits: "body_idle = \"600ms\"".into(), ..Plan::default() };
    let (house, settled, cookie) = planned(plan).await;
    let mut tls = raw(&house, &settled).await;
    tls.write_all(words(&house, "POST /sink", &cookie, "transfer-encoding: chunked\r\n").as_bytes()).await.unwrap();
    let piece = format!("1f4\r\n{}\r\n", "x".repeat(500));
    for _ in 0..20 {
        tls.write_all(piece.as_bytes()).await.unwrap();
        tls.flush().await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tls.write_all(b"0\r\n\r\n").await.unwrap();
    let mut head = [0; 12];
    tokio::time::timeout(SOON, tls.read_exact(&mut head)).await.unwrap().unwrap();
    assert_eq!(String::from_utf8_lossy(&head), "HTTP/1.1 200");
}

/// RUSTSEC-2024-0003, CVE-2023-44487: streams opened and reset at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_reset_streams_leaves_nothing_running_and_others_served() {
    let (house, settled, cookie) = house("streams = 20").await;
    let opening = house::Opening { alpn: vec![b"h2".to_vec()], ..house.opening(Some(&settled.credentials)) };
    let io = hyper_util::rt::TokioIo::new(opening.connect().await.unwrap());
    let (mut send, driver) =
        hyper::client::conn::http2::handshake(hyper_util::rt::TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(driver);
    let target = format!("https://{}/stream?seconds=600", house.host());
    let (mut most, mut asked) = (0, 0);
    for _ in 0..2000 {
        if send.ready().await.is_err() {
            break;
        }
        let request = house.request(Method::GET, &target, Some(&cookie)).body(house::empty()).unwrap();
        let asking = send.send_request(request);
        // Opened, and let go before it is answered.
        let _ = tokio::time::timeout(Duration::from_micros(200), asking).await;
        most = most.max(in_flight(&house));
        asked += 1;
    }
    let mut other = house.talk(&settled.other_credentials).await;
    let since = Instant::now();
    assert_eq!(house.get(&mut other, "/.gateway/check", None).await.status, 200);
    println!(
        "{asked} streams opened and reset: at most {most} ran at once; another was served in {:?}",
        since.elapsed()
    );
    assert!(most <= 20, "{most} ran at once");
    house::until("nothing of it runs", async || in_flight(&house) == 0).await;
}

fn in_flight(house: &House) -> usize {
    let mut flights = 0;
    house.gateway.state().live.each(|connection| connection.each_in_flight(|_| flights += 1));
    flights
}
