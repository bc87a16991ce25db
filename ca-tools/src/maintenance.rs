//! When does a maintenance account (保守用のID) let anybody in? Between two moments that another approved, for a work plan with
//! a number (安全管理ガイドライン 運用編10章③④), and at no other time.
//!
//! A window is made of whole minutes: what gateways decided counts for a minute of the clock, so that a window ends to the
//! second on every one of them, and what runs then is ended.

use certs::Timestamp;
use registry::{LoginId, Opening, Window};

/// A window is no longer than a month: what takes longer is planned again.
pub(crate) const MOST_DAYS: i64 = 31;
const MINUTE: i64 = 60;

/// Why a window is not opened, or not closed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MaintenanceRefusal {
    /// It is a maintenance account already.
    #[error("{0} is a maintenance account already")]
    Already(LoginId),
    /// It ends before it begins.
    #[error("the window ends before it begins")]
    Backwards,
    /// Operators act as themselves.
    #[error("{0} holds operator roles")]
    HoldsRoles(LoginId),
    /// It is a person's own ID.
    #[error("{0} is no maintenance account")]
    IsNone(LoginId),
    /// No work plan is named.
    #[error("no work plan is named")]
    NoPlan,
    /// There is no window that could be closed.
    #[error("{0} has no window that is open or to come")]
    NoWindow(LoginId),
    /// One window at a time.
    #[error("{0} has a window until {1}")]
    Open(LoginId, Timestamp),
    /// It is over.
    #[error("the window is over already")]
    Past,
    /// Longer than a month.
    #[error("the window is longer than {0} days")]
    TooLong(i64),
    /// Windows are made of whole minutes.
    #[error("a window begins and ends with a minute")]
    WithinAMinute,
}

impl MaintenanceRefusal {
    /// One word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Already(_) => "maintenance_already",
            Self::Backwards => "window_backwards",
            Self::HoldsRoles(_) => "maintenance_holds_roles",
            Self::IsNone(_) => "no_maintenance_account",
            Self::NoPlan => "no_work_plan",
            Self::NoWindow(_) => "no_window",
            Self::Open(..) => "window_open",
            Self::Past => "window_past",
            Self::TooLong(_) => "window_too_long",
            Self::WithinAMinute => "window_within_a_minute",
        }
    }
}

/// The window that was asked for, where one can be.
pub(crate) fn window(from: Timestamp, until: Timestamp, now: Timestamp) -> Result<Window, MaintenanceRefusal> {
    if until <= from {
        return Err(MaintenanceRefusal::Backwards);
    }
    if from.unix().rem_euclid(MINUTE) != 0 || until.unix().rem_euclid(MINUTE) != 0 {
        return Err(MaintenanceRefusal::WithinAMinute);
    }
    if until <= now {
        return Err(MaintenanceRefusal::Past);
    }
    if until.unix() - from.unix() > MOST_DAYS * 86_400 {
        return Err(MaintenanceRefusal::TooLong(MOST_DAYS));
    }
    Ok(Window { from, until })
}

/// The window of this account that is open now, or will be.
pub(crate) fn standing(opening: Opening, now: Timestamp) -> Option<Window> {
    match opening {
        Opening::Always | Opening::Within(None) => None,
        Opening::Within(Some(window)) => Some(window).filter(|window| now < window.until),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    #[test]
    fn a_window_is_of_whole_minutes_not_over_and_no_longer_than_a_month() {
        let of = |from: i64, until: i64| window(NOW.plus(from), NOW.plus(until), NOW);
        assert_eq!(of(0, 60), Ok(Window { from: NOW, until: NOW.plus(60) }));
        assert_eq!(of(-600, 60).map(|window| window.until), Ok(NOW.plus(60)), "one that has begun may still be opened");
        assert_eq!(of(60, 60), Err(MaintenanceRefusal::Backwards));
        assert_eq!(of(60, 0), Err(MaintenanceRefusal::Backwards));
        assert_eq!(of(1, 60), Err(MaintenanceRefusal::WithinAMinute));
        assert_eq!(of(0, 61), Err(MaintenanceRefusal::WithinAMinute));
        assert_eq!(of(-600, 0), Err(MaintenanceRefusal::Past));
        assert!(of(0, MOST_DAYS * 86_400).is_ok());
        assert_eq!(of(0, MOST_DAYS * 86_400 + 60), Err(MaintenanceRefusal::TooLong(MOST_DAYS)));
    }

    #[test]
    fn a_window_stands_until_its_end_and_no_second_longer() {
        let opening = Opening::Within(Some(Window { from: NOW, until: NOW.plus(60) }));
        let stands = |at: i64| standing(opening, NOW.plus(at)).is_some();
        assert_eq!([stands(-1), stands(0), stands(59), stands(60)], [true, true, true, false]);
        let open = |at: i64| opening.is_open(NOW.plus(at));
        assert_eq!([open(-1), open(0), open(59), open(60)], [false, true, true, false]);
        assert_eq!((standing(Opening::Always, NOW), standing(Opening::Within(None), NOW)), (None, None));
        assert!(Opening::Always.is_open(NOW) && !Opening::Within(None).is_open(NOW));
    }
}
