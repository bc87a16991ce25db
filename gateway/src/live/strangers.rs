//! How fast may a source ask that has shown no known device? Wide enough for an office of people behind one address.

use std::sync::{Mutex, PoisonError};

use super::connection::Connection;
use super::deadlines;
use crate::budget::{Network, Rate, RateVerdict, TokenBuckets};
use crate::config::Limits;

/// Networks whose pace is remembered.
const REMEMBERED: usize = 16_384;
/// How fast strangers ask, by source.
#[derive(Debug)]
pub struct StrangerLimiter(Mutex<TokenBuckets<(StrangerRequest, Network)>>);

/// What a stranger asks for. Each has a pace of its own: a source that asks for all too much must still be able to say that a
/// device was lost, and to fetch what an office has applied for.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum StrangerRequest {
    /// To report a lost device.
    Lost,
    /// To pick a certificate up.
    PickUp,
    /// All else.
    Other,
}

impl StrangerRequest {
    /// What is asked for under this path of a help site.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let under = |own: &str| path.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if under("/lost") {
            Self::Lost
        } else if under("/pickup") {
            Self::PickUp
        } else {
            Self::Other
        }
    }
}

impl Default for StrangerLimiter {
    fn default() -> Self {
        Self(Mutex::new(TokenBuckets::new(REMEMBERED)))
    }
}

impl StrangerLimiter {
    /// Asks for one more answer on this connection.
    pub fn ask(&self, request_class: StrangerRequest, connection: &Connection, limits: &Limits) -> RateVerdict {
        let rate = Rate { per_second: limits.stranger_requests, burst: limits.stranger_burst };
        let Some(networks) = connection.source() else { return RateVerdict::FarOver };
        let mut rates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rates.ask(networks.each().iter().map(|network| (request_class, *network)), rate, deadlines::now())
    }
}
