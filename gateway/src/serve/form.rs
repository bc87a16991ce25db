//! Reads a small form of ours, whole, within bounds.

use bytes::Bytes;
use http::{Request, header};

use super::reading::{self, BodyBound};
use super::request_context::RequestContext;
use crate::budget::{Bound, Party};
use crate::proxy::IncomingBody;
use crate::refusal::{Fault, Refusal};

/// Octets a form of ours may have: three passwords of the greatest length, every octet escaped.
const LARGEST: usize = 16 << 10;

/// The octets of a form of ours.
///
/// # Errors
/// Not a form, too large, or too slow.
pub(super) async fn read(context: &RequestContext, request: Request<IncomingBody>) -> Result<Bytes, Refusal> {
    of_at_most(LARGEST, context, request).await
}

/// As [`read`], for a form of so many octets.
///
/// # Errors
/// As [`read`].
pub(super) async fn of_at_most(
    most: usize,
    context: &RequestContext,
    request: Request<IncomingBody>,
) -> Result<Bytes, Refusal> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refusal::BadRequest(Fault::Malformed));
    }
    let connection = &context.client.connection;
    let mut held = connection.octets.take(0);
    let body =
        reading::whole(context, request.into_body(), BodyBound { octets: most, party: Party::Device }, |octets| {
            held.more(octets);
            match connection.octets.passed() {
                Some(party) => {
                    context.client.gateway.metrics.budget_refused(party, Bound::Octets);
                    Err(Refusal::RateLimited)
                }
                None => Ok(()),
            }
        });
    let body = body.await?;
    Ok(held.until_dropped(body))
}
