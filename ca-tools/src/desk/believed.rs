//! Who asks? The gateway's assertion of this very request, or no answer.

use std::sync::Arc;

use axum::http::{HeaderMap, Method, Uri};
use jsonwebtoken::DecodingKey;

use super::state::Desk;
use crate::assertion::{AssertionRefusal, LongBody, ReceivedRequest, VerifiedAssertion, key_name, verify};
use crate::clock::now;

const HEADER: &str = "gateway-assertion";

/// A request as it came in at the private door.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PrivateRequest<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    pub(crate) long: LongBody,
}

impl Desk {
    /// The key that a token says it was signed with, where the gateway lists it.
    pub(crate) async fn key_of(&self, token: &str) -> Result<Arc<DecodingKey>, AssertionRefusal> {
        self.keys.named(&key_name(token)?).await
    }

    /// Believes what the gateway says of this request.
    pub(crate) async fn believed(&self, request: PrivateRequest<'_>) -> Result<VerifiedAssertion, AssertionRefusal> {
        let mut named = request.headers.get_all(HEADER).iter();
        let (Some(token), None) = (named.next(), named.next()) else { return Err(AssertionRefusal::Missing) };
        let token = token.to_str().map_err(|_| AssertionRefusal::Malformed)?;
        let key = self.key_of(token).await?;
        let received = ReceivedRequest {
            issuer: &self.issuer,
            audience: &self.audience,
            method: request.method.as_str(),
            path: request.uri.path(),
            query: request.uri.query(),
            body: request.body,
            long: request.long,
        };
        verify(token, &key, &received, now())
    }
}
