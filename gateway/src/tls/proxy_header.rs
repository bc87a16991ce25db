//! Whom a load balancer in front of us speaks for (PROXY protocol, version 2, §2.2).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Addresses and extensions together; the addresses need at most 36.
const LONGEST: usize = 1024;

/// Reads the header that must stand first. `None`: the balancer speaks for itself (a health check).
///
/// # Errors
/// It is not there, or malformed; the connection is then closed.
pub(crate) async fn read(tcp: &mut TcpStream) -> io::Result<Option<SocketAddr>> {
    let mut head = [0; 16];
    tcp.read_exact(&mut head).await?;
    let length = usize::from(u16::from_be_bytes([head[14], head[15]]));
    if head[..12] != SIGNATURE || head[12] >> 4 != 2 || length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut rest = vec![0; length];
    tcp.read_exact(&mut rest).await?;
    parse(head[12] & 0x0f, head[13], &rest).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

#[expect(clippy::option_option, reason = "malformed, for itself, for a client")]
fn parse(command: u8, family: u8, rest: &[u8]) -> Option<Option<SocketAddr>> {
    match (command, family) {
        (0, _) => Some(None),
        (1, 0x11) => {
            let address: [u8; 4] = rest.get(..4)?.try_into().ok()?;
            Some(Some(client(Ipv4Addr::from(address).into(), rest.get(8..10)?)))
        }
        (1, 0x21) => {
            let address: [u8; 16] = rest.get(..16)?.try_into().ok()?;
            Some(Some(client(Ipv6Addr::from(address).to_canonical(), rest.get(32..34)?)))
        }
        _ => None,
    }
}

fn client(address: IpAddr, port: &[u8]) -> SocketAddr {
    SocketAddr::new(address, u16::from_be_bytes([port[0], port[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_known_by_the_address_that_the_balancer_names() {
        let v4 = [192, 0, 2, 7, 127, 0, 0, 1, 0x1f, 0x90, 0x20, 0xfb];
        assert_eq!(parse(1, 0x11, &v4), Some(Some("192.0.2.7:8080".parse().unwrap())));
        let mut v6 = [0; 36];
        v6[..16].copy_from_slice(&"2001:db8::1".parse::<Ipv6Addr>().unwrap().octets());
        v6[32..34].copy_from_slice(&[0x1f, 0x90]);
        assert_eq!(parse(1, 0x21, &v6), Some(Some("[2001:db8::1]:8080".parse().unwrap())));
    }

    #[test]
    fn a_header_cut_short_or_of_another_kind_is_refused() {
        assert_eq!(parse(1, 0x11, &[192, 0, 2, 7]), None);
        assert_eq!(parse(1, 0x31, &[0; 216]), None);
        assert_eq!(parse(2, 0x11, &[0; 12]), None);
        assert_eq!(parse(0, 0x00, &[]), Some(None));
    }
}
