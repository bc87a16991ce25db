//! Where does a request come from, and as which parties does that count?
//!
//! Whoever has an IPv6 address has 2^64 of them, and often a /56 or a /48 whole (RFC 6177): the /64 is the least that is one
//! source, and the wider networks count beside it. An IPv4 address counts alone. Behind the private door it is the device.

use std::net::{IpAddr, Ipv6Addr};

use certs::DeviceNo;

/// Somebody who is counted as one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Party {
    /// A device of an office.
    Device(DeviceNo),
    /// A network of so many bits; all of them, of an IPv4 address.
    Network(IpAddr, u8),
    /// Whom the gateway did not name: all of them together.
    Unnamed,
}

/// A source at every width, from the narrowest to the widest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Source(Vec<Party>);

const WIDTHS: [u8; 3] = [64, 56, 48];

impl Source {
    /// The address that the gateway's listener saw.
    pub(crate) fn of_address(text: &str) -> Self {
        let Ok(address) = text.trim().parse::<IpAddr>() else { return Self(vec![Party::Unnamed]) };
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => {
                let of = |bits: u8| {
                    let mask = u128::MAX << (128 - u32::from(bits));
                    Party::Network(Ipv6Addr::from_bits(v6.to_bits() & mask).into(), bits)
                };
                WIDTHS.map(of).into()
            }
            v4 @ IpAddr::V4(_) => vec![Party::Network(v4, 32)],
        })
    }

    /// The device of somebody with both factors.
    pub(crate) fn of_device(device: DeviceNo) -> Self {
        Self(vec![Party::Device(device)])
    }

    /// From the narrowest to the widest.
    pub(crate) fn each(&self) -> &[Party] {
        &self.0
    }

    /// Whether it is known who asks.
    pub(crate) fn is_device(&self) -> bool {
        matches!(self.0.as_slice(), [Party::Device(_)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each(text: &str) -> Vec<Party> {
        Source::of_address(text).each().to_vec()
    }

    #[test]
    fn an_ipv6_network_is_one_source_and_a_mapped_address_is_its_ipv4_one() {
        let narrowest = |text: &str| each(text)[0];
        assert_eq!(narrowest("2001:db8::1"), narrowest("2001:db8::ffff:0:0:2"));
        assert_ne!(narrowest("2001:db8::1"), narrowest("2001:db8:0:1::1"));
        assert_eq!(narrowest("::ffff:192.0.2.1"), narrowest("192.0.2.1"));
    }

    #[test]
    fn a_household_is_one_party_though_it_has_many_networks() {
        let (one, near, far) = (each("2001:db8:1:1::1"), each("2001:db8:1:ff::1"), each("2001:db8:1:100::1"));
        let same = |a: &[Party], b: &[Party]| [0, 1, 2].map(|width| a[width] == b[width]);
        assert_eq!(same(&one, &near), [false, true, true], "of one /56");
        assert_eq!(same(&one, &far), [false, false, true], "of one /48");
        assert_eq!(same(&one, &each("2001:db8:2:1::1")), [false; 3]);
        assert_eq!(each("192.0.2.1").len(), 1);
        assert_ne!(each("192.0.2.1"), each("192.0.2.2"));
    }

    #[test]
    fn whoever_is_not_named_is_one_party_and_no_device() {
        for text in ["", "unknown", "192.0.2.1, 192.0.2.2", "DEV-000001"] {
            assert_eq!(each(text), [Party::Unnamed], "{text}");
        }
        let device = Source::of_device("DEV-000001".parse().unwrap());
        assert!(device.is_device() && !Source::of_address("192.0.2.1").is_device());
    }
}
