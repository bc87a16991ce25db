//! A request's body on its way to the backend: asked of the client only while there is room for it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use access_log::Meter;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body::{Body, Frame, SizeHint};
use hyper_util::client::legacy::connect::capture_connection;

use super::expect::Expecting;
use super::frames::{Broken, longer, without_reserved};
use super::incoming_body::IncomingBody;
use crate::headers::HeaderSanitizer;
use crate::live::InFlightGuard;
use crate::live::continue_gate::ContinueDecision;
use crate::live::deadlines::StalledOn;
use crate::live::in_flight::InFlight;
use crate::live::octets::{Account, Headroom, Waiter};
use crate::refusal::Fault;

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
    rest: IncomingBody,
    left: u64,
    meter: Meter,
    in_flight: Arc<InFlight>,
    octets: Arc<Account>,
    waiter: Option<Arc<Waiter>>,
    sanitizer: HeaderSanitizer,
    expecting: Option<Expecting>,
}

/// A client's body, to be sent on.
#[derive(Debug)]
pub(super) struct ClientBody<'a> {
    /// What was taken from it before.
    pub(super) read: Option<Bytes>,
    pub(super) rest: IncomingBody,
    /// The most octets it may have.
    pub(super) limit: u64,
    /// What is dropped from its trailers.
    pub(super) sanitizer: &'a HeaderSanitizer,
}

impl Streamed {
    /// It begins.
    pub(super) fn new(body: ClientBody<'_>, meter: Meter, guard: &InFlightGuard) -> Self {
        let ClientBody { read, rest, limit, sanitizer } = body;
        let (in_flight, octets) = (Arc::clone(guard.in_flight()), Arc::clone(&guard.connection().octets));
        if rest.is_end_stream() {
            in_flight.sent();
            in_flight.stall.wait(StalledOn::Backend);
        }
        let (left, sanitizer) = (limit, sanitizer.clone());
        Self { read, rest, left, meter, in_flight, octets, waiter: None, sanitizer, expecting: None }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if self.in_flight.cancel.reason().is_some() {
            return Poll::Ready(Some(Err(Broken::Cut)));
        }
        if let Some(expecting) = &mut self.expecting {
            match expecting.poll(&self.in_flight.continue_gate, cx) {
                Poll::Ready(ContinueDecision::Proceed) => self.expecting = None,
                Poll::Ready(ContinueDecision::Abandoned) => return Poll::Ready(Some(Err(Broken::Cut))),
                Poll::Pending => {
                    self.in_flight.stall.wait(StalledOn::Backend);
                    return Poll::Pending;
                }
            }
        }
        // Without room nobody asks the client for more, and it is not the client who is waited for.
        if self.read.is_none()
            && !self.rest.is_end_stream()
            && self.octets.room(&mut self.waiter, cx) != Headroom::There
        {
            self.in_flight.stall.moved(StalledOn::Reading);
            self.in_flight.stall.wait(StalledOn::Backend);
            return Poll::Pending;
        }
        let frame = self.next(cx);
        let stall = &self.in_flight.stall;
        // Who asks for more has taken what there was.
        stall.moved(StalledOn::Backend);
        if frame.is_pending() {
            stall.wait(StalledOn::Reading);
        } else {
            stall.moved(StalledOn::Reading);
            if let Poll::Ready(Some(Ok(frame))) = &frame {
                stall.carried(StalledOn::Reading, frame.data_ref().map_or(0, Bytes::len));
            }
            stall.wait(StalledOn::Backend);
        }
        if matches!(frame, Poll::Ready(None)) || (self.read.is_none() && self.rest.is_end_stream()) {
            self.in_flight.sent();
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
                self.in_flight.faulty(Fault::Malformed);
                return Poll::Ready(Some(Err(Broken::Source)));
            }
            Poll::Ready(None) => return Poll::Ready(None),
            Poll::Pending => return Poll::Pending,
        };
        match frame.into_data() {
            Ok(data) => {
                self.meter.received(data.len());
                let Some(left) = self.left.checked_sub(data.len() as u64) else {
                    self.in_flight.faulty(Fault::BodyTooLarge);
                    return Poll::Ready(Some(Err(Broken::TooLarge)));
                };
                self.left = left;
                Poll::Ready(Some(Ok(Frame::data(self.octets.hold(data)))))
            }
            Err(trailers) => Poll::Ready(Some(Ok(without_reserved(trailers, &self.sanitizer)))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        longer(&self.rest.size_hint(), self.read.as_ref().map_or(0, |read| read.len() as u64))
    }
}

impl RequestBody {
    /// None.
    pub(super) fn nothing() -> Self {
        Self::Whole(Bytes::new())
    }

    /// Nobody asks for it before the backend has let it come.
    pub(super) fn expect(&mut self, expecting: Expecting) {
        match self {
            Self::Streamed(streamed) => streamed.expecting = Some(expecting),
            Self::Whole(_) => {}
        }
    }
}

/// Lets the request's body wait for the backend's leave.
pub(super) fn wait_for_continue(request: &mut Request<RequestBody>, in_flight: &Arc<InFlight>) {
    let asking = Arc::clone(in_flight);
    hyper::ext::on_informational(request, move |said| {
        if said.status() == StatusCode::CONTINUE {
            asking.continue_gate.open();
        }
    });
    let connection = capture_connection(request);
    request.body_mut().expect(Expecting::on(connection));
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
