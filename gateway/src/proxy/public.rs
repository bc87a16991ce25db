//! The desk's public door: takes what everybody may ask, and nothing else.

use std::sync::Arc;

use bytes::Bytes;
use http::header::HOST;
use http::uri::PathAndQuery;
use http::{HeaderValue, Request, Response, Version};
use http_body_util::{BodyExt, Limited};

use super::body::RequestBody;
use super::upstream::Upstream;
use crate::public::Public;
use crate::refusal::{Fault, Refusal};

/// Octets an answer may have: the largest form there is, shown again with every character escaped.
const LARGEST: usize = 1 << 20;

/// The way to it. It accepts nothing but [`Public`]:
///
/// ```compile_fail,E0308
/// async fn sneak(desk: &gateway::proxy::PublicDesk, request: http::Request<bytes::Bytes>) {
///     let _ = desk.ask(request).await;
/// }
/// ```
#[derive(Clone, Debug)]
pub struct PublicDesk(Arc<Upstream>);

impl PublicDesk {
    /// At this upstream, which is no service site's.
    pub(crate) fn at(upstream: Arc<Upstream>) -> Self {
        Self(upstream)
    }

    /// Asks, and reads the answer whole.
    ///
    /// # Errors
    /// [`Refusal::BackendUnavailable`] where no whole answer came in time.
    pub async fn ask(&self, public: Public<Request<Bytes>>) -> Result<Response<Bytes>, Refusal> {
        let Self(upstream) = self;
        let (mut head, body) = public.into_inner().into_parts();
        let target = head.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        head.uri = upstream.uri(target).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
        head.version = Version::HTTP_11;
        head.headers.insert(HOST, HeaderValue::from_static("desk"));
        let request = Request::from_parts(head, RequestBody::Whole(body));
        let asking = async {
            let answer = upstream.client.request(request).await.map_err(|error| error.to_string())?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST).collect().await.map_err(|error| error.to_string())?;
            Ok::<_, String>(Response::from_parts(head, body.to_bytes()))
        };
        let answer = match tokio::time::timeout(upstream.answer, asking).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("not within {:?}", upstream.answer)),
        };
        answer.map_err(|error| {
            tracing::warn!(upstream = upstream.audience, %error, "the desk's public door did not answer");
            Refusal::BackendUnavailable
        })
    }
}
