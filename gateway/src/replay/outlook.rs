//! What does it all come to, by device, person and office?

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::combinations::{Combinations, NameNo, Place, Times};
use super::judge::{Judge, WouldSee, is_of_the_rules};

/// Rows of a list that are told; further ones are counted.
pub(super) const MOST_TOLD: usize = 20_000;

/// Everything there is to say.
#[derive(Debug, Default, Serialize)]
pub(super) struct Outlook {
    /// Passed in those days, and would not now.
    pub(super) locked_out: Vec<Affected>,
    /// Was refused in those days, and would pass now.
    pub(super) newly: Vec<Affected>,
    /// Rows beyond those that are told.
    pub(super) more: u64,
    pub(super) summary: Summary,
}

/// How many in each list.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Summary {
    pub(super) devices: u64,
    pub(super) people: u64,
    pub(super) offices: u64,
    /// Of these, so many would find no way in at all.
    pub(super) wholly: u64,
    pub(super) newly: u64,
}

/// Who.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sort {
    Office,
    Person,
    Device,
}

/// One device, person or office, with one reason.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Affected {
    pub(super) sort: Sort,
    /// Its number.
    pub(super) number: String,
    /// The office that the lines name.
    pub(super) office: Option<String>,
    /// What would be seen; of those that would newly pass, what was.
    pub(super) reason: String,
    pub(super) code: Option<String>,
    /// No way in is left: nothing of what passed would.
    pub(super) wholly: bool,
    /// Lines that would be refused, or let in.
    pub(super) lines: u64,
    /// The last of them.
    pub(super) last: String,
    /// Rooms, areas and paths it would be about; some.
    pub(super) places: Vec<String>,
}

/// Places that are named for each.
const PLACES: usize = 5;

type Whose = (Sort, String);

#[derive(Default)]
struct Tally {
    passing: u64,
    reasons: BTreeMap<(String, Option<String>), About>,
}

#[derive(Default)]
struct About {
    office: Option<String>,
    lines: u64,
    last: String,
    places: BTreeSet<String>,
}

/// Judges every combination, and adds up.
pub(super) fn of(found: &Combinations, judge: &Judge<'_>) -> Outlook {
    let (mut passed, mut refused): (BTreeMap<Whose, Tally>, BTreeMap<Whose, Tally>) = Default::default();
    for (one, times) in &found.found {
        let now = judge.refused(one, &found.names);
        let before = found.names.name(one.refused);
        let office = found.names.name(one.office).map(str::to_owned);
        let place = place(found, one.place);
        let subjects = [
            Some((Sort::Device, one.device.to_string())),
            found.names.name(one.user).map(|user| (Sort::Person, user.to_owned())),
            office.clone().map(|office| (Sort::Office, office)),
        ];
        for whose in subjects.into_iter().flatten() {
            let about = (office.as_deref(), place.as_str());
            match (before, now) {
                (None, Some(WouldSee { reason, code })) => {
                    note(passed.entry(whose).or_default(), (reason, code), times, about);
                }
                (None, None) => passed.entry(whose).or_default().passing += times.lines,
                (Some(before), None) if is_of_the_rules(before) => {
                    note(refused.entry(whose).or_default(), (before, None), times, about);
                }
                (Some(_), _) => {}
            }
        }
    }
    told(passed, refused)
}

fn note(tally: &mut Tally, (reason, code): (&str, Option<&str>), times: &Times, (office, place): (Option<&str>, &str)) {
    let about = tally.reasons.entry((reason.to_owned(), code.map(str::to_owned))).or_default();
    about.lines += times.lines;
    about.last = std::mem::take(&mut about.last).max(String::from_utf8_lossy(&times.last).into_owned());
    if about.office.is_none() {
        about.office = office.map(str::to_owned);
    }
    if about.places.len() < PLACES {
        about.places.insert(place.to_owned());
    }
}

fn told(passed: BTreeMap<Whose, Tally>, refused: BTreeMap<Whose, Tally>) -> Outlook {
    let mut outlook = Outlook::default();
    for ((sort, number), tally) in passed {
        if tally.reasons.is_empty() {
            continue;
        }
        let wholly = tally.passing == 0;
        match sort {
            Sort::Device => outlook.summary.devices += 1,
            Sort::Person => outlook.summary.people += 1,
            Sort::Office => outlook.summary.offices += 1,
        }
        outlook.summary.wholly += u64::from(wholly);
        outlook.more += push(&mut outlook.locked_out, (sort, &number), wholly, tally);
    }
    for ((sort, number), tally) in refused {
        outlook.summary.newly += 1;
        outlook.more += push(&mut outlook.newly, (sort, &number), false, tally);
    }
    outlook
}

/// So many rows were too many.
fn push(rows: &mut Vec<Affected>, (sort, number): (Sort, &str), wholly: bool, tally: Tally) -> u64 {
    let mut more = 0;
    for ((reason, code), about) in tally.reasons {
        if rows.len() >= MOST_TOLD {
            more += 1;
            continue;
        }
        rows.push(Affected {
            sort,
            number: number.to_owned(),
            office: about.office,
            reason,
            code,
            wholly,
            lines: about.lines,
            last: about.last,
            places: about.places.into_iter().collect(),
        });
    }
    more
}

fn place(found: &Combinations, place: Place) -> String {
    let name = |named: NameNo| found.names.name(named).unwrap_or("").to_owned();
    match place {
        Place::Door => "/.gateway".to_owned(),
        Place::Login => "login".to_owned(),
        Place::Room(room) => format!("room {}", name(room)),
        Place::Area(area) => area.as_str().to_owned(),
        Place::Nowhere(head) => {
            name(head).chars().filter(|c| c.is_ascii_alphanumeric() || "/._-".contains(*c)).collect()
        }
    }
}
