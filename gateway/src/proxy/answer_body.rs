//! Answers on their way to the client: streamed piece by piece, counted, bounded, and ended when their request is.
//!
//! HTTP/2 buffers whatever piece it is handed, be the client's window ever so closed. So a piece has a fixed size at most, and
//! the next is asked of the backend only while there is room for it (see `live::octets`).

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use access_log::{Meter, OpenLine, Outcome};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::fault::BackendFault;
use super::frames::{Broken, longer, without_reserved};
use super::heard::Heard;
use super::outcome::{close, ended_by};
use crate::budget::Bound;
use crate::headers::HeaderSanitizer;
use crate::live::cancel_signal::{CloseReason, First};
use crate::live::deadlines::StalledOn;
use crate::live::octets::{Headroom, Waiter};
use crate::live::{InFlightGuard, ServingGuard};
use crate::metrics::Metrics;

/// The body of a backend's answer, and on which connection it was heard.
#[derive(Debug)]
pub struct BackendAnswer {
    /// The body.
    pub body: Incoming,
    /// The connection.
    pub heard: Option<Heard>,
}

/// An answer's body on its way to the client. Its line is written when it is whole, or when it is not.
#[derive(Debug)]
pub struct AnswerBody {
    source: Source,
    /// What came in one piece and is handed on in several.
    rest: Bytes,
    /// How much the client was handed last, and may have taken when more is asked for.
    handed: usize,
    waiter: Option<Arc<Waiter>>,
    whole: Outcome,
    line: Option<OpenLine>,
    meter: Meter,
    guard: Option<InFlightGuard>,
    _serving: Option<ServingGuard>,
}

#[derive(Debug)]
enum Source {
    Page,
    Backend(Incoming, Option<Heard>),
}

/// The most octets that HTTP is handed at a time: one frame of HTTP/2 (RFC 9113 §4.2), one record of TLS.
const PIECE: usize = 16 << 10;

impl AnswerBody {
    /// A page of ours, of which the line says `whole` once it is out.
    #[must_use]
    pub fn page(page: Bytes, line: OpenLine, whole: Outcome, (serving, metrics): (ServingGuard, &Metrics)) -> Self {
        let (meter, page) = (line.meter(), held(page, &serving, metrics));
        let mut body = Self::of(Source::Page, page, meter, Some(serving));
        (body.whole, body.line) = (whole, Some(line));
        body
    }

    /// A page whose line is already on disk.
    #[must_use]
    pub fn written(page: Bytes, meter: Meter, (serving, metrics): (ServingGuard, &Metrics)) -> Self {
        let page = held(page, &serving, metrics);
        Self::of(Source::Page, page, meter, Some(serving))
    }

    /// What follows the head of an upgrade: nothing.
    #[must_use]
    pub fn none(meter: Meter) -> Self {
        Self::of(Source::Page, Bytes::new(), meter, None)
    }

    fn of(source: Source, rest: Bytes, meter: Meter, serving: Option<ServingGuard>) -> Self {
        Self {
            source,
            rest,
            handed: 0,
            waiter: None,
            whole: Outcome::Answered,
            line: None,
            meter,
            guard: None,
            _serving: serving,
        }
    }

    /// A backend's answer.
    #[must_use]
    pub fn backend(answer: BackendAnswer, line: OpenLine, guard: InFlightGuard, serving: ServingGuard) -> Self {
        // A client with a closed window never asks for the first piece.
        guard.in_flight().stall.wait(StalledOn::Writing);
        let mut body = Self::of(Source::Backend(answer.body, answer.heard), Bytes::new(), line.meter(), Some(serving));
        (body.whole, body.line, body.guard) = (Outcome::Passed, Some(line), Some(guard));
        body
    }

    fn close(&mut self, outcome: Outcome) {
        if let Some(guard) = self.guard.take()
            && outcome == Outcome::Aborted
        {
            guard.connection().cancelled_by_client();
        }
        if let Some(line) = self.line.take() {
            close(line, outcome);
        }
    }

    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if self.rest.is_empty() {
            let Source::Backend(answer, _) = &mut self.source else { return Poll::Ready(None) };
            let frame = match Pin::new(answer).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => frame,
                Poll::Ready(Some(Err(error))) => {
                    self.broke_off(BackendFault::AnswerBrokeOff, Some(&error));
                    return Poll::Ready(Some(Err(Broken::Source)));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            };
            match (frame.into_data(), &self.guard) {
                (Ok(data), Some(guard)) => self.rest = guard.connection().octets.hold(data),
                (Ok(data), None) => self.rest = data,
                (Err(trailers), _) => {
                    return Poll::Ready(Some(Ok(without_reserved(trailers, &HeaderSanitizer::default()))));
                }
            }
        }
        let piece = self.rest.split_to(self.rest.len().min(PIECE));
        self.handed = piece.len();
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    /// Tells in the log why an answer did not come whole, unless the client is at fault.
    fn broke_off(&self, fault: BackendFault, cause: Option<&(dyn std::error::Error + 'static)>) {
        let Source::Backend(_, Some(heard)) = &self.source else { return };
        let clients = self.guard.as_ref().is_some_and(|guard| guard.in_flight().fault().is_some());
        if let Some(line) = self.line.as_ref().filter(|_| !clients) {
            fault.tell(heard.upstream(), line.request_id(), cause);
        }
    }

    fn is_whole(&self) -> bool {
        self.rest.is_empty()
            && match &self.source {
                Source::Page => true,
                Source::Backend(answer, _) => answer.is_end_stream(),
            }
    }

    /// Whether the backend may be asked for more. What is there already is handed on in any case.
    fn room(&mut self, cx: &Context<'_>) -> Headroom {
        match &self.guard {
            Some(guard) if self.rest.is_empty() => guard.connection().octets.room(&mut self.waiter, cx),
            Some(_) | None => Headroom::There,
        }
    }

    /// What the line says if this ends here.
    fn outcome_so_far(&self) -> Outcome {
        if self.is_whole() {
            return self.whole;
        }
        self.guard.as_ref().and_then(InFlightGuard::cut).map_or(Outcome::Aborted, ended_by)
    }
}

/// A page is there already and cannot be held back: who leaves too many of them unread is hung up on.
fn held(page: Bytes, serving: &ServingGuard, metrics: &Metrics) -> Bytes {
    let connection = &serving.connection;
    if let Some(party) = connection.octets.passed()
        && connection.cut(CloseReason::Budget) == First::Yes
    {
        metrics.cut(CloseReason::Budget, std::time::Duration::ZERO);
        metrics.budget_refused(party, Bound::Octets);
    }
    connection.octets.hold(page)
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Some(guard) = &self.guard
            && let Poll::Ready(why) = guard.in_flight().cancel.poll_cancelled(cx)
        {
            guard.connection().break_off();
            if why == CloseReason::SlowBackend {
                self.broke_off(BackendFault::AnswerStoodStill, None);
            }
            self.close(ended_by(why));
            return Poll::Ready(Some(Err(Broken::Cut)));
        }
        let room = self.room(cx);
        let handed = if room == Headroom::There { std::mem::take(&mut self.handed) } else { 0 };
        if let Some(guard) = &self.guard {
            let stall = &guard.in_flight().stall;
            match room {
                Headroom::There => {
                    stall.moved(StalledOn::Writing);
                    stall.carried(StalledOn::Writing, handed);
                }
                // Its own client does not take what others of its answers hold: it is that client who is waited for.
                Headroom::OwnFull => return Poll::Pending,
                Headroom::WholeFull => {
                    stall.moved(StalledOn::Writing);
                    return Poll::Pending;
                }
            }
        }
        let frame = self.next(cx);
        if let Some(guard) = &self.guard {
            let stall = &guard.in_flight().stall;
            if frame.is_pending() {
                stall.wait(StalledOn::Backend);
            } else {
                stall.moved(StalledOn::Backend);
                stall.wait(StalledOn::Writing);
            }
        }
        match &frame {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    self.meter.sent(data.len());
                }
            }
            Poll::Ready(Some(Err(_))) => {
                // A body that the client broke off takes the backend's connection down with it.
                let mut outcome = Outcome::Failed;
                if let Some(guard) = &self.guard {
                    guard.connection().break_off();
                    if guard.in_flight().fault().is_some() {
                        outcome = Outcome::Aborted;
                    }
                }
                self.close(outcome);
            }
            Poll::Ready(None) => {
                let whole = self.whole;
                self.close(whole);
            }
            Poll::Pending => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.is_whole()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.len() as u64;
        let Source::Backend(answer, _) = &self.source else { return SizeHint::with_exact(rest) };
        longer(&answer.size_hint(), rest)
    }
}

impl Drop for AnswerBody {
    /// An answer of a known length is whole before anyone asks for its end.
    fn drop(&mut self) {
        let outcome = self.outcome_so_far();
        self.close(outcome);
    }
}
