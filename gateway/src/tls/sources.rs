//! How many connections, and how many handshakes under way, does each source have?
//!
//! Whoever has an IPv6 address has 2^64 of them: there the network of 64 bits is the source (RFC 4291 §2.5.1).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::live::{Bounds, Full};

/// What each source has.
#[derive(Debug, Default)]
pub(super) struct Sources(Mutex<HashMap<IpAddr, Share>>);

#[derive(Debug, Default)]
struct Share {
    connections: usize,
    handshakes: usize,
}

impl Sources {
    /// One more connection of this source, in its handshake.
    ///
    /// # Errors
    /// Which of its bounds is reached.
    pub(super) fn enter(&self, source: IpAddr, most: &Bounds) -> Result<(), Full> {
        let mut sources = self.lock();
        let share = sources.entry(source).or_default();
        if share.connections >= most.per_source {
            return Err(Full::Source);
        }
        // No share is empty here: one with as many handshakes has connections, and is taken out when it has none.
        if share.handshakes >= most.handshakes_per_source {
            return Err(Full::SourceHandshakes);
        }
        share.connections += 1;
        share.handshakes += 1;
        Ok(())
    }

    /// One of its handshakes is over.
    pub(super) fn shaken(&self, source: IpAddr) {
        if let Some(share) = self.lock().get_mut(&source) {
            share.handshakes -= 1;
        }
    }

    /// One of its connections, past its handshake, is gone.
    pub(super) fn leave(&self, source: IpAddr) {
        let mut sources = self.lock();
        if let Some(share) = sources.get_mut(&source) {
            share.connections -= 1;
            if share.connections == 0 {
                sources.remove(&source);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Share>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The source to which an address belongs.
pub(crate) fn source_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: Bounds = Bounds { connections: 100, per_source: 3, handshakes: 10, handshakes_per_source: 2 };

    fn source(text: &str) -> IpAddr {
        source_of(text.parse().unwrap())
    }

    #[test]
    fn one_source_takes_its_share_and_leaves_the_others_theirs() {
        let sources = Sources::default();
        let (one, other) = (source("192.0.2.1"), source("192.0.2.2"));
        assert_eq!([sources.enter(one, &MOST), sources.enter(one, &MOST)], [Ok(()), Ok(())]);
        assert_eq!(sources.enter(one, &MOST), Err(Full::SourceHandshakes));
        assert_eq!(sources.enter(other, &MOST), Ok(()));
        sources.shaken(one);
        assert_eq!(sources.enter(one, &MOST), Ok(()));
        sources.shaken(one);
        assert_eq!(sources.enter(one, &MOST), Err(Full::Source));
        for _ in 0..2 {
            sources.leave(one);
        }
        sources.shaken(one);
        sources.leave(one);
        assert_eq!(sources.lock().len(), 1, "who is gone is forgotten");
    }

    #[test]
    fn an_ipv6_network_is_one_source_and_a_mapped_address_is_its_ipv4_one() {
        assert_eq!(source("2001:db8::1"), source("2001:db8::ffff:0:0:2"));
        assert_ne!(source("2001:db8::1"), source("2001:db8:0:1::1"));
        assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"));
    }
}
