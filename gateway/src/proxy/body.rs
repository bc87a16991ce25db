//! Bodies on their way, both ways: streamed, counted, bounded, and ended when their flight is.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::arriving::Arriving;
use super::expect::Expecting;
use super::forward::Way;
use super::reserved::Hygiene;
use crate::access_log::{Meter, OpenLine, Outcome};
use crate::refusal::{Fault, Refusal};
use crate::tls::clockwork::Waiting;
use crate::tls::cut::Why;
use crate::tls::flight::Flight;
use crate::tls::leave::Word;
use crate::tls::live::{Airborne, Serving};

/// Why a body broke off.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Broken {
    /// It is larger than a body may be.
    #[error("the body is larger than allowed")]
    TooLarge,
    /// The right under which it ran has ended.
    #[error("the request was ended")]
    Cut,
    /// The side it came from broke it off.
    #[error("the body broke off")]
    Source,
}

/// A request's body on its way to the backend.
#[derive(Debug)]
pub(super) enum RequestBody {
    /// A client's.
    Streamed(Streamed),
    /// Our own.
    Whole(Bytes),
}

#[derive(Debug)]
pub(super) struct Streamed {
    read: Option<Bytes>,
    rest: Arriving,
    left: u64,
    meter: Meter,
    flight: Arc<Flight>,
    hygiene: Hygiene,
    expecting: Option<Expecting>,
}

impl Streamed {
    /// What was taken from the body before, and the rest of it.
    pub(super) fn new(
        (read, rest): (Option<Bytes>, Arriving),
        way: Way<'_>,
        meter: Meter,
        flight: Arc<Flight>,
    ) -> Self {
        if rest.is_end_stream() {
            flight.sent();
            flight.waits.wait(Waiting::Backend);
        }
        Self { read, rest, left: way.body_limit, meter, flight, hygiene: way.hygiene.clone(), expecting: None }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if self.flight.rope.why().is_some() {
            return Poll::Ready(Some(Err(Broken::Cut)));
        }
        if let Some(expecting) = &mut self.expecting {
            match expecting.poll(&self.flight.leave, cx) {
                Poll::Ready(Word::Given) => self.expecting = None,
                Poll::Ready(Word::Over) => return Poll::Ready(Some(Err(Broken::Cut))),
                Poll::Pending => {
                    self.flight.waits.wait(Waiting::Backend);
                    return Poll::Pending;
                }
            }
        }
        let frame = self.next(cx);
        let waits = &self.flight.waits;
        // Who asks for more has taken what there was.
        waits.moved(Waiting::Backend);
        if frame.is_pending() {
            waits.wait(Waiting::Reading);
        } else {
            waits.moved(Waiting::Reading);
            waits.wait(Waiting::Backend);
        }
        if matches!(frame, Poll::Ready(None)) || (self.read.is_none() && self.rest.is_end_stream()) {
            self.flight.sent();
        }
        frame
    }

    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Some(read) = self.read.take() {
            return Poll::Ready(Some(Ok(Frame::data(read))));
        }
        let frame = match Pin::new(&mut self.rest).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => frame,
            Poll::Ready(Some(Err(_))) => {
                self.flight.faulty(Fault::Malformed);
                return Poll::Ready(Some(Err(Broken::Source)));
            }
            Poll::Ready(None) => return Poll::Ready(None),
            Poll::Pending => return Poll::Pending,
        };
        if let Some(data) = frame.data_ref() {
            self.meter.received(data.remaining());
            let octets = data.remaining() as u64;
            if octets > self.left {
                self.flight.faulty(Fault::BodyTooLarge);
                return Poll::Ready(Some(Err(Broken::TooLarge)));
            }
            self.left -= octets;
        }
        Poll::Ready(Some(Ok(without_reserved(frame, &self.hygiene))))
    }

    fn size_hint(&self) -> SizeHint {
        let read = self.read.as_ref().map_or(0, |read| read.len() as u64);
        let rest = self.rest.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower() + read);
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper + read);
        }
        hint
    }
}

impl RequestBody {
    /// Nobody asks for it before the backend has given its leave.
    pub(super) fn expect(&mut self, expecting: Expecting) {
        match self {
            Self::Streamed(streamed) => streamed.expecting = Some(expecting),
            Self::Whole(_) => {}
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match &mut *self {
            Self::Streamed(streamed) => streamed.poll(cx),
            Self::Whole(whole) if whole.is_empty() => Poll::Ready(None),
            Self::Whole(whole) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(whole))))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Streamed(streamed) => streamed.read.is_none() && streamed.rest.is_end_stream(),
            Self::Whole(whole) => whole.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Streamed(streamed) => streamed.size_hint(),
            Self::Whole(whole) => SizeHint::with_exact(whole.len() as u64),
        }
    }
}

/// An answer's body on its way to the client. Its line is written when it is whole, or when it is not.
#[derive(Debug)]
pub struct AnswerBody {
    source: Source,
    whole: Outcome,
    line: Option<OpenLine>,
    meter: Meter,
    airborne: Option<Airborne>,
    _serving: Option<Serving>,
}

#[derive(Debug)]
enum Source {
    Page(Bytes),
    Backend(Incoming),
}

impl AnswerBody {
    /// A page of ours, of which the line says `whole` once it is out.
    #[must_use]
    pub fn page(page: Bytes, line: OpenLine, whole: Outcome, serving: Serving) -> Self {
        let meter = line.meter();
        Self { source: Source::Page(page), whole, meter, line: Some(line), airborne: None, _serving: Some(serving) }
    }

    /// A page whose line is already on disk.
    #[must_use]
    pub fn written(page: Bytes, meter: Meter, serving: Option<Serving>) -> Self {
        let source = Source::Page(page);
        Self { source, whole: Outcome::Answered, line: None, meter, airborne: None, _serving: serving }
    }

    /// A backend's answer.
    #[must_use]
    pub fn backend(answer: Incoming, line: OpenLine, airborne: Airborne, serving: Serving) -> Self {
        let (meter, source) = (line.meter(), Source::Backend(answer));
        // A client with a closed window never asks for the first piece.
        airborne.flight().waits.wait(Waiting::Writing);
        let (whole, line, airborne) = (Outcome::Passed, Some(line), Some(airborne));
        Self { source, whole, line, meter, airborne, _serving: Some(serving) }
    }

    fn close(&mut self, outcome: Outcome) {
        if let Some(airborne) = self.airborne.take()
            && outcome == Outcome::Aborted
        {
            airborne.connection().took_back();
        }
        if let Some(line) = self.line.take() {
            close(line, outcome);
        }
    }

    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match &mut self.source {
            Source::Page(page) if page.is_empty() => Poll::Ready(None),
            Source::Page(page) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(page))))),
            Source::Backend(answer) => match Pin::new(answer).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(Ok(without_reserved(frame, &Hygiene::default())))),
                Poll::Ready(Some(Err(_))) => Poll::Ready(Some(Err(Broken::Source))),
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_whole(&self) -> bool {
        match &self.source {
            Source::Page(page) => page.is_empty(),
            Source::Backend(answer) => answer.is_end_stream(),
        }
    }

    /// What the line says if this ends here.
    fn outcome_so_far(&self) -> Outcome {
        if self.is_whole() {
            return self.whole;
        }
        self.airborne.as_ref().and_then(Airborne::cut).map_or(Outcome::Aborted, ended_by)
    }
}

/// What the line says of an answer that was ended from outside: where the backend fell silent it is the backend's failure,
/// though it was we who hung up.
pub(super) fn ended_by(why: Why) -> Outcome {
    match why {
        Why::SlowBackend => Outcome::Failed,
        Why::Device
        | Why::Person
        | Why::Session
        | Why::Trust
        | Why::SlowClient
        | Why::Registry
        | Why::Budget
        | Why::Stopping => Outcome::Cut,
    }
}

/// Writes the line of an answer or an upgrade; where the backend failed, with the reason.
pub(super) fn close(line: OpenLine, outcome: Outcome) {
    if outcome == Outcome::Failed {
        line.learn(|facts| facts.reason = Some(Refusal::BackendUnavailable.reason()));
    }
    line.close(outcome);
}

fn without_reserved(frame: Frame<Bytes>, hygiene: &Hygiene) -> Frame<Bytes> {
    match frame.into_trailers() {
        Ok(mut trailers) => {
            hygiene.clean_trailers(&mut trailers);
            Frame::trailers(trailers)
        }
        Err(data) => data,
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Some(airborne) = &self.airborne {
            if let Poll::Ready(why) = airborne.flight().rope.poll_cut(cx) {
                airborne.connection().break_off();
                self.close(ended_by(why));
                return Poll::Ready(Some(Err(Broken::Cut)));
            }
            airborne.flight().waits.moved(Waiting::Writing);
        }
        let frame = self.next(cx);
        if let Some(airborne) = &self.airborne {
            let waits = &airborne.flight().waits;
            if frame.is_pending() {
                waits.wait(Waiting::Backend);
            } else {
                waits.moved(Waiting::Backend);
                waits.wait(Waiting::Writing);
            }
        }
        match &frame {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    self.meter.sent(data.remaining());
                }
            }
            Poll::Ready(Some(Err(_))) => {
                // A body that the client broke off takes the backend's connection down with it.
                let mut outcome = Outcome::Failed;
                if let Some(airborne) = &self.airborne {
                    airborne.connection().break_off();
                    if airborne.flight().fault().is_some() {
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
        match &self.source {
            Source::Page(page) => SizeHint::with_exact(page.len() as u64),
            Source::Backend(answer) => answer.size_hint(),
        }
    }
}

impl Drop for AnswerBody {
    /// An answer of a known length is whole before anyone asks for its end.
    fn drop(&mut self) {
        let outcome = self.outcome_so_far();
        self.close(outcome);
    }
}
