//! The desk's public door: takes what everybody may ask, and nothing else.

use std::sync::Arc;

use access_log::RequestId;
use bytes::Bytes;
use http::header::HOST;
use http::uri::PathAndQuery;
use http::{HeaderValue, Request, Response, Version};
use http_body::SizeHint;
use http_body_util::{BodyExt, Limited};

use super::fault::BackendFault;
use super::framing;
use super::request_body::RequestBody;
use super::upstream::Upstream;
use crate::public::Public;
use crate::refusal::{Fault, Refusal};

/// Octets an answer may have: the largest form there is, shown again with every character escaped.
const LARGEST: usize = 1 << 20;

/// The way to it. It accepts nothing but [`Public`]:
///
/// ```compile_fail,E0308
/// async fn sneak(desk: &gateway::proxy::PublicDesk, request: http::Request<bytes::Bytes>,
///                id: access_log::RequestId) {
///     let _ = desk.ask(request, id).await;
/// }
/// ```
#[derive(Clone, Debug)]
pub struct PublicDesk(Arc<Upstream>);

impl PublicDesk {
    /// At this upstream, which is no service site's.
    pub(crate) fn at(upstream: Arc<Upstream>) -> Self {
        Self(upstream)
    }

    /// Asks for the request of this number, and reads the answer whole.
    ///
    /// # Errors
    /// [`Refusal::BackendUnavailable`] where no whole answer came in time.
    pub async fn ask(&self, public: Public<Request<Bytes>>, id: RequestId) -> Result<Response<Bytes>, Refusal> {
        let Self(upstream) = self;
        let (mut head, body) = public.into_inner().into_parts();
        let target = head.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        head.uri = upstream.uri(target).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
        head.version = Version::HTTP_11;
        head.headers.insert(HOST, HeaderValue::from_static("desk"));
        let asked = head.method.clone();
        let request = Request::from_parts(head, RequestBody::Whole(body));
        let asking = async {
            let answer = upstream.send(request).await.map_err(|unanswered| unanswered.tell(&upstream.name, id))?;
            let (mut head, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST).collect().await.map_err(|error| {
                BackendFault::AnswerBrokeOff.tell(&upstream.name, id, Some(&*error));
            })?;
            let body = body.to_bytes();
            let (length, said) = (SizeHint::with_exact(body.len() as u64), (head.status, &asked));
            framing::of_answer(&mut head.headers, said, &length)
                .map_err(|fault| fault.tell(&upstream.name, id, None))?;
            Ok(Response::from_parts(head, body))
        };
        let asked = tokio::time::timeout(upstream.answer, asking).await;
        let asked = asked.unwrap_or_else(|_| {
            BackendFault::Silent.tell(&upstream.name, id, None);
            Err(())
        });
        asked.map_err(|()| Refusal::BackendUnavailable)
    }
}
