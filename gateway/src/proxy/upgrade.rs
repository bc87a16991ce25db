//! A WebSocket passes only on a verified connection, and only after the backend agreed.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::time::Duration;

use access_log::{Meter, OpenLine, Outcome};
use http::header::{CONNECTION, HeaderMap, UPGRADE};
use http::{HeaderValue, Method, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::fault::BackendFault;
use super::heard::Heard;
use super::outcome::{close, ended_by};
use crate::live::{InFlightGuard, ServingGuard};

/// A request that asks for a WebSocket (RFC 6455 §4.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WebSocket;

/// Whether `head` asks for one; any other upgrade is not offered to the backend.
#[must_use]
pub fn wanted<B>(request: &Request<B>) -> Option<WebSocket> {
    let asks = request.version() == Version::HTTP_11
        && request.method() == Method::GET
        && names(request.headers(), &UPGRADE, "websocket")
        && names(request.headers(), &CONNECTION, "upgrade");
    asks.then_some(WebSocket)
}

fn names(headers: &HeaderMap, name: &http::HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|each| each.trim().eq_ignore_ascii_case(token))
}

/// Says anew, to the next one on the way, what the hop before said: both headers end at each hop (RFC 9110 §7.6.1).
pub(super) fn say(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
}

/// Takes the client's end of the connection, where the request asks for a WebSocket: before it is judged, since nobody
/// changes a request that was.
pub(crate) fn client_end<B>(request: &mut Request<B>) -> Option<OnUpgrade> {
    wanted(request).map(|_| hyper::upgrade::on(request))
}

/// Takes the backend's end of the connection out of its answer.
pub fn backend_end(answer: &mut Response<Incoming>) -> OnUpgrade {
    hyper::upgrade::on(answer)
}

/// Whether the backend agreed to what was asked.
#[must_use]
pub fn agreed(answer: &Response<Incoming>) -> bool {
    answer.status() == StatusCode::SWITCHING_PROTOCOLS && names(answer.headers(), &UPGRADE, "websocket")
}

/// Both ends of an upgraded connection, and on which connection the backend was heard.
#[derive(Debug)]
pub struct Ends {
    /// The client's.
    pub client: OnUpgrade,
    /// The backend's.
    pub backend: OnUpgrade,
    /// By which a backend that broke off is told.
    pub heard: Option<Heard>,
}

/// Joins both ends and carries octets until either closes, or the request is cancelled. Its line is written then; a backend that
/// broke off is told by the connection on which it was heard.
pub fn join(ends: Ends, line: OpenLine, guard: InFlightGuard, serving: ServingGuard) {
    let Ends { client, backend, heard } = ends;
    guard.in_flight().passive();
    line.upgraded();
    tokio::spawn(async move {
        let outcome = match tokio::try_join!(client, backend) {
            Ok((client, backend)) => carry(client, backend, &line.meter(), &guard).await.unwrap_or_else(|error| {
                if let Some(heard) = heard {
                    BackendFault::AnswerBrokeOff.tell(heard.upstream(), line.request_id(), Some(&error));
                }
                Outcome::Failed
            }),
            Err(_) => guard.cut().map_or(Outcome::Aborted, ended_by),
        };
        drop((guard, serving));
        close(line, outcome);
    });
}

/// How long one side may stay after the other has closed: a WebSocket has no use for half of itself (RFC 6455 §7.1.1).
const FOLLOWS: Duration = Duration::from_secs(5);
/// Octets carried at a time each way; small, since most sockets are idle.
const AT_ONCE: usize = 8 << 10;

/// Who broke off.
enum BrokenSide {
    Client,
    Backend(io::Error),
}

/// What became of it, or why the backend failed.
async fn carry(client: Upgraded, backend: Upgraded, meter: &Meter, guard: &InFlightGuard) -> io::Result<Outcome> {
    let (mut from_client, mut to_client) = tokio::io::split(TokioIo::new(client));
    let (mut from_backend, mut to_backend) = tokio::io::split(TokioIo::new(backend));
    let (client_gone, backend_gone) = (|_| BrokenSide::Client, BrokenSide::Backend);
    let up = async {
        let mut buffer = vec![0; AT_ONCE];
        loop {
            let octets = from_client.read(&mut buffer).await.map_err(client_gone)?;
            if octets == 0 {
                return to_backend.shutdown().await.map_err(backend_gone);
            }
            meter.received(octets);
            to_backend.write_all(&buffer[..octets]).await.map_err(backend_gone)?;
            to_backend.flush().await.map_err(backend_gone)?;
        }
    };
    let down = async {
        let mut buffer = vec![0; AT_ONCE];
        loop {
            let octets = from_backend.read(&mut buffer).await.map_err(backend_gone)?;
            if octets == 0 {
                return to_client.shutdown().await.map_err(client_gone);
            }
            meter.sent(octets);
            to_client.write_all(&buffer[..octets]).await.map_err(client_gone)?;
            to_client.flush().await.map_err(client_gone)?;
        }
    };
    let (up, down) = (pin!(up), pin!(down));
    let cancel = &guard.in_flight().cancel;
    let connection = guard.connection();
    tokio::select! {
        biased;
        why = poll_fn(|cx| cancel.poll_cancelled(cx)) => {
            connection.break_off();
            Ok(ended_by(why))
        }
        why = poll_fn(|cx| connection.cancel.poll_cancelled(cx)) => Ok(ended_by(why)),
        ended = both(up, down) => match ended {
            Ok(()) => Ok(Outcome::Passed),
            Err(BrokenSide::Client) => Ok(Outcome::Aborted),
            Err(BrokenSide::Backend(error)) => Err(error),
        },
    }
}

/// Until one side has closed in order and the other has followed; who does not follow is not waited for.
async fn both(
    mut up: Pin<&mut impl Future<Output = Result<(), BrokenSide>>>,
    mut down: Pin<&mut impl Future<Output = Result<(), BrokenSide>>>,
) -> Result<(), BrokenSide> {
    tokio::select! {
        first = &mut up => {
            first?;
            let _ = tokio::time::timeout(FOLLOWS, down).await;
        }
        first = &mut down => {
            first?;
            let _ = tokio::time::timeout(FOLLOWS, up).await;
        }
    }
    Ok(())
}
