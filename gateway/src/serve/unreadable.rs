//! What never became a request leaves a line, too, with whoever stands there.

use std::error::Error;
use std::time::SystemTime;

use access_log::{Kind, Outcome};

use super::connection_context::ConnectionContext;
use crate::refusal::{Fault, Refusal};

/// A connection ended with this error. Where what came in was at fault, a line says so.
pub fn unreadable(client: &ConnectionContext, error: &hyper::Error) {
    if error.is_parse() || error.is_parse_too_large() || broke_h2(error) {
        never_asked(client, 1);
    } else {
        tracing::debug!(%error, "a connection ended");
    }
}

/// So much came in that HTTP itself refused: over HTTP/2 a stream each, for a field, a length, a size.
pub fn never_asked(client: &ConnectionContext, many: u64) {
    if many == 0 {
        return;
    }
    let known = client.known();
    let mut line = client.facts.line(Kind::Connection, SystemTime::now());
    line.outcome = Some(Outcome::Malformed);
    line.reason = Some(Refusal::BadRequest(Fault::Malformed).reason());
    line.http_version = client.connection.is_streams().then_some("2");
    line.device = known.as_ref().map(|known| known.device);
    line.office = known.as_ref().map(|known| known.office.as_str());
    line.serial = client.serial();
    for _ in 0..many {
        client.gateway.log.append(&line);
    }
}

/// Whether our HTTP/2 ended the connection for what came in; a far end that ended it, or a broken wire, is no fault of a
/// request's.
fn broke_h2(error: &hyper::Error) -> bool {
    error.source().and_then(|source| source.downcast_ref::<h2::Error>()).is_some_and(h2::Error::is_library)
}
