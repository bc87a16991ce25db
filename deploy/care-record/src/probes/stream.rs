//! Answers that take their time or their space: `/stream?seconds=N` and `/bytes/N`.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, HttpBody},
    extract::{Path, Query},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use serde::Deserialize;
use tokio::time::{Instant, Interval, MissedTickBehavior};

/// One line each.
const BEAT: Duration = Duration::from_millis(100);
/// A test that waits longer than an hour has lost its way.
const LONGEST: u64 = 3600;
/// Data is handed on in pieces of this size.
const PIECE: usize = 16 * 1024;
/// What `/bytes/N` is made of, so that a piece out of place is seen: 0, 1, … 250, 0, …
static PATTERN: [u8; PIECE + 251] = pattern();

const fn pattern() -> [u8; PIECE + 251] {
    let mut bytes = [0; PIECE + 251];
    let mut at = 0;
    while at < bytes.len() {
        #[expect(clippy::cast_possible_truncation, reason = "less than 251")]
        let value = (at % 251) as u8;
        bytes[at] = value;
        at += 1;
    }
    bytes
}

/// How long a stream runs.
#[derive(Debug, Deserialize)]
pub struct Length {
    seconds: u64,
}

/// `line 1` at once, then a line every 100 ms for so many seconds; a trailer `stream-lines` counts them.
pub async fn stream(Query(Length { seconds }): Query<Length>) -> Response {
    if seconds > LONGEST {
        return (StatusCode::BAD_REQUEST, format!("seconds: at most {LONGEST}\n")).into_response();
    }
    let mut beat = tokio::time::interval_at(Instant::now(), BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::TRAILER, "stream-lines"),
    ];
    (headers, Body::new(Lines { beat, line: 0, last: seconds * 10, ended: false })).into_response()
}

#[derive(Debug)]
struct Lines {
    beat: Interval,
    line: u64,
    last: u64,
    ended: bool,
}

impl HttpBody for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.line == self.last {
            if self.ended {
                return Poll::Ready(None);
            }
            self.ended = true;
            let counted = HeaderMap::from_iter([(header::HeaderName::from_static("stream-lines"), self.last.into())]);
            return Poll::Ready(Some(Ok(Frame::trailers(counted))));
        }
        std::task::ready!(self.beat.poll_tick(cx));
        self.line += 1;
        Poll::Ready(Some(Ok(Frame::data(format!("line {}\n", self.line).into()))))
    }
}

/// So many bytes, with their number in `Content-Length`.
pub async fn bytes(Path(path): Path<Vec<(String, String)>>) -> Response {
    let count = path.iter().find(|(name, _)| name == "count").map(|(_, count)| count.parse::<u64>());
    let Some(Ok(count)) = count else {
        return (StatusCode::BAD_REQUEST, "/bytes/N: N is a number\n").into_response();
    };
    let octets = HeaderValue::from_static("application/octet-stream");
    ([(header::CONTENT_TYPE, octets)], Body::new(Octets { at: 0, count })).into_response()
}

#[derive(Debug)]
struct Octets {
    at: u64,
    count: u64,
}

impl HttpBody for Octets {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let left = usize::try_from(self.count - self.at).unwrap_or(PIECE).min(PIECE);
        if left == 0 {
            return Poll::Ready(None);
        }
        let offset = usize::try_from(self.at % 251).unwrap_or_default();
        self.at += left as u64;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&PATTERN[offset..offset + left])))))
    }

    fn is_end_stream(&self) -> bool {
        self.at == self.count
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.count - self.at)
    }
}
