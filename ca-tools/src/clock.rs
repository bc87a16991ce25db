//! The moment at which something is done. Decisions take it as an argument; whoever acts asks here, once.

use std::time::SystemTime;

use certs::Timestamp;

/// Now, to the second.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
