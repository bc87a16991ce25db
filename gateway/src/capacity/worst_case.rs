//! What do the configured limits come to, if all of them are full at once? Pure: octets and descriptors, added up.

use super::Machine;
use crate::config::{Config, Limits};
use crate::ops::PLACES;
use crate::proxy::KEPT;
use crate::public::MOST_OCTETS;

/// Octets that an idle HTTP/2 connection holds: hyper's, h2's and rustls's buffers (measured: 58 KiB; HTTP/1.1: 34).
const CONNECTION: u64 = 64 << 10;
/// Of a request in flight: its head and its answer's are held apart from the body, each up to the bound of a head.
const HEADS: u64 = 2;
/// Octets of a session in memory, or of its copy, and how many there are at most.
const SESSIONS: u64 = 250_000 * 300;
/// An Argon2id hash, one a core at a time (`Params::DEFAULT`, 19 MiB).
const HASH: u64 = 19 << 20;
/// What is held for the registry's snapshot: 78 octets a device, so a million of them, twice while one replaces the other.
const REGISTRY: u64 = 2 * (78 << 20);
/// Access lines that wait for the disk.
const LOG: u64 = 16 << 20;
/// Files, sockets of the stores, the listeners themselves.
const FIXED_DESCRIPTORS: u64 = 128;
/// What the desk answers at its public door at a time, each over a connection.
const PUBLIC: u64 = 64;

/// What all limits together allow.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WorstCase {
    /// Of memory.
    pub octets: u64,
    /// Open files and sockets.
    pub descriptors: u64,
}

impl WorstCase {
    /// Adds up.
    #[must_use]
    pub fn of(config: &Config, cores: u64) -> Self {
        let Limits { connections, requests, header_bytes, octets, .. } = config.limits;
        let (connections, requests, head) = (connections as u64, requests as u64, header_bytes as u64);
        let spool = config.reports.as_ref().map_or(0, |reports| reports.spool_bytes as u64);
        let of_upstreams: u64 = config.upstreams.iter().map(|upstream| upstream.requests as u64).sum();
        let kept = KEPT as u64 * config.upstreams.len() as u64;
        let sum = |parts: &[u64]| parts.iter().fold(0, |sum: u64, part| sum.saturating_add(*part));
        Self {
            octets: sum(&[
                connections.saturating_mul(CONNECTION),
                requests.saturating_mul(HEADS * head),
                octets,
                MOST_OCTETS,
                SESSIONS,
                cores.saturating_mul(HASH),
                REGISTRY,
                LOG,
                spool,
            ]),
            descriptors: sum(&[
                connections,
                requests.min(of_upstreams),
                kept,
                PUBLIC,
                PLACES as u64,
                FIXED_DESCRIPTORS,
            ]),
        }
    }

    /// What of this the machine has not, in words; empty where it has it all.
    #[must_use]
    pub fn beyond(self, machine: Machine) -> Vec<String> {
        let mut beyond = Vec::new();
        if self.descriptors > machine.descriptors {
            beyond.push(format!(
                "the limits allow {} descriptors at once, and the process may have {} (RLIMIT_NOFILE): raise LimitNOFILE, or \
                 lower limits.connections and limits.requests",
                self.descriptors, machine.descriptors
            ));
        }
        if self.octets > machine.memory {
            beyond.push(format!(
                "the limits allow {} MiB at once, and this machine or its control group has {}: lower limits.connections, \
                 limits.requests or limits.octets",
                self.octets >> 20,
                machine.memory >> 20
            ));
        }
        beyond
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = include_str!("../../../deploy/gateway.toml");

    fn of(text: &str) -> WorstCase {
        WorstCase::of(&Config::parse(text).unwrap(), 2)
    }

    #[test]
    fn what_the_example_allows_fits_the_unit_that_runs_it_and_a_machine_of_four_gigabytes() {
        let unit = include_str!("../../../deploy/systemd/sekisho-gateway.service");
        let limit = unit.lines().find_map(|line| line.strip_prefix("LimitNOFILE=")).unwrap();
        let machine = Machine { descriptors: limit.parse().unwrap(), memory: 4 << 30 };
        assert_eq!(of(SOUND).beyond(machine), Vec::<String>::new(), "{:?}", of(SOUND));
    }

    #[test]
    fn every_limit_that_costs_something_counts() {
        let calm = of(SOUND);
        for (key, more) in [
            ("connections = 10000", "connections = 11000"),
            ("requests = 8192", "requests = 9192"),
            ("header_bytes = 32768", "header_bytes = 65536"),
            ("octets = 268435456", "octets = 368435456"),
            ("spool_bytes = 16777216", "spool_bytes = 26777216"),
        ] {
            assert!(SOUND.contains(key), "{key}");
            assert!(of(&SOUND.replacen(key, more, 1)).octets > calm.octets, "{key}");
        }
        let more = of(&SOUND.replacen("connections = 10000", "connections = 11000", 1));
        assert_eq!(more.descriptors, calm.descriptors + 1000);
    }

    #[test]
    fn what_is_too_much_is_told_with_the_keys_that_lower_it() {
        let told = of(SOUND).beyond(Machine { descriptors: 1024, memory: 256 << 20 });
        assert_eq!(told.len(), 2);
        assert!(told[0].contains("1024") && told[0].contains("LimitNOFILE"), "{told:?}");
        assert!(told[1].contains("256") && told[1].contains("limits.octets"), "{told:?}");
    }
}
