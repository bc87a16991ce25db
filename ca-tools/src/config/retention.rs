//! `[retention]`: how long what the registry knows of people is kept, in days.

use super::read::Reader;

/// So many days each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Retention {
    /// People in the forms of applications, from their decision on.
    pub applications: i64,
    /// What an incident holds, from its closing on.
    pub incidents: i64,
    /// To whom a letter went, from its end on.
    pub letters: i64,
    /// Operators' logins that ended.
    pub logins: i64,
    /// Names of people whose IDs were deleted, of rooms that were closed, of contacts of offices that ended.
    pub names: i64,
    /// Where certificates were seen.
    pub sightings: i64,
    /// What tickets are known by, from their end on.
    pub tickets: i64,
}

/// Thirteen months at hand: what a yearly review looks back on. Five years as a record of care is kept, and the leap days in them.
const AT_HAND: i64 = 400;
const FIVE_YEARS: i64 = 1_827;

impl Default for Retention {
    fn default() -> Self {
        Self {
            applications: FIVE_YEARS,
            incidents: AT_HAND,
            letters: FIVE_YEARS,
            logins: AT_HAND,
            names: FIVE_YEARS,
            sightings: AT_HAND,
            tickets: AT_HAND,
        }
    }
}

impl Reader {
    /// Everything in `[retention]`; all of its mistakes are told.
    pub(super) fn retention(&mut self) -> Retention {
        let usual = Retention::default();
        Retention {
            applications: self.kept_days("applications_days", usual.applications),
            incidents: self.kept_days("incidents_days", usual.incidents),
            letters: self.kept_days("letters_days", usual.letters),
            logins: self.kept_days("logins_days", usual.logins),
            names: self.kept_days("names_days", usual.names),
            sightings: self.kept_days("sightings_days", usual.sightings),
            tickets: self.kept_days("tickets_days", usual.tickets),
        }
    }

    fn kept_days(&mut self, key: &'static str, usual: i64) -> i64 {
        // A month is what the review of a month looks back on.
        const LEAST: i64 = 62;
        const MOST: i64 = 36_500;
        let Some(value) = self.take("retention", key) else { return usual };
        if let Some(days) = value.as_integer().filter(|days| (LEAST..=MOST).contains(days)) {
            return days;
        }
        self.wrong(
            &format!("retention.{key}"),
            &format!("{LEAST} から {MOST} までの日数を、引用符なしで書いてください（月次点検が前の月を見るため、{LEAST}日より短くできません）。"),
            &format!("a number of days from {LEAST} to {MOST}, without quotes: the month's review looks back so far"),
        );
        usual
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::read;
    use super::*;

    const REST: &str = "[registry]\nurl = \"sqlite:registry.db\"\n[authority]\ndirectory = \"ca\"\n";

    #[test]
    fn what_is_kept_for_how_long_is_said_in_days_and_all_mistakes_are_told_at_once() {
        let read = |lines: &str| read(&format!("{REST}{lines}"), Path::new("ca.toml"));
        assert_eq!(read("").unwrap().retention, Retention::default());
        let kept = read("[retention]\nnames_days = 3650\n").unwrap().retention;
        assert_eq!(kept, Retention { names: 3_650, ..Retention::default() });
        let told = read("[retention]\nnames_days = 3\nletters_days = \"400\"\nletter_days = 400\n").unwrap_err().0;
        let told: Vec<_> = told.iter().map(|mistake| mistake.ja.as_str()).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        for (key, at) in [("retention.letters_days", 0), ("retention.names_days", 1), ("retention.letter_days", 2)] {
            assert!(told[at].starts_with(key), "{told:?}");
        }
    }
}
