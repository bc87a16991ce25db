//! As which parties does an address count?
//!
//! Whoever has an IPv6 address has 2^64 of them: the network of 64 bits is the least that is one source (RFC 4291 §2.5.1).
//! A household or an office is often given a /56 or a /48 whole (RFC 6177), so that these count beside it: who has many
//! networks is as greedy as who has one. An IPv4 address counts alone.

use std::net::{IpAddr, Ipv6Addr};

/// A network that is counted as one party, or an IPv4 address.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.address {
            IpAddr::V4(v4) => v4.fmt(f),
            IpAddr::V6(v6) => write!(f, "{v6}/{}", self.bits),
        }
    }
}

/// An address at every width, from the narrowest to the widest.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Networks {
    each: [Network; WIDTHS.len()],
    count: usize,
}

const WIDTHS: [u8; 3] = [64, 56, 48];

impl Networks {
    /// Those to which this address belongs.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => {
                let of = |bits| Network {
                    address: Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << (128 - u32::from(bits)))).into(),
                    bits,
                };
                Self { each: WIDTHS.map(of), count: WIDTHS.len() }
            }
            v4 @ IpAddr::V4(_) => Self { each: [Network { address: v4, bits: 32 }; WIDTHS.len()], count: 1 },
        }
    }

    /// From the narrowest to the widest.
    #[must_use]
    pub fn each(&self) -> &[Network] {
        &self.each[..self.count]
    }

    /// The address of IPv4, the /64 of IPv6.
    #[must_use]
    pub fn narrowest(&self) -> Network {
        self.each[0]
    }

    /// What is given to one customer: the address of IPv4, the /56 of IPv6.
    #[must_use]
    pub fn customer(&self) -> Network {
        self.each[self.count.min(2) - 1]
    }
}

/// What a network of this width, counted from the narrowest, may have where the narrowest may have `narrow` and the whole is
/// `whole`: each width twice the one before, and never so much that the others were left less than a quarter.
#[must_use]
pub(super) fn bound(width: usize, narrow: usize, whole: usize) -> usize {
    narrow.saturating_mul(1 << width).min(whole - whole / 4).max(narrow)
}

/// The source to which an address belongs.
#[must_use]
pub fn source_of(address: IpAddr) -> IpAddr {
    Networks::of(address).narrowest().address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(text: &str) -> Networks {
        Networks::of(text.parse().unwrap())
    }

    #[test]
    fn an_ipv6_network_is_one_source_and_a_mapped_address_is_its_ipv4_one() {
        let source = |text: &str| source_of(text.parse().unwrap());
        assert_eq!(source("2001:db8::1"), source("2001:db8::ffff:0:0:2"));
        assert_ne!(source("2001:db8::1"), source("2001:db8:0:1::1"));
        assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"));
    }

    #[test]
    fn a_household_is_one_party_though_it_has_many_networks() {
        let (one, near, far) =
            (networks("2001:db8:1:1::1"), networks("2001:db8:1:ff::1"), networks("2001:db8:1:100::1"));
        let same = |a: Networks, b: Networks| [0, 1, 2].map(|width| a.each()[width] == b.each()[width]);
        assert_eq!(same(one, near), [false, true, true], "of one /56");
        assert_eq!(same(one, far), [false, false, true], "of one /48");
        assert_eq!(same(one, networks("2001:db8:2:1::1")), [false; 3]);
        assert_eq!(networks("192.0.2.1").each().len(), 1);
        assert_ne!(networks("192.0.2.1").customer(), networks("192.0.2.2").customer());
    }

    #[test]
    fn a_wider_network_may_have_a_few_times_as_much_and_never_the_whole() {
        assert_eq!([0, 1, 2].map(|width| bound(width, 64, 256)), [64, 128, 192]);
        assert_eq!([0, 1, 2].map(|width| bound(width, 1_000, 10_000)), [1_000, 2_000, 4_000]);
        assert_eq!(bound(0, 1_000, 4), 1_000, "what is configured stands");
    }
}
