//! What strangers and refused devices send without end leaves a few lines and counts that add up; what others do leaves its
//! line all the same, and is told.

use std::process::Command;

use house::{Credentials, House, Manner, Opening, Plan, Settled, Talk, by, empty, operations, until};
use http::Method;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-program");

/// Asks so often on connections of one kind, opened anew where the gateway hangs up; how many were answered, and with what.
async fn flood(house: &House, opening: &Opening, count: usize) -> Vec<u16> {
    let mut answers = Vec::new();
    let mut talk = Talk::open(opening).await.unwrap();
    let target = format!("https://{}/rooms/r-hanako/echo", house.host());
    for _ in 0..count {
        let asked = house.request(Method::HEAD, &target, None).body(empty()).unwrap();
        match talk.ask(asked).await {
            Ok(answer) => answers.push(answer.status.as_u16()),
            Err(_) => talk = Talk::open(opening).await.unwrap(),
        }
    }
    answers
}

fn h2(opening: Opening) -> Opening {
    Opening { alpn: vec![b"h2".to_vec()], ..opening }
}

/// Of these lines, how many stand, and for how many more a folded one does.
fn told(house: &House, wanted: impl Fn(&Value) -> bool) -> (u64, u64) {
    let lines: Vec<_> = house.lines().into_iter().filter(wanted).collect();
    let stand = lines.iter().filter(|line| line["kind"] == "request").count() as u64;
    let folded = lines.iter().filter(|line| line["kind"] == "folded" && line["of"] == "request");
    (stand, folded.map(|line| line["count"].as_u64().unwrap()).sum())
}

async fn labelled(house: &House, name: &str) -> u64 {
    let (_, text) = operations(house.ops_address(), "/metrics").await;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.map_or(0, |count| count.trim().parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_s_thousands_of_requests_leave_few_lines_and_a_count_that_adds_up() {
    let house = House::planned(Plan { limits: "stranger_burst = 10000".into(), ..Plan::default() }).await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    let opening = h2(house.opening(None));
    let flooding = flood(&house, &opening, 2_000);
    let honest = async {
        for _ in 0..100 {
            assert_eq!(house.get(&mut talk, "/rooms/r-hanako/echo", Some(&cookie)).await.status, 200);
        }
    };
    let (answers, ()) = tokio::join!(flooding, honest);
    assert_eq!(answers, [403; 2_000]);
    let stranger = |line: &Value| line["reason"] == "no_cert";
    until("every request is a line or counted", async || {
        let (stand, counted) = told(&house, stranger);
        stand + counted == 2_000
    })
    .await;
    let (stand, counted) = told(&house, stranger);
    let lines = house.lines();
    let folded: Vec<_> = lines.iter().filter(|line| line["kind"] == "folded").collect();
    println!("{stand} lines, {} folded ones for {counted}", folded.len());
    assert!(stand < 200 && folded.len() < 40, "{stand} {}", folded.len());
    for line in &folded {
        assert_eq!((&line["source"], &line["site"]), (&"127.0.0.1".into(), &"service".into()), "{line}");
        assert!(line["since"].as_str().unwrap() <= line["until"].as_str().unwrap(), "{line}");
        assert!(line["until"].as_str().unwrap() <= line["time"].as_str().unwrap(), "{line}");
    }
    let passed = lines.iter().filter(|line| line["outcome"] == "passed" && line["kind"] == "request").count();
    assert_eq!(passed, 100, "what a person does stands");
    assert_eq!(labelled(&house, "gateway_folded_total{what=\"lines\"}").await, counted);
    let refused = "gateway_requests_total{site=\"service\",outcome=\"refused\",reason=\"no_cert\"}";
    assert_eq!(labelled(&house, refused).await, 2_000, "the metrics count each");
    house.gateway.state().log.close().await.unwrap();
    let verified = Command::new(PROGRAM)
        .args(["log", "verify"])
        .arg(house.access_log())
        .arg("--checkpoints")
        .arg(house.dir.join("checkpoints.log"))
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&verified.stdout);
    assert!(verified.status.success() && words.contains("sound"), "{words}");
    assert!(words.contains(&format!("note: {counted} more, of strangers and refused devices")), "{words}");
    let shown = Command::new(PROGRAM).args(["log", "show", "--refused"]).arg(house.access_log()).output().unwrap();
    let shown = String::from_utf8_lossy(&shown.stdout);
    assert!(shown.contains("more request of 127.0.0.1"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn handshakes_that_do_not_come_about_fold_alike() {
    let house = House::open().await;
    for _ in 0..60 {
        let mut tcp = tokio::net::TcpStream::connect(house.address()).await.unwrap();
        tcp.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        // An alert, or a reset.
        let _ = tcp.read_to_end(&mut Vec::new()).await;
    }
    let sum = || {
        let lines = house.lines();
        let stand = lines.iter().filter(|line| line["kind"] == "handshake").count() as u64;
        let folded = lines.iter().filter(|line| line["kind"] == "folded" && line["of"] == "handshake");
        (stand, folded.map(|line| line["count"].as_u64().unwrap()).sum::<u64>())
    };
    until("each is a line or counted", async || sum().0 + sum().1 == 60).await;
    assert!(sum().0 < 50, "{:?}", sum());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_device_s_flood_leaves_what_others_do_told_and_is_hung_up_on() {
    let house =
        House::planned(Plan { extra: "[reports]\ndesk = \"desk\"\nspool_entries = 20\n".into(), ..Plan::default() })
            .await;
    let receiver = house.receive(Manner::Take);
    let settled = house.settle().await;
    let (third, third_credentials) = house.device(house::OFFICE).await;
    house.writer.suspend_device(&by(), settled.device).await.unwrap();
    house.applied().await;
    receiver.applied(house.version().await).await;
    until("nothing waits to be told", async || house.gateway.state().reports.stats().spooled == 0).await;
    receiver.manner(Manner::Answer(http::StatusCode::SERVICE_UNAVAILABLE));
    let answers = flood(&house, &h2(house.opening(Some(&settled.credentials))), 150).await;
    assert!(answers.iter().all(|status| *status == 403) && answers.len() > 100, "{answers:?}");
    let asked = labelled(&house, "gateway_budget_refused_total{party=\"device\",bound=\"rate\"}").await;
    assert!(asked > 0, "it is asked to leave");
    until("and then it is hung up on", async || {
        let mut talk = Talk::open(&house.opening(Some(&settled.credentials))).await.unwrap();
        talk.ask(house.request(Method::HEAD, "/", None).body(empty()).unwrap()).await.is_err()
    })
    .await;
    // Meanwhile others log in, and another device is stopped.
    let mut other = house.talk(&settled.other_credentials).await;
    house.login(&mut other, Settled::OTHER_WORKER).await;
    let mut idle = house.talk(&third_credentials).await;
    assert_eq!(house.get(&mut idle, "/.gateway/check", None).await.status, 200);
    house.writer.suspend_device(&by(), third).await.unwrap();
    house.applied().await;
    let version = house.version().await;
    flood(&house, &house.opening(Some(&settled.credentials)), 20).await;
    receiver.manner(Manner::Take);
    receiver.told("cuts", |cut| cut["version"] == version && cut["connections"] == 1).await;
    receiver.applied(version).await;
    receiver.told("lines", |line| line["kind"] == "login" && line["user"] == Settled::OTHER_WORKER).await;
    let serial = settled.other_credentials.serial.to_string();
    receiver.told("sightings", |sighting| sighting["serial"] == serial).await;
    house.gateway.state().log.close().await.unwrap();
    let suspended = settled.device.to_string();
    let of_it = |line: &Value| line["device"] == suspended.as_str() && line["reason"] == "suspended";
    receiver.told("lines", |line| of_it(line) && line["kind"] == "untold").await;
    until("nothing is left to tell", async || house.gateway.state().reports.stats().spooled == 0).await;
    let lines: Vec<_> = receiver.all("lines").into_iter().filter(of_it).collect();
    let untold: u64 = lines.iter().filter_map(|line| line["count"].as_u64()).sum();
    let each = lines.iter().filter(|line| line["kind"] == "request").count() as u64;
    let (stand, counted) = told(&house, |line| of_it(line) && line["outcome"] == "refused");
    let dropped = house.gateway.state().reports.stats().dropped;
    // What gave way may have been something else of as little worth.
    let missing = (stand + counted).checked_sub(each + untold).expect("nothing is told twice");
    assert!(missing <= dropped, "each is told, or counted in what is told, or gave way: {missing} {dropped}");
    assert!(lines.len() < 30, "a handful a minute: {lines:?}");
    let folded = labelled(&house, "gateway_folded_total{what=\"reports\"}").await;
    assert!(
        folded >= untold,
        "of other kinds some were counted, too, and a count may have given way: {folded} {untold}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_less_disk_than_the_reserve_strangers_are_refused_by_name_and_devices_go_on() {
    let house = House::planned(Plan { log: "reserve_bytes = 1125899906842624".into(), ..Plan::default() }).await;
    let settled = house.settle().await;
    let mut stranger = Talk::open(&house.opening(None)).await.unwrap();
    let refused = house.get(&mut stranger, "/rooms/r-hanako/echo", None).await;
    assert_eq!(refused.problem(), (503, "KW-301".into(), "log_unavailable".into()));
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    assert_eq!(house.get(&mut talk, "/rooms/r-hanako/echo", Some(&cookie)).await.status, 200);
    house.line(|line| line["outcome"] == "passed" && line["kind"] == "request").await;
    let (status, words) = house.readyz().await;
    assert_eq!(status, 200, "{words}");
    assert!(words.starts_with("ready\n") && words.contains("kept for known devices"), "{words}");
    // What stops a lost device is worth the room: here no desk stands behind it, which is another answer.
    let help = house.help_opening();
    for (path, status) in [("/", 503), ("/apply", 503), ("/lost", 404), ("/pickup", 404)] {
        let mut talk = Talk::open(&help).await.unwrap();
        let asked = house::request(Method::GET, &house.help_host(), path, None).body(empty()).unwrap();
        assert_eq!(talk.ask(asked).await.unwrap().status.as_u16(), status, "{path}");
    }
    let sum = || told(&house, |line| line["device"].is_null());
    until("all are counted", async || sum() == (0, 5)).await;
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// A frame of the first stream (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let [.., a, b, c] = payload.len().to_be_bytes();
    [&[a, b, c, kind, flags, 0, 0, 0, 1], payload].concat()
}

/// A field as a literal without indexing (RFC 7541 §6.2.2), of any length.
fn field(name: &str, value: &str) -> Vec<u8> {
    let mut octets = vec![0];
    for text in [name, value] {
        if text.len() < 127 {
            octets.push(u8::try_from(text.len()).unwrap());
        } else {
            octets.push(127);
            let mut rest = text.len() - 127;
            while rest >= 128 {
                octets.push(u8::try_from(rest % 128).unwrap() | 128);
                rest /= 128;
            }
            octets.push(u8::try_from(rest).unwrap());
        }
        octets.extend(text.as_bytes());
    }
    octets
}

/// A whole head, in as many frames as it needs, and the end of its stream.
fn head(fields: &[(&str, &str)]) -> Vec<u8> {
    let block: Vec<u8> = fields.iter().flat_map(|(name, value)| field(name, value)).collect();
    let last = block.chunks(16_384).count() - 1;
    let piece = |(place, piece): (usize, &[u8])| {
        let (kind, ends) = if place == 0 { (1, 1) } else { (9, 0) };
        frame(kind, ends | if place == last { 4 } else { 0 }, piece)
    };
    block.chunks(16_384).enumerate().flat_map(piece).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_http_2_refuses_itself_leaves_its_line_with_whoever_sent_it() {
    let house = House::open().await;
    let settled = house.settle().await;
    let (large, huge) = ("a".repeat(40_000), "a".repeat(400_000));
    let attacks: [(&str, &[(&str, &str)]); 9] = [
        ("a head too large", &[("x", &large)]),
        ("a head far too large", &[("x", &huge)]),
        ("CR LF in a value", &[("x", "a\r\nb: c")]),
        ("an upper-case name", &[("X-Upper", "a")]),
        ("two lengths", &[("content-length", "1"), ("content-length", "2")]),
        ("transfer-encoding", &[("transfer-encoding", "chunked")]),
        ("a connection field", &[("connection", "close")]),
        ("a length that is none", &[("content-length", "five")]),
        ("a pseudo-field behind others", &[("x", "y"), (":path", "/again")]),
    ];
    let host = house.host();
    let good = [(":method", "GET"), (":scheme", "https"), (":authority", &host), (":path", "/")];
    let odd_path = [(":method", "GET"), (":scheme", "https"), (":authority", &host), (":path", "/\r\nx: y")];
    let mut said: Vec<(&str, Vec<u8>)> =
        attacks.iter().map(|(what, fields)| (*what, head(&[&good[..], fields].concat()))).collect();
    said.push(("CR LF in the path", head(&odd_path)));
    for credentials in [Some(&settled.credentials), None] {
        for (what, octets) in &said {
            leaves_a_line(&house, credentials, (what, octets)).await;
        }
    }
    // A client that asks rightly, and one that says nothing, leave none.
    let before = malformed(&house).len();
    let mut talk = house.talk_h2(&settled.credentials).await;
    let asked = house.request(Method::GET, &format!("https://{host}/.gateway/check"), None).body(empty()).unwrap();
    assert_eq!(talk.ask(asked).await.unwrap().status, 200);
    drop(talk);
    drop(h2(house.opening(None)).connect().await.unwrap());
    until("nobody is connected", async || house.gateway.state().live.count() == 0).await;
    house.gateway.state().log.close().await.unwrap();
    assert_eq!(malformed(&house).len(), before);
}

fn malformed(house: &House) -> Vec<Value> {
    let refused = |line: &Value| line["outcome"] == "malformed" || line["status"] == 431;
    house.lines().into_iter().filter(refused).collect()
}

async fn leaves_a_line(house: &House, credentials: Option<&Credentials>, (what, octets): (&str, &[u8])) {
    let before = malformed(house).len();
    let mut tls = h2(house.opening(credentials)).connect().await.unwrap();
    tls.write_all(PREFACE).await.unwrap();
    // The far end may have ended the connection before the last octet.
    let _ = tls.write_all(octets).await;
    let _ = tls.flush().await;
    // The line is there while the connection still stands.
    until(&format!("{what} leaves a line"), async || malformed(house).len() > before).await;
    let line = malformed(house).pop().unwrap();
    assert_eq!(line["reason"], "bad_request", "{what}: {line}");
    assert_eq!(line["http_version"], "2", "{what}: {line}");
    assert_eq!(line["device"].is_null(), credentials.is_none(), "{what}: {line}");
    drop(tls);
    until(what, async || house.gateway.state().live.count() == 0).await;
    assert_eq!(malformed(house).len(), before + 1, "{what}: one line each");
}
