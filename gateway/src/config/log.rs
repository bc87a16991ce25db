//! Where lines are written, how much of them is kept at hand, and until when they are kept at all.

use std::path::PathBuf;

use super::section::Section;

/// Lines are at hand for a year, and kept for five, as a record of care is.
const A_YEAR: u64 = 366;
const FIVE_YEARS: u64 = 1_827;

#[derive(Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct LogSettings {
    pub file: PathBuf,
    pub checkpoints: PathBuf,
    pub key: PathBuf,
    pub rotate_bytes: u64,
    pub reserve_bytes: Option<u64>,
    pub retention: access_log::RetentionPolicy,
    pub archive: Option<PathBuf>,
}

impl LogSettings {
    /// Which lines of whose log are old, and where they go; nothing is on hold yet.
    #[must_use]
    pub fn old_lines(&self, gateway: &str) -> access_log::OldLines {
        access_log::OldLines {
            file: self.file.clone(),
            checkpoints: self.checkpoints.clone(),
            key: self.key.clone(),
            gateway: gateway.to_owned(),
            archive: self.archive.clone(),
            policy: self.retention,
        }
    }

    pub(super) fn from_section(mut section: Section) -> Self {
        let settings = Self {
            file: section.path("file"),
            checkpoints: section.path("checkpoints"),
            key: section.path("key"),
            rotate_bytes: section.number("rotate_bytes", 256 << 20, 4096..=1 << 40),
            reserve_bytes: section.has("reserve_bytes").then(|| section.number("reserve_bytes", 1 << 30, 0..=1 << 50)),
            retention: access_log::RetentionPolicy {
                at_hand_days: section.number("at_hand_days", A_YEAR, 1..=36_500),
                keep_days: section.number("keep_days", FIVE_YEARS, 1..=36_500),
                held_from: None,
            },
            archive: section.optional_text("archive").map(PathBuf::from),
        };
        if settings.retention.keep_days < settings.retention.at_hand_days {
            section.wrong(
                "keep_days",
                "is shorter than at_hand_days: lines are kept at least as long as they are at hand",
            );
        }
        if settings.archive.as_deref().is_some_and(|archive| Some(archive) == settings.file.parent()) {
            section.wrong("archive", "is the folder of log.file: the archive is another one, best on another disk");
        }
        section.close();
        settings
    }
}
