//! Who is connected now, what is in flight, and how either is ended: so that a change ends what it must, and nothing else.
//!
//! [`Live`] lists every [`Connection`]; each lists its requests in flight. Nothing here decides who may stay: that is
//! `revocation`'s.

mod activity;
pub mod admission;
pub mod cancel_signal;
mod cancellation_window;
mod cancellations;
mod closed;
mod connection;
mod connections;
pub mod continue_gate;
pub mod deadlines;
mod header_timeout;
pub mod in_flight;
mod in_flight_guard;
mod in_flight_list;
pub mod octets;
#[cfg(test)]
mod octets_tests;
mod once_signal;
mod opened_streams;
mod quota;
pub mod requests;
mod socket;
pub mod spare_descriptors;
pub mod strangers;
pub mod streams;

pub use connection::{Connection, ServingGuard};
pub use connections::Live;
pub(crate) use connections::SHARDS;
pub(crate) use header_timeout::HeaderTimeoutStream;
pub use in_flight_guard::{InFlightGuard, Registered};
pub(crate) use opened_streams::OpenedStreams;
pub(crate) use socket::Socket;
