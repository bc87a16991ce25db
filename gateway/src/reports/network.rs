//! In which network was a device? Enough to tell two places apart, too little to follow a person.

use std::net::IpAddr;

use ipnet::IpNet;

/// The network of an address: 24 bits of IPv4, 48 bits of IPv6, which is what one subscriber gets (RFC 6177).
#[must_use]
pub fn network_of(address: IpAddr) -> IpNet {
    let address = address.to_canonical();
    let bits = if address.is_ipv4() { 24 } else { 48 };
    IpNet::new(address, bits).map_or_else(|_| IpNet::from(address), |network| network.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_told_and_not_the_address_in_it() {
        for (address, network) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
            ("127.0.0.1", "127.0.0.0/24"),
        ] {
            assert_eq!(network_of(address.parse().unwrap()).to_string(), network);
        }
    }
}
