//! Reads a body of ours whole: within its bounds, no slower than it may come, and counted while it is held.

use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt;

use super::request_context::RequestContext;
use crate::budget::{Bound, Party};
use crate::live::deadlines::{BodyPace, MinimumSpeed};
use crate::proxy::IncomingBody;
use crate::refusal::{Fault, Refusal};

/// The most octets a body may have, and whose bound it is where it comes too slowly.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyBound {
    pub(super) octets: usize,
    pub(super) party: Party,
}

/// The body's octets, at most so many; `taken` is told of each piece before it is kept.
///
/// # Errors
/// Too large, too slow, broken off, or what `taken` says.
pub(super) async fn whole(
    context: &RequestContext,
    mut body: IncomingBody,
    BodyBound { octets: most, party }: BodyBound,
    mut taken: impl FnMut(usize) -> Result<(), Refusal>,
) -> Result<Bytes, Refusal> {
    if body.size_hint().lower() > most as u64 {
        return Err(Refusal::BadRequest(Fault::BodyTooLarge));
    }
    let mut pace = BodyPace::new(MinimumSpeed::of(&context.rules.config.limits));
    let mut read = BytesMut::new();
    loop {
        let asked = Instant::now();
        let Ok(frame) = tokio::time::timeout(pace.time_left(), body.frame()).await else {
            if pace.is_behind() {
                context.client.gateway.metrics.budget_refused(party, Bound::Speed);
            }
            return Err(Refusal::BadRequest(Fault::TooSlow));
        };
        let Some(frame) = frame else { return Ok(read.freeze()) };
        let frame = frame.map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
        let data = frame.data_ref().map_or(&[][..], |data| data);
        pace.came(asked.elapsed(), data.len());
        context.line.meter().received(data.len());
        if read.len() + data.len() > most {
            return Err(Refusal::BadRequest(Fault::BodyTooLarge));
        }
        taken(data.len())?;
        read.extend_from_slice(data);
    }
}
