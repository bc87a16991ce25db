//! Is it worth telling that this certificate was seen here? Asked at every request, so it costs a look into memory.
//!
//! Told is the first sighting since the start, each other system or network than the one before, and every five minutes
//! of use. Two places in turn are told in turn, each at most once a second, and for a while: a page's many requests over two
//! ways are no news, and nobody can flood the desk.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

use certs::Serial;
use ipnet::IpNet;
use pages::System;

/// A certificate in use is told of again after so many milliseconds.
const AGAIN: u64 = 5 * 60 * 1000;
/// One place that takes turns with another, after so many.
const IN_TURN: u64 = 1000;
/// Told of one certificate in the five minutes, in all: enough to see that it takes turns.
const TOLD: u32 = 60;
/// Places remembered of one certificate.
const PLACES: usize = 8;
/// Certificates remembered before those are forgotten that have not been told of for as long as [`AGAIN`].
const MANY: usize = 4096;
const SHARDS: usize = 16;

/// Where a certificate was seen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Whereabouts {
    pub(super) system: System,
    pub(super) network: IpNet,
}

/// Whether a sighting is news.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum News {
    /// It is to be told.
    Yes,
    /// It was told not long ago.
    No,
}

/// All certificates seen since the start.
#[derive(Debug, Default)]
pub(super) struct Sightings {
    shards: [Mutex<HashMap<Serial, Seen>>; SHARDS],
}

/// What was told of one certificate: the place it was in last stands at the end.
#[derive(Debug, Default)]
struct Seen {
    places: Vec<(Whereabouts, u64)>,
    /// Since when it is counted how often it was told of.
    since: u64,
    told: u32,
}

impl Sightings {
    /// Whether this is news; if so it counts as told.
    pub(super) fn note(&self, serial: Serial, here: Whereabouts, now: u64) -> News {
        let shard = serial.as_bytes().last().map_or(0, |octet| usize::from(*octet) % SHARDS);
        let mut shard = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= MANY && !shard.contains_key(&serial) {
            shard.retain(|_, seen| seen.places.last().is_some_and(|(_, told)| now.saturating_sub(*told) < AGAIN));
        }
        match shard.entry(serial) {
            Entry::Occupied(mut seen) => seen.get_mut().note(here, now),
            Entry::Vacant(place) => place.insert(Seen::default()).note(here, now),
        }
    }
}

impl Seen {
    fn note(&mut self, here: Whereabouts, now: u64) -> News {
        if now.saturating_sub(self.since) >= AGAIN {
            (self.since, self.told) = (now, 0);
        }
        if self.told >= TOLD {
            return News::No;
        }
        let known = self.places.iter().position(|(place, _)| *place == here);
        if let Some(index) = known {
            let (_, told) = self.places[index];
            let is_last = index + 1 == self.places.len();
            if now.saturating_sub(told) < if is_last { AGAIN } else { IN_TURN } {
                return News::No;
            }
            self.places.remove(index);
        } else if self.places.len() == PLACES {
            self.places.remove(0);
        }
        self.places.push((here, now));
        self.told += 1;
        News::Yes
    }
}

#[cfg(test)]
mod tests {
    use super::News::{No, Yes};
    use super::*;

    fn at(system: System, network: &str) -> Whereabouts {
        Whereabouts { system, network: network.parse().unwrap() }
    }

    fn serial(number: u8) -> Serial {
        Serial::from_random([number; 16])
    }

    #[test]
    fn the_first_sighting_is_told_and_then_every_five_minutes_of_use() {
        let sightings = Sightings::default();
        let here = at(System::Windows, "192.0.2.0/24");
        for (now, news) in [(0, Yes), (1, No), (AGAIN - 1, No), (AGAIN, Yes), (AGAIN + 1, No), (3 * AGAIN, Yes)] {
            assert_eq!(sightings.note(serial(1), here, now), news, "{now}");
        }
        assert_eq!(sightings.note(serial(2), here, 1), Yes, "another certificate");
    }

    #[test]
    fn another_system_or_network_is_told_at_once_and_so_is_the_way_back() {
        let sightings = Sightings::default();
        let (office, home) = (at(System::Windows, "192.0.2.0/24"), at(System::Windows, "198.51.100.0/24"));
        let clone = at(System::Macos, "192.0.2.0/24");
        for (here, now, news) in [
            (office, 0, Yes),
            (home, 1, Yes),
            (clone, 2, Yes),
            (office, 1000, Yes),
            (office, 1001, No),
            (home, 1001, Yes),
            (office, 2000, Yes),
        ] {
            assert_eq!(sightings.note(serial(1), here, now), news, "{here:?} {now}");
        }
    }

    #[test]
    fn two_places_in_turn_are_told_once_a_second_each() {
        let sightings = Sightings::default();
        let places = [at(System::Ios, "192.0.2.0/24"), at(System::Ios, "2001:db8::/48")];
        let told = (0..10_000).filter(|now| sightings.note(serial(1), places[*now as usize % 2], *now) == Yes).count();
        assert!((18..=22).contains(&told), "{told} in ten seconds");
    }

    #[test]
    fn who_takes_turns_without_end_is_told_of_a_bounded_number_of_times() {
        let sightings = Sightings::default();
        let places: Vec<_> = (0..200).map(|n| at(System::Ios, &format!("192.0.{n}.0/24"))).collect();
        let told = |from: u64| {
            (from..from + AGAIN)
                .step_by(10)
                .filter(|now| sightings.note(serial(1), places[*now as usize / 10 % 200], *now) == Yes)
        };
        assert_eq!([told(0).count(), told(AGAIN).count()], [TOLD as usize; 2]);
    }

    #[test]
    fn who_is_not_seen_any_more_is_forgotten() {
        let sightings = Sightings::default();
        let here = at(System::Other, "192.0.2.0/24");
        let numbered = |number: u32| {
            let mut random = [0; 16];
            random[..4].copy_from_slice(&number.to_be_bytes());
            Serial::from_random(random)
        };
        for number in 0..2 * MANY as u32 {
            sightings.note(numbered(number), here, u64::from(number) * AGAIN);
        }
        assert!(sightings.shards[0].lock().unwrap().len() <= MANY);
    }

    /// The way of a request: no file, no socket, and far less than a request takes.
    #[test]
    fn a_look_costs_next_to_nothing() {
        let sightings = Sightings::default();
        let here = at(System::Windows, "192.0.2.0/24");
        let begun = std::time::Instant::now();
        for now in 0..100_000 {
            let _ = sightings.note(serial(1), here, now / 1000);
        }
        let each = begun.elapsed() / 100_000;
        println!("{each:?} a look");
        assert!(each < std::time::Duration::from_micros(20), "{each:?}");
    }
}
