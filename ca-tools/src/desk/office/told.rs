//! How moments, ends and the registry's words are written on an office's pages, in the reader's language.

use certs::Timestamp;

use super::super::spoken::{day, locale, minute, say};
use crate::application::Day;
use crate::ledger::LoggedIn;
use crate::words::said;

/// 「2026年11月23日 9時05分」.
pub(super) fn login(logged_in: &LoggedIn) -> String {
    minute(logged_in.at)
}

/// 「2028年12月26日（あと760日）」.
pub(super) fn left(end: Timestamp, now: Timestamp) -> String {
    let (days, end_day) = (Day::of(now).days_until(Day::of(end)), day(end));
    if end < now {
        return format!("{}{end_day}{}", say("", "", "Ended on "), say("に切れました", "に終わりました", ""));
    }
    let [before, after] = [say("（あと", "（あと", " ("), say("日）", "日）", " days left)")];
    format!("{end_day}{before}{days}{after}")
}

/// A word of the registry, as `words::said` has it.
pub(super) fn word(field: &str, text: &str, beside: &[&str]) -> String {
    said(field, text, beside, locale().language())
}

/// So many of people: `3人`, `3`.
pub(super) fn people(count: impl std::fmt::Display) -> String {
    format!("{count}{}", say("人", "人", ""))
}
