//! A backend may close a kept connection just when a request goes out on it. What can be said twice without harm is said
//! once more, and nothing else.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use house::{Answer, Plan, SOON, Talk};
use http::Method;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;

use super::{ANYWHERE, Lived, PROTOCOLS, lived_in};

/// What a backend does with the second request on a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Dies {
    /// Closes in order.
    Closing,
    /// Resets.
    Resetting,
    /// Begins an answer, and closes.
    Answering,
}

/// Answers the first request on each connection, of two to `/pair` both at once; and dies of the second.
struct Fickle {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
}

#[derive(Clone, Debug)]
struct Heard {
    connection: usize,
    /// Whether it was the connection's first.
    first: bool,
    line: String,
}

impl Fickle {
    async fn dying(how: Dies) -> Self {
        let listener = TcpListener::bind(ANYWHERE).await.unwrap();
        let (address, heard) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<Heard>>>::default());
        let (noting, pairs) = (Arc::clone(&heard), Arc::new(Barrier::new(2)));
        tokio::spawn(async move {
            for connection in 0.. {
                let (tcp, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(tcp, (connection, how), Arc::clone(&noting), Arc::clone(&pairs)));
            }
        });
        Self { address, heard }
    }

    /// Every request of this path.
    fn heard(&self, path: &str) -> Vec<Heard> {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|heard| heard.line.split(' ').nth(1) == Some(path)).cloned().collect()
    }
}

async fn serve(
    mut tcp: TcpStream,
    (connection, how): (usize, Dies),
    heard: Arc<Mutex<Vec<Heard>>>,
    pairs: Arc<Barrier>,
) {
    for first in [true, false] {
        let Some(line) = request(&mut tcp).await else { return };
        let (head, paired) = (line.starts_with("HEAD"), line.contains("/pair"));
        heard.lock().unwrap().push(Heard { connection, first, line });
        if first {
            if paired {
                pairs.wait().await;
            }
            let said = if head { "" } else { "whole" };
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{said}");
            tcp.write_all(answer.as_bytes()).await.unwrap();
            continue;
        }
        match how {
            Dies::Closing => {}
            Dies::Resetting => tcp.set_zero_linger().unwrap(),
            Dies::Answering => tcp.write_all(b"HTTP/1.1 2").await.unwrap(),
        }
    }
}

/// The first line of the next request, once all of it is there.
async fn request(tcp: &mut TcpStream) -> Option<String> {
    let mut heard = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&heard).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return head.lines().next().map(str::to_owned);
            }
        }
        if !matches!(tokio::io::AsyncReadExt::read_buf(tcp, &mut heard).await, Ok(1..)) {
            return None;
        }
    }
}

async fn in_front_of(how: Dies) -> (Lived, Fickle) {
    let backend = Fickle::dying(how).await;
    let lived = lived_in(Plan { backend: format!("http://{}", backend.address), ..Plan::default() }).await;
    (lived, backend)
}

impl Lived {
    async fn say(&self, talk: &mut Talk, alpn: &str, (method, path, body): (&Method, &str, &str)) -> Answer {
        let request = self.house.request(method.clone(), &self.target(alpn, path), Some(&self.cookie));
        talk.ask(request.body(body.to_owned().into()).unwrap()).await.unwrap()
    }

    /// Asks until the backend has heard it on a connection that it had answered on before: that one of ours is back in its
    /// place by then is likely, and not certain. Returns what was answered, and what was heard.
    async fn on_a_kept_connection(
        &self,
        backend: &Fickle,
        alpn: &str,
        (method, body): (&Method, &str),
    ) -> (Answer, Vec<Heard>) {
        let mut talk = self.talk(alpn).await;
        let asking = async {
            for number in 0.. {
                let path = format!("/{method}{body}/{alpn}/{number}");
                let _one_is_kept = self.say(&mut talk, alpn, (&Method::GET, "/before", "")).await;
                let answer = self.say(&mut talk, alpn, (method, &path, body)).await;
                let heard = backend.heard(&path);
                if heard.iter().any(|heard| !heard.first) {
                    return (answer, heard);
                }
                assert_eq!(answer.status, 200);
            }
            unreachable!("numbers do not end")
        };
        tokio::time::timeout(SOON, asking).await.expect("a connection is kept")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotent_request_without_a_body_is_said_once_more_when_a_kept_connection_dies_unheard() {
    for how in [Dies::Closing, Dies::Resetting] {
        let (lived, backend) = in_front_of(how).await;
        for alpn in PROTOCOLS {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE] {
                let (answer, heard) = lived.on_a_kept_connection(&backend, alpn, (&method, "")).await;
                assert_eq!(answer.status, 200, "{how:?}, {method} over {alpn}");
                assert_eq!(answer.text(), if method == Method::HEAD { "" } else { "whole" });
                let [died, answered] = &heard[..] else { panic!("{how:?}, {method} over {alpn}: {heard:?}") };
                assert!(answered.first && died.connection != answered.connection, "{heard:?}");
                assert_eq!(died.line, answered.line);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_been_done_is_never_said_twice() {
    for how in [Dies::Closing, Dies::Resetting, Dies::Answering] {
        let (lived, backend) = in_front_of(how).await;
        for alpn in PROTOCOLS {
            let mut said = vec![(Method::POST, ""), (Method::POST, "body"), (Method::PATCH, ""), (Method::PUT, "body")];
            if how == Dies::Answering {
                said.extend([(Method::GET, ""), (Method::DELETE, "")]);
            }
            for (method, body) in said {
                let (answer, heard) = lived.on_a_kept_connection(&backend, alpn, (&method, body)).await;
                assert_eq!(answer.status, 503, "{how:?}, {method} {body:?} over {alpn}");
                assert_eq!(heard.len(), 1, "{how:?}, {method} {body:?} over {alpn}: {heard:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_kept_connections_are_dead_once_more_is_enough() {
    let (lived, backend) = in_front_of(Dies::Closing).await;
    let asking = async {
        for number in 0.. {
            // Two connections are kept after this.
            let (mut one, mut other) = (lived.talk("h2").await, lived.talk("http/1.1").await);
            let both = tokio::join!(
                lived.say(&mut one, "h2", (&Method::GET, "/pair", "")),
                lived.say(&mut other, "http/1.1", (&Method::GET, "/pair", "")),
            );
            assert_eq!((both.0.status.as_u16(), both.1.status.as_u16()), (200, 200));
            let path = format!("/{number}");
            assert_eq!(lived.say(&mut one, "h2", (&Method::GET, &path, "")).await.status, 200);
            let died = (0..=number).filter(|number| backend.heard(&format!("/{number}")).len() == 2).count();
            if died == 5 {
                return;
            }
        }
    };
    tokio::time::timeout(SOON, asking).await.expect("connections are kept");
}

/// A backend that answers once, and from then on closes whatever is asked.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_said_once_more_and_not_again() {
    let listener = TcpListener::bind(ANYWHERE).await.unwrap();
    let backend = format!("http://{}", listener.local_addr().unwrap());
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let noting = Arc::clone(&heard);
    tokio::spawn(async move {
        loop {
            let (mut tcp, _) = listener.accept().await.unwrap();
            let noting = Arc::clone(&noting);
            tokio::spawn(async move {
                while let Some(line) = request(&mut tcp).await {
                    let answers = line.contains("/before");
                    noting.lock().unwrap().push(line);
                    if !answers {
                        return;
                    }
                    tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole").await.unwrap();
                }
            });
        }
    });
    let lived = lived_in(Plan { backend, ..Plan::default() }).await;
    let mut talk = lived.talk("h2").await;
    let asking = async {
        for number in 0.. {
            let _one_is_kept = lived.say(&mut talk, "h2", (&Method::GET, "/before", "")).await;
            let path = format!("/{number}");
            let answer = lived.say(&mut talk, "h2", (&Method::GET, &path, "")).await;
            assert_eq!(answer.status, 503);
            let times = heard.lock().unwrap().iter().filter(|line| line.split(' ').nth(1) == Some(&*path)).count();
            assert!(times <= 2, "{times}");
            // Once where the connection was a new one: then it is not said again.
            if times == 2 {
                return;
            }
        }
    };
    tokio::time::timeout(SOON, asking).await.expect("a connection is kept");
}
