//! Which sessions does the log of a gateway that was killed speak of?

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use certs::DeviceNo;

use super::super::line::{Kind, Line, Outcome, SessionMark};
use super::super::scan::LogLine;
use super::left_open::bytes;

/// Sessions that are remembered: more than an office day has. Of older ones nothing is said.
const MOST: usize = 200_000;

/// What the end of the log says of sessions, where it broke off.
#[derive(Debug, Default)]
pub struct Left {
    /// Somebody logged in, and no line says that it ended.
    pub logged_in: Vec<LeftSession>,
    /// A line says that it ended.
    pub told: Vec<SessionMark>,
}

/// Somebody who had logged in.
#[derive(Debug)]
pub struct LeftSession {
    session: SessionMark,
    user: Option<String>,
    office: Option<String>,
    device: Option<DeviceNo>,
    since: Option<SystemTime>,
    /// The last line that the gateway could still write.
    until: Option<SystemTime>,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    logged_in: HashMap<[u8; 4], LeftSession>,
    told: HashSet<[u8; 4]>,
    last: Vec<u8>,
}

impl LeftSession {
    /// The line that was missing.
    #[must_use]
    pub fn line<'a>(&'a self, reason: &'a str, now: SystemTime) -> Line<'a> {
        let lasted = self.until.zip(self.since).and_then(|(until, since)| until.duration_since(since).ok());
        Line {
            reason: Some(reason),
            user: self.user.as_deref(),
            office: self.office.as_deref(),
            device: self.device,
            session: Some(self.session),
            duration_us: lasted.map(|lasted: Duration| u64::try_from(lasted.as_micros()).unwrap_or(u64::MAX)),
            ..Line::of(Kind::SessionEnd, now)
        }
    }
}

impl Sessions {
    pub(super) fn take(&mut self, line: &[u8]) {
        let kind = if line.starts_with(b"{\"kind\":\"login\"") {
            Kind::Login
        } else if line.starts_with(b"{\"kind\":\"session_end\"") {
            Kind::SessionEnd
        } else {
            self.last.clear();
            self.last.extend_from_slice(line.get(..LAST).unwrap_or(line));
            return;
        };
        let Some(read) = LogLine::read(line.strip_suffix(b"\n").unwrap_or(line)) else { return };
        let Some(mark) = bytes(read.session) else { return };
        if kind == Kind::SessionEnd {
            self.logged_in.remove(&mark);
            if self.told.len() < MOST {
                self.told.insert(mark);
            }
        } else if read.outcome == Some(Outcome::Passed) && self.logged_in.len() < MOST {
            self.told.remove(&mark);
            let left = LeftSession {
                session: SessionMark(mark),
                user: read.user.map(str::to_owned),
                office: read.office.map(str::to_owned),
                device: read.device.and_then(|device| device.parse().ok()),
                since: read.moment(),
                until: None,
            };
            self.logged_in.insert(mark, left);
        }
    }

    pub(super) fn left(self) -> Left {
        let until = moment_in(&self.last);
        let logged_in = self.logged_in.into_values().map(|left| LeftSession { until: until.max(left.since), ..left });
        Left { logged_in: logged_in.collect(), told: self.told.into_iter().map(SessionMark).collect() }
    }
}

/// Octets of a line in which its time stands.
const LAST: usize = 96;

fn moment_in(line: &[u8]) -> Option<SystemTime> {
    let line = std::str::from_utf8(line).ok()?;
    let time = line.split_once("\"time\":\"")?.1.split('"').next()?;
    super::super::scan::moment(time)
}
