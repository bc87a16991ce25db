//! `[sessions]`: where they are kept, how long they last, on how many devices an ID may be at once, and how often on one.

use std::path::PathBuf;
use std::time::Duration;

use super::section::Section;
use crate::session;

#[derive(Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct SessionSettings {
    pub url: String,
    pub ca: Option<PathBuf>,
    pub idle: Duration,
    pub absolute: Duration,
    pub background: Vec<String>,
    pub concurrent: Concurrent,
    pub per_device: usize,
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
    #[expect(clippy::cast_possible_truncation, reason = "the range ends far below the narrower type's end")]
    pub(super) fn from_section(mut section: Section) -> Self {
        let url = section.text("url");
        if !url.is_empty()
            && let Err(refused) = session::judge_url(&url)
        {
            let (key, words) = refused.parts();
            section.wrong(key, words);
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
            per_device: section.number("per_device", 10, 1..=1_000) as usize,
        };
        if settings.idle > settings.absolute {
            section.wrong("idle", "must not be longer than absolute");
        }
        section.close();
        settings
    }

    /// What the store needs to know of them.
    #[must_use]
    pub fn store(&self) -> session::Settings {
        session::Settings {
            url: self.url.clone(),
            ca: self.ca.clone(),
            idle: self.idle,
            absolute: self.absolute,
            per_device: self.per_device,
        }
    }
}
