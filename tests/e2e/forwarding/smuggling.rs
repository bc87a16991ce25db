//! One request in is one request out, and each is judged by itself, however its octets are arranged.
//!
//! Classes 20 and 22 of the attacks that gateways have fallen to: paths read in two ways, and request smuggling.
//! What came out is counted at a backend that keeps every octet.

use house::{House, Message, Plan, Recorder, Settled};

async fn recorded() -> (House, Settled, Recorder, String) {
    let recorder = Recorder::answering(|request| match request.head.starts_with("HEAD ") {
        true => b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n".to_vec(),
        false => b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec(),
    })
    .await;
    let house = House::planned(Plan { backend: recorder.url(), ..Plan::default() }).await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    (house, settled, recorder, cookie)
}

/// `{a}` stands for Host and Cookie, which every request here has, and `{h}` for the host.
fn written(house: &House, cookie: &str, text: &str) -> Vec<u8> {
    let host = house.host();
    text.replace("{a}", &format!("Host: {host}\r\nCookie: {cookie}\r\n")).replace("{h}", &host).into_bytes()
}

/// What follows the request under test on the same connection: if it is not read as a body, it is a request.
const HIDDEN: &str = "GET /rooms/r-hanako/hidden HTTP/1.1\r\n{a}Connection: close\r\n\r\n";

/// Bodies of which two readers could disagree where they end. All are refused whole.
const AMBIGUOUS: [(&str, &str); 27] = [
    ("CL.TE", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX"),
    ("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\nX\r\n0\r\n\r\n"),
    ("TE, then identity", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
    ("TE after a comma", "Transfer-Encoding: identity, cow\r\n\r\n0\r\n\r\n"),
    ("TE not last", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
    ("TE xchunked", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    ("TE with a space before the colon", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
    ("TE folded", "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
    ("TE behind a vertical tab", "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n"),
    ("TE in quotes", "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
    ("TE after a bare LF in a field", "X: x\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
    ("two lengths", "Content-Length: 1\r\nContent-Length: 2\r\n\r\nX"),
    ("two lengths in one field", "Content-Length: 1, 2\r\n\r\nX"),
    ("a length with a plus", "Content-Length: +1\r\n\r\nX"),
    ("a length with a minus", "Content-Length: -1\r\n\r\nX"),
    ("a length in hexadecimal", "Content-Length: 0x1\r\n\r\nX"),
    ("a length with a space inside", "Content-Length: 1 1\r\n\r\nX"),
    ("a length without a number", "Content-Length: \r\n\r\nX"),
    ("a length with an underscore", "Content-Length: 1_0\r\n\r\n0123456789"),
    ("a length beyond 64 bits", "Content-Length: 18446744073709551617\r\n\r\nX"),
    ("a length with a space before the colon", "Content-Length : 1\r\n\r\nX"),
    ("a chunk beyond 64 bits", "Transfer-Encoding: chunked\r\n\r\n10000000000000001\r\nX\r\n0\r\n\r\n"),
    ("a chunk with a plus", "Transfer-Encoding: chunked\r\n\r\n+1\r\nX\r\n0\r\n\r\n"),
    ("a chunk in 0x", "Transfer-Encoding: chunked\r\n\r\n0x1\r\nX\r\n0\r\n\r\n"),
    ("a chunk that ends elsewhere", "Transfer-Encoding: chunked\r\n\r\n1\r\nXY\r\n0\r\n\r\n"),
    ("a chunk ended by a bare CR", "Transfer-Encoding: chunked\r\n\r\n1\rX\r\n0\r\n\r\n"),
    ("a chunk extension with a bare LF", "Transfer-Encoding: chunked\r\n\r\n1;a\nX\r\n0\r\n\r\n"),
];

#[tokio::test]
async fn what_two_readers_could_end_differently_is_passed_on_in_one_way_or_not_at_all() {
    let (house, settled, recorder, cookie) = recorded().await;
    for (what, rest) in AMBIGUOUS {
        let text = format!("POST /rooms/r-hanako/first HTTP/1.1\r\n{{a}}{rest}{HIDDEN}");
        let heard = house.opening(Some(&settled.credentials)).say(&written(&house, &cookie, &text)).await;
        let (answers, _) = Message::all(&heard);
        let answered = answers.iter().filter(|answer| answer.status() == 200).count();
        let out = recorder.requests();
        let whole: Vec<_> = out.iter().filter(|request| request.first_line().ends_with("HTTP/1.1")).collect();
        println!("{what}: {:?}, {} out", answers.iter().map(Message::status).collect::<Vec<_>>(), whole.len());
        // Both framings at once: the chunks count, the length is not passed on, and the connection ends
        // (RFC 9112 §6.3). Everything else is refused.
        let both = ["CL.TE", "TE.CL", "TE after a bare LF in a field"].contains(&what);
        assert!(answered <= usize::from(both), "{what}: {answers:#?}");
        assert!(both || answers.iter().all(|answer| answer.status() >= 400), "{what}: {answers:#?}");
        assert!(!whole.iter().any(|request| request.first_line().contains("hidden")), "{what}: {out:#?}");
        for request in whole {
            let framed = request.values("content-length").len() + request.values("transfer-encoding").len();
            assert!(framed <= 1, "{what}: {request:?}");
        }
    }
}

/// Chunks that are none, after one that is. The backend has the beginning by then, and has done nothing wrong.
const NO_CHUNKS: [&str; 6] =
    ["zz\r\n", "+1\r\nX\r\n0\r\n\r\n", "1\r\nXY\r\n", "0x1\r\nX\r\n", "10000000000000001\r\n", "1;a\nX\r\n"];

#[tokio::test]
async fn a_malformed_chunk_is_the_clients_fault_and_not_the_backends() {
    let (house, settled, recorder, cookie) = recorded().await;
    for (number, chunk) in NO_CHUNKS.iter().enumerate() {
        let path = format!("/rooms/r-hanako/{number}");
        let text = format!(
            "POST {path} HTTP/1.1\r\n{{a}}Accept: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n{chunk}"
        );
        let heard = house.opening(Some(&settled.credentials)).say(&written(&house, &cookie, &text)).await;
        let (answers, _) = Message::all(&heard);
        let [answer] = &answers[..] else { panic!("{chunk:?}: {}", String::from_utf8_lossy(&heard)) };
        assert_eq!((answer.status(), &answer.json()["code"]), (400, &"KW-306".into()), "{chunk:?}: {answer:?}");
        let line = house.line(|line| line["kind"] == "request" && line["path"] == path.as_str()).await;
        assert_eq!((&line["outcome"], &line["reason"]), (&"refused".into(), &"bad_request".into()), "{line}");
    }
    let out = recorder.requests();
    assert!(out.iter().all(|request| !request.body.contains(&b'X')), "{out:#?}");
}

/// Heads that are none.
const MALFORMED: [(&str, &str); 16] = [
    ("a control character behind a bare LF", "GET /rooms/r-hanako/first HTTP/1.1\r\n{a}X: a\nY: b\x01\r\n\r\n"),
    ("a bare CR in a field", "GET /rooms/r-hanako/first HTTP/1.1\r\n{a}X: a\rY: b\r\n\r\n"),
    ("a space before the colon", "GET /rooms/r-hanako/first HTTP/1.1\r\n{a}X : a\r\n\r\n"),
    ("a folded field", "GET /rooms/r-hanako/first HTTP/1.1\r\n{a}X: a\r\n b\r\n\r\n"),
    ("a folded first field", "GET /rooms/r-hanako/first HTTP/1.1\r\n X: a\r\n{a}\r\n"),
    ("NUL in a value", "GET /rooms/r-hanako/first HTTP/1.1\r\n{a}X: a\0b\r\n\r\n"),
    ("NUL in a name", "GET /rooms/r-hanako/first HTTP/1.1\r\n{a}X\0: a\r\n\r\n"),
    ("a field without a colon", "GET /rooms/r-hanako/first HTTP/1.1\r\n{a}nonsense\r\n\r\n"),
    ("an empty name", "GET /rooms/r-hanako/first HTTP/1.1\r\n{a}: a\r\n\r\n"),
    ("two spaces in the request line", "GET  /rooms/r-hanako/first HTTP/1.1\r\n{a}\r\n"),
    ("another version", "GET /rooms/r-hanako/first HTTP/1.2\r\n{a}\r\n"),
    ("another protocol", "GET /rooms/r-hanako/first ICAP/1.0\r\n{a}\r\n"),
    ("a tab in the target", "GET /rooms/r-hanako\t/first HTTP/1.1\r\n{a}\r\n"),
    ("a fragment", "GET /rooms/r-hanako/first#/public HTTP/1.1\r\n{a}X\r\n\r\n"),
    ("two hosts", "GET /rooms/r-hanako/first HTTP/1.1\r\n{a}Host: other\r\n\r\n"),
    ("no host", "GET /rooms/r-hanako/first HTTP/1.1\r\nCookie: x\r\n\r\n"),
];

#[tokio::test]
async fn a_malformed_head_reaches_no_backend_nor_what_follows_it() {
    let (house, settled, recorder, cookie) = recorded().await;
    for (what, head) in MALFORMED {
        let text = head.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", usize::from(what.contains("host")));
        let heard = house.opening(Some(&settled.credentials)).say(&written(&house, &cookie, &text)).await;
        let (answers, _) = Message::all(&heard);
        println!("{what}: {:?}", answers.iter().map(Message::status).collect::<Vec<_>>());
        assert!(answers.iter().all(|answer| (400..500).contains(&answer.status())), "{what}: {answers:#?}");
        assert_eq!(recorder.requests(), [], "{what}");
    }
}

#[tokio::test]
async fn a_method_or_a_target_that_leads_elsewhere_is_refused() {
    let (house, settled, recorder, cookie) = recorded().await;
    for (line, expected) in [
        ("CONNECT 127.0.0.1:80 HTTP/1.1", 400),
        ("CONNECT {h} HTTP/1.1", 400),
        ("OPTIONS * HTTP/1.1", 400),
        ("GET * HTTP/1.1", 400),
        ("TRACE /rooms/r-hanako/first HTTP/1.1", 400),
        ("GET http://{h}/rooms/r-hanako/first HTTP/1.1", 400),
        ("GET https://other.example/rooms/r-hanako/first HTTP/1.1", 400),
        ("GET https://u@{h}/rooms/r-hanako/first HTTP/1.1", 400),
        ("GET //other.example/rooms/r-hanako/first HTTP/1.1", 400),
        ("GET /rooms/r-jiro/../r-hanako/first HTTP/1.1", 400),
        ("GET /rooms/r-hanako/%2e%2e/r-jiro/first HTTP/1.1", 400),
        ("GET /rooms/r-hanako%2f..%2fr-jiro/first HTTP/1.1", 400),
        ("GET /rooms/r-hanako;a=b/first HTTP/1.1", 400),
        ("GET /rooms/r-hanako\\first HTTP/1.1", 400),
        ("GET /rooms//r-hanako/first HTTP/1.1", 400),
        ("GET /rooms/./r-hanako/first HTTP/1.1", 400),
        ("GET /rooms/r-hanako/first%00 HTTP/1.1", 400),
        ("GET /rooms/r-hanako/first%zz HTTP/1.1", 400),
        ("GET /rooms/%72-hanako/first HTTP/1.1", 404),
    ] {
        let text = format!("{line}\r\n{{a}}X-Original-Url: /.gateway/jwks.json\r\nConnection: close\r\n\r\n");
        let heard = house.opening(Some(&settled.credentials)).say(&written(&house, &cookie, &text)).await;
        let (answers, _) = Message::all(&heard);
        let [answer] = &answers[..] else { panic!("{line}: {answers:#?}") };
        assert_eq!(answer.status(), expected, "{line}: {}", String::from_utf8_lossy(&heard));
        assert_eq!(recorder.requests(), [], "{line}");
    }
    let text = "GET https://{h}/rooms/r-hanako/first HTTP/1.1\r\n{a}Connection: close\r\n\r\n";
    let heard = house.opening(Some(&settled.credentials)).say(&written(&house, &cookie, text)).await;
    assert!(heard.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&heard));
    let [request] = &recorder.requests()[..] else { panic!("one request") };
    assert_eq!(request.first_line(), "GET /rooms/r-hanako/first HTTP/1.1");
}

#[tokio::test]
async fn each_pipelined_request_is_judged_by_itself() {
    let (house, settled, recorder, cookie) = recorded().await;
    let text = "GET /rooms/r-hanako/1 HTTP/1.1\r\n{a}\r\n\
                POST /rooms/r-hanako/2 HTTP/1.1\r\n{a}Content-Length: 5\r\n\r\nGET /\
                GET /rooms/r-jiro/3 HTTP/1.1\r\n{a}\r\n\
                GET /rooms/r-hanako/4 HTTP/1.1\r\nHost: {h}\r\n\r\n\
                POST /rooms/r-hanako/5 HTTP/1.1\r\n{a}Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nGET /\r\n0\r\nX: y\r\n\r\n\
                GET /rooms/r-hanako/6 HTTP/1.1\r\n{a}Connection: close\r\n\r\n\
                GET /rooms/r-hanako/7 HTTP/1.1\r\n{a}\r\n";
    let heard = house.opening(Some(&settled.credentials)).say(&written(&house, &cookie, text)).await;
    let (answers, _) = Message::all(&heard);
    let statuses: Vec<_> = answers.iter().map(Message::status).collect();
    assert_eq!(statuses, [200, 200, 403, 401, 200, 200], "{answers:#?}");
    let out: Vec<_> = recorder.requests().into_iter().map(|out| (out.first_line().to_owned(), out.body)).collect();
    let line = |method: &str, n: u8| format!("{method} /rooms/r-hanako/{n} HTTP/1.1");
    let expected = [(line("GET", 1), ""), (line("POST", 2), "GET /"), (line("POST", 5), "GET /"), (line("GET", 6), "")];
    let expected: Vec<_> = expected.into_iter().map(|(line, body)| (line, body.as_bytes().to_vec())).collect();
    let mut out = out;
    out.sort_by_key(|(line, _)| line.split('/').nth(3).map(ToOwned::to_owned));
    assert_eq!(out, expected);
}

#[tokio::test]
async fn http_1_0_is_read_without_chunks() {
    let (house, settled, recorder, cookie) = recorded().await;
    let text = format!(
        "POST /rooms/r-hanako/first HTTP/1.0\r\n{{a}}Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}"
    );
    let heard = house.opening(Some(&settled.credentials)).say(&written(&house, &cookie, &text)).await;
    let (answers, _) = Message::all(&heard);
    assert!(answers.iter().all(|answer| answer.status() >= 400), "{answers:#?}");
    assert_eq!(recorder.requests(), []);
}

#[tokio::test]
async fn nothing_is_carried_before_a_backend_has_agreed_to_carry_it() {
    let (house, settled, recorder, cookie) = recorded().await;
    let key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (what, upgrade) in [
        (
            "h2c",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n".to_owned(),
        ),
        ("another protocol", "Connection: Upgrade\r\nUpgrade: foo\r\n".to_owned()),
        (
            "a WebSocket that the backend does not agree to",
            format!("Connection: Upgrade\r\nUpgrade: websocket\r\n{key}"),
        ),
        ("an upgrade that Connection does not name", format!("Upgrade: websocket\r\n{key}")),
        ("two protocols", format!("Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n{key}")),
    ] {
        let early = HIDDEN.replace("r-hanako", "r-jiro");
        let text = format!("GET /rooms/r-hanako/first HTTP/1.1\r\n{{a}}{upgrade}\r\n{early}");
        let heard = house.opening(Some(&settled.credentials)).say(&written(&house, &cookie, &text)).await;
        let (answers, _) = Message::all(&heard);
        let statuses: Vec<_> = answers.iter().map(Message::status).collect();
        println!("{what}: {statuses:?}");
        assert!(!statuses.contains(&101), "{what}: {statuses:?}");
        assert!(statuses.len() < 2 || statuses[1] == 403, "{what}: the next request is judged: {statuses:?}");
        let out = recorder.requests();
        let [request] = &out[..] else { panic!("{what}: {out:#?}") };
        assert_eq!(request.first_line(), "GET /rooms/r-hanako/first HTTP/1.1", "{what}");
        let websocket = what.starts_with("a WebSocket") || what.starts_with("two");
        let offered: &[&str] = if websocket { &["websocket"] } else { &[] };
        assert_eq!(request.values("upgrade"), offered, "{what}");
        assert_eq!(request.values("http2-settings"), Vec::<&str>::new(), "{what}");
    }
}
