//! `[sessions]`: where they are kept, how long they last, and on how many devices an ID may be at once.

use std::path::PathBuf;
use std::time::Duration;

use super::section::Section;

#[derive(Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct SessionSettings {
    pub url: String,
    pub ca: Option<PathBuf>,
    pub idle: Duration,
    pub absolute: Duration,
    pub background: Vec<String>,
    pub concurrent: Concurrent,
}

/// What follows where an ID logs in that is in use on another device. It is told in either case.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Concurrent {
    /// Both go on.
    #[default]
    Allow,
    /// The sessions on other devices end.
    EndOlder,
}

impl Concurrent {
    fn from_section(section: &mut Section) -> Self {
        match section.optional_text("concurrent").as_deref() {
            None | Some("allow") => Self::Allow,
            Some("end_older") => Self::EndOlder,
            Some(other) => {
                section.wrong("concurrent", format!("must be \"allow\" or \"end_older\", not {other:?}"));
                Self::default()
            }
        }
    }
}

impl SessionSettings {
    pub(super) fn from_section(mut section: Section) -> Self {
        let url = section.text("url");
        if !url.is_empty()
            && !["memory:", "redis://", "rediss://", "unix:", "redis+unix:"].iter().any(|s| url.starts_with(s))
        {
            section.wrong("url", "must be memory:, redis://… or rediss://…");
        }
        let settings = Self {
            url,
            ca: section.optional_text("ca").map(PathBuf::from),
            idle: section.duration(
                "idle",
                Duration::from_secs(30 * 60),
                Duration::from_secs(60)..=Duration::from_secs(12 * 3600),
            ),
            absolute: section.duration(
                "absolute",
                Duration::from_secs(12 * 3600),
                Duration::from_secs(60)..=Duration::from_secs(24 * 3600),
            ),
            background: section.texts("background"),
            concurrent: Concurrent::from_section(&mut section),
        };
        if settings.idle > settings.absolute {
            section.wrong("idle", "must not be longer than absolute");
        }
        section.close();
        settings
    }
}
