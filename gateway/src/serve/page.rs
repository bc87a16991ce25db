//! A page of the gateway's own, with its headers.

use access_log::Outcome;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::guidance::{self, StrictTransport};

/// A page of the gateway's own, ready to go out.
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) outcome: Outcome,
}

impl Page {
    pub(super) fn of(page: guidance::Page, status: StatusCode, transport: StrictTransport) -> Self {
        let headers = page.headers(transport);
        Self { status, headers, body: page.body.into(), outcome: Outcome::Answered }
    }

    pub(super) fn to(place: &str, transport: StrictTransport) -> Self {
        let mut headers = HeaderMap::new();
        let place = HeaderValue::from_str(place).unwrap_or(HeaderValue::from_static("/"));
        headers.insert(header::LOCATION, place);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        strict(&mut headers, transport);
        Self { status: StatusCode::SEE_OTHER, headers, body: Bytes::new(), outcome: Outcome::Answered }
    }

    pub(super) fn json(body: String, transport: StrictTransport) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        strict(&mut headers, transport);
        Self { status: StatusCode::OK, headers, body: body.into(), outcome: Outcome::Answered }
    }

    pub(super) fn with(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    pub(super) fn strict(mut self, transport: StrictTransport) -> Self {
        strict(&mut self.headers, transport);
        self
    }

    /// With what makes the browser remember its certificate.
    pub(super) fn remembering(self, reminder: Option<HeaderValue>) -> Self {
        match reminder {
            Some(cookie) => self.with(header::SET_COOKIE, cookie),
            None => self,
        }
    }
}

pub(super) fn strict(headers: &mut HeaderMap, transport: StrictTransport) {
    if transport == StrictTransport::On {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
}
