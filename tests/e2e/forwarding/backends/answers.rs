//! Of its length an answer says what is known, once, or nothing; and for the whole site it says nothing at all.

use house::{Answer, Backend, Ending, Message, Plan, Recorder, Script, empty};
use http::Method;

use super::{ANYWHERE, Lived, PROTOCOLS, lived_in};

async fn in_front_of(scripts: Vec<(&'static str, Script)>) -> (Lived, Backend) {
    let backend = Backend::start(ANYWHERE.parse().unwrap(), scripts);
    let lived = lived_in(Plan { backend: format!("http://{}", backend.address()), ..Plan::default() }).await;
    (lived, backend)
}

impl Lived {
    async fn ask(&self, alpn: &str, method: &Method, path: &str) -> Answer {
        let target = self.target(alpn, path);
        let request = self.house.request(method.clone(), &target, Some(&self.cookie)).body(empty()).unwrap();
        self.talk(alpn).await.ask(request).await.unwrap_or_else(|error| panic!("{path} over {alpn}: {error}"))
    }
}

fn lengths(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("content-length").iter().map(|value| value.to_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_one_length_that_is_known_or_none() {
    const OK: &str = "HTTP/1.1 200 OK\r\n";
    let say = |said: &str| Script::once(said, Ending::Close);
    let (lived, _backend) = in_front_of(vec![
        ("doubled", say(&format!("{OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\nwhole"))),
        ("listed", say(&format!("{OK}Content-Length: 5, 5\r\n\r\nwhole"))),
        ("padded", say(&format!("{OK}Content-Length: 00005\r\n\r\nwhole"))),
        ("until-the-end", say(&format!("{OK}\r\nwhole"))),
        ("old", say("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nwhole")),
        ("both", say(&format!("{OK}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n0\r\n\r\n"))),
        ("named", say(&format!("{OK}Connection: content-length\r\nContent-Length: 5\r\n\r\nwhole"))),
        ("nothing", say("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")),
        ("no-chunks", say("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n")),
        ("same", say("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n")),
        ("head", say(&format!("{OK}Content-Length: 5, 5\r\n\r\n"))),
        ("empty", say(&format!("{OK}Content-Length: 0\r\nContent-Length: 0\r\n\r\n"))),
    ])
    .await;
    for alpn in PROTOCOLS {
        for (method, path, status, body, length) in [
            (Method::GET, "/doubled", 200, "whole", Some("5")),
            (Method::GET, "/listed", 200, "whole", Some("5")),
            (Method::GET, "/padded", 200, "whole", Some("5")),
            (Method::GET, "/until-the-end", 200, "whole", None),
            (Method::GET, "/old", 200, "whole", Some("5")),
            (Method::GET, "/both", 200, "whole", None),
            (Method::GET, "/named", 200, "whole", Some("5")),
            (Method::GET, "/nothing", 204, "", None),
            (Method::GET, "/no-chunks", 204, "", None),
            (Method::GET, "/same", 304, "", Some("5")),
            (Method::HEAD, "/head", 200, "", Some("5")),
            (Method::GET, "/empty", 200, "", Some("0")),
        ] {
            let answer = lived.ask(alpn, &method, path).await;
            assert_eq!((answer.status.as_u16(), &*answer.text()), (status, body), "{path} over {alpn}");
            let told = lengths(&answer);
            // Over HTTP/1.1 hyper says nothing of the length of a 304 (RFC 9110 §8.6).
            let silent = status == 304 && alpn == "http/1.1" && told.is_empty();
            assert!(silent || told == length.into_iter().collect::<Vec<_>>(), "{path} over {alpn}: {told:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_two_readers_could_end_differently_is_refused() {
    const OK: &str = "HTTP/1.1 200 OK\r\n";
    let say = |said: &str| Script::once(said, Ending::Close);
    let (lived, _backend) = in_front_of(vec![
        ("differ", say(&format!("{OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\nwhole!"))),
        ("list", say(&format!("{OK}Content-Length: 5, 6\r\n\r\nwhole!"))),
        ("head", say(&format!("{OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\n"))),
        ("same", say("HTTP/1.1 304 Not Modified\r\nContent-Length: 5, 6\r\n\r\n")),
        ("packed", say(&format!("{OK}Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nwhole\r\n0\r\n\r\n"))),
        ("lines", say(&format!("{OK}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))),
        ("bare", say(&format!("{OK}Transfer-Encoding: gzip\r\n\r\nwhole"))),
        ("twice", say(&format!("{OK}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"))),
    ])
    .await;
    for alpn in PROTOCOLS {
        for path in ["/differ", "/list", "/head", "/same", "/packed", "/lines", "/bare", "/twice"] {
            let method = if path == "/head" { Method::HEAD } else { Method::GET };
            let answer = lived.ask(alpn, &method, path).await;
            assert_eq!(answer.status, 503, "{path} over {alpn}: {}", answer.text());
            if method == Method::GET {
                assert_eq!(answer.problem(), (503, "KW-301".into(), "backend_unavailable".into()), "{path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_backend_says_for_the_whole_site_stays_behind() {
    let recorder = Recorder::answering(|_| {
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nAlt-Svc: h3=\":443\"\r\nAlt-Svc: clear\r\n\
          Strict-Transport-Security: max-age=0\r\nClear-Site-Data: \"cache\", \"cookies\"\r\nClear-Site-Data: \"*\"\r\n\
          Gateway-Ref: forged\r\nGateway_Assertion: forged\r\nX-Own: its own\r\n\
          Trailer: alt-svc, gateway-ref, strict-transport-security, clear-site-data\r\n\r\n5\r\nwhole\r\n0\r\n\
          Alt-Svc: clear\r\nGateway-Ref: forged\r\nStrict-Transport-Security: max-age=0\r\nClear-Site-Data: \"*\"\r\n\r\n"
            .to_vec()
    })
    .await;
    let lived = lived_in(Plan { backend: recorder.url(), ..Plan::default() }).await;
    for alpn in PROTOCOLS {
        let answer = lived.ask(alpn, &Method::GET, "/x").await;
        assert_eq!((answer.status.as_u16(), &*answer.text()), (200, "whole"));
        for name in ["alt-svc", "strict-transport-security", "gateway-ref", "gateway_assertion"] {
            assert_eq!(answer.headers.get(name), None, "{name} over {alpn}");
        }
        assert_eq!(answer.headers["clear-site-data"], "\"cache\"", "{alpn}");
        assert_eq!(answer.headers["x-own"], "its own", "{alpn}");
    }
    let host = lived.house.host();
    let words = format!(
        "GET /x HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nTE: trailers\r\nConnection: close, te\r\n\r\n",
        lived.cookie
    );
    let heard = String::from_utf8(lived.opening("http/1.1").say(words.as_bytes()).await).unwrap();
    assert!(heard.ends_with("5\r\nwhole\r\n0\r\n\r\n"), "{heard}");
}

/// Requests whose body comes in what nobody here reads.
#[tokio::test]
async fn a_request_in_a_transfer_coding_we_do_not_read_is_told_so() {
    let recorder = Recorder::answering(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec()).await;
    let lived = lived_in(Plan { backend: recorder.url(), ..Plan::default() }).await;
    let host = lived.house.host();
    for (codings, status) in [
        ("Transfer-Encoding: gzip, chunked", 501),
        ("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", 501),
        ("Transfer-Encoding: deflate,\tChunked", 501),
        ("Transfer-Encoding: chunked, chunked", 400),
        ("Transfer-Encoding: Chunked", 200),
    ] {
        for path in ["/x", "/.gateway/login"] {
            let text = format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nAccept: application/json\r\n{codings}\r\n\
                 Connection: close\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
                lived.cookie
            );
            let (answers, rest) = Message::all(&lived.opening("http/1.1").say(text.as_bytes()).await);
            let [answer] = &answers[..] else { panic!("{codings}: {answers:#?} {rest:?}") };
            if status == 200 {
                assert_ne!(answer.status(), 501, "{answer:?}");
                continue;
            }
            assert_eq!(answer.status(), status, "{codings}: {answer:?}");
            let problem = answer.json();
            assert_eq!((&problem["code"], &problem["reason"]), (&"KW-306".into(), &"bad_request".into()), "{problem}");
        }
    }
    let out = recorder.requests();
    assert_eq!(out.len(), 1, "{out:#?}");
    assert_eq!((out[0].values("transfer-encoding"), &*out[0].body), (vec!["chunked"], &b"body"[..]));
}

#[tokio::test]
async fn a_request_says_its_length_once_or_is_refused() {
    let recorder = Recorder::answering(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec()).await;
    let lived = lived_in(Plan { backend: recorder.url(), ..Plan::default() }).await;
    let mut talk = lived.talk("h2").await;
    for (said, status) in [(&["4", "4"][..], 200), (&[""], 400), (&["", ""], 400)] {
        let mut request = lived.house.request(Method::POST, &lived.target("h2", "/x"), Some(&lived.cookie));
        for length in said {
            request = request.header("content-length", *length);
        }
        let body = if status == 200 { "body" } else { "" };
        let answer = talk.ask(request.body(body.into()).unwrap()).await.unwrap();
        assert_eq!(answer.status, status, "{said:?}: {}", answer.text());
        let out = recorder.requests();
        assert_eq!(out.len(), usize::from(status == 200), "{said:?}");
        for out in out {
            assert_eq!((out.values("content-length"), &*out.body), (vec!["4"], &b"body"[..]), "{said:?}");
        }
    }
}
