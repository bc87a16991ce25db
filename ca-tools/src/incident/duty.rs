//! To whom is an incident to be reported, and until when?
//!
//! The mayor at once (誓約事項①). Where personal data leaked or may have (個人情報保護法 26条・68条, 要配慮個人情報 from the
//! first person on): a first word (速報) within 3 to 5 days, the whole (確報) within 30 days, within 60 where somebody may have
//! meant harm. The day on which it was found is the first of them, and no day off makes one longer: who keeps to these dates
//! is in time by every way of counting.

use certs::Timestamp;

use crate::application::Day;
use crate::language::Text;

const DAY: i64 = 86_400;

/// A report that is owed.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Duty {
    /// To the mayor (誓約事項①).
    Mayor,
    /// 速報.
    Prompt,
    /// 確報.
    Full,
}

/// That it was made: on which day, and who wrote that down.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DutyDone {
    /// The first second of that day, in Japan.
    pub on: Timestamp,
    /// The operator.
    pub by: String,
}

impl Duty {
    /// Each, in the order in which they come.
    pub const ALL: [Self; 3] = [Self::Mayor, Self::Prompt, Self::Full];

    /// The word in commands, addresses and `--json`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mayor => "mayor",
            Self::Prompt => "prompt",
            Self::Full => "full",
        }
    }

    /// The one of this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.as_str() == word)
    }

    /// What people call it.
    #[must_use]
    pub fn called(self) -> Text {
        match self {
            Self::Mayor => Text::new("市長への報告（誓約事項①）", "the report to the mayor"),
            Self::Prompt => Text::new("個人情報保護委員会への速報", "the first report to the commission (速報)"),
            Self::Full => Text::new("個人情報保護委員会への確報", "the full report to the commission (確報)"),
        }
    }

    /// So many days there are, the one on which it was found among them.
    #[must_use]
    pub fn days(self, wrongful: bool) -> i64 {
        match (self, wrongful) {
            (Self::Mayor, _) => 1,
            (Self::Prompt, _) => 5,
            (Self::Full, false) => 30,
            (Self::Full, true) => 60,
        }
    }

    /// The last second in which it is in time.
    #[must_use]
    pub fn due(self, found: Timestamp, wrongful: bool) -> Timestamp {
        Day::of(found).last_second().plus((self.days(wrongful) - 1) * DAY)
    }

    /// How it stands, in words: done, or how many days are left.
    pub(crate) fn standing(self, (due, done): (Timestamp, Option<&DutyDone>), now: Timestamp) -> Text {
        if let Some(done) = done {
            let day = Day::of(done.on);
            return Text::new(
                format!("{} に済（記録：{}）", day.japanese(), done.by),
                format!("done on {day} (written down by {})", done.by),
            );
        }
        let left = Day::of(now).days_until(Day::of(due));
        let until = Day::of(due);
        let (ja, en) = match left {
            ..0 => (format!("期限を{}日過ぎています", -left), format!("{} days late", -left)),
            0 => ("今日が期限です".to_owned(), "due today".to_owned()),
            1.. => (format!("あと{left}日"), format!("{left} days left")),
        };
        Text::new(format!("{} まで（{ja}）", until.japanese()), format!("until {until} ({en})"))
    }
}

impl std::fmt::Display for Duty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-28 23:30 in Japan.
    const FOUND: Timestamp = Timestamp::from_unix(1_795_876_200);

    fn due(duty: Duty, wrongful: bool) -> String {
        duty.due(FOUND, wrongful).to_string()
    }

    #[test]
    fn the_day_on_which_it_was_found_is_the_first_of_five_of_thirty_and_of_sixty() {
        assert_eq!(FOUND.to_string(), "2026-11-28T23:30:00+09:00");
        assert_eq!(due(Duty::Mayor, false), "2026-11-28T23:59:59+09:00");
        assert_eq!(due(Duty::Prompt, false), "2026-12-02T23:59:59+09:00");
        assert_eq!(due(Duty::Prompt, true), due(Duty::Prompt, false));
        assert_eq!(due(Duty::Full, false), "2026-12-27T23:59:59+09:00");
        assert_eq!(due(Duty::Full, true), "2027-01-26T23:59:59+09:00");
    }

    #[test]
    fn the_days_that_are_left_are_counted_by_the_calendar_and_what_is_done_is_not() {
        let due = Duty::Prompt.due(FOUND, false);
        let said = |later: i64| Duty::Prompt.standing((due, None), FOUND.plus(later)).ja;
        assert_eq!(said(0), "2026年12月2日 まで（あと4日）");
        assert_eq!(said(60 * 60), "2026年12月2日 まで（あと3日）", "midnight has passed");
        assert_eq!(said(4 * DAY), "2026年12月2日 まで（今日が期限です）");
        assert_eq!(said(6 * DAY), "2026年12月2日 まで（期限を2日過ぎています）");
        let done = DutyDone { on: FOUND, by: "a.ito".to_owned() };
        let said = Duty::Prompt.standing((due, Some(&done)), FOUND.plus(90 * DAY)).ja;
        assert_eq!(said, "2026年11月28日 に済（記録：a.ito）");
    }

    #[test]
    fn each_report_has_one_word() {
        for duty in Duty::ALL {
            assert_eq!(Duty::read(duty.as_str()), Some(duty));
        }
        assert_eq!(Duty::read("police"), None);
    }
}
