//! How moments and ends are written on an office's pages.

use certs::Timestamp;

use crate::application::Day;
use crate::calendar::{day, minute};
use crate::ledger::LoggedIn;

/// 「2026年11月23日 9時05分」.
pub(super) fn login(logged_in: &LoggedIn) -> String {
    minute(logged_in.at)
}

/// 「2028年12月26日（あと760日）」.
pub(super) fn left(end: Timestamp, now: Timestamp) -> String {
    let days = Day::of(now).days_until(Day::of(end));
    if end < now { format!("{}に切れました", day(end)) } else { format!("{}（あと{days}日）", day(end)) }
}
