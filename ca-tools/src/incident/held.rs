//! From when on lines are kept for an incident, whatever their age.

use certs::Timestamp;

/// What led to it lies before the day on which it was found: as far back as lines are at hand beside a gateway. Who looks further
/// back holds further back.
const LOOKS_BACK: i64 = 366 * 86_400;

/// Nothing of this moment or later is ended while an incident is open that was found then.
#[must_use]
pub(crate) fn held_from(found: Timestamp) -> Timestamp {
    found.plus(-LOOKS_BACK)
}
