//! Who came in, on what, where to: each combination once, out of millions of lines.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use access_log::{Kind, LogLine, Outcome};
use certs::DeviceNo;
use http::Method;
use http::uri::PathAndQuery;
use policies::Area;

use crate::policy::path::CleanPath;
use crate::policy::route::{Destination, Match};
use crate::rules::Rules;

/// Combinations that are judged: of a city some ten thousand. What goes beyond is counted and told.
const MOST: usize = 1_000_000;
/// Names of one sort that are kept.
const MOST_NAMES: usize = 1_000_000;
/// Certificates of one device that are remembered: it has two at a time.
const MOST_CERTIFICATES: usize = 8;

/// A name's number; 0 is none.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct NameNo(u32);

/// Names, each kept once.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<Box<str>, NameNo>,
    names: Vec<Box<str>>,
}

/// One way in which somebody came, or was refused.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Combination {
    pub(super) device: DeviceNo,
    pub(super) user: NameNo,
    pub(super) office: NameNo,
    pub(super) site: NameNo,
    pub(super) host: NameNo,
    pub(super) tls_version: NameNo,
    pub(super) tls_group: NameNo,
    pub(super) place: Place,
    /// The method changes something.
    pub(super) write: bool,
    /// Why it was refused; none where it passed.
    pub(super) refused: NameNo,
}

/// Where to, by the routes of the new configuration.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Place {
    /// No further than the gateway's own pages.
    Door,
    /// A login that succeeded.
    Login,
    Room(NameNo),
    Area(Area),
    /// No route leads there any more; what stands first in the path.
    Nowhere(NameNo),
}

/// How often, and when last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) lines: u64,
    /// To the second.
    pub(super) last: [u8; SECONDS],
}

pub(super) const SECONDS: usize = 19;

/// All that was taken out of the lines.
#[derive(Debug, Default)]
pub(super) struct Combinations {
    pub(super) found: HashMap<Combination, Times>,
    /// The serials that a device showed, and when last.
    pub(super) certificates: HashMap<DeviceNo, Vec<(NameNo, [u8; SECONDS])>>,
    pub(super) names: Names,
    /// Lines that say who came.
    pub(super) lines: u64,
    /// Lines whose combination was one too many.
    pub(super) over: u64,
    /// Lines whose path was kept in part, or that name no device that is one.
    pub(super) unreadable: u64,
    pub(super) first: Option<String>,
    pub(super) last: Option<String>,
}

impl Names {
    fn number(&mut self, name: Option<&str>) -> Option<NameNo> {
        let Some(name) = name else { return Some(NameNo::default()) };
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        if self.names.len() >= MOST_NAMES {
            return None;
        }
        self.names.push(name.into());
        let number = NameNo(u32::try_from(self.names.len()).ok()?);
        self.numbers.insert(name.into(), number);
        Some(number)
    }

    /// The name; nothing of none.
    pub(super) fn name(&self, number: NameNo) -> Option<&str> {
        let at = usize::try_from(number.0).ok()?.checked_sub(1)?;
        self.names.get(at).map(AsRef::as_ref)
    }
}

impl Combinations {
    /// Takes a line, if it says that a device was here.
    pub(super) fn take(&mut self, line: &LogLine<'_>, rules: &Rules) {
        let (Some(device), Some(stage)) = (line.device, stage(line)) else { return };
        let Ok(device) = device.parse::<DeviceNo>() else {
            self.unreadable += 1;
            return;
        };
        self.lines += 1;
        self.written(line.time);
        let mut last = [b' '; SECONDS];
        last.iter_mut().zip(line.time.bytes()).for_each(|(to, from)| *to = from);
        self.shown(device, line.serial, last);
        match self.combination(device, line, stage, rules) {
            Ok(Some(combination)) => self.count(combination, last),
            Ok(None) => self.unreadable += 1,
            Err(TooMany) => self.over += 1,
        }
    }

    /// A line was written at this moment. They come gateway by gateway: the last that is read need not be the last that was written.
    fn written(&mut self, time: &str) {
        if self.first.as_deref().is_none_or(|first| time < first) {
            self.first = Some(time.to_owned());
        }
        if self.last.as_deref().is_none_or(|last| last < time) {
            self.last = Some(time.to_owned());
        }
    }

    fn count(&mut self, combination: Combination, last: [u8; SECONDS]) {
        let full = self.found.len() >= MOST;
        match self.found.entry(combination) {
            Entry::Occupied(mut there) => {
                let times = there.get_mut();
                times.lines += 1;
                times.last = times.last.max(last);
            }
            Entry::Vacant(free) if !full => {
                free.insert(Times { lines: 1, last });
            }
            Entry::Vacant(_) => self.over += 1,
        }
    }

    fn shown(&mut self, device: DeviceNo, serial: Option<&str>, last: [u8; SECONDS]) {
        let Some(serial) = self.names.number(serial).filter(|_| serial.is_some()) else { return };
        if self.certificates.len() >= MOST && !self.certificates.contains_key(&device) {
            return;
        }
        let shown = self.certificates.entry(device).or_default();
        if let Some((_, when)) = shown.iter_mut().find(|(known, _)| *known == serial) {
            *when = (*when).max(last);
        } else if shown.len() < MOST_CERTIFICATES {
            shown.push((serial, last));
        } else if let Some(oldest) = shown.iter_mut().min_by_key(|(_, when)| *when) {
            // The oldest is of no use any more.
            *oldest = (serial, last);
        }
    }

    fn combination(
        &mut self,
        device: DeviceNo,
        line: &LogLine<'_>,
        stage: Stage,
        rules: &Rules,
    ) -> Result<Option<Combination>, TooMany> {
        let method = line.method.map(|method| method.read());
        let method = method.as_deref().unwrap_or("GET");
        let place = match stage {
            Stage::Door => Place::Door,
            Stage::Login => Place::Login,
            Stage::Through => match self.place(line, method, rules)? {
                Some(place) => place,
                None => return Ok(None),
            },
        };
        let refused = if line.outcome == Some(Outcome::Refused) { line.reason } else { None };
        let host = line.host.map(|host| host.read());
        let mut number = |name: Option<&str>| self.names.number(name).ok_or(TooMany);
        Ok(Some(Combination {
            device,
            user: number(line.user)?,
            office: number(line.office)?,
            site: number(line.site)?,
            host: number(host.as_deref())?,
            tls_version: number(line.tls_version)?,
            tls_group: number(line.tls_group)?,
            place,
            write: !matches!(method, "GET" | "HEAD"),
            refused: number(refused)?,
        }))
    }

    /// Where its path leads now.
    fn place(&mut self, line: &LogLine<'_>, method: &str, rules: &Rules) -> Result<Option<Place>, TooMany> {
        let Some(path) = line.path.map(|path| path.read()) else { return Ok(None) };
        let (Ok(target), Ok(method)) = (path.parse::<PathAndQuery>(), method.parse::<Method>()) else {
            return Ok(None);
        };
        let Ok(clean) = CleanPath::of(&target) else { return Ok(None) };
        let site = rules.sites.iter().find(|site| Some(&*site.name) == line.site);
        let service = site.and_then(|site| site.service.as_ref());
        Ok(Some(match service.and_then(|service| service.routes.find(&method, &clean)) {
            Some(Match { destination: Destination::Area(area), .. }) => Place::Area(area),
            Some(Match { destination: Destination::Room(room), .. }) => {
                Place::Room(self.names.number(Some(room)).ok_or(TooMany)?)
            }
            None => Place::Nowhere(self.names.number(Some(head_of(clean.path()))).ok_or(TooMany)?),
        }))
    }
}

/// There is no room for another.
struct TooMany;

/// How far somebody came.
#[derive(Clone, Copy)]
enum Stage {
    Door,
    Login,
    Through,
}

/// Nothing where the line says nothing of who may come in: of a stranger, of a page that was answered to nobody.
fn stage(line: &LogLine<'_>) -> Option<Stage> {
    match (line.kind, line.outcome?) {
        (Kind::Login, Outcome::Passed) => Some(Stage::Login),
        (Kind::Request, Outcome::Refused) if line.policy.is_some() || line.user.is_some() => Some(Stage::Through),
        (Kind::Request, Outcome::Refused | Outcome::Answered) => Some(Stage::Door),
        (Kind::Request, Outcome::Passed | Outcome::Failed | Outcome::Cut | Outcome::Aborted) => {
            Some(if line.policy.is_some() { Stage::Through } else { Stage::Door })
        }
        (Kind::Request, Outcome::Malformed) => None,
        (
            Kind::Connection
            | Kind::Folded
            | Kind::Gap
            | Kind::Handshake
            | Kind::IdConcurrentUse
            | Kind::Login
            | Kind::Logout
            | Kind::Open
            | Kind::SessionEnd
            | Kind::Start
            | Kind::Stop,
            _,
        ) => None,
    }
}

/// The path's first segment: enough to say what is missing.
fn head_of(path: &str) -> &str {
    let end = path.get(1..).and_then(|rest| rest.find('/')).map_or(path.len(), |at| at + 1);
    path.get(..end.min(64)).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_that_were_looked_at_are_those_of_all_gateways() {
        let mut found = Combinations::default();
        for time in ["2026-11-02T08:00:00", "2026-11-27T18:00:00", "2026-11-01T08:00:00", "2026-11-20T18:00:00"] {
            found.written(time);
        }
        let span = (found.first.as_deref(), found.last.as_deref());
        assert_eq!(span, (Some("2026-11-01T08:00:00"), Some("2026-11-27T18:00:00")));
    }
}
