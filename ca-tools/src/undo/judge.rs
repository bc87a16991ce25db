//! May this act be undone now? Decided from what its event says and what stands in the registry; waits for nothing.

use certs::Timestamp;

use super::table::{Instead, Inverse, LOST_AGAIN, Lasting, taken_back};

/// So long, in seconds, an act is undone.
pub(crate) const UNDO_FOR: i64 = 600;

/// An act of the past, and what became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Past {
    /// Its event's version.
    pub(crate) version: i64,
    pub(crate) action: String,
    pub(crate) at: Timestamp,
    /// Whether two decided on it, or one for two.
    pub(crate) by_two: bool,
    /// Whether it ended the hold of a lost device.
    pub(crate) was_lost: bool,
    /// Whether all that it wrote stands as it wrote it.
    pub(crate) unchanged: bool,
    /// The event that undid it.
    pub(crate) undone: Option<i64>,
    /// The first that was done about the same after it.
    pub(crate) since: Option<i64>,
    /// Its letters.
    pub(crate) letters: i64,
    /// Those of them that nobody has begun to carry.
    pub(crate) waiting: i64,
}

/// Why an act is not undone, and which act is done instead. Nothing was changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UndoRefusal {
    /// It was undone, by this event.
    #[error("{0} was undone by {1}")]
    Already(i64, i64),
    /// Two decided on it.
    #[error("{0} was decided by two")]
    ByTwo(i64, Option<Instead>),
    /// The same was changed since; by this event, where one says so.
    #[error("what {0} did was changed since")]
    Changed(i64, Option<i64>),
    /// It is never undone.
    #[error("{0} is not undone")]
    Lasts(i64, Lasting, Option<Instead>),
    /// This moment was the last for it.
    #[error("{0} is too long ago")]
    Late(i64, Timestamp, Option<Instead>),
    /// A letter about it went out, or is going out.
    #[error("a letter about {0} went out")]
    LetterLeft(i64, Option<Instead>),
    /// There is no such event.
    #[error("there is no event {0}")]
    Unknown(i64),
}

impl UndoRefusal {
    /// One word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Already(..) => "undone_already",
            Self::ByTwo(..) => "undo_by_two",
            Self::Changed(..) => "undo_changed",
            Self::Lasts(..) => "undo_lasts",
            Self::Late(..) => "undo_late",
            Self::LetterLeft(..) => "undo_letter_left",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// This act may be undone. Made only by [`judge`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct MayUndo {
    inverse: Inverse,
    instead: Option<Instead>,
    until: Timestamp,
    letters: i64,
}

impl MayUndo {
    /// What is written to undo it.
    pub(crate) fn inverse(self) -> Inverse {
        self.inverse
    }

    /// What is done instead, where it comes too late after all.
    pub(crate) fn instead(self) -> Option<Instead> {
        self.instead
    }

    /// The last moment for it.
    pub(crate) fn until(self) -> Timestamp {
        self.until
    }

    /// How many letters of it are withdrawn: all that it has.
    pub(crate) fn letters(self) -> i64 {
        self.letters
    }
}

/// Whether it may be undone at this moment.
///
/// # Errors
/// It may not, and why: what never changes first, then what is over for good, then what another did.
pub(crate) fn judge(past: &Past, now: Timestamp) -> Result<MayUndo, UndoRefusal> {
    let version = past.version;
    let row = taken_back(&past.action).ok_or(UndoRefusal::Lasts(version, Lasting::Recorded, None))?;
    let inverse = row.undone.map_err(|why| UndoRefusal::Lasts(version, why, row.instead))?;
    if let Some(by) = past.undone {
        return Err(UndoRefusal::Already(version, by));
    }
    if past.was_lost {
        return Err(UndoRefusal::Lasts(version, Lasting::Lost, LOST_AGAIN));
    }
    if past.by_two {
        return Err(UndoRefusal::ByTwo(version, row.instead));
    }
    let until = past.at.plus(UNDO_FOR);
    if now > until {
        return Err(UndoRefusal::Late(version, until, row.instead));
    }
    if past.since.is_some() || !past.unchanged {
        return Err(UndoRefusal::Changed(version, past.since));
    }
    if past.letters != past.waiting {
        return Err(UndoRefusal::LetterLeft(version, row.instead));
    }
    Ok(MayUndo { inverse, instead: row.instead, until, letters: past.letters })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn suspended() -> Past {
        Past {
            version: 7,
            action: "device.suspend".to_owned(),
            at: AT,
            by_two: false,
            was_lost: false,
            unchanged: true,
            undone: None,
            since: None,
            letters: 1,
            waiting: 1,
        }
    }

    #[test]
    fn what_left_nothing_outside_is_undone_for_ten_minutes() {
        let last = AT.plus(UNDO_FOR);
        for now in [AT, last] {
            let may = judge(&suspended(), now).unwrap();
            assert_eq!((may.inverse(), may.until(), may.letters()), (Inverse::DeviceHold, last, 1));
        }
        let late = judge(&suspended(), last.plus(1)).unwrap_err();
        assert!(matches!(late, UndoRefusal::Late(7, until, Some(_)) if until == last), "{late:?}");
    }

    #[test]
    fn whatever_left_the_house_or_was_touched_by_another_is_not() {
        let refused = |past: Past| judge(&past, AT).unwrap_err().code();
        for (past, code) in [
            (Past { undone: Some(8), since: Some(8), waiting: 0, ..suspended() }, "undone_already"),
            (Past { waiting: 0, ..suspended() }, "undo_letter_left"),
            (Past { letters: 2, ..suspended() }, "undo_letter_left"),
            (Past { since: Some(9), ..suspended() }, "undo_changed"),
            (Past { unchanged: false, ..suspended() }, "undo_changed"),
            (Past { by_two: true, ..suspended() }, "undo_by_two"),
            (Past { was_lost: true, action: "device.resume".to_owned(), ..suspended() }, "undo_lasts"),
            (Past { action: "ticket.open".to_owned(), ..suspended() }, "undo_lasts"),
            (Past { action: "thing.do".to_owned(), ..suspended() }, "undo_lasts"),
        ] {
            assert_eq!(refused(past.clone()), code, "{past:?}");
        }
    }
}
