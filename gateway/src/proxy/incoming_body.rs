//! What becomes of a request's body that nobody reads to its end?
//!
//! A refusal goes out while the body is still coming in. HTTP/2 then says RST_STREAM (NO_ERROR) behind the answer, at
//! which some clients throw the answer away, though RFC 9113 §8.1 forbids it (curl 7.88 does); over HTTP/1.1 the
//! connection is closed, and the reset of TCP may overtake the answer (RFC 9112 §9.6). Either way the person does not
//! hear why. So what is left is taken and dropped for a while, and the answer does not wait for that.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes};
use http::header::EXPECT;
use http::request::Parts;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::live::in_flight::InFlight;
use crate::live::{Connection, ServingGuard};

/// Octets of an unwanted body that are taken.
const TAKEN: usize = 1 << 20;
/// How long they are waited for: a few round trips of a telephone.
const WAITED: Duration = Duration::from_secs(2);

/// The body of a request, as it arrives from a client.
#[derive(Debug)]
pub struct IncomingBody {
    rest: Option<Incoming>,
    connection: Option<(Arc<Connection>, Duration)>,
    in_flight: Option<Arc<InFlight>>,
}

impl IncomingBody {
    /// The body behind `head`. A client that waits to be told to go on (RFC 9110 §10.1.1) sends nothing that would
    /// have to be taken.
    pub fn new(head: &Parts, body: Incoming, connection: &Arc<Connection>, keep_alive: Duration) -> Self {
        let comes = !body.is_end_stream() && !head.headers.contains_key(EXPECT);
        Self { rest: Some(body), connection: comes.then(|| (Arc::clone(connection), keep_alive)), in_flight: None }
    }

    /// It belongs to this request, and when that is cancelled, so is what still arrives.
    pub(super) fn attach(&mut self, in_flight: &Arc<InFlight>) {
        self.in_flight = Some(Arc::clone(in_flight));
    }
}

impl Body for IncomingBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(rest) = &mut self.rest else { return Poll::Ready(None) };
        let frame = Pin::new(rest).poll_frame(cx);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            self.connection = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.rest.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.rest.as_ref().map_or_else(SizeHint::new, Body::size_hint)
    }
}

impl Drop for IncomingBody {
    fn drop(&mut self) {
        let (Some(rest), Some((connection, keep_alive))) = (self.rest.take(), self.connection.take()) else { return };
        let cut = self.in_flight.take().is_some_and(|in_flight| in_flight.cancel.reason().is_some());
        if cut || rest.is_end_stream() || rest.size_hint().lower() > TAKEN as u64 {
            return;
        }
        // Outside of the runtime nothing arrives any more.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            // Its octets are no head of a next request.
            let serving = connection.serve(keep_alive);
            runtime.spawn(async move {
                let _ = tokio::time::timeout(WAITED, take(rest, serving)).await;
            });
        }
    }
}

async fn take(mut rest: Incoming, _serving: ServingGuard) {
    let mut left = TAKEN;
    while let Some(Ok(frame)) = rest.frame().await {
        let octets = frame.data_ref().map_or(0, Buf::remaining);
        match left.checked_sub(octets) {
            Some(fewer) => left = fewer,
            None => return,
        }
    }
}
