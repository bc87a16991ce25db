//! What does each party hold, and who gives way when there is no more room? The decision only: it waits for nothing.

mod connection_counts;
mod connection_table;
#[cfg(test)]
mod connection_table_tests;
mod eviction;
mod in_flight_quota;
mod networks;
mod recently_seen;
mod refusal_rate;
mod sliding_window;
mod token_buckets;
mod usage;
mod words;

pub use connection_counts::ConnectionCounts;
pub use connection_table::{Activity, ConnectionLimits, ConnectionTable, Evicted, Eviction, NoRoom};
pub use in_flight_quota::{InFlightQuota, QuotaExceeded, RequestOwner, RequestQuota};
pub use networks::{Network, Networks, source_of};
pub use refusal_rate::{RefusalRate, RefusalRateVerdict};
pub use sliding_window::SlidingWindow;
pub use token_buckets::{Rate, RateVerdict, TokenBuckets};
pub use usage::Usage;
pub use words::{Bound, Folded, Party};
