//! Is one more of these worth telling? The first few in a minute are, of each device and reason; the rest is told as a count
//! when the minute is over. Every one of them stands in the access log.

use std::collections::HashMap;
use std::time::SystemTime;

use access_log::{Told, Worth};
use certs::{DeviceNo, Timestamp};
use serde::{Serialize, Serializer};

use super::sightings::News;

/// How long a count goes on, in milliseconds.
const MINUTE: u64 = 60_000;
/// Told each: enough to see what is tried.
const REFUSALS: u32 = 5;
/// Logins are worth more: a person who mistypes, and tries again, is seen in full.
const LOGINS: u32 = 20;
/// Devices whose minutes are kept apart; further ones are counted together.
const DEVICES: usize = 4096;

/// The minutes under way.
#[derive(Debug, Default)]
pub(super) struct Folds {
    devices: HashMap<DeviceNo, Vec<Minute>>,
    others: Option<Minute>,
}

#[derive(Debug)]
struct Minute {
    worth: Worth,
    what: Box<str>,
    begun: u64,
    told: u32,
    untold: Option<Counted>,
}

/// What was not told, each for itself.
#[derive(Debug)]
struct Counted {
    count: u64,
    since: SystemTime,
    until: SystemTime,
    seq: u64,
}

/// A count, as the desk reads it: like a line, with the number of the last line it stands for, which is told by nothing else.
#[derive(Debug, Eq, PartialEq, Serialize)]
pub(super) struct Untold {
    kind: &'static str,
    #[serde(rename = "of", serialize_with = "of")]
    pub(super) worth: Worth,
    device: Option<DeviceNo>,
    reason: Box<str>,
    pub(super) count: u64,
    since: String,
    until: String,
    seq: u64,
}

impl Folds {
    /// Whether this is told, or counted. `now` is in milliseconds since any beginning.
    pub(super) fn note(&mut self, told: &Told, seq: u64, now: u64) -> News {
        if !self.devices.contains_key(&told.device) && self.devices.len() >= DEVICES {
            let begun = || Minute { told: u32::MAX, ..Minute::of(told, now) };
            return self.others.get_or_insert_with(begun).note(told, seq);
        }
        let minutes = self.devices.entry(told.device).or_default();
        let known = minutes.iter().position(|minute| minute.worth == told.worth && minute.what == told.what);
        let place = known.unwrap_or_else(|| {
            minutes.push(Minute::of(told, now));
            minutes.len() - 1
        });
        minutes[place].note(told, seq)
    }

    /// The counts of the minutes that are over, which are forgotten.
    pub(super) fn over(&mut self, now: u64) -> Vec<Untold> {
        self.ended(|minute| now.saturating_sub(minute.begun) >= MINUTE)
    }

    /// All counts: there is no more time.
    pub(super) fn end(&mut self) -> Vec<Untold> {
        self.ended(|_| true)
    }

    fn ended(&mut self, is_over: impl Fn(&Minute) -> bool) -> Vec<Untold> {
        let mut untold = Vec::new();
        self.devices.retain(|device, minutes| {
            for minute in minutes.extract_if(.., |minute| is_over(minute)) {
                untold.extend(minute.untold(Some(*device)));
            }
            !minutes.is_empty()
        });
        if let Some(others) = self.others.take_if(|minute| is_over(minute)) {
            untold.extend(Minute { what: "any".into(), ..others }.untold(None));
        }
        untold
    }
}

impl Minute {
    fn of(told: &Told, now: u64) -> Self {
        Self { worth: told.worth, what: told.what.clone(), begun: now, told: 0, untold: None }
    }

    fn note(&mut self, told: &Told, seq: u64) -> News {
        let most = match self.worth {
            Worth::Login => LOGINS,
            Worth::Refusal => REFUSALS,
        };
        if self.told < most {
            self.told += 1;
            return News::Yes;
        }
        let counted = Counted { count: 0, since: told.since, until: told.until, seq };
        let counted = self.untold.get_or_insert(counted);
        counted.count += told.count;
        counted.since = counted.since.min(told.since);
        counted.until = counted.until.max(told.until);
        counted.seq = seq;
        News::No
    }

    fn untold(self, device: Option<DeviceNo>) -> Option<Untold> {
        let Counted { count, since, until, seq } = self.untold?;
        let (since, until) = (written(since), written(until));
        Some(Untold { kind: "untold", worth: self.worth, device, reason: self.what, count, since, until, seq })
    }
}

/// What its lines were, by the access log's words.
fn of<S: Serializer>(worth: &Worth, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match worth {
        Worth::Login => "login",
        Worth::Refusal => "request",
    })
}

fn written(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Timestamp::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX)).to_string()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::super::sightings::News::{No, Yes};
    use super::*;

    fn told(device: u32, worth: Worth, what: &str, second: u64) -> Told {
        let time = UNIX_EPOCH + Duration::from_secs(second);
        let device = DeviceNo::new(device).unwrap();
        Told { worth, device, what: what.into(), count: 1, since: time, until: time }
    }

    #[test]
    fn the_first_few_are_told_and_the_rest_is_a_count_with_its_first_and_last_time_once_a_minute() {
        let mut folds = Folds::default();
        let told_each =
            (0..1000).filter(|n| folds.note(&told(2, Worth::Refusal, "suspended", n / 100), *n, n * 10) == Yes).count();
        assert_eq!(told_each, 5);
        assert_eq!(folds.over(MINUTE - 1), []);
        let counted = folds.over(MINUTE);
        assert_eq!(
            serde_json::to_value(&counted).unwrap(),
            serde_json::json!([{
                "kind": "untold", "of": "request", "device": "DEV-000002", "reason": "suspended", "count": 995,
                "since": "1970-01-01T09:00:00+09:00", "until": "1970-01-01T09:00:09+09:00", "seq": 999,
            }])
        );
        assert_eq!(folds.over(9 * MINUTE), []);
        assert_eq!(folds.note(&told(2, Worth::Refusal, "suspended", 70), 1001, MINUTE + 1), Yes, "a new minute");
    }

    #[test]
    fn other_reasons_devices_and_logins_are_counted_apart() {
        let mut folds = Folds::default();
        for n in 0..100 {
            let _ = folds.note(&told(2, Worth::Refusal, "suspended", 0), n, 0);
        }
        for (device, worth, what) in
            [(2, Worth::Refusal, "no_session"), (3, Worth::Refusal, "suspended"), (2, Worth::Login, "login")]
        {
            assert_eq!(folds.note(&told(device, worth, what, 0), 100, 0), Yes);
        }
        let logins = (0..100).filter(|n| folds.note(&told(4, Worth::Login, "wrong_password", 0), *n, 0) == Yes);
        assert_eq!(logins.count(), 20);
    }

    #[test]
    fn a_folded_line_counts_for_as_many_as_it_stands_for_and_at_the_end_all_is_told() {
        let mut folds = Folds::default();
        for n in 0..5 {
            assert_eq!(folds.note(&told(2, Worth::Refusal, "suspended", 0), n, 0), Yes);
        }
        let folded = Told { count: 12_345, ..told(2, Worth::Refusal, "suspended", 3) };
        assert_eq!(folds.note(&folded, 6, 1), No);
        assert_eq!(folds.note(&told(2, Worth::Refusal, "suspended", 4), 7, 1), No);
        let counts: Vec<_> = folds.end().iter().map(|untold| untold.count).collect();
        assert_eq!(counts, [12_346]);
        assert_eq!(folds.end(), []);
    }

    #[test]
    fn however_many_devices_there_are_the_memory_is_bounded_and_nothing_is_lost_from_the_counts() {
        let mut folds = Folds::default();
        let many = 2 * u32::try_from(DEVICES).unwrap();
        let each = (1..=many).filter(|n| folds.note(&told(*n, Worth::Refusal, "expired", 0), 1, 0) == Yes).count();
        assert_eq!((each, folds.devices.len()), (DEVICES, DEVICES));
        let counted: Vec<_> = folds.over(MINUTE).into_iter().map(|untold| (untold.device, untold.count)).collect();
        assert_eq!(counted, [(None, DEVICES as u64)]);
        assert!(folds.devices.is_empty());
    }
}
