//! What the desk is told, and how much is kept for it while it is away.

use super::section::Section;

/// `[reports]`; without it nothing is told.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct ReportSettings {
    pub desk: String,
    pub spool_entries: usize,
    pub spool_bytes: usize,
}

impl ReportSettings {
    #[expect(clippy::cast_possible_truncation, reason = "each range ends far below the narrower type's end")]
    pub(super) fn from_root(root: &mut Section) -> Option<Self> {
        if !root.has("reports") {
            return None;
        }
        let mut section = root.section("reports");
        let settings = Self {
            desk: section.text("desk"),
            spool_entries: section.number("spool_entries", 10_000, 1..=10_000_000) as usize,
            spool_bytes: section.number("spool_bytes", 16 << 20, 4096..=1 << 32) as usize,
        };
        section.close();
        Some(settings)
    }
}
