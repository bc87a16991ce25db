//! Whose lines, from when until when?

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use access_log::{Kind, Wanted};
use certs::{DeviceNo, Timestamp};
use registry::{LoginId, OfficeNo, RoomRef};

/// Whose: what is named, all of it, and what is not, everybody's.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct AccessWhom {
    pub(crate) device: Option<DeviceNo>,
    pub(crate) person: Option<LoginId>,
    pub(crate) office: Option<OfficeNo>,
    pub(crate) room: Option<RoomRef>,
}

/// Whose, and between which moments: the first second, and the first one after.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct AccessAsked {
    pub(crate) whom: AccessWhom,
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

/// What of a city's day is somebody's: requests, and how sessions began and ended.
const KINDS: [Kind; 6] =
    [Kind::IdConcurrentUse, Kind::Login, Kind::Logout, Kind::Open, Kind::Request, Kind::SessionEnd];
/// A line is written when its request has ended. No request runs for longer than a session may.
const LONGEST_REQUEST: i64 = 24 * 3_600;

impl AccessWhom {
    /// Whether it names nobody.
    pub(crate) fn is_everybody(&self) -> bool {
        *self == Self::default()
    }

    /// In words: 端末 DEV-000123.
    pub(crate) fn said(&self) -> String {
        let parts = [
            self.device.map(|device| format!("端末 {device}")),
            self.person.as_ref().map(|person| format!("利用者 {person}")),
            self.office.as_ref().map(|office| format!("事業所 {office}")),
            self.room.as_ref().map(|room| format!("部屋 {room}")),
        ];
        let said: Vec<_> = parts.into_iter().flatten().collect();
        if said.is_empty() { "すべて".to_owned() } else { said.join("・") }
    }
}

impl AccessAsked {
    /// What a line must have to be looked at: those of requests that ran at any moment between the two are among them.
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted {
            device: self.whom.device,
            user: self.whom.person.clone(),
            office: self.whom.office.clone(),
            room: self.whom.room.clone(),
            kinds: KINDS.to_vec(),
            from: Some(moment(self.from)),
            until: Some(moment(self.until.plus(LONGEST_REQUEST))),
            ..Wanted::default()
        }
    }

    /// The spelling of its end in lines, by which moments compare as texts.
    pub(crate) fn end(&self) -> String {
        spelt(self.until)
    }
}

fn moment(at: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(at.unix()).unwrap_or_default())
}

/// A second as lines spell it: `2026-11-28T18:00:00.000000+09:00`.
fn spelt(at: Timestamp) -> String {
    at.to_string().replacen('+', ".000000+", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_spelt_as_lines_spell_it_and_a_request_that_began_before_the_end_is_looked_at() {
        let at = Timestamp::from_unix(1_795_340_399);
        assert_eq!(spelt(at), "2026-11-22T18:39:59.000000+09:00");
        let asked = AccessAsked { whom: AccessWhom::default(), from: at, until: at.plus(60) };
        assert_eq!(asked.wanted().until, Some(moment(at.plus(60 + LONGEST_REQUEST))));
        assert!(asked.whom.is_everybody());
    }
}
