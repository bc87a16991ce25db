//! How many lines stand in the log as a count?

use serde::Deserialize;

/// The counts of all folded lines together.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Counted {
    /// Folded lines.
    pub(crate) lines: u64,
    /// What they stand for.
    pub(crate) stand_for: u64,
}

impl Counted {
    /// Takes a line that stands in its place.
    pub(super) fn step(&mut self, line: &[u8]) {
        #[derive(Deserialize)]
        struct Folded {
            count: u64,
        }
        if line.starts_with(b"{\"kind\":\"folded\"")
            && let Ok(folded) = serde_json::from_slice::<Folded>(line)
        {
            self.lines += 1;
            self.stand_for = self.stand_for.saturating_add(folded.count);
        }
    }
}
