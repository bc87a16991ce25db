//! Why a backend failed stands in the log: each cause in its own words, with what leads to the request and back.

use house::{Backend, Ending, Opening, Plan, Program, Script, Settled, Talk, empty};
use http::Method;

use super::{ANYWHERE, lived_in};
use crate::forwarding::upstreams::{File, acceptor};

/// What a backend says, how it ends, and what the log says of it.
const CAUSES: [(&str, &str, Ending, &str); 17] = [
    ("fold", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", Ending::Close, "line 3 of its answer is folded"),
    ("name", "HTTP/1.1 200 OK\r\nA b: c\r\n\r\n", Ending::Close, "line 2 of its answer has a field name that is none"),
    ("nul", "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n", Ending::Close, "line 2 of its answer has a NUL"),
    ("control", "HTTP/1.1 200 OK\r\nA: b\x01c\r\n\r\n", Ending::Close, "line 2 of its answer has a control character"),
    ("colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", Ending::Close, "line 2 of its answer has no colon"),
    (
        "lengths",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        Ending::Close,
        "its answer has two lengths that differ",
    ),
    (
        "number",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nab",
        Ending::Close,
        "its answer has a length that is no number",
    ),
    ("two", "HTTP/2.0 200 OK\r\n\r\n", Ending::Close, "it speaks another version of HTTP"),
    ("icy", "ICY 200 OK\r\n\r\n", Ending::Close, "what it said is not HTTP"),
    ("closed", "", Ending::Close, "it closed the connection instead of answering"),
    ("reset", "", Ending::Reset, "it reset the connection instead of answering"),
    ("half", "HTTP/1.1 200 OK\r\nA: b", Ending::Close, "it ended the connection within the head of its answer"),
    ("hung", "", Ending::Hang, "it did not answer in time"),
    (
        "coded",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        Ending::Close,
        "its answer is in a transfer coding that nobody asked for",
    ),
    (
        "switch",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        Ending::Hang,
        "it switches to another protocol, which nobody asked for",
    ),
    (
        "ntlm",
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n",
        Ending::Next,
        "it asks for a login of the connection",
    ),
    ("short", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", Ending::Close, "its answer broke off"),
];

fn route(path: &str, upstream: &str) -> String {
    format!("[[site.route]]\npath = \"{path}\"\nupstream = \"{upstream}\"\narea = \"record\"\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_backend_failed_stands_in_the_log_in_words_with_the_request_it_failed() {
    let scripts = CAUSES.iter().map(|(word, said, ending, _)| (*word, Script::once(*said, *ending))).collect();
    let backend = Backend::start(ANYWHERE.parse().unwrap(), scripts);
    // Nobody listens at a port that was just given back.
    let gone = std::net::TcpListener::bind(ANYWHERE).unwrap().local_addr().unwrap();
    let ca = house::Ca::new("Backend");
    let (named, file) = (other_name(&ca).await, File::of(&ca));
    let plan = Plan {
        backend: format!("http://{}", backend.address()),
        upstream: "answer = \"400ms\"".into(),
        routes: [route("/gone", "gone"), route("/named", "named"), route("/**", "care-record")].concat(),
        more: format!(
            "[[upstream]]\nname = \"gone\"\nurl = \"http://{gone}\"\n\
             [[upstream]]\nname = \"named\"\nurl = \"https://localhost:{named}\"\n{}\n",
            file.trusted()
        ),
        ..Plan::default()
    };
    let lived = lived_in(plan).await;
    let program = Program::start(&lived.house, env!("CARGO_BIN_EXE_gateway-program"));
    let opening = program.opening(lived.opening("http/1.1"));
    let host = format!("localhost:{}", opening.address.port());
    let cookie = logged_in(&opening, &host).await;
    let mut told = CAUSES.iter().map(|(word, _, _, words)| ("care-record", *word, *words)).collect::<Vec<_>>();
    told.push(("gone", "gone", "it refuses connections"));
    told.push(("named", "named", "its certificate is for another name"));
    for (upstream, word, words) in told {
        let request = house::request(Method::GET, &host, &format!("/{word}"), Some(&cookie)).body(empty()).unwrap();
        let answer = Talk::open(&opening).await.unwrap().ask(request).await;
        let said = program.says(|line| line.contains("the backend failed"));
        println!("{word}: {said}");
        assert!(said.contains(&format!("why=\"{words}")), "{word}: {said}");
        assert!(said.contains(&format!("upstream=\"{upstream}\"")), "{word}: {said}");
        let line = line(&program, word).await;
        let id = line["request_id"].as_str().unwrap();
        assert!(said.contains(&format!("request_id={id}")), "{word}: {said}\n{line}");
        let reference = line["ref"].as_str().unwrap();
        assert!(said.contains(&format!("ref={reference}")), "{word}: {said}\n{line}");
        assert_eq!(line["reason"], "backend_unavailable", "{word}: {line}");
        match answer {
            Ok(answer) => {
                assert_eq!((answer.status.as_u16(), &answer.json()["ref"]), (503, &reference.into()), "{word}")
            }
            Err(_) => assert_eq!(word, "short", "only what had begun can break off"),
        }
    }
}

/// The worker's session in the program, once it knows the worker.
async fn logged_in(opening: &Opening, host: &str) -> String {
    let mut cookie = None;
    house::until("the worker is let in", async || {
        let form = format!("login_id={}&password={}&return_to=%2F", Settled::WORKER, house::PASSWORD);
        let login = house::request(Method::POST, host, "/.gateway/login", None);
        let login = login.header("content-type", "application/x-www-form-urlencoded").body(form.into()).unwrap();
        cookie = Talk::open(opening).await.unwrap().ask(login).await.unwrap().cookie();
        cookie.is_some()
    })
    .await;
    cookie.unwrap()
}

/// The only line of this path in the program's own access log.
async fn line(program: &Program, word: &str) -> serde_json::Value {
    let mut found = None;
    house::until("its line is written", async || {
        let text = std::fs::read_to_string(program.access_log()).unwrap_or_default();
        let whole = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        found = whole.into_iter().find(|line| line["kind"] == "request" && line["path"] == format!("/{word}").as_str());
        found.is_some()
    })
    .await;
    found.unwrap()
}

/// A backend over TLS whose certificate is for another name; its port.
async fn other_name(ca: &house::Ca) -> u16 {
    let acceptor = acceptor(ca, "care-record.example", &["http/1.1"]);
    let listener = tokio::net::TcpListener::bind(ANYWHERE).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (tcp, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move { acceptor.accept(tcp).await.map(drop) });
        }
    });
    port
}
