//! What the gateway itself says to a backend: on a person's behalf a small JSON question, with a small JSON answer; on its
//! own what it has to report.

use std::error::Error;
use std::time::Duration;

use access_log::RequestId;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderName};
use http::uri::PathAndQuery;
use http::{HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt, Limited};

use super::fault::BackendFault;
use super::forward::ASSERTION;
use super::request_body::RequestBody;
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

/// Posts `question` to `path` with the assertion that speaks for the person who sent the request of this number.
///
/// # Errors
/// [`Refusal::BackendUnavailable`] where no whole answer came in time.
pub async fn ask(
    upstream: &Upstream,
    path: &'static str,
    question: Bytes,
    (assertion, id): (HeaderValue, RequestId),
) -> Result<Answer, Refusal> {
    let request = posted(upstream, path, ASSERTION, assertion, question).ok_or(Refusal::BackendUnavailable)?;
    let asking = async {
        let answer = upstream.send(request).await.map_err(|unanswered| unanswered.tell(&upstream.name, id))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LARGEST).collect().await;
        let broken = |error: Box<dyn Error + Send + Sync>| {
            BackendFault::AnswerBrokeOff.tell(&upstream.name, id, Some(&*error));
        };
        Ok(Answer { status, body: body.map_err(broken)?.to_bytes() })
    };
    let asked = tokio::time::timeout(upstream.answer, asking).await;
    let asked = asked.unwrap_or_else(|_| {
        BackendFault::Silent.tell(&upstream.name, id, None);
        Err(())
    });
    asked.map_err(|()| Refusal::BackendUnavailable)
}

/// Where the desk takes reports.
const REPORTS: &str = "/desk/reports";
const REPORT: HeaderName = HeaderName::from_static("gateway-report");
/// What is kept anyway is not waited for as a person waits.
const REPORTED_WITHIN: Duration = Duration::from_secs(10);

/// Posts reports to the desk, with the statement that they are ours, and returns the status of its answer.
///
/// # Errors
/// Why no answer came in time.
pub async fn report(upstream: &Upstream, body: Bytes, statement: HeaderValue) -> Result<StatusCode, String> {
    let request = posted(upstream, REPORTS, REPORT, statement, body).ok_or("it cannot be written")?;
    let telling = async {
        let answer = upstream.send(request).await.map_err(|unanswered| unanswered.to_string())?;
        let status = answer.status();
        // Read to its end, so that the connection can be used again.
        let _ = Limited::new(answer.into_body(), LARGEST).collect().await;
        Ok(status)
    };
    let told = tokio::time::timeout(upstream.answer.min(REPORTED_WITHIN), telling).await;
    told.map_err(|_| "no answer in time".to_owned())?
}

fn posted(
    upstream: &Upstream,
    path: &'static str,
    name: HeaderName,
    statement: HeaderValue,
    body: Bytes,
) -> Option<Request<RequestBody>> {
    let mut request = Request::post("/").body(RequestBody::Whole(body)).ok()?;
    *request.uri_mut() = upstream.uri(PathAndQuery::from_static(path)).ok()?;
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(HOST, HeaderValue::from_static("desk"));
    headers.insert(name, statement);
    Some(request)
}
