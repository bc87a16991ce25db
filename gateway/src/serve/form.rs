//! Reads a small form of ours, whole, within bounds.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Limited};

use super::visit::Visit;
use crate::proxy::Arriving;
use crate::refusal::{Fault, Refusal};

/// Octets a form of ours may have: three passwords of the greatest length, every octet escaped.
const LARGEST: usize = 16 << 10;

/// The form's octets.
///
/// # Errors
/// Not a form, too large, or too slow.
pub(super) async fn read(visit: &Visit, request: Request<Arriving>) -> Result<Bytes, Refusal> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refusal::BadRequest(Fault::Malformed));
    }
    let limit: Duration = visit.rules.config.limits.body_idle;
    let body = Limited::new(request.into_body(), LARGEST).collect();
    match tokio::time::timeout(limit, body).await {
        Err(_) => Err(Refusal::BadRequest(Fault::TooSlow)),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            Err(Refusal::BadRequest(Fault::BodyTooLarge))
        }
        Ok(Err(_)) => Err(Refusal::BadRequest(Fault::Malformed)),
        Ok(Ok(body)) => {
            let body = body.to_bytes();
            visit.line.meter().received(body.len());
            Ok(body)
        }
    }
}
