//! Is what is left of the disk for everybody? Strangers are refused before it is full, devices only then.

use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};

use super::waiting::LogUnavailable;

/// What is kept for known devices where nothing else was said, and the part of a smaller disk that is.
const RESERVE: u64 = 1 << 30;
const PART: u64 = 20;
/// Strangers are let in again when there is so much more than the reserve, an eighth: not by every file that is rotated.
const AGAIN: u64 = 8;

/// A disk, in octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Space {
    pub(super) free: u64,
    pub(super) whole: u64,
}

/// Whether the reserve is touched, as it was measured last.
#[derive(Debug)]
pub(super) struct Reserve {
    wanted: Option<u64>,
    touched: AtomicBool,
    free: AtomicU64,
    bytes: AtomicU64,
}

impl Reserve {
    /// So many octets, or by default what fits the disk.
    pub(super) fn of(wanted: Option<u64>) -> Self {
        Self { wanted, touched: AtomicBool::new(false), free: AtomicU64::new(0), bytes: AtomicU64::new(0) }
    }

    /// Takes what was measured. A disk that cannot be measured counts as one without room.
    pub(super) fn measure(&self, space: io::Result<Space>) {
        let space = space.unwrap_or(Space { free: 0, whole: 0 });
        let reserve = reserve(self.wanted, space.whole);
        let before = self.touched.load(Relaxed);
        let touched = space.free < if before { reserve.saturating_add(reserve / AGAIN) } else { reserve };
        self.free.store(space.free, Relaxed);
        self.bytes.store(reserve, Relaxed);
        self.touched.store(touched, Relaxed);
        match (before, touched) {
            (false, true) => tracing::error!(
                free = space.free,
                reserve,
                "the access log's disk is nearly full: who shows no known device is refused"
            ),
            (true, false) => tracing::info!(free = space.free, "the access log's disk has room for everybody again"),
            (true, true) | (false, false) => {}
        }
    }

    /// Whether there is room for strangers.
    pub(super) fn left(&self) -> Result<(), LogUnavailable> {
        if self.touched.load(Relaxed) {
            let (free, reserve) = (self.free.load(Relaxed), self.bytes.load(Relaxed));
            return Err(LogUnavailable::Reserve { free, reserve });
        }
        Ok(())
    }
}

fn reserve(wanted: Option<u64>, whole: u64) -> u64 {
    wanted.unwrap_or(RESERVE.min(whole / PART))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_refused_below_the_reserve_and_let_in_again_well_above_it() {
        let reserve = Reserve::of(Some(800));
        let measured = |free| {
            reserve.measure(Ok(Space { free, whole: 10_000 }));
            reserve.left()
        };
        assert_eq!(measured(800), Ok(()));
        assert_eq!(measured(799), Err(LogUnavailable::Reserve { free: 799, reserve: 800 }));
        assert!(measured(850).is_err() && measured(899).is_err());
        assert_eq!(measured(900), Ok(()));
        assert_eq!(measured(800), Ok(()));
        reserve.measure(Err(io::Error::other("gone")));
        assert_eq!(reserve.left(), Err(LogUnavailable::Reserve { free: 0, reserve: 800 }));
    }

    #[test]
    fn a_small_disk_keeps_a_small_reserve_and_one_that_was_asked_for_none_keeps_none() {
        assert_eq!(reserve(None, 1 << 40), 1 << 30);
        assert_eq!(reserve(None, 100 << 20), 5 << 20);
        assert_eq!(reserve(Some(0), 1 << 40), 0);
        let none = Reserve::of(Some(0));
        none.measure(Ok(Space { free: 0, whole: 1 }));
        assert_eq!(none.left(), Ok(()));
    }
}
