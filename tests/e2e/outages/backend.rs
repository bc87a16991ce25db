//! A backend that is down, hangs, talks nonsense, or breaks off half-way: a named refusal, or an answer that nobody can
//! take for a whole one.

use std::time::{Duration, Instant};

use house::{Answer, Backend, Credentials, Ending, House, Load, PIECE, Plan, Script, Settled, Talk, empty, until};
use http::Method;

const ANYWHERE: &str = "127.0.0.1:0";
const WHOLE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole";

fn room(word: &str) -> String {
    format!("/rooms/r-hanako/{word}")
}

fn refused() -> (u16, String, String) {
    (503, "KW-301".into(), "backend_unavailable".into())
}

struct Lived {
    house: House,
    settled: Settled,
    backend: Backend,
    cookie: String,
}

async fn lived_in(upstream: &str, scripts: Vec<(&'static str, Script)>) -> Lived {
    let backend = Backend::start(ANYWHERE.parse().unwrap(), scripts);
    let plan =
        Plan { backend: format!("http://{}", backend.address()), upstream: upstream.to_owned(), ..Plan::default() };
    let house = House::planned(plan).await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    Lived { house, settled, backend, cookie }
}

impl Lived {
    fn credentials(&self) -> &Credentials {
        &self.settled.credentials
    }

    async fn talk(&self, alpn: &str) -> Talk {
        match alpn {
            "h2" => self.house.talk_h2(self.credentials()).await,
            _ => self.house.talk(self.credentials()).await,
        }
    }

    /// An answer, or that none came whole.
    async fn ask(&self, talk: &mut Talk, word: &str) -> Option<Answer> {
        let request = self.house.request(Method::GET, &room(word), Some(&self.cookie)).body(empty()).unwrap();
        talk.ask(request).await.ok()
    }

    /// What the access lines say of the last request of this name.
    async fn outcome(&self, word: &str, count: usize) -> String {
        let path = room(word);
        let lines = || {
            let lines = self.house.lines().into_iter();
            lines.filter(|line| line["kind"] == "request" && line["path"] == path.as_str()).collect::<Vec<_>>()
        };
        until("its line is written", async || lines().len() >= count).await;
        assert_eq!(lines().len(), count, "one line a request");
        lines()[count - 1]["outcome"].as_str().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_off_never_looks_complete() {
    let chunk = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nbegun\r\n";
    let long = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegun";
    let lived = lived_in(
        "idle = \"400ms\"",
        vec![
            ("short-closed", Script::once(long, Ending::Close)),
            ("short-reset", Script::once(long, Ending::Reset)),
            ("short-hung", Script::once(long, Ending::Hang)),
            ("chunks-closed", Script::once(chunk, Ending::Close)),
            ("chunks-reset", Script::once(chunk, Ending::Reset)),
            ("chunks-hung", Script::once(chunk, Ending::Hang)),
            ("chunks-nonsense", Script::once(format!("{chunk}zz\r\n"), Ending::Next)),
            ("whole", Script::once(WHOLE, Ending::Next)),
        ],
    )
    .await;
    for (number, alpn) in ["http/1.1", "h2"].into_iter().enumerate() {
        for (word, outcome) in [
            ("short-closed", "failed"),
            ("short-reset", "failed"),
            ("short-hung", "failed"),
            ("chunks-closed", "failed"),
            ("chunks-reset", "failed"),
            ("chunks-hung", "failed"),
            ("chunks-nonsense", "failed"),
        ] {
            let mut talk = lived.talk(alpn).await;
            let asked = Instant::now();
            let answer = lived.ask(&mut talk, word).await;
            assert!(answer.is_none(), "{word} over {alpn} looks complete: {answer:?}");
            println!("{word} over {alpn}: the client knew after {:?}", asked.elapsed());
            assert_eq!(lived.outcome(word, number + 1).await, outcome, "{word} over {alpn}");
        }
        let whole = lived.ask(&mut lived.talk(alpn).await, "whole").await.unwrap();
        assert_eq!((whole.status.as_u16(), &*whole.text()), (200, "whole"));
        assert_eq!(lived.outcome("whole", number + 1).await, "passed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_whose_backend_dies_has_failed_and_one_that_is_closed_has_passed() {
    let agreed = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    let scripts =
        vec![("ws-reset", Script::once(agreed, Ending::Reset)), ("ws-closed", Script::once(agreed, Ending::Close))];
    let lived = lived_in("", scripts).await;
    for (word, outcome) in [("ws-reset", "failed"), ("ws-closed", "passed")] {
        let (host, cookie) = (lived.house.host(), &lived.cookie);
        let head = format!(
            "GET {} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
            room(word)
        );
        let said = lived.house.opening(Some(lived.credentials())).say(head.as_bytes()).await;
        assert!(said.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&said));
        assert_eq!(lived.outcome(word, 1).await, outcome, "{word}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_gives_no_answer_is_told_by_name() {
    let lived = lived_in(
        "answer = \"400ms\"",
        vec![
            ("closed", Script::once("", Ending::Close)),
            ("reset", Script::once("", Ending::Reset)),
            ("hung", Script::once("", Ending::Hang)),
            ("half-a-head", Script::once("HTTP/1.1 200 OK\r\ncontent-le", Ending::Close)),
            ("hung-head", Script::once("HTTP/1.1 200 OK\r\ncontent-le", Ending::Hang)),
            ("nonsense", Script::once("SSH-2.0-OpenSSH_9.2\r\n\r\n", Ending::Hang)),
            (
                "two-lengths",
                Script::once("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nwhole!", Ending::Hang),
            ),
            ("no-number", Script::once("HTTP/1.1 200 OK\r\ncontent-length: five\r\n\r\nwhole", Ending::Hang)),
            (
                "unasked-upgrade",
                Script::once(
                    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
                    Ending::Hang,
                ),
            ),
            ("endless-head", Script { said: "HTTP/1.1 200 OK\r\nx-long: ".into(), pieces: 400, ending: Ending::Hang }),
            ("whole", Script::once(WHOLE, Ending::Next)),
        ],
    )
    .await;
    for (number, alpn) in ["http/1.1", "h2"].into_iter().enumerate() {
        let mut talk = lived.talk(alpn).await;
        for word in [
            "closed",
            "reset",
            "hung",
            "half-a-head",
            "hung-head",
            "nonsense",
            "two-lengths",
            "no-number",
            "unasked-upgrade",
            "endless-head",
        ] {
            let asked = Instant::now();
            let answer = lived.ask(&mut talk, word).await.unwrap_or_else(|| panic!("{word} over {alpn}"));
            println!("{word} over {alpn}: told after {:?}", asked.elapsed());
            assert_eq!(answer.problem(), refused(), "{word} over {alpn}");
            assert!(answer.headers.contains_key("retry-after"), "{word}");
            assert_eq!(lived.outcome(word, number + 1).await, "refused", "{word} over {alpn}");
        }
        let whole = lived.ask(&mut talk, "whole").await.expect("the client's connection is none the worse");
        assert_eq!((whole.status.as_u16(), &*whole.text()), (200, "whole"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_killed_under_load_cuts_no_answer_short_unseen_and_is_used_again_when_it_is_back() {
    const PIECES: usize = 30;
    let answer = || {
        let said = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", PIECE * PIECES).into_bytes();
        let large = Script { said, pieces: PIECES, ending: Ending::Next };
        vec![("large", large), ("whole", Script::once(WHOLE, Ending::Next))]
    };
    let lived = lived_in("", answer()).await;
    let opening = lived.house.opening(Some(lived.credentials()));
    let load = Load::start(&opening, &lived.house.host(), &room("large"), &vec![lived.cookie.clone(); 8]);
    load.passed(40).await;
    let Lived { house, settled, backend, cookie } = lived;
    let address = backend.address();
    assert!(backend.asked() >= 40);
    drop(backend);
    let killed = Instant::now();
    until("clients are refused", async || {
        let told = |seen: &house::Seen| seen.answer == Some((503, "backend_unavailable".to_owned()));
        load.so_far().iter().filter(|seen| told(seen)).count() >= 20
    })
    .await;
    let refusing = killed.elapsed();
    let backend = Backend::start(address, answer());
    let started = Instant::now();
    let before = load.so_far().len();
    until("clients are answered again", async || {
        load.so_far()[before..].iter().any(|seen| seen.answer.as_ref().is_some_and(|answer| answer.0 == 200))
    })
    .await;
    println!("backend killed: 20 refusals within {refusing:?}; used again after {:?}", started.elapsed());
    let seen = load.end().await;
    for each in &seen {
        match &each.answer {
            Some((200, _)) => assert_eq!(each.octets, PIECE * PIECES, "a cut answer looked complete"),
            Some((status, reason)) => assert_eq!((*status, reason.as_str()), (503, "backend_unavailable")),
            None => assert!(each.told > killed - Duration::from_millis(500), "cut before it was killed"),
        }
    }
    let lived = Lived { house, settled, backend, cookie };
    let whole = lived.ask(&mut lived.talk("h2").await, "whole").await.unwrap();
    assert_eq!(whole.text(), "whole");
}
