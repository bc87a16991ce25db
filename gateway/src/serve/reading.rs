//! Reads a body of ours whole: within its bounds, no slower than it may come, and counted while it is held.

use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt;

use super::visit::Visit;
use crate::budget::{Bound, Party};
use crate::live::deadlines::{Dripping, LeastSpeed};
use crate::proxy::Arriving;
use crate::refusal::{Fault, Refusal};

/// The body's octets, at most so many; `taken` is told of each piece before it is kept.
///
/// # Errors
/// Too large, too slow, broken off, or what `taken` says.
pub(super) async fn whole(
    visit: &Visit,
    mut body: Arriving,
    (most, party): (usize, Party),
    mut taken: impl FnMut(usize) -> Result<(), Refusal>,
) -> Result<Bytes, Refusal> {
    if body.size_hint().lower() > most as u64 {
        return Err(Refusal::BadRequest(Fault::BodyTooLarge));
    }
    let mut dripping = Dripping::new(LeastSpeed::of(&visit.rules.config.limits));
    let mut read = BytesMut::new();
    loop {
        let asked = Instant::now();
        let Ok(frame) = tokio::time::timeout(dripping.patience(), body.frame()).await else {
            if dripping.is_behind() {
                visit.door.house.metrics.budget_refused(party, Bound::Speed);
            }
            return Err(Refusal::BadRequest(Fault::TooSlow));
        };
        let Some(frame) = frame else { return Ok(read.freeze()) };
        let frame = frame.map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
        let data = frame.data_ref().map_or(&[][..], |data| data);
        dripping.came(asked.elapsed(), data.len());
        visit.line.meter().received(data.len());
        if read.len() + data.len() > most {
            return Err(Refusal::BadRequest(Fault::BodyTooLarge));
        }
        taken(data.len())?;
        read.extend_from_slice(data);
    }
}
