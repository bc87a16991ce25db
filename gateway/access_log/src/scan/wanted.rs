//! Which lines are wanted? Most are told apart without reading them.
//!
//! A gateway writes a name and its value in one way only, so a line that is wanted holds `"device":"DEV-000123"` octet for
//! octet, and no text in it can hold that unescaped. Looking for it costs a fraction of reading the line.

use std::time::SystemTime;

use certs::DeviceNo;
use memchr::memmem::Finder;
use names::{LoginId, OfficeNo, RoomRef};

use super::super::clock::Clockface;
use super::super::words::{Kind, Outcome};
use super::line::LogLine;

/// What a line must have, all of it. What is not named, every line has.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of this device.
    pub device: Option<DeviceNo>,
    /// Of this ID.
    pub user: Option<LoginId>,
    /// Of this office.
    pub office: Option<OfficeNo>,
    /// In this room.
    pub room: Option<RoomRef>,
    /// Of the session with these eight hex digits.
    pub session: Option<String>,
    /// Of one of these kinds; none named are all.
    pub kinds: Vec<Kind>,
    /// With one of these outcomes; none named are all.
    pub outcomes: Vec<Outcome>,
    /// Not written before.
    pub from: Option<SystemTime>,
    /// Written before.
    pub until: Option<SystemTime>,
}

/// The same, made ready to look through millions of lines.
pub(super) struct Sieve {
    needles: Vec<Finder<'static>>,
    kinds: Vec<Kind>,
    outcomes: Vec<Outcome>,
    from: Option<String>,
    until: Option<String>,
}

/// `{"kind":"`, and what stands between the kind and the time.
const HEAD: &[u8] = b"{\"kind\":\"";
const TIME: &[u8] = b"\",\"time\":\"";
/// Signs of a moment.
const MOMENT: usize = 32;

impl Sieve {
    pub(super) fn of(wanted: &Wanted) -> Self {
        let names = [
            ("device", wanted.device.map(|device| device.to_string())),
            ("user", wanted.user.as_ref().map(ToString::to_string)),
            ("office", wanted.office.as_ref().map(ToString::to_string)),
            ("room", wanted.room.as_ref().map(ToString::to_string)),
            ("session", wanted.session.clone()),
        ];
        let needle = |(name, value): (&str, Option<String>)| {
            Some(Finder::new(format!("\"{name}\":\"{}\"", value?).as_bytes()).into_owned())
        };
        Self {
            needles: names.into_iter().filter_map(needle).collect(),
            kinds: wanted.kinds.clone(),
            outcomes: wanted.outcomes.clone(),
            from: wanted.from.map(spelt),
            until: wanted.until.map(spelt),
        }
    }

    /// Can this line be wanted?
    pub(super) fn may_admit(&self, line: &[u8]) -> bool {
        // What does not begin like a line is read, and then told of.
        let Some((kind, time)) = head(line) else { return true };
        self.admits_time(time)
            && (self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted.as_str().as_bytes() == kind))
            && self.needles.iter().all(|needle| needle.find(line).is_some())
    }

    /// What cannot be told without reading it.
    pub(super) fn admits(&self, line: &LogLine<'_>) -> bool {
        (self.outcomes.is_empty() || line.outcome.is_some_and(|outcome| self.outcomes.contains(&outcome)))
            && (self.kinds.is_empty() || self.kinds.contains(&line.kind))
            && self.admits_time(line.time.as_bytes())
    }

    fn admits_time(&self, time: &[u8]) -> bool {
        self.from.as_ref().is_none_or(|from| from.as_bytes() <= time)
            && self.until.as_ref().is_none_or(|until| time < until.as_bytes())
    }
}

/// Kind and time of a line.
fn head(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = line.strip_prefix(HEAD)?;
    let kind = rest.iter().position(|&b| b == b'"')?;
    let time = rest.get(kind..)?.strip_prefix(TIME)?;
    Some((rest.get(..kind)?, time.get(..MOMENT)?))
}

fn spelt(moment: SystemTime) -> String {
    let mut text = Vec::new();
    Clockface::new().write(moment, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}
