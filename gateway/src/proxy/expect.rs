//! A client that asks first sends its body when the backend says so, and not before (`Expect: 100-continue`, RFC 9110
//! §10.1.1).
//!
//! The server side of hyper says 100 to the client as soon as somebody asks for the body. So nobody does until the backend
//! has said 100 to us; where it answers at once, the body is never read.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Version;
use http::header::EXPECT;
use http::request::Parts;
use hyper_util::client::legacy::connect::{CaptureConnection, Connected};
use tokio::time::Sleep;

use crate::live::continue_gate::{ContinueDecision, ContinueGate};

/// A backend that says nothing for so long does not know the question, and gets the body as RFC 9110 §10.1.1 lets us.
const SILENCE: Duration = Duration::from_secs(2);

/// A body that waits for the backend's leave.
#[derive(Debug)]
pub(super) struct Expecting {
    connection: CaptureConnection,
    silence: Option<Pin<Box<Sleep>>>,
}

/// Whether a request asks before it sends its body.
pub(super) fn is_asked(head: &Parts) -> bool {
    let asks = head.headers.get(EXPECT).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    asks && head.version == Version::HTTP_11
}

impl Expecting {
    /// Nothing has been said yet on this connection.
    pub(super) fn on(connection: CaptureConnection) -> Self {
        Self { connection, silence: None }
    }

    pub(super) fn poll(&mut self, leave: &ContinueGate, cx: &mut Context<'_>) -> Poll<ContinueDecision> {
        // Over HTTP/2 hyper does not tell what a backend says before its answer.
        if self.connection.connection_metadata().as_ref().is_some_and(Connected::is_negotiated_h2) {
            return Poll::Ready(ContinueDecision::Proceed);
        }
        if let Poll::Ready(word) = leave.poll(cx) {
            return Poll::Ready(word);
        }
        let silence = self.silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(SILENCE)));
        silence.as_mut().poll(cx).map(|()| ContinueDecision::Proceed)
    }
}
