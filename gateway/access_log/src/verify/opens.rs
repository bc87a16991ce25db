//! Has every request that said it was running also said that it ended?
//!
//! A gateway that was killed could not say so; the next one closes what was left open. So only a
//! `stop`, an end in order, must have no request open behind it.

use std::collections::HashMap;

use super::finding::{Fault, Place};

#[derive(Debug, Default)]
pub(super) struct Opens {
    running: HashMap<Vec<u8>, (Place, u64)>,
}

/// What a line is to those who wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Open,
    Request,
    Stop,
    Other,
}

const REQUEST_ID: &[u8] = b"\"request_id\":\"";
/// Kind, time and gateway stand before it.
const FAR_ENOUGH: usize = 512;

impl Opens {
    /// Takes a line that stands in its place; what it leaves without an end.
    pub(super) fn step(&mut self, place: Place, line: &[u8], seq: u64) -> Vec<(Place, Fault)> {
        match kind(line) {
            Kind::Open => {
                if let Some(id) = request_id(line) {
                    self.running.insert(id.to_vec(), (place, seq));
                }
            }
            Kind::Request if !self.running.is_empty() => {
                if let Some(id) = request_id(line) {
                    self.running.remove(id);
                }
            }
            Kind::Stop => {
                let mut unended: Vec<_> = self.running.drain().collect();
                unended.sort_by_key(|(_, (_, seq))| *seq);
                return unended
                    .into_iter()
                    .map(|(id, (place, seq))| {
                        (place, Fault::Unended { request_id: String::from_utf8_lossy(&id).into_owned(), seq })
                    })
                    .collect();
            }
            Kind::Request | Kind::Other => {}
        }
        Vec::new()
    }

    /// Requests that are still running, or were when the gateway was killed.
    pub(super) fn running(&self) -> usize {
        self.running.len()
    }
}

fn kind(line: &[u8]) -> Kind {
    let Some(line) = line.strip_prefix(b"{\"kind\":\"") else { return Kind::Other };
    if line.starts_with(b"request\"") {
        Kind::Request
    } else if line.starts_with(b"open\"") {
        Kind::Open
    } else if line.starts_with(b"stop\"") {
        Kind::Stop
    } else {
        Kind::Other
    }
}

/// The 32 signs of a line's `request_id`, found without reading the rest of it.
#[must_use]
pub fn request_id(line: &[u8]) -> Option<&[u8]> {
    let head = &line[..line.len().min(FAR_ENOUGH)];
    let start = head.windows(REQUEST_ID.len()).position(|here| here == REQUEST_ID)? + REQUEST_ID.len();
    head.get(start..start + 32)
}
