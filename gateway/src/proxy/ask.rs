//! What the gateway itself asks of a backend on a person's behalf: a small JSON question, a small JSON answer.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::uri::PathAndQuery;
use http::{HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt, Limited};

use super::body::RequestBody;
use super::forward::ASSERTION;
use super::upstream::Upstream;
use crate::refusal::Refusal;

/// Octets an answer may have.
const LARGEST: usize = 64 << 10;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its body.
    pub body: Bytes,
}

/// Posts `question` to `path` with the assertion that speaks for the person.
///
/// # Errors
/// [`Refusal::BackendUnavailable`] where no whole answer came in time.
pub async fn ask(
    upstream: &Upstream,
    path: &'static str,
    question: Bytes,
    assertion: HeaderValue,
) -> Result<Answer, Refusal> {
    let unavailable = |_| Refusal::BackendUnavailable;
    let mut request = Request::post("/").body(RequestBody::Whole(question)).map_err(unavailable)?;
    *request.uri_mut() = upstream.uri(PathAndQuery::from_static(path)).map_err(|_| Refusal::BackendUnavailable)?;
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(HOST, HeaderValue::from_static("desk"));
    headers.insert(ASSERTION, assertion);
    let asking = async {
        let answer = upstream.client.request(request).await.map_err(|_| Refusal::BackendUnavailable)?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LARGEST).collect().await;
        let body = body.map_err(|_| Refusal::BackendUnavailable)?.to_bytes();
        Ok(Answer { status, body })
    };
    tokio::time::timeout(upstream.answer, asking).await.map_err(|_| Refusal::BackendUnavailable)?
}
