//! The help site's public door leads to the desk's /apply, /pickup and /lost, and to nothing else; and it passes on what
//! is named, and nothing else. What came out is counted at a desk that keeps every octet.

use bytes::Bytes;
use gateway::config::Config;
use gateway::rules::Rules;
use house::{Answer, House, Message, Opening, Plan, Recorder, Settled, Talk};
use http::{Method, Request};
use http_body_util::Full;

/// Says what a desk would say, and much that it would not.
fn said(request: &Message) -> Vec<u8> {
    let target = request.first_line().split(' ').nth(1).unwrap_or_default().to_owned();
    let (status, more) = match target.as_str() {
        "/apply/led" => ("303 See Other", "Location: /apply/done?no=A-1\r\n"),
        "/apply/astray" => ("303 See Other", "Location: https://evil.example/apply\r\n"),
        "/apply/mistake" => ("422 Unprocessable Content", "Retry-After: 7\r\n"),
        _ => ("200 OK", "Content-Disposition: attachment; filename=\"x.p12\"\r\n"),
    };
    let body = if request.head.starts_with("HEAD ") { "" } else { "desk" };
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 4\r\n{more}\
         Content-Security-Policy: default-src 'self'\r\nSet-Cookie: __Host-session=x\r\nSet-Cookie: a=b\r\n\
         Clear-Site-Data: \"*\"\r\nServer: desk\r\nGateway-Assertion: x\r\n\r\n{body}"
    )
    .into_bytes()
}

async fn open() -> (House, Recorder) {
    let desk = Recorder::answering(said).await;
    let more = format!("[[upstream]]\nname = \"desk-public\"\nurl = \"{}\"\n", desk.url());
    let plan = Plan { more, help: "desk = \"desk-public\"".into(), ..Plan::default() };
    (House::planned(plan).await, desk)
}

const FORM: &str = "application/x-www-form-urlencoded";

fn request(house: &House, method: Method, target: &str) -> http::request::Builder {
    Request::builder().method(method).uri(target).header("host", house.help_host()).header("accept", "application/json")
}

async fn ask(talk: &mut Talk, request: http::request::Builder, body: impl Into<Bytes>) -> Answer {
    talk.ask(request.body(Full::new(body.into())).unwrap()).await.unwrap()
}

async fn post(house: &House, target: &str, kind: &str, body: Vec<u8>) -> Answer {
    let mut talk = Talk::open(&house.help_opening()).await.unwrap();
    ask(&mut talk, request(house, Method::POST, target).header("content-type", kind), body).await
}

#[tokio::test]
async fn what_is_named_reaches_the_desk_and_nothing_else_does() {
    let (house, desk) = open().await;
    let mut talk = Talk::open(&house.help_opening()).await.unwrap();
    let asked = request(&house, Method::POST, "/pickup/7K2MX?step=2")
        .header("content-type", FORM)
        .header("accept-language", "ja")
        .header("user-agent", "Safari")
        .header("origin", format!("https://{}", house.help_host()))
        .header("cookie", "__Host-session=x; __Host-device=y; other=z")
        .header("authorization", "Bearer x")
        .header("gateway-assertion", "x")
        .header("gateway_ref", "X")
        .header("gateway-ref", "X")
        .header("x-forwarded-for", "203.0.113.9")
        .header("x-forwarded-host", "kashiwani.example.jp")
        .header("forwarded", "for=203.0.113.9")
        .header("x-request-id", "mine")
        .header("te", "trailers");
    let answer = ask(&mut talk, asked, "code=x").await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, "desk".into()));
    let [heard] = &desk.requests()[..] else { panic!("one request") };
    assert_eq!((heard.first_line(), &heard.body[..]), ("POST /pickup/7K2MX?step=2 HTTP/1.1", &b"code=x"[..]));
    let mut fields: Vec<_> = heard.head.lines().skip(1).map(|line| line.split(':').next().unwrap()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "accept-language",
            "content-length",
            "content-type",
            "gateway-ref",
            "host",
            "user-agent",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-request-id"
        ]
    );
    let line = house.line(|line| line["kind"] == "request" && line["site"] == "help").await;
    assert_eq!(heard.values("gateway-ref"), [line["ref"].as_str().unwrap()]);
    assert_eq!(heard.values("x-request-id"), [line["request_id"].as_str().unwrap()]);
    assert_eq!(heard.values("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(heard.values("x-forwarded-host"), [house.help_host()]);
    assert_eq!((&line["outcome"], &line["status"], &line["bytes_in"]), (&"passed".into(), &200.into(), &6.into()));
    assert!(line["upstream_us"].is_u64() && line["user"].is_null() && line["device"].is_null(), "{line}");
    // A log that leaks holds no ticket.
    assert_eq!(line["path"], "/pickup/*");
    let log = std::fs::read_to_string(house.access_log()).unwrap();
    assert!(!log.contains("7K2MX"), "{log}");
    assert_eq!(house.lines().iter().filter(|line| line["kind"] == "request").count(), 1);
}

#[tokio::test]
async fn of_the_desks_answer_what_is_named_comes_back_with_our_own_headers_around_it() {
    let (house, _desk) = open().await;
    let mut h2 = Talk::open(&Opening { alpn: vec![b"h2".to_vec()], ..house.help_opening() }).await.unwrap();
    let mut h1 = Talk::open(&house.help_opening()).await.unwrap();
    for talk in [&mut h1, &mut h2] {
        let uri = |path: &str| match talk {
            Talk::H1(_) => path.to_owned(),
            Talk::H2(_) => format!("https://{}{path}", house.help_host()),
        };
        let [plain, led, mistake, astray] = ["/apply", "/apply/led", "/apply/mistake", "/apply/astray"]
            .map(|path| request(&house, Method::GET, &uri(path)));
        let answer = ask(talk, plain, "").await;
        let mut names: Vec<_> =
            answer.headers.keys().map(http::HeaderName::as_str).filter(|name| *name != "date").collect();
        names.sort_unstable();
        let ours = ["referrer-policy", "x-content-type-options", "x-frame-options"];
        let expected =
            ["cache-control", "content-disposition", "content-length", "content-security-policy", "content-type"];
        assert_eq!(names, [&expected[..], &ours[..]].concat());
        assert_eq!(answer.headers["content-security-policy"], "default-src 'self'");
        assert_eq!(answer.headers["cache-control"], "no-store");
        let answer = ask(talk, led, "").await;
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["location"]),
            (303, &"/apply/done?no=A-1".parse().unwrap())
        );
        let answer = ask(talk, mistake, "").await;
        assert_eq!((answer.status.as_u16(), &answer.headers["retry-after"]), (422, &"7".parse().unwrap()));
        let answer = ask(talk, astray, "").await;
        assert_eq!(answer.problem(), (503, "KW-301".into(), "backend_unavailable".into()));
    }
    let answer = ask(&mut h1, request(&house, Method::HEAD, "/apply"), "").await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["content-length"], answer.body.len()),
        (200, &"4".parse().unwrap(), 0)
    );
}

/// Everything that is not the desk's at the public door, and what it gets.
const ELSEWHERE: [(&str, u16); 25] = [
    ("GET /desk/reports", 404),
    ("GET /desk/password", 404),
    ("GET /office/apply", 404),
    ("GET /console/", 404),
    ("GET /rooms/r-hanako/echo", 404),
    ("GET /.gateway/login", 404),
    ("GET /.gateway/jwks.json", 404),
    ("GET /applying", 404),
    ("GET /Apply", 404),
    ("GET /%61pply", 404),
    ("GET /apply%2f..%2fdesk%2freports", 400),
    ("GET /apply/%2e%2e/desk/reports", 400),
    ("GET /apply/../desk/reports", 400),
    ("GET /apply/..;/desk/reports", 400),
    ("GET /apply;/desk/reports", 400),
    ("GET /apply//desk/reports", 400),
    ("GET //apply", 400),
    ("GET /apply\\..\\desk", 400),
    ("GET /apply%00", 400),
    ("GET http://{h}/apply", 400),
    ("GET https://localhost/apply", 400),
    ("GET *", 400),
    ("PUT /apply", 404),
    ("DELETE /pickup", 404),
    ("TRACE /apply", 400),
];

#[tokio::test]
async fn behind_the_public_door_nothing_else_can_be_reached() {
    let (house, desk) = open().await;
    for (line, status) in ELSEWHERE {
        let host = house.help_host();
        let line = line.replace("{h}", &host);
        let octets = format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAccept: text/html\r\n\r\n");
        let heard = house.help_opening().say(octets.as_bytes()).await;
        let (answers, _) = Message::all(&heard);
        let statuses: Vec<_> = answers.iter().map(Message::status).collect();
        assert_eq!(statuses, [status], "{line}: {}", String::from_utf8_lossy(&heard));
        let [page] = &answers[..] else { unreachable!() };
        let code = if status == 404 { "KW-307" } else { "KW-306" };
        assert!(String::from_utf8_lossy(&page.body).contains(code), "a page for people: {line}\n{page:?}");
        assert_eq!(desk.requests(), [], "{line}");
    }
    let answer = post(&house, "/desk/reports", "application/json", b"{}".to_vec()).await;
    assert_eq!(answer.problem(), (404, "KW-307".into(), "no_route".into()));
    let answer = post(&house, "/desk/password", FORM, b"a=b".to_vec()).await;
    assert_eq!(answer.problem(), (404, "KW-307".into(), "no_route".into()));
    assert_eq!(desk.requests(), []);
    // The whole URL of the site itself is its path (RFC 9112 §3.2.2).
    let own =
        format!("GET https://{h}/apply HTTP/1.1\r\nHost: {h}\r\nConnection: close\r\n\r\n", h = house.help_host());
    let (answers, _) = Message::all(&house.help_opening().say(own.as_bytes()).await);
    assert_eq!(answers[0].status(), 200);
    assert_eq!(desk.requests()[0].first_line(), "GET /apply HTTP/1.1");
}

#[tokio::test]
async fn the_service_sites_name_is_not_served_here_and_the_public_paths_are_not_served_there() {
    let (house, desk) = open().await;
    for host in [house.host(), "localhost".to_owned(), "kashiwani.example.jp".to_owned()] {
        let mut talk = Talk::open(&house.help_opening()).await.unwrap();
        let asked = Request::builder().uri("/apply").header("host", host).header("accept", "application/json");
        assert_eq!(ask(&mut talk, asked, "").await.problem(), (421, "KW-304".into(), "misdirected".into()));
    }
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    house.get(&mut talk, "/apply", Some(&cookie)).await;
    let mut bare = Talk::open(&house.opening(None)).await.unwrap();
    let answer = house.get(&mut bare, "/apply", None).await;
    assert_eq!(answer.problem(), (403, "KW-101".into(), "no_cert".into()));
    assert_eq!(desk.requests(), []);
}

/// Bodies of which two readers could disagree where they end, and a request hidden behind each.
const AMBIGUOUS: [&str; 8] = [
    "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
    "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n2c\r\nX\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "Content-Length: 1\r\nContent-Length: 2\r\n\r\nX",
    "Content-Length: +1\r\n\r\nX",
    "Content-Length: 0x1\r\n\r\nX",
];

#[tokio::test]
async fn a_hidden_request_does_not_come_out_and_each_goes_to_the_desk_with_its_length() {
    let (house, desk) = open().await;
    for rest in AMBIGUOUS {
        let host = house.help_host();
        let octets = format!(
            "POST /apply HTTP/1.1\r\nHost: {host}\r\nContent-Type: {FORM}\r\n{rest}GET /lost/hidden HTTP/1.1\r\n\
             Host: {host}\r\nConnection: close\r\n\r\n"
        );
        house.help_opening().say(octets.as_bytes()).await;
        let out = desk.requests();
        assert!(out.len() <= 1 && !out.iter().any(|out| out.head.contains("hidden")), "{rest}: {out:#?}");
        for request in out {
            assert_eq!(request.values("content-length").len(), 1, "{rest}: {request:?}");
            assert_eq!(request.values("transfer-encoding").len(), 0, "{rest}: {request:?}");
        }
    }
    // Two requests in order, in one piece, are two.
    let get = |path: &str, end: &str| format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{end}\r\n", house.help_host());
    let both = get("/apply", "") + &get("/lost", "Connection: close\r\n");
    house.help_opening().say(both.as_bytes()).await;
    let lines: Vec<_> = desk.requests().iter().map(|request| request.first_line().to_owned()).collect();
    assert_eq!(lines, ["GET /apply HTTP/1.1", "GET /lost HTTP/1.1"]);
}

#[tokio::test]
async fn a_body_is_a_form_within_its_bounds() {
    let (house, desk) = open().await;
    const FILE: &str = "multipart/form-data; boundary=x";
    for (kind, octets, status) in [
        (FORM, 64 << 10, 200),
        (FORM, (64 << 10) + 1, 413),
        (FILE, 1 << 20, 200),
        (FILE, (1 << 20) + 1, 413),
        ("application/json", 2, 400),
        ("text/plain", 2, 400),
        ("text/csv", 2, 400),
    ] {
        let answer = post(&house, "/apply", kind, vec![b'x'; octets]).await;
        assert_eq!(answer.status.as_u16(), status, "{kind} {octets}: {}", answer.text());
        let out = desk.requests();
        assert_eq!(out.len(), usize::from(status == 200), "{kind} {octets}");
        assert!(out.iter().all(|out| out.body.len() == octets));
    }
    // The same where its length is not said before.
    let head = format!("POST /apply HTTP/1.1\r\nHost: {}\r\nContent-Type: {FORM}\r\n", house.help_host());
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    for (chunks, status) in [(16, 200), (17, 413)] {
        let octets =
            format!("{head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(chunks));
        let (answers, _) = Message::all(&house.help_opening().say(octets.as_bytes()).await);
        assert_eq!(answers.iter().map(Message::status).collect::<Vec<_>>(), [status], "{chunks}");
        assert_eq!(desk.requests().len(), usize::from(status == 200), "{chunks}");
    }
    // Reading brings nothing along.
    let octets = format!(
        "GET /apply HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: 6\r\n\r\nhidden",
        house.help_host()
    );
    house.help_opening().say(octets.as_bytes()).await;
    let [out] = &desk.requests()[..] else { panic!("one request") };
    assert!(out.body.is_empty() && !out.head.contains("hidden"), "{out:?}");
}

#[tokio::test]
async fn only_this_sites_own_pages_and_no_browser_at_all_may_post() {
    let (house, desk) = open().await;
    let own = format!("https://{}", house.help_host());
    let service = format!("https://{}", house.host());
    for (name, value, status) in [
        ("x-none", "x", 200),
        ("sec-fetch-site", "same-origin", 200),
        ("sec-fetch-site", "same-site", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "none", 403),
        ("origin", &own, 200),
        ("origin", &service, 403),
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
    ] {
        let mut talk = Talk::open(&house.help_opening()).await.unwrap();
        let asked = request(&house, Method::POST, "/apply").header("content-type", FORM).header(name, value);
        let answer = ask(&mut talk, asked, "a=b").await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {value}: {}", answer.text());
        if status == 403 {
            assert_eq!(answer.problem(), (403, "KW-305".into(), "cross_site".into()));
        }
        assert_eq!(desk.requests().len(), usize::from(status == 200), "{name}: {value}");
    }
}

#[tokio::test]
async fn a_desk_that_is_away_is_told_as_such_and_its_help_stays_open() {
    let more = "[[upstream]]\nname = \"desk-public\"\nurl = \"unix:/nonexistent/desk-public.sock\"\n".to_owned();
    let house = House::planned(Plan { more, help: "desk = \"desk-public\"".into(), ..Plan::default() }).await;
    let mut talk = Talk::open(&house.help_opening()).await.unwrap();
    let answer = ask(&mut talk, request(&house, Method::GET, "/apply"), "").await;
    assert_eq!(answer.problem(), (503, "KW-301".into(), "backend_unavailable".into()));
    assert!(answer.headers.contains_key("retry-after"));
    let answer = ask(&mut talk, request(&house, Method::GET, "/how-to-apply"), "").await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("/apply\""), "{}", answer.text());
}

#[tokio::test]
async fn without_a_desk_there_is_no_public_door() {
    let house = House::open().await;
    let mut talk = Talk::open(&house.help_opening()).await.unwrap();
    for path in ["/apply", "/pickup/7K2MX", "/lost"] {
        let answer = ask(&mut talk, request(&house, Method::GET, path), "").await;
        assert_eq!(answer.problem(), (404, "KW-307".into(), "no_route".into()), "{path}");
    }
    house.line(|line| line["path"] == "/lost").await;
    assert!(!std::fs::read_to_string(house.access_log()).unwrap().contains("7K2MX"));
}

#[tokio::test]
async fn a_socket_that_is_the_private_desks_by_another_way_is_refused() {
    let house = House::open().await;
    std::os::unix::fs::symlink(&house.dir, house.dir.join("by-another-way")).unwrap();
    let loaded = |socket: &str| {
        let help = format!("{}desk = \"desk-public\"\n", house.configuration);
        let upstream =
            format!("[[upstream]]\nname = \"desk-public\"\nurl = \"unix:{}/{socket}\"\n", house.dir.display());
        let configuration = help.replacen("[[site]]", &format!("{upstream}[[site]]"), 1);
        Rules::load(Config::parse(&configuration).unwrap()).map(drop)
    };
    assert_eq!(loaded("desk-public.sock"), Ok(()));
    let mistakes = loaded("by-another-way/desk.sock").unwrap_err();
    assert_eq!(mistakes.len(), 1);
    assert!(mistakes[0].to_string().starts_with("site[1].desk: \"desk-public\" leads where site[0].desk leads too"));
}
