//! Descriptors kept back for when the process has none left: each lets one more connection be accepted.
//!
//! Without them a listener can neither serve a newcomer nor turn one away; it wakes up again and again for nothing.

use std::fs::File;
use std::io;
use std::time::{Duration, Instant};

/// So many descriptors of nothing.
#[derive(Debug)]
pub struct SpareDescriptors {
    kept: Vec<File>,
    most: usize,
    told: Option<Instant>,
    untold: u64,
}

/// A failure that goes on is told so often.
const EVERY: Duration = Duration::from_secs(10);

impl SpareDescriptors {
    /// Keeps so many, as far as there are any.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let mut spare = Self { kept: Vec::with_capacity(most), most, told: None, untold: 0 };
        let _ = spare.refill();
        spare
    }

    /// Takes back what was lent, as far as there is room again.
    pub fn refill(&mut self) -> Refill {
        while self.kept.len() < self.most {
            match File::open("/dev/null") {
                Ok(nothing) => self.kept.push(nothing),
                Err(_) => return Refill::Less,
            }
        }
        Refill::All
    }

    /// Accepting failed: where that was for want of a descriptor, one is given up for it. The failure is told, every ten
    /// seconds at most.
    pub fn failed(&mut self, error: &io::Error, listener: &str) -> AcceptFailure {
        let now = Instant::now();
        if self.told.is_none_or(|told| now.duration_since(told) >= EVERY) {
            tracing::warn!(%error, listener, more = self.untold, "accept failed");
            (self.told, self.untold) = (Some(now), 0);
        } else {
            self.untold += 1;
        }
        match error.raw_os_error() {
            Some(EMFILE | ENFILE) if self.kept.pop().is_some() => AcceptFailure::Lent,
            Some(EMFILE | ENFILE) => AcceptFailure::Wanting,
            Some(_) | None => AcceptFailure::Otherwise,
        }
    }
}

/// The process has as many descriptors as it may (accept(2)).
const EMFILE: i32 = 24;
/// The machine has.
const ENFILE: i32 = 23;

/// Whether there are as many spare ones as there should be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refill {
    /// There are.
    All,
    /// The process is in want of them.
    Less,
}

/// Why accepting failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AcceptFailure {
    /// For want of a descriptor, and there is one now.
    Lent,
    /// For want of a descriptor, and there is none to lend.
    Wanting,
    /// Not for that.
    Otherwise,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kept_descriptor_is_lent_once_and_only_where_one_is_wanting() {
        let mut spare = SpareDescriptors::new(2);
        let wanting = io::Error::from_raw_os_error(EMFILE);
        assert_eq!(wanting.to_string().split(" (").next(), Some("Too many open files"));
        assert_eq!(spare.failed(&io::Error::from(io::ErrorKind::ConnectionAborted), "a"), AcceptFailure::Otherwise);
        let lent = [(); 3].map(|()| spare.failed(&wanting, "a"));
        assert_eq!(lent, [AcceptFailure::Lent, AcceptFailure::Lent, AcceptFailure::Wanting]);
        assert_eq!(spare.untold, 3, "told once in ten seconds");
        assert_eq!(spare.refill(), Refill::All);
        assert_eq!(spare.failed(&io::Error::from_raw_os_error(ENFILE), "a"), AcceptFailure::Lent);
    }
}
