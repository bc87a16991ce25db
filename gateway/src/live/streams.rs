//! HTTP/2 streams, each a task of its own that ends when its answer must: though its client takes nothing.
//!
//! While a client's flow-control window is closed nobody asks the answer for more, so that it cannot say that it was
//! cut. The stream's task is dropped then, which resets the stream (RFC 9113 §5.4.2) and nothing else.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use hyper::rt::Executor;

use super::in_flight::InFlight;

/// What the answer in a stream must heed.
#[derive(Debug)]
enum Answering {
    /// A backend's answer, for as long as its request is not cancelled.
    InFlight(Arc<InFlight>),
    /// A page of ours, which the client must take within this time.
    Page(Duration),
}

tokio::task_local! {
    static ANSWERING: OnceLock<Answering>;
}

/// The answer in this task's stream runs under `in_flight`. Over HTTP/1.1 there is no such task, and nothing to tell.
pub fn answering(in_flight: &Arc<InFlight>) {
    let _ = ANSWERING.try_with(|answering| answering.set(Answering::InFlight(Arc::clone(in_flight))));
}

/// The answer in this task's stream is a page.
pub fn answering_page(limit: Duration) {
    let _ = ANSWERING.try_with(|answering| answering.set(Answering::Page(limit)));
}

/// Runs the streams of HTTP/2 connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamExecutor;

impl<F> Executor<F> for StreamExecutor
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, stream: F) {
        tokio::spawn(ANSWERING.scope(OnceLock::new(), run(stream)));
    }
}

async fn run<F: Future>(stream: F) {
    let mut stream = pin!(stream);
    let mut limit = None;
    poll_fn(|cx| {
        if stream.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        ANSWERING.with(|answering| match answering.get() {
            None => Poll::Pending,
            Some(Answering::InFlight(in_flight)) => in_flight.cancel.poll_cancelled(cx).map(|_| ()),
            Some(Answering::Page(allowed)) => {
                limit.get_or_insert_with(|| Box::pin(tokio::time::sleep(*allowed))).as_mut().poll(cx)
            }
        })
    })
    .await;
}
