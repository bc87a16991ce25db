//! What is kept of a request, so that it can be said once more?
//!
//! Its method, its target and its fields, written one behind the other: nearly no request is said twice, and this costs a
//! fifth of what a second map of headers would. What cannot be said twice without harm is not kept at all.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Uri, Version};
use http_body::Body;

use super::request_body::RequestBody;

/// Octets that hold the fields of most requests.
const MOST: usize = 2 << 10;

/// A request that may be said once more: it is idempotent (RFC 9110 §9.2.2), and has no body.
#[derive(Debug)]
pub(super) struct Repeatable {
    method: Method,
    uri: Uri,
    version: Version,
    fields: Vec<u8>,
}

impl Repeatable {
    pub(super) fn of(request: &Request<RequestBody>) -> Option<Self> {
        if !request.method().is_idempotent() || !request.body().is_end_stream() {
            return None;
        }
        Some(Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            version: request.version(),
            fields: written(request.headers())?,
        })
    }

    /// The same once more.
    pub(super) fn again(self) -> Option<Request<RequestBody>> {
        let mut request = Request::new(RequestBody::nothing());
        *request.headers_mut() = read(&self.fields)?;
        *request.method_mut() = self.method;
        *request.uri_mut() = self.uri;
        *request.version_mut() = self.version;
        Some(request)
    }
}

/// Two lengths of four octets, one octet for what is told to nobody, name and value; for each field.
fn written(headers: &HeaderMap) -> Option<Vec<u8>> {
    let mut fields = Vec::with_capacity(MOST);
    for (name, value) in headers {
        let (name, secret, value) = (name.as_str().as_bytes(), value.is_sensitive(), value.as_bytes());
        for part in [name, value] {
            fields.extend_from_slice(&u32::try_from(part.len()).ok()?.to_ne_bytes());
        }
        fields.push(u8::from(secret));
        fields.extend_from_slice(name);
        fields.extend_from_slice(value);
    }
    Some(fields)
}

fn read(mut fields: &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    while !fields.is_empty() {
        let name = length(&mut fields)?;
        let value = length(&mut fields)?;
        let (secret, rest) = fields.split_first()?;
        let (name, rest) = rest.split_at_checked(name)?;
        let (value, rest) = rest.split_at_checked(value)?;
        let mut value = HeaderValue::from_bytes(value).ok()?;
        value.set_sensitive(*secret == 1);
        headers.append(HeaderName::from_bytes(name).ok()?, value);
        fields = rest;
    }
    Some(headers)
}

fn length(fields: &mut &[u8]) -> Option<usize> {
    let (length, rest) = fields.split_first_chunk()?;
    *fields = rest;
    usize::try_from(u32::from_ne_bytes(*length)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: Method, body: &'static str) -> Request<RequestBody> {
        let mut assertion = HeaderValue::from_static("signed");
        assertion.set_sensitive(true);
        Request::builder()
            .method(method)
            .uri("http://backend:80/rooms/r1?a=b")
            .header("gateway-assertion", assertion)
            .header("accept", "a")
            .header("x-own", HeaderValue::from_bytes(b"\x94\x90").unwrap())
            .header("accept", "b")
            .header("x-empty", "")
            .body(RequestBody::Whole(body.into()))
            .unwrap()
    }

    #[test]
    fn what_is_said_once_more_is_the_same() {
        let first = request(Method::GET, "");
        let again = Repeatable::of(&first).and_then(Repeatable::again).unwrap();
        assert_eq!((again.method(), again.uri()), (first.method(), first.uri()));
        assert_eq!((again.version(), again.headers()), (first.version(), first.headers()));
        assert!(again.headers()["gateway-assertion"].is_sensitive() && !again.headers()["accept"].is_sensitive());
        assert!(again.body().is_end_stream());
    }

    #[test]
    fn only_what_is_idempotent_and_has_no_body_may_be_said_once_more() {
        for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"] {
            assert!(Repeatable::of(&request(method.parse().unwrap(), "")).is_some(), "{method}");
            assert!(Repeatable::of(&request(method.parse().unwrap(), "body")).is_none(), "{method}");
        }
        for method in ["POST", "PATCH", "PROPPATCH"] {
            assert!(Repeatable::of(&request(method.parse().unwrap(), "")).is_none(), "{method}");
        }
    }
}
