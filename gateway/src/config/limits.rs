//! How much of everything one client, and all of them together, may ask for.

use std::time::Duration;

use super::section::Section;

/// Bounds with safe defaults. Sizes in octets.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct Limits {
    pub connections: usize,
    pub connections_per_source: usize,
    pub connections_per_device: usize,
    pub handshakes: usize,
    pub handshakes_per_source: usize,
    pub requests: usize,
    pub requests_per_device: usize,
    pub requests_per_id: usize,
    pub cancelled: u64,
    pub cancelled_per_device: u64,
    pub stranger_requests: u64,
    pub stranger_burst: u64,
    pub header_count: usize,
    pub header_bytes: usize,
    pub body_bytes: u64,
    pub octets: u64,
    pub octets_per_device: u64,
    pub octets_per_connection: u64,
    pub body_speed: u64,
    pub streams: u32,
    pub resets: usize,
    pub client_hello: Duration,
    pub handshake: Duration,
    pub handshake_crowded: Duration,
    pub first_request: Duration,
    pub headers: Duration,
    pub keep_alive: Duration,
    pub body_idle: Duration,
    pub drain: Duration,
}

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

impl Limits {
    #[expect(clippy::cast_possible_truncation, reason = "each range ends far below the narrower type's end")]
    pub(super) fn from_section(mut section: Section) -> Self {
        let range = Duration::from_millis(100)..=seconds(3600);
        let handshakes = section.number("handshakes", 256, 2..=100_000);
        let handshakes_per_source = section.number("handshakes_per_source", (handshakes / 4).max(1), 1..=100_000);
        if handshakes_per_source >= handshakes {
            section.wrong("handshakes_per_source", "must be less than handshakes, or one source could take all places");
        }
        let requests = section.number("requests", 8_192, 2..=1_000_000);
        let requests_per_device = section.number("requests_per_device", 128.min(requests / 2), 1..=1_000_000);
        if requests_per_device >= requests {
            section.wrong("requests_per_device", "must be less than requests, or one device could take all places");
        }
        let handshake = section.duration("handshake", seconds(120), range.clone());
        let handshake_crowded = section.duration("handshake_crowded", handshake.min(seconds(10)), range.clone());
        if handshake_crowded > handshake {
            section.wrong("handshake_crowded", "must not be longer than handshake: it is the shorter time of the two");
        }
        let stranger_requests = section.number("stranger_requests", 20, 1..=100_000);
        let stranger_burst = section.number("stranger_burst", stranger_requests * 10, 1..=1_000_000);
        let octets = section.number("octets", 256 << 20, 1 << 20..=1 << 40);
        let octets_per_device = section.number("octets_per_device", 16 << 20, 256 << 10..=1 << 40);
        let octets_per_connection = section.number("octets_per_connection", 8 << 20, 128 << 10..=1 << 40);
        if octets_per_device >= octets {
            section.wrong("octets_per_device", "must be less than octets, or one device could take all of them");
        }
        if octets_per_connection > octets_per_device {
            section.wrong("octets_per_connection", "must not be more than octets_per_device");
        }
        let limits = Self {
            connections: section.number("connections", 10_000, 1..=1_000_000) as usize,
            connections_per_source: section.number("connections_per_source", 1_000, 1..=1_000_000) as usize,
            connections_per_device: section.number("connections_per_device", 64, 1..=1_000_000) as usize,
            handshakes: handshakes as usize,
            handshakes_per_source: handshakes_per_source as usize,
            requests: requests as usize,
            requests_per_device: requests_per_device as usize,
            requests_per_id: section.number("requests_per_id", 256, 1..=1_000_000) as usize,
            cancelled: section.number("cancelled", 200, 1..=60_000),
            cancelled_per_device: section.number("cancelled_per_device", 500, 1..=60_000),
            stranger_requests,
            stranger_burst,
            header_count: section.number("header_count", 100, 10..=1_000) as usize,
            header_bytes: section.number("header_bytes", 32 << 10, 8 << 10..=1 << 20) as usize,
            body_bytes: section.number("body_bytes", 100 << 20, 1 << 10..=1 << 40),
            octets,
            octets_per_device,
            octets_per_connection,
            body_speed: section.number("body_speed", 500, 1..=1 << 20),
            streams: section.number("streams", 100, 1..=1_000) as u32,
            resets: section.number("resets", 20, 1..=1_000) as usize,
            client_hello: section.duration("client_hello", seconds(5), range.clone()),
            handshake,
            handshake_crowded,
            first_request: section.duration("first_request", seconds(5), range.clone()),
            headers: section.duration("headers", seconds(10), range.clone()),
            keep_alive: section.duration("keep_alive", seconds(75), range.clone()),
            body_idle: section.duration("body_idle", seconds(30), range.clone()),
            drain: section.duration("drain", seconds(30), range),
        };
        section.close();
        limits
    }
}
