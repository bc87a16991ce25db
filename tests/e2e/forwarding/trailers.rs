//! What follows a body goes on with it, both ways; but no identity among it.

use bytes::Bytes;
use house::{Message, Plan, Recorder, SOON, empty};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, SizeHint};
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::{Lived, lived_in};

/// What a backend says after its answer, some of which it has no business to say.
const AFTER: &str =
    "X-Digest: abc\r\nGateway-Assertion: forged\r\nX_Forwarded.User: forged\r\nSet-Cookie: a=forged\r\n";

fn answer(_: &Message) -> Vec<u8> {
    let names = "x-digest, gateway-assertion, x_forwarded.user, set-cookie";
    let head = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: {names}\r\n\r\n");
    format!("{head}5\r\nwhole\r\n0\r\n{AFTER}\r\n").into_bytes()
}

#[tokio::test]
async fn an_answers_trailers_arrive_without_what_only_the_gateway_may_say() {
    let recorder = Recorder::answering(answer).await;
    let lived = lived_in(Plan { backend: recorder.url(), ..Plan::default() }).await;
    let heard =
        lived.opening("http/1.1").say(&lived.words("GET /x", "te: trailers\r\nconnection: close, te\r\n")).await;
    let text = String::from_utf8(heard).unwrap();
    assert!(text.ends_with("\r\n5\r\nwhole\r\n0\r\nx-digest: abc\r\n\r\n"), "{text}");
    assert!(!text.contains("forged"), "{text}");
    let [request] = &recorder.requests()[..] else { panic!("one request") };
    assert_eq!(request.values("te"), ["trailers"]);
    let mut talk = lived.talk("h2").await;
    let target = format!("https://{}/x", lived.house.host());
    let request = lived.house.request(Method::GET, &target, Some(&lived.cookie)).header("te", "trailers");
    let answer = talk.send(request.body(empty()).unwrap()).await.unwrap();
    let whole = tokio::time::timeout(SOON, answer.into_body().collect()).await.unwrap().unwrap();
    let digest = HeaderMap::from_iter([("x-digest".parse().unwrap(), HeaderValue::from_static("abc"))]);
    assert_eq!(whole.trailers(), Some(&digest));
    assert_eq!(whole.to_bytes(), "whole");
}

/// A body of unknown length, and what follows it.
struct Followed(Vec<Frame<Bytes>>);

impl Followed {
    fn by(trailers: HeaderMap) -> Self {
        Self(vec![Frame::trailers(trailers), Frame::data(Bytes::from_static(b"body"))])
    }
}

impl Body for Followed {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Ready(self.0.pop().map(Ok))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

async fn ask_h2(lived: &Lived) -> serde_json::Value {
    let tls = lived.opening("h2").connect().await.unwrap();
    let (mut send, driver) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(tls)).await.unwrap();
    tokio::spawn(driver);
    let mut trailers = HeaderMap::new();
    trailers.insert("x-digest", HeaderValue::from_static("abc"));
    trailers.insert("gateway-assertion", HeaderValue::from_static("forged"));
    let request = Request::post(format!("https://{}/echo", lived.house.host()))
        .header("cookie", &lived.cookie)
        .header("trailer", "x-digest, gateway-assertion")
        .body(Followed::by(trailers))
        .unwrap();
    let answer = tokio::time::timeout(SOON, send.send_request(request)).await.unwrap().unwrap();
    serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

#[tokio::test]
async fn a_requests_trailers_arrive_without_what_only_the_gateway_may_say() {
    let lived = lived_in(Plan::default()).await;
    let more = "transfer-encoding: chunked\r\ntrailer: x-digest, gateway-assertion\r\nconnection: close\r\n";
    let body = b"4\r\nbody\r\n0\r\nX-Digest: abc\r\nGateway-Assertion: forged\r\n\r\n";
    let text = [lived.words("POST /echo", more), body.to_vec()].concat();
    let (answers, _) = Message::all(&lived.opening("http/1.1").say(&text).await);
    for echo in [answers[0].json(), ask_h2(&lived).await] {
        assert_eq!(echo["trailers"], serde_json::json!([["x-digest", "abc"]]), "{echo:#}");
        assert_eq!(echo["body_bytes"], 4);
        assert!(!echo.to_string().contains("forged"), "{echo:#}");
    }
}
