//! Which streams of an HTTP/2 connection never became a request?
//!
//! What is wrong with a head (its size, a field, two lengths) h2 answers by itself, and says so to nobody. So the heads
//! that come in are counted as they come out of TLS, and the requests as they reach us. The two may differ for a moment only:
//! once h2 asks for more octets than there are it has read every head, and hyper has taken every request from it.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// The count of one connection, shared by who watches its octets and who serves it; both are of one task.
#[derive(Debug, Default)]
pub(crate) struct OpenedStreams {
    heads: AtomicU64,
    requests: AtomicU64,
    told: AtomicU64,
    /// Whether all octets that came have been read.
    quiet: AtomicBool,
}

impl OpenedStreams {
    /// So many heads of new streams were whole in what was just read.
    pub(crate) fn heard(&self, heads: u64) {
        self.quiet.store(false, Relaxed);
        if heads > 0 {
            self.heads.fetch_add(heads, Relaxed);
        }
    }

    /// More was asked for, and there is nothing.
    pub(crate) fn quiet(&self) {
        self.quiet.store(true, Relaxed);
    }

    /// A stream became a request.
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    /// How many did not since this was asked last; none while octets are being read.
    pub(crate) fn lost(&self) -> u64 {
        if self.quiet.load(Relaxed) { self.lost_at_last() } else { 0 }
    }

    /// As [`Self::lost`], of a connection that is over.
    pub(crate) fn lost_at_last(&self) -> u64 {
        let known = self.requests.load(Relaxed) + self.told.load(Relaxed);
        let lost = self.heads.load(Relaxed).saturating_sub(known);
        if lost > 0 {
            self.told.fetch_add(lost, Relaxed);
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_that_becomes_no_request_is_lost_once_all_was_read_and_told_once() {
        let opened = OpenedStreams::default();
        opened.heard(3);
        opened.request();
        assert_eq!(opened.lost(), 0, "there may be more to read");
        opened.request();
        opened.quiet();
        assert_eq!([opened.lost(), opened.lost()], [1, 0]);
        opened.heard(1);
        opened.request();
        opened.quiet();
        assert_eq!(opened.lost(), 0);
        opened.heard(1);
        assert_eq!([opened.lost(), opened.lost_at_last()], [0, 1]);
    }
}
