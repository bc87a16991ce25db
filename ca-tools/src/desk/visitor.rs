//! What does the gateway tell of somebody whom nobody verified?

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use certs::Timestamp;

use super::reference;
use super::source::Source;
use crate::acts::By;
use crate::refusal::Refusal;

/// A visitor of the public door.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Visitor {
    /// Their address, as the gateway's listener saw it: by it they are counted.
    pub(crate) source: Source,
    /// The support code of this request; stands in the gateway's access line, too.
    pub(crate) reference: String,
    /// What their browser says of itself.
    pub(crate) agent: String,
    /// The gateway's number of this request.
    pub(crate) request: Option<String>,
}

impl Visitor {
    fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        Self {
            source: Source::of_address(&text("x-forwarded-for")),
            reference: text("gateway-ref"),
            agent: text(USER_AGENT.as_str()),
            request: reference::request(headers),
        }
    }

    /// As whom what they ask for is recorded: the desk, at this request.
    pub(crate) fn by(&self, at: Timestamp) -> Result<By, Refusal> {
        Ok(By { request: self.request.clone(), ..By::desk(at)? })
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}
