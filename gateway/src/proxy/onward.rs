//! A request's body on its way to the backend: asked of the client only while there is room for it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body::{Body, Frame, SizeHint};
use hyper_util::client::legacy::connect::capture_connection;

use super::arriving::Arriving;
use super::expect::Expecting;
use super::frames::{Broken, longer, without_reserved};
use crate::headers::Hygiene;
use crate::live::Airborne;
use crate::live::continue_gate::Word;
use crate::live::deadlines::Waiting;
use crate::live::in_flight::Flight;
use crate::live::octets::{Account, Room, Waiter};
use crate::refusal::Fault;
use access_log::Meter;

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
    octets: Arc<Account>,
    waiter: Option<Arc<Waiter>>,
    hygiene: Hygiene,
    expecting: Option<Expecting>,
}

impl Streamed {
    /// What was taken from the body before, and the rest of it.
    pub(super) fn new(
        (read, rest): (Option<Bytes>, Arriving),
        (body_limit, hygiene): (u64, &Hygiene),
        meter: Meter,
        airborne: &Airborne,
    ) -> Self {
        let (flight, octets) = (Arc::clone(airborne.flight()), Arc::clone(&airborne.connection().octets));
        if rest.is_end_stream() {
            flight.sent();
            flight.waits.wait(Waiting::Backend);
        }
        let (left, hygiene) = (body_limit, hygiene.clone());
        Self { read, rest, left, meter, flight, octets, waiter: None, hygiene, expecting: None }
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
        // Without room nobody asks the client for more, and it is not the client who is waited for.
        if self.read.is_none() && !self.rest.is_end_stream() && self.octets.room(&mut self.waiter, cx) != Room::There {
            self.flight.waits.moved(Waiting::Reading);
            self.flight.waits.wait(Waiting::Backend);
            return Poll::Pending;
        }
        let frame = self.next(cx);
        let waits = &self.flight.waits;
        // Who asks for more has taken what there was.
        waits.moved(Waiting::Backend);
        if frame.is_pending() {
            waits.wait(Waiting::Reading);
        } else {
            waits.moved(Waiting::Reading);
            if let Poll::Ready(Some(Ok(frame))) = &frame {
                waits.carried(Waiting::Reading, frame.data_ref().map_or(0, Bytes::len));
            }
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
        match frame.into_data() {
            Ok(data) => {
                self.meter.received(data.len());
                let Some(left) = self.left.checked_sub(data.len() as u64) else {
                    self.flight.faulty(Fault::BodyTooLarge);
                    return Poll::Ready(Some(Err(Broken::TooLarge)));
                };
                self.left = left;
                Poll::Ready(Some(Ok(Frame::data(self.octets.hold(data)))))
            }
            Err(trailers) => Poll::Ready(Some(Ok(without_reserved(trailers, &self.hygiene)))),
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

    /// Nobody asks for it before the backend has given its leave.
    pub(super) fn expect(&mut self, expecting: Expecting) {
        match self {
            Self::Streamed(streamed) => streamed.expecting = Some(expecting),
            Self::Whole(_) => {}
        }
    }
}

/// Lets the request's body wait for the backend's leave.
pub(super) fn wait_for_continue(request: &mut Request<RequestBody>, flight: &Arc<Flight>) {
    let asking = Arc::clone(flight);
    hyper::ext::on_informational(request, move |said| {
        if said.status() == StatusCode::CONTINUE {
            asking.leave.give();
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
