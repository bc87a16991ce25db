//! Does this line stand, or is it counted? And what do the counts come to?

use std::time::SystemTime;

use certs::DeviceNo;

use super::super::line::{Kind, Line, Outcome};
use super::rate::{Bucket, Rate, Rates, Within};
use super::whose::{Foldable, Folded, Source, Whose};

/// Of one stranger: a page with its pictures at once; then what shows that they are still there.
const SOURCE: Rate = Rate { burst: 20, per_second: 5 };
/// Of all strangers together. A line of theirs is 3.5 kB at most, most often 0.7: some 0.7 MB in the worst second.
const STRANGERS: Rate = Rate { burst: 400, per_second: 200 };
/// Of one device: more than a person, or a page that asks again by itself, is refused.
const DEVICE: Rate = Rate { burst: 100, per_second: 10 };
/// Sources, and devices, that are remembered. Who comes when so many are at it shares the rate of all.
const REMEMBERED: usize = 1024;
/// Counts that are kept apart; further ones are counted together, by kind.
const APART: usize = 64;

/// What becomes of a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stands {
    /// It is written.
    Alone,
    /// It is counted, in a line that says so soon.
    Counted,
}

/// For whom the disk, and the queue before it, have room.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Room {
    /// For everybody.
    All,
    /// What is left is the devices'.
    Devices,
}

/// The rates, and what was counted since the writer asked last.
#[derive(Debug)]
pub(crate) struct Folds {
    sources: Rates<Source>,
    strangers: Bucket,
    /// By kind too: however much a device asks for, its logins have lines of their own.
    devices: Rates<(DeviceNo, &'static str, Box<str>)>,
    counts: Vec<Count>,
    over: bool,
}

/// Lines that had these facts in common. Without `whose` they had only their kind.
#[derive(Debug)]
struct Count {
    whose: Option<Whose>,
    of: Kind,
    site: Option<Box<str>>,
    outcome: Option<Outcome>,
    reason: Option<Box<str>>,
    count: u64,
    since: SystemTime,
    until: SystemTime,
}

impl Default for Folds {
    fn default() -> Self {
        Self {
            sources: Rates::new(SOURCE, REMEMBERED),
            strangers: Bucket::full(STRANGERS, 0),
            devices: Rates::new(DEVICE, REMEMBERED),
            counts: Vec::new(),
            over: false,
        }
    }
}

impl Folds {
    /// Decides about one more. `now` is in milliseconds since any beginning, `time` what the line would say.
    pub(crate) fn judge(&mut self, line: &Foldable<'_>, room: Room, (now, time): (u64, SystemTime)) -> Stands {
        if self.over || self.has_room(line, room, now) == Within::Yes {
            return Stands::Alone;
        }
        // A request that still runs is counted when it has ended.
        if line.of != Kind::Open {
            self.count(line, time);
        }
        Stands::Counted
    }

    /// The counts so far, as lines for `write`; from here on they begin anew.
    pub(crate) fn tell(&mut self, now: SystemTime, mut write: impl FnMut(&Line<'_>)) {
        for count in self.counts.drain(..) {
            let source = match count.whose {
                Some(Whose::Source(source)) => Some(source.to_string()),
                Some(Whose::Device(_)) | None => None,
            };
            let device = match count.whose {
                Some(Whose::Device(device)) => Some(device),
                Some(Whose::Source(_)) | None => None,
            };
            write(&Line {
                site: count.site.as_deref(),
                outcome: count.outcome,
                reason: count.reason.as_deref(),
                device,
                source: source.as_deref(),
                folded: Some(Folded { of: count.of, count: count.count, since: count.since, until: count.until }),
                ..Line::of(Kind::Folded, now)
            });
        }
    }

    /// The log ends: nothing is counted any more, for nobody would tell.
    pub(crate) fn end(&mut self) {
        self.over = true;
    }

    fn has_room(&mut self, line: &Foldable<'_>, room: Room, now: u64) -> Within {
        match line.whose {
            Whose::Device(device) => {
                self.devices.take(&(device, line.of.as_str(), line.reason.unwrap_or_default().into()), now)
            }
            Whose::Source(_) if room == Room::Devices => Within::No,
            Whose::Source(source) => match self.sources.take(&source, now) {
                Within::Yes => self.strangers.take(STRANGERS, now),
                Within::No => Within::No,
            },
        }
    }

    fn count(&mut self, line: &Foldable<'_>, time: SystemTime) {
        let same = |count: &&mut Count| count.whose == Some(line.whose) && count.has(line);
        if let Some(count) = self.counts.iter_mut().find(same) {
            return count.add(time);
        }
        let together = |count: &&mut Count| count.whose.is_none() && count.of == line.of;
        if self.counts.len() < APART {
            self.counts.push(Count::of(line, time));
        } else if let Some(count) = self.counts.iter_mut().find(together) {
            count.add(time);
        } else {
            let rest = Count { whose: None, site: None, outcome: None, reason: None, ..Count::of(line, time) };
            self.counts.push(rest);
        }
    }
}

impl Count {
    fn of(line: &Foldable<'_>, time: SystemTime) -> Self {
        Self {
            whose: Some(line.whose),
            of: line.of,
            site: line.site.map(Into::into),
            outcome: line.outcome,
            reason: line.reason.map(Into::into),
            count: 1,
            since: time,
            until: time,
        }
    }

    fn has(&self, line: &Foldable<'_>) -> bool {
        self.of == line.of
            && self.outcome == line.outcome
            && self.reason.as_deref() == line.reason
            && self.site.as_deref() == line.site
    }

    fn add(&mut self, time: SystemTime) {
        self.count += 1;
        self.since = self.since.min(time);
        self.until = self.until.max(time);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn at(milliseconds: u64) -> (u64, SystemTime) {
        (milliseconds, UNIX_EPOCH + Duration::from_millis(milliseconds))
    }

    fn refused<'a>(source: &'a str, reason: &'a str) -> Line<'a> {
        let line = Line { source: Some(source), site: Some("service"), ..Line::of(Kind::Request, UNIX_EPOCH) };
        Line { outcome: Some(Outcome::Refused), reason: Some(reason), ..line }
    }

    fn judged(folds: &mut Folds, line: &Line<'_>, now: u64) -> Stands {
        folds.judge(&Foldable::of(line).unwrap(), Room::All, at(now))
    }

    /// Source or device, what was folded, why, and how many.
    fn told(folds: &mut Folds) -> Vec<(String, &'static str, String, u64)> {
        let mut told = Vec::new();
        folds.tell(UNIX_EPOCH, |line| {
            let whose = line.source.map(ToOwned::to_owned).or(line.device.map(|device| device.to_string()));
            let folded = line.folded.unwrap();
            let reason = line.reason.unwrap_or("-").to_owned();
            told.push((whose.unwrap_or("-".into()), folded.of.as_str(), reason, folded.count));
        });
        told
    }

    #[test]
    fn a_few_of_a_stranger_stand_and_the_rest_is_counted_with_its_first_and_last_time() {
        let mut folds = Folds::default();
        let line = refused("192.0.2.1", "no_cert");
        let stand = (0..1000).filter(|n| judged(&mut folds, &line, n / 10) == Stands::Alone).count();
        assert_eq!(stand, 20);
        let mut spans = Vec::new();
        folds.tell(UNIX_EPOCH, |line| spans.push(line.folded.unwrap()));
        let [folded] = spans.as_slice() else { panic!("{spans:?}") };
        assert_eq!((folded.count, folded.since, folded.until), (980, at(2).1, at(99).1));
        assert_eq!(told(&mut folds), []);
        assert_eq!(judged(&mut folds, &refused("192.0.2.2", "no_cert"), 100), Stands::Alone, "another's");
    }

    #[test]
    fn lines_and_counts_come_to_what_was_sent_however_many_sources_and_reasons_there_are() {
        let mut folds = Folds::default();
        let (mut alone, mut counted, mut lines) = (0, 0, 0);
        for second in 0..5 {
            for n in 0..20_000_u64 {
                let source = format!("198.51.{}.{}", n % 200, n % 251);
                let reason = ["no_cert", "foreign_cert", "misdirected"][n as usize % 3];
                if judged(&mut folds, &refused(&source, reason), second * 1000 + n / 20) == Stands::Alone {
                    alone += 1;
                }
            }
            let told = told(&mut folds);
            assert!(told.len() <= APART + 1, "{}", told.len());
            lines += told.len();
            counted += told.iter().map(|(.., count)| count).sum::<u64>();
        }
        assert_eq!(alone + counted, 100_000);
        assert!(alone + lines as u64 <= 400 + 5 * (200 + APART as u64 + 1), "{alone} and {lines} lines");
        assert!(folds.counts.is_empty());
    }

    #[test]
    fn what_differs_is_counted_apart_and_devices_by_their_own_rate() {
        let mut folds = Folds::default();
        let device = DeviceNo::new(7).ok();
        for _ in 0..30 {
            judged(&mut folds, &refused("192.0.2.1", "no_cert"), 0);
            judged(&mut folds, &Line { device, ..refused("192.0.2.1", "suspended") }, 0);
        }
        judged(&mut folds, &refused("192.0.2.1", "misdirected"), 0);
        for _ in 0..80 {
            judged(&mut folds, &Line { device, ..refused("192.0.2.1", "suspended") }, 0);
        }
        let row = |whose: &str, reason: &str, count| (whose.to_owned(), "request", reason.to_owned(), count);
        let expected =
            [row("192.0.2.1", "no_cert", 10), row("192.0.2.1", "misdirected", 1), row("DEV-000007", "suspended", 10)];
        assert_eq!(told(&mut folds), expected);
    }

    #[test]
    fn where_what_is_left_is_the_devices_no_line_of_a_stranger_stands() {
        let mut folds = Folds::default();
        let line = refused("192.0.2.1", "no_cert");
        let known = Line { device: DeviceNo::new(7).ok(), ..line };
        assert_eq!(folds.judge(&Foldable::of(&line).unwrap(), Room::Devices, at(0)), Stands::Counted);
        assert_eq!(folds.judge(&Foldable::of(&known).unwrap(), Room::Devices, at(0)), Stands::Alone);
        assert_eq!(told(&mut folds).len(), 1);
    }

    #[test]
    fn what_still_runs_is_not_counted_before_it_ends_and_at_the_end_nothing_is() {
        let mut folds = Folds::default();
        let (line, open) = (
            refused("192.0.2.1", "no_cert"),
            Line { outcome: None, reason: None, kind: Kind::Open, ..refused("192.0.2.1", "") },
        );
        for _ in 0..20 {
            assert_eq!(judged(&mut folds, &line, 0), Stands::Alone);
        }
        assert_eq!(judged(&mut folds, &open, 0), Stands::Counted);
        assert_eq!(told(&mut folds), []);
        folds.end();
        assert_eq!(judged(&mut folds, &line, 0), Stands::Alone);
    }
}
