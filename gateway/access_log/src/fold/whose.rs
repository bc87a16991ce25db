//! Whom would a line be counted against, if it became a count?

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::time::SystemTime;

use certs::DeviceNo;

use super::super::line::{Kind, Line, Outcome};

/// What a folded line adds to the facts that its lines had in common.
#[derive(Clone, Copy, Debug)]
pub struct Folded {
    /// What the lines would have been.
    pub of: Kind,
    /// How many.
    pub count: u64,
    /// When the first of them would have been written.
    pub since: SystemTime,
    /// And the last.
    pub until: SystemTime,
}

/// A line that may become a count, by what it has in common with others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Foldable<'a> {
    pub(super) whose: Whose,
    pub(super) of: Kind,
    pub(super) site: Option<&'a str>,
    pub(super) outcome: Option<Outcome>,
    pub(super) reason: Option<&'a str>,
}

/// Who sent it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Whose {
    /// Nobody's device, from there.
    Source(Source),
    /// A device that is known.
    Device(DeviceNo),
}

/// An IPv4 address, or of IPv6 the network of 56 bits that one household gets.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Source(IpAddr);

impl Source {
    fn of(text: Option<&str>) -> Self {
        let address = text.and_then(|text| text.parse().ok()).unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
        Self(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 72)).into(),
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "{address}"),
            IpAddr::V6(network) => write!(f, "{network}/56"),
        }
    }
}

impl<'a> Foldable<'a> {
    /// Nothing where a line stands for itself, however many there are: what a verified person did, logins and sessions,
    /// and what the log says of itself.
    pub(crate) fn of(line: &Line<'a>) -> Option<Self> {
        let foldable =
            |whose| Self { whose, of: line.kind, site: line.site, outcome: line.outcome, reason: line.reason };
        let refused = line.outcome == Some(Outcome::Refused);
        match (line.kind, line.device) {
            (Kind::Connection | Kind::Handshake | Kind::Open | Kind::Request, None) => {
                Some(foldable(Whose::Source(Source::of(line.source))))
            }
            (Kind::Connection | Kind::Handshake, Some(device)) => Some(foldable(Whose::Device(device))),
            (Kind::Request, Some(device)) if refused || line.session.is_none() => Some(foldable(Whose::Device(device))),
            (Kind::Login, Some(device)) if refused => Some(foldable(Whose::Device(device))),
            (
                Kind::Folded
                | Kind::Gap
                | Kind::IdConcurrentUse
                | Kind::Login
                | Kind::Logout
                | Kind::Open
                | Kind::Request
                | Kind::SessionEnd
                | Kind::Start
                | Kind::Stop,
                _,
            ) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::super::super::line::SessionMark;
    use super::*;

    fn whose(line: Line<'_>) -> Option<String> {
        Foldable::of(&line).map(|foldable| match foldable.whose {
            Whose::Source(source) => source.to_string(),
            Whose::Device(device) => device.to_string(),
        })
    }

    #[test]
    fn what_strangers_and_refused_devices_send_may_fold_and_what_a_person_does_never() {
        let line = |kind| Line { source: Some("192.0.2.1"), ..Line::of(kind, UNIX_EPOCH) };
        let device = DeviceNo::new(7).ok();
        let session = Some(SessionMark([1; 4]));
        let (refused, passed) = (Some(Outcome::Refused), Some(Outcome::Passed));
        for (line, expected) in [
            (Line { outcome: refused, ..line(Kind::Request) }, Some("192.0.2.1")),
            (Line { outcome: Some(Outcome::Answered), ..line(Kind::Request) }, Some("192.0.2.1")),
            (line(Kind::Open), Some("192.0.2.1")),
            (line(Kind::Connection), Some("192.0.2.1")),
            (line(Kind::Handshake), Some("192.0.2.1")),
            (Line { outcome: refused, device, ..line(Kind::Request) }, Some("DEV-000007")),
            (Line { outcome: refused, device, session, ..line(Kind::Request) }, Some("DEV-000007")),
            (Line { outcome: Some(Outcome::Answered), device, ..line(Kind::Request) }, Some("DEV-000007")),
            (Line { device, ..line(Kind::Connection) }, Some("DEV-000007")),
            (Line { outcome: refused, device, ..line(Kind::Login) }, Some("DEV-000007")),
            (Line { outcome: passed, device, ..line(Kind::Login) }, None),
            (Line { outcome: passed, device, session, ..line(Kind::Request) }, None),
            (Line { outcome: Some(Outcome::Cut), device, session, ..line(Kind::Request) }, None),
            (Line { device, session, ..line(Kind::Open) }, None),
            (Line { device, ..line(Kind::Logout) }, None),
            (line(Kind::Start), None),
            (line(Kind::Gap), None),
            (line(Kind::Folded), None),
        ] {
            assert_eq!(whose(line).as_deref(), expected, "{line:?}");
        }
    }

    #[test]
    fn a_household_of_ipv6_is_one_source_and_so_is_each_address_of_ipv4() {
        let from = |source| whose(Line { source: Some(source), ..Line::of(Kind::Request, UNIX_EPOCH) }).unwrap();
        assert_eq!(from("2001:db8:1:2ff::7"), "2001:db8:1:200::/56");
        assert_eq!(from("2001:db8:1:2ff::7"), from("2001:db8:1:200:ffff::1"));
        assert_ne!(from("2001:db8:1:2ff::7"), from("2001:db8:1:3ff::7"));
        assert_ne!(from("192.0.2.1"), from("192.0.2.2"));
    }
}
