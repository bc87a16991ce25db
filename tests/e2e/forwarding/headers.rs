//! What a backend reads of who asks comes from the gateway alone, however a client spells it.
//!
//! Attacks that gateways have fallen to (SECURITY.md#what-others-fell-to): identity headers from outside, their
//! aliases, hop-by-hop stripping, forged addresses.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use house::{Credentials, House, Message, Plan, Recorder, SOON, Settled, empty, now};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;

/// Names that a backend believes, one at least of each reserved family.
const RESERVED: [&str; 34] = [
    "gateway-assertion",
    "gateway-user",
    "client-cert",
    "client-cert-chain",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-user",
    "x-forwarded",
    "x-real-ip",
    "x-request-id",
    "x-ssl-client-cert",
    "ssl-client-verify",
    "x-client-dn",
    "x-remote-user",
    "remote-user",
    "x-original-uri",
    "x-rewrite-url",
    "proxy",
    "proxy-authorization",
    "proxy-connection",
    "x-user",
    "x-user-id",
    "x-device-id",
    "x-authenticated-user",
    "x-auth-request-user",
    "x-webauth-user",
    "x-cluster-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "fastly-client-ip",
    "x-original-method",
    "x-remote-groups",
];

/// Ways to write a name that some backend folds into the same variable.
const SPELLINGS: [fn(&str) -> String; 9] = [
    str::to_owned,
    |name| name.replace('-', "_"),
    |name| name.replace('-', "."),
    |name| name.replace('-', "~"),
    |name| name.replace('-', "!"),
    |name| name.replacen('-', "|", 1).replace('-', "'"),
    str::to_uppercase,
    |name| name.replacen('-', "_", 1).to_uppercase(),
    |name| name.chars().enumerate().map(|(at, c)| if at % 2 == 0 { c.to_ascii_uppercase() } else { c }).collect(),
];

/// Stands in every forged value.
const FORGED: &str = "forged-by-the-client";

async fn entered(plan: Plan) -> (House, Settled, String) {
    let house = House::planned(plan).await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    (house, settled, cookie)
}

/// The values under which `echo` received this header.
fn received<'e>(echo: &'e Value, part: &str, name: &str) -> Vec<&'e str> {
    let pairs = echo[part].as_array().unwrap().iter();
    pairs.filter(|pair| pair[0] == name).map(|pair| pair[1].as_str().unwrap()).collect()
}

fn claims(echo: &Value) -> Value {
    let assertion = received(echo, "headers", "gateway-assertion");
    assert_eq!(assertion.len(), 1, "{echo:#}");
    let claims = assertion[0].split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

/// Only ours arrived: each once, with nothing forged in it, and nothing else reserved.
fn only_ours(house: &House, echo: &Value, what: &str) {
    assert!(!echo.to_string().contains(FORGED), "{what}: {echo:#}");
    assert_eq!(received(echo, "headers", "x-forwarded-for"), ["127.0.0.1"], "{what}");
    assert_eq!(received(echo, "headers", "x-forwarded-proto"), ["https"], "{what}");
    assert_eq!(received(echo, "headers", "x-forwarded-host"), [house.host()], "{what}");
    assert_eq!(received(echo, "headers", "x-request-id").len(), 1, "{what}");
    assert_eq!(claims(echo)["sub"], Settled::WORKER, "{what}");
}

/// Asks over HTTP/1.1, word for word, on a connection of its own.
async fn ask(house: &House, settled: &Settled, cookie: &str, fields: &str) -> Message {
    let host = house.host();
    let text = format!(
        "GET /rooms/r-hanako/echo HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n{fields}Connection: close\r\n\r\n"
    );
    one(house.opening(Some(&settled.credentials)).say(text.as_bytes()).await)
}

fn one(heard: Vec<u8>) -> Message {
    let (mut answers, rest) = Message::all(&heard);
    assert_eq!((answers.len(), rest.len()), (1, 0), "{}", String::from_utf8_lossy(&heard));
    answers.remove(0)
}

/// Asks over HTTP/2 with headers and trailers.
async fn ask_h2(house: &House, held: &Credentials, (fields, trailers): (HeaderMap, Option<HeaderMap>)) -> Value {
    let opening = house::Opening { alpn: vec![b"h2".to_vec()], ..house.opening(Some(held)) };
    let tls = opening.connect().await.unwrap();
    let (mut send, driver) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(tls)).await.unwrap();
    tokio::spawn(driver);
    let trailers = std::future::ready(trailers.map(Ok));
    let body = Full::new(Bytes::from_static(b"body")).with_trailers(trailers);
    let url = format!("https://{}/rooms/r-hanako/echo", house.host());
    let mut request = Request::builder().method(Method::POST).uri(url).body(body).unwrap();
    request.headers_mut().extend(fields);
    let answer = tokio::time::timeout(SOON, send.send_request(request)).await.unwrap().unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).unwrap()
}

fn forged(spelling: fn(&str) -> String) -> Vec<String> {
    RESERVED.iter().map(|name| spelling(name)).collect()
}

/// As HTTP/2 has names: in small letters, each twice.
fn forged_map(spelling: fn(&str) -> String) -> HeaderMap {
    let mut map = HeaderMap::new();
    // HTTP/2 itself has no such header (RFC 9113 §8.2.2).
    for name in forged(spelling).iter().filter(|name| !name.eq_ignore_ascii_case("proxy-connection")) {
        for _ in 0..2 {
            let name: HeaderName = name.to_lowercase().parse().unwrap();
            map.append(name, HeaderValue::from_static(FORGED));
        }
    }
    map
}

#[tokio::test]
async fn no_spelling_of_a_reserved_header_reaches_a_backend() {
    let (house, settled, cookie) = entered(Plan::default()).await;
    for spelling in SPELLINGS {
        let names = forged(spelling);
        let twice: String = names.iter().map(|name| format!("{name}: {FORGED}\r\n{name}:\t{FORGED}\r\n")).collect();
        let answer = ask(&house, &settled, &cookie, &twice).await;
        assert_eq!(answer.status(), 200, "{answer:?}");
        only_ours(&house, &answer.json(), &names[0]);
        let mut fields = forged_map(spelling);
        fields.insert("cookie", cookie.parse().unwrap());
        let echo = ask_h2(&house, &settled.credentials, (fields, None)).await;
        only_ours(&house, &echo, &names[0]);
    }
}

#[tokio::test]
async fn no_spelling_of_a_reserved_header_reaches_a_backend_in_trailers() {
    let (house, settled, cookie) = entered(Plan::default()).await;
    let host = house.host();
    for spelling in SPELLINGS {
        let names = forged(spelling);
        let trailers: String = names.iter().map(|name| format!("{name}: {FORGED}\r\n")).collect();
        let text = format!(
            "POST /rooms/r-hanako/echo HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nTransfer-Encoding: chunked\r\n\
             Trailer: x-honest, {}\r\nConnection: close\r\n\r\n4\r\nbody\r\n0\r\nX-Honest: yes\r\n{trailers}\
             Set-Cookie: a={FORGED}\r\nContent-Length: 9\r\n\r\n",
            names.join(", ")
        );
        let answer = one(house.opening(Some(&settled.credentials)).say(text.as_bytes()).await);
        assert_eq!(answer.status(), 200, "{answer:?}");
        let echo = answer.json();
        only_ours(&house, &echo, &names[0]);
        assert_eq!(echo["trailers"], serde_json::json!([["x-honest", "yes"]]), "{echo:#}");
        let mut trailers = forged_map(spelling);
        trailers.insert("x-honest", HeaderValue::from_static("yes"));
        let fields = HeaderMap::from_iter([
            (http::header::COOKIE, cookie.parse().unwrap()),
            (http::header::TRAILER, HeaderValue::from_static("x-honest")),
        ]);
        let echo = ask_h2(&house, &settled.credentials, (fields, Some(trailers))).await;
        only_ours(&house, &echo, &names[0]);
        assert_eq!(echo["body_bytes"], 4);
    }
}

#[tokio::test]
async fn the_help_site_and_the_operations_listener_let_no_forged_header_in() {
    let (house, _, _) = entered(Plan::default()).await;
    let before = house.backend.entered();
    let all: String = RESERVED.iter().map(|name| format!("{name}: {FORGED}\r\n")).collect();
    let help = house::Opening { address: house.help_address(), sni: None, ..house.opening(None) };
    let host = house.help_address();
    let text = format!("GET /rooms/r-hanako/echo HTTP/1.1\r\nHost: {host}\r\n{all}Connection: close\r\n\r\n");
    let answer = one(help.say(text.as_bytes()).await);
    assert_eq!(answer.status(), 404, "{answer:?}");
    let mut ops = tokio::net::TcpStream::connect(house.ops_address()).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut ops, text.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let reading = tokio::io::AsyncReadExt::read_to_end(&mut ops, &mut heard);
    tokio::time::timeout(SOON, reading).await.unwrap().unwrap();
    assert_eq!(one(heard).status(), 404);
    assert_eq!(house.backend.entered(), before);
    assert_eq!(house.backend.refused(), 0);
}

#[tokio::test]
async fn connection_takes_nothing_of_ours_away() {
    let (house, settled, cookie) = entered(Plan::default()).await;
    let named = "Connection: gateway-assertion, x-request-id, X-Forwarded-For, x-forwarded-proto, x-forwarded-host\r\n";
    let answer = ask(&house, &settled, &cookie, &format!("{named}Connection: Gateway-Assertion\r\n")).await;
    assert_eq!(answer.status(), 200, "{answer:?}");
    only_ours(&house, &answer.json(), "named by Connection");
    let host = "Connection: host, cookie, gateway-assertion, content-length\r\nContent-Length: 0\r\n";
    let answer = ask(&house, &settled, &cookie, host).await;
    assert_eq!(answer.status(), 200, "{answer:?}");
    only_ours(&house, &answer.json(), "host named by Connection");
}

#[tokio::test]
async fn a_forged_address_changes_neither_the_line_nor_what_the_backend_reads() {
    let (house, settled, cookie) = entered(Plan::default()).await;
    let forged = "X-Forwarded-For: 203.0.113.9\r\nForwarded: for=203.0.113.9\r\nX-Real-IP: 203.0.113.9\r\n\
                  X-Client-IP: 203.0.113.9\r\nX-Original-Forwarded-For: 203.0.113.9\r\nX_Forwarded_For: 203.0.113.9\r\n";
    let answer = ask(&house, &settled, &cookie, forged).await;
    let echo = answer.json();
    assert!(!echo.to_string().contains("203.0.113.9"), "{echo:#}");
    let id = received(&echo, "headers", "x-request-id")[0].to_owned();
    let line = house.line(|line| line["request_id"] == id.as_str()).await;
    assert_eq!(line["source"], "127.0.0.1");
    assert!(house.lines().iter().all(|line| line["source"] != "203.0.113.9"));
}

#[tokio::test]
async fn our_cookies_stay_here_and_others_go_on() {
    let (house, settled, cookie) = entered(Plan::default()).await;
    let all = format!("theme=dark; {cookie}; __Host-device=d-1; __host-SESSION=x; lang=ja");
    let answer = ask(&house, &settled, &all, "").await;
    assert_eq!(answer.status(), 200, "{answer:?}");
    assert_eq!(received(&answer.json(), "headers", "cookie"), ["theme=dark; lang=ja"]);
    let mut fields = HeaderMap::new();
    for pair in all.split("; ") {
        fields.append("cookie", pair.parse().unwrap());
    }
    let echo = ask_h2(&house, &settled.credentials, (fields, None)).await;
    assert_eq!(received(&echo, "headers", "cookie"), ["theme=dark; lang=ja"]);
}

#[tokio::test]
async fn hop_by_hop_headers_end_at_this_hop() {
    let (house, settled, cookie) = entered(Plan::default()).await;
    let fields = "Keep-Alive: timeout=5\r\nTE: trailers, deflate\r\nConnection: x-mine, TE\r\nX-Mine: private\r\n\
                  HTTP2-Settings: AAMAAABk\r\nProxy-Authorization: Basic eDp5\r\nX-Other: public\r\n";
    let answer = ask(&house, &settled, &cookie, fields).await;
    let echo = answer.json();
    for name in ["keep-alive", "x-mine", "http2-settings", "proxy-authorization", "transfer-encoding", "upgrade"] {
        assert_eq!(received(&echo, "headers", name), Vec::<&str>::new(), "{name}");
    }
    assert_eq!(received(&echo, "headers", "te"), ["trailers"]);
    assert_eq!(received(&echo, "headers", "x-other"), ["public"]);
}

#[tokio::test]
async fn a_backend_sets_no_cookie_of_ours_and_its_hop_by_hop_headers_end_here() {
    let backend = Recorder::answering(|_| {
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=9\r\nConnection: x-between\r\nX-Between: us\r\n\
          Proxy-Authenticate: Basic\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: __Host-session=stolen; Path=/; Secure\r\n\
          Set-Cookie: __HOST-device=stolen\r\nSet-Cookie: =__Host-session=stolen\r\nX-Other: public\r\n\r\nok"
            .to_vec()
    })
    .await;
    let (house, settled, cookie) = entered(Plan { backend: backend.url(), ..Plan::default() }).await;
    let answer = ask(&house, &settled, &cookie, "").await;
    assert_eq!(answer.status(), 200, "{answer:?}");
    assert_eq!(answer.values("set-cookie"), ["a=1; Path=/"]);
    assert!(!answer.head.contains("stolen"), "{}", answer.head);
    for name in ["keep-alive", "x-between", "proxy-authenticate"] {
        assert_eq!(answer.values(name), Vec::<&str>::new(), "{name}");
    }
    assert_eq!(answer.values("x-other"), ["public"]);
    assert_eq!(backend.requests().len(), 1);
}

#[tokio::test]
async fn the_assertion_states_who_asks_with_which_certificate_and_for_a_minute() {
    let (house, settled, cookie) = entered(Plan::default()).await;
    let before = now().unix();
    let echo = ask(&house, &settled, &cookie, "").await.json();
    let claims = claims(&echo);
    let thumbprint = URL_SAFE_NO_PAD.encode(settled.credentials.fingerprint.as_bytes());
    let iat = claims["iat"].as_i64().unwrap();
    assert!((before - 30..=now().unix()).contains(&iat), "{claims}");
    assert_eq!(
        claims,
        serde_json::json!({
            "iss": "https://localhost", "iat": iat, "exp": iat + 60, "aud": "care-record", "sub": Settled::WORKER,
            "office": house::OFFICE, "device": settled.device.to_string(), "roles": [], "room": "r-hanako",
            "amr": ["pwd", "swk", "mfa"], "cnf": { "x5t#S256": thumbprint },
        })
    );
    let mut talk = house.talk(&settled.credentials).await;
    let outside = house.get(&mut talk, "/echo", Some(&cookie)).await.json();
    assert_eq!(self::claims(&outside).get("room"), None);
    assert_eq!(received(&echo, "headers", "client-cert"), Vec::<&str>::new());
    assert_eq!(received(&echo, "headers", "forwarded"), Vec::<&str>::new());
}

#[tokio::test]
async fn a_route_can_bind_the_assertion_and_show_the_certificate() {
    let routes = "[[site.route]]\npath = \"/rooms/{room_ref}/**\"\nupstream = \"care-record\"\n\
                  request_binding = true\nclient_cert = true\nforwarded = true\n";
    let (house, settled, cookie) = entered(Plan { routes: routes.into(), ..Plan::default() }).await;
    let mut talk = house.talk(&settled.credentials).await;
    let digest = |octets: &[u8]| URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, octets));
    let target = "/rooms/r-hanako/echo/%E6%9F%8F?a=1&b=%20";
    let body = Bytes::from_static("本文".as_bytes());
    let request = house.request(Method::PUT, target, Some(&cookie)).body(Full::new(body.clone())).unwrap();
    let answer = talk.ask(request).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let echo = answer.json();
    let bound = claims(&echo);
    assert_eq!(bound["htm"], "PUT");
    assert_eq!(bound["htp"], "/rooms/r-hanako/echo/%E6%9F%8F");
    assert_eq!(bound["htq"], digest(b"a=1&b=%20"));
    assert_eq!(bound["htb"], digest(&body));
    assert_eq!(echo["target"], target);
    let leaf = format!(":{}:", STANDARD.encode(&settled.credentials.chain[0]));
    assert_eq!(received(&echo, "headers", "client-cert"), [leaf]);
    let forwarded = format!("for=127.0.0.1;host=\"{}\";proto=https", house.host());
    assert_eq!(received(&echo, "headers", "forwarded"), [forwarded]);
    let request = house.request(Method::GET, "/rooms/r-hanako/echo", Some(&cookie)).body(empty()).unwrap();
    let bound = claims(&talk.ask(request).await.unwrap().json());
    assert_eq!((bound["htm"].as_str(), bound.get("htq"), bound.get("htb")), (Some("GET"), None, None));
    let large = Full::new(Bytes::from(vec![b'x'; (64 << 10) + 1]));
    let request = house.request(Method::POST, "/rooms/r-hanako/sink", Some(&cookie)).body(large).unwrap();
    let counted = talk.ask(request).await.unwrap();
    assert_eq!(counted.json()["bytes"], (64 << 10) + 1);
    let forged = format!("client-cert: {FORGED}\r\nForwarded: for={FORGED}\r\nClient_Cert: {FORGED}\r\n");
    let echo = ask(&house, &settled, &cookie, &forged).await.json();
    assert!(!echo.to_string().contains(FORGED), "{echo:#}");
    assert_eq!(
        received(&echo, "headers", "client-cert"),
        [format!(":{}:", STANDARD.encode(&settled.credentials.chain[0]))]
    );
}

#[tokio::test]
async fn what_a_configuration_reserves_reaches_no_backend_either_in_headers_nor_in_trailers() {
    let reserved = "[headers]\nreserved = [\"Staff-No\", \"X-Karte-*\"]".to_owned();
    let (house, settled, cookie) = entered(Plan { extra: reserved, ..Plan::default() }).await;
    let fields = format!("Staff_No: {FORGED}\r\nX-KARTE.User: {FORGED}\r\nX-Karte: mine\r\nX-Real-IP: {FORGED}\r\n");
    let echo = ask(&house, &settled, &cookie, &fields).await.json();
    only_ours(&house, &echo, "by configuration");
    assert_eq!(received(&echo, "headers", "x-karte"), ["mine"]);
    let text = format!(
        "POST /rooms/r-hanako/echo HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\nTransfer-Encoding: chunked\r\n\
         Trailer: x-karte, x-karte-user\r\nConnection: close\r\n\r\n0\r\nX-Karte: mine\r\nX_Karte_User: {FORGED}\r\n\
         X-Karte-User: {FORGED}\r\n\r\n",
        house.host()
    );
    let echo = one(house.opening(Some(&settled.credentials)).say(text.as_bytes()).await).json();
    assert_eq!(echo["trailers"], serde_json::json!([["x-karte", "mine"]]), "{echo:#}");
}
