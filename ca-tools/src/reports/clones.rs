//! Is a certificate on two devices?
//!
//! A key that was copied out of its device is used beside the one it was given to. Either shows: two
//! kinds of system that one device cannot both be, or two networks in turn.

use pages::System;
use registry::Os;
use serde_json::{Value as Json, json};

use crate::letters::Elsewhere;
use crate::platform::system;

/// Two sightings further apart than this, in milliseconds, tell nothing.
const NEAR: i64 = 10 * 60 * 1_000;

/// Where a certificate was seen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Appearance {
    /// Milliseconds since 1970.
    pub at: i64,
    /// The system claimed.
    pub system: System,
    /// The network it came from.
    pub network: String,
}

/// What shows that a certificate is on two devices.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Suspicion {
    /// Two systems that one device cannot both be.
    TwoSystems {
        /// Milliseconds since 1970, of the later.
        at: i64,
        /// Which.
        systems: [System; 2],
    },
    /// One network, another, and the first again.
    TwoNetworks {
        /// Milliseconds since 1970, of the return.
        at: i64,
        /// Which.
        networks: [String; 2],
    },
}

impl Suspicion {
    /// When it showed, in milliseconds since 1970.
    #[must_use]
    pub fn at(&self) -> i64 {
        match self {
            Self::TwoSystems { at, .. } | Self::TwoNetworks { at, .. } => *at,
        }
    }

    /// The registry's word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TwoSystems { .. } => "two_systems",
            Self::TwoNetworks { .. } => "two_networks",
        }
    }

    pub(crate) fn elsewhere(&self) -> Elsewhere {
        match self {
            Self::TwoSystems { .. } => Elsewhere::TwoSystems,
            Self::TwoNetworks { .. } => Elsewhere::TwoNetworks,
        }
    }

    pub(crate) fn detail(&self) -> Json {
        match self {
            Self::TwoSystems { systems, .. } => json!({ "systems": systems.map(System::as_str) }),
            Self::TwoNetworks { networks, .. } => json!({ "networks": networks }),
        }
    }
}

/// What the sightings of one certificate, in the order of time, show about it: of each kind the first.
#[must_use]
pub fn suspicions(seen: &[Appearance], device: Os) -> Vec<Suspicion> {
    two_systems(seen, device).into_iter().chain(two_networks(seen)).collect()
}

fn two_systems(seen: &[Appearance], device: Os) -> Option<Suspicion> {
    let device = system(device);
    let told: Vec<_> = seen.iter().filter(|seen| seen.system != System::Other).collect();
    let differ = |one: System, other: System| one != other && !(one.may_be(device) && other.may_be(device));
    told.iter().enumerate().find_map(|(place, later)| {
        let near = told[..place].iter().rev().take_while(|before| later.at.saturating_sub(before.at) <= NEAR);
        let other = near.into_iter().find(|before| differ(before.system, later.system))?;
        Some(Suspicion::TwoSystems { at: later.at, systems: [other.system, later.system] })
    })
}

/// A device with two addresses speaks IPv4 and IPv6 in turn: only networks of one kind are compared.
fn two_networks(seen: &[Appearance]) -> Option<Suspicion> {
    let of_kind = |six: bool| seen.iter().filter(move |seen| seen.network.contains(':') == six).collect::<Vec<_>>();
    [of_kind(false), of_kind(true)].iter().find_map(|seen| alternation(seen))
}

fn alternation(seen: &[&Appearance]) -> Option<Suspicion> {
    seen.iter().enumerate().find_map(|(place, back)| {
        let mut between = None;
        for before in seen[..place].iter().rev().take_while(|before| back.at.saturating_sub(before.at) <= NEAR) {
            if before.network != back.network {
                between = Some(&before.network);
            } else if let Some(other) = between {
                let networks = [back.network.clone(), other.clone()];
                return Some(Suspicion::TwoNetworks { at: back.at, networks });
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn seen(rows: &[(i64, &str, &str)]) -> Vec<Appearance> {
        let seen = |(minute, word, network): &(i64, &str, &str)| Appearance {
            at: minute * MINUTE,
            system: System::from_word(word),
            network: (*network).to_owned(),
        };
        rows.iter().map(seen).collect()
    }

    fn kinds(rows: &[(i64, &str, &str)], device: Os) -> Vec<&'static str> {
        suspicions(&seen(rows), device).iter().map(Suspicion::kind).collect()
    }

    #[test]
    fn two_systems_within_ten_minutes_are_two_devices_and_later_they_are_one_that_changed() {
        let net = "192.0.2.0/24";
        for (device, rows, expected) in [
            (Os::Windows, vec![(0, "windows", net), (10, "ios", net)], vec!["two_systems"]),
            (Os::Windows, vec![(0, "windows", net), (11, "ios", net)], vec![]),
            (Os::Windows, vec![(0, "windows", net), (5, "windows", net), (14, "macos", net)], vec!["two_systems"]),
            (Os::Windows, vec![(0, "windows", net), (1, "other", net)], vec![]),
            (Os::Windows, vec![(0, "android", net), (1, "other", net), (2, "windows", net)], vec!["two_systems"]),
            // A tablet that asks for desktop pages is still one tablet; with a telephone it is two.
            (Os::Ios, vec![(0, "ios", net), (1, "macos", net), (2, "ios", net)], vec![]),
            (Os::Android, vec![(0, "android", net), (1, "linux", net)], vec![]),
            (Os::Macos, vec![(0, "ios", net), (1, "macos", net)], vec!["two_systems"]),
            (Os::Ios, vec![(0, "macos", net), (1, "windows", net)], vec!["two_systems"]),
            (Os::Windows, vec![], vec![]),
        ] {
            assert_eq!(kinds(&rows, device), expected, "{rows:?}");
        }
    }

    #[test]
    fn two_networks_in_turn_are_two_devices_and_one_way_is_a_walk() {
        let (a, b, c, six, seven) =
            ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/48", "2001:db8:1::/48");
        for (rows, expected) in [
            (vec![(0, a), (3, b), (6, a)], vec!["two_networks"]),
            (vec![(0, a), (3, b), (10, a)], vec!["two_networks"]),
            (vec![(0, a), (3, b), (11, a)], vec![]),
            (vec![(0, a), (3, b), (6, c)], vec![]),
            (vec![(0, a), (3, b)], vec![]),
            (vec![(0, a), (2, a), (3, a)], vec![]),
            (vec![(0, a), (2, b), (3, c), (4, b)], vec!["two_networks"]),
            (vec![(0, a), (1, six), (2, a), (3, six)], vec![]),
            (vec![(0, six), (1, seven), (2, six)], vec!["two_networks"]),
        ] {
            let rows: Vec<_> = rows.into_iter().map(|(minute, network)| (minute, "ios", network)).collect();
            assert_eq!(kinds(&rows, Os::Ios), expected, "{rows:?}");
        }
        let told = suspicions(&seen(&[(0, "ios", a), (3, "ios", b), (6, "ios", a)]), Os::Ios);
        assert_eq!(told, [Suspicion::TwoNetworks { at: 6 * MINUTE, networks: [a.into(), b.into()] }]);
    }
}
