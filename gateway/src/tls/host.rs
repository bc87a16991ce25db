//! Is a request meant for the name its connection was opened for?
//!
//! A browser may open a connection for one name and ask for another, and so may an attacker: what was
//! checked for the one must not serve the other (SECURITY.md#what-others-fell-to). Only the same name passes.

use std::net::{IpAddr, Ipv6Addr};

use http::header::{GetAll, HeaderValue};
use http::uri::Authority;

/// Whom a connection was opened for.
#[derive(Clone, Copy, Debug)]
pub struct OpenedFor<'a> {
    /// The names and addresses of the site.
    pub site: &'a [String],
    /// The name in the ClientHello; where none was sent, any of the site will do.
    pub name: Option<&'a str>,
}

/// The host a request is meant for, which is the one its connection was opened for. Made only by
/// [`judge`].
#[must_use]
#[derive(Clone, Copy, Debug)]
pub struct RightHost<'a> {
    written: &'a str,
    name: &'a str,
}

/// Why a request's host was refused.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, thiserror::Error)]
pub enum HostRefusal {
    /// 400: none, more than one, or not a host; or two that differ.
    #[error("the host is missing, doubled or unreadable")]
    Malformed,
    /// 421: another name than the connection's.
    #[error("the connection was opened for another host")]
    Misdirected,
}

/// Compares the `:authority` (or the authority of a target that is a whole URL) and the `Host` headers
/// with the name a connection was opened for: in lower case, without one trailing dot and without the
/// port.
///
/// # Errors
/// [`HostRefusal`]; malformed before misdirected.
pub fn judge<'a>(
    authority: Option<&'a Authority>,
    hosts: &GetAll<'a, HeaderValue>,
    opened: OpenedFor<'_>,
) -> Result<RightHost<'a>, HostRefusal> {
    let mut hosts = hosts.iter();
    let header = match (hosts.next(), hosts.next()) {
        (Some(only), None) => Some(Host::read(only.to_str().map_err(|_| HostRefusal::Malformed)?)?),
        (None, _) => None,
        (Some(_), Some(_)) => return Err(HostRefusal::Malformed),
    };
    let authority = authority.map(|authority| Host::read(authority.as_str())).transpose()?;
    let host = match (authority, header) {
        (Some(authority), Some(header)) if authority.is(header.name) && authority.port() == header.port() => authority,
        (Some(_), Some(_)) | (None, None) => return Err(HostRefusal::Malformed),
        (Some(only), None) | (None, Some(only)) => only,
    };
    let named = opened.name.is_none_or(|name| host.is(undotted(name)));
    if !named || !opened.site.iter().any(|name| host.is(undotted(name))) {
        return Err(HostRefusal::Misdirected);
    }
    Ok(RightHost { written: host.written, name: host.name })
}

impl<'a> RightHost<'a> {
    /// As the client wrote it, the port included.
    #[must_use]
    pub fn written(self) -> &'a str {
        self.written
    }

    /// Without port and trailing dot, in the client's letter case; an IPv6 address without brackets.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.name
    }
}

/// A host that could be read.
#[derive(Clone, Copy)]
struct Host<'a> {
    written: &'a str,
    name: &'a str,
    port: Option<u16>,
}

/// The longest name there is (RFC 1035 §2.3.4), and the longest label.
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;
/// What a browser leaves out.
const HTTPS: u16 = 443;

impl<'a> Host<'a> {
    fn read(written: &'a str) -> Result<Self, HostRefusal> {
        let (name, port) = if let Some(bracketed) = written.strip_prefix('[') {
            let (address, rest) = bracketed.split_once(']').ok_or(HostRefusal::Malformed)?;
            address.parse::<Ipv6Addr>().map_err(|_| HostRefusal::Malformed)?;
            let port = match rest.strip_prefix(':') {
                Some(port) => Some(port),
                None if rest.is_empty() => None,
                None => return Err(HostRefusal::Malformed),
            };
            (address, port)
        } else {
            let (name, port) = match written.split_once(':') {
                Some((name, port)) => (name, Some(port)),
                None => (written, None),
            };
            (plain_name(undotted(name))?, port)
        };
        Ok(Self { written, name, port: port.map(plain_port).transpose()? })
    }

    /// The same name, or the same address in another spelling.
    fn is(&self, name: &str) -> bool {
        // No name begins like an address that is written otherwise.
        let address = self.name.contains(':') || self.name.starts_with(|first: char| first.is_ascii_digit());
        self.name.eq_ignore_ascii_case(name)
            || address
                && matches!((self.name.parse::<IpAddr>(), name.parse::<IpAddr>()), (Ok(one), Ok(other)) if one == other)
    }

    fn port(&self) -> u16 {
        self.port.unwrap_or(HTTPS)
    }
}

fn undotted(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

fn plain_name(name: &str) -> Result<&str, HostRefusal> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let label = |label: &str| !label.is_empty() && label.len() <= LONGEST_LABEL && label.bytes().all(plain);
    if name.len() <= LONGEST_NAME && name.split('.').all(label) { Ok(name) } else { Err(HostRefusal::Malformed) }
}

fn plain_port(port: &str) -> Result<u16, HostRefusal> {
    // `parse` alone would take "+443".
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    if digits { port.parse().map_err(|_| HostRefusal::Malformed) } else { Err(HostRefusal::Malformed) }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::HOST;

    use super::HostRefusal::{Malformed, Misdirected};
    use super::*;

    const NAME: &str = "kashiwani.example.jp";

    #[test]
    fn only_the_name_the_connection_was_opened_for_passes() {
        for (written, expected) in [
            ("kashiwani.example.jp", Ok(())),
            ("KASHIWANI.example.JP", Ok(())),
            ("kashiwani.example.jp.", Ok(())),
            ("kashiwani.example.jp:443", Ok(())),
            ("kashiwani.example.jp.:8443", Ok(())),
            ("help.example.jp", Err(Misdirected)),
            ("example.jp", Err(Misdirected)),
            ("kashiwani.example.jp.evil.jp", Err(Misdirected)),
            ("xkashiwani.example.jp", Err(Misdirected)),
            ("127.0.0.1", Err(Misdirected)),
            ("127.0.0.1:443", Err(Misdirected)),
            ("2130706433", Err(Misdirected)),
            ("[::1]", Err(Misdirected)),
            ("[::1]:443", Err(Misdirected)),
            ("localhost", Err(Misdirected)),
            ("", Err(Malformed)),
            (".", Err(Malformed)),
            (":443", Err(Malformed)),
            ("kashiwani.example.jp..", Err(Malformed)),
            (".kashiwani.example.jp", Err(Malformed)),
            ("kashiwani..example.jp", Err(Malformed)),
            ("kashiwani.example.jp:", Err(Malformed)),
            ("kashiwani.example.jp:+443", Err(Malformed)),
            ("kashiwani.example.jp:443:443", Err(Malformed)),
            ("kashiwani.example.jp:65536", Err(Malformed)),
            ("kashiwani.example.jp:https", Err(Malformed)),
            ("user@kashiwani.example.jp", Err(Malformed)),
            ("help.example.jp@kashiwani.example.jp", Err(Malformed)),
            ("kashiwani.example.jp help.example.jp", Err(Malformed)),
            ("kashiwani.example.jp, help.example.jp", Err(Malformed)),
            ("kashiwani.example.jp/", Err(Malformed)),
            ("kashiwani.example.jp?x", Err(Malformed)),
            ("kashiwani.example.jp#x", Err(Malformed)),
            ("kashiwani.example.jp\\", Err(Malformed)),
            ("kashiwani.example.jp%00", Err(Malformed)),
            ("https://kashiwani.example.jp", Err(Malformed)),
            ("*.example.jp", Err(Malformed)),
            ("::1", Err(Malformed)),
            ("[::1", Err(Malformed)),
            ("[::1]x", Err(Malformed)),
            ("[::1]:", Err(Malformed)),
            ("[kashiwani.example.jp]", Err(Malformed)),
            ("[fe80::1%25eth0]", Err(Malformed)),
            ("[]", Err(Malformed)),
        ] {
            assert_eq!(by_name(&[written]), expected, "{written:?}");
        }
    }

    #[test]
    fn without_a_name_in_the_handshake_a_name_or_address_of_the_site_passes() {
        let site = ["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        for (written, expected) in [
            ("localhost", Ok(())),
            ("Localhost:8443", Ok(())),
            ("127.0.0.1", Ok(())),
            ("127.0.0.1.:8443", Ok(())),
            ("[::1]:8443", Ok(())),
            ("[0:0:0:0:0:0:0:1]", Ok(())),
            ("127.1", Err(Misdirected)),
            ("127.0.0.2", Err(Misdirected)),
            ("[::2]", Err(Misdirected)),
            ("[::ffff:127.0.0.1]", Err(Misdirected)),
            (NAME, Err(Misdirected)),
        ] {
            assert_eq!(by_host(&[written], OpenedFor { site: &site, name: None }), expected, "{written:?}");
        }
    }

    #[test]
    fn a_missing_or_doubled_host_is_malformed_though_both_say_the_same() {
        assert_eq!(by_name(&[]), Err(Malformed));
        assert_eq!(by_name(&[NAME, NAME]), Err(Malformed));
        assert_eq!(by_name(&[NAME, "help.example.jp"]), Err(Malformed));
    }

    #[test]
    fn an_authority_and_a_host_that_differ_are_malformed() {
        for (authority, hosts, expected) in [
            (NAME, &[][..], Ok(())),
            ("kashiwani.example.jp:443", &[NAME], Ok(())),
            (NAME, &["KASHIWANI.example.jp."], Ok(())),
            (NAME, &["help.example.jp"], Err(Malformed)),
            ("help.example.jp", &[NAME], Err(Malformed)),
            ("help.example.jp", &["help.example.jp"], Err(Misdirected)),
            ("help.example.jp", &[], Err(Misdirected)),
            (NAME, &["kashiwani.example.jp:8443"], Err(Malformed)),
            (NAME, &[NAME, NAME], Err(Malformed)),
            (NAME, &[""], Err(Malformed)),
            ("user@kashiwani.example.jp", &[], Err(Malformed)),
        ] {
            let (authority, headers) = (authority.parse().unwrap(), headers(hosts));
            let site = site();
            let judged = judge(Some(&authority), &headers.get_all(HOST), by_its_name(&site));
            assert_eq!(judged.map(drop), expected, "{authority} {hosts:?}");
        }
    }

    #[test]
    fn the_host_is_told_as_it_was_written_and_as_a_name() {
        let headers = headers(&["Kashiwani.example.jp.:8443"]);
        let site = site();
        let right = judge(None, &headers.get_all(HOST), by_its_name(&site)).unwrap();
        assert_eq!((right.written(), right.name()), ("Kashiwani.example.jp.:8443", "Kashiwani.example.jp"));
    }

    #[test]
    fn a_name_in_the_handshake_that_is_not_the_sites_lets_nothing_pass() {
        let site = ["help.example.jp".to_owned()];
        let opened = OpenedFor { site: &site, name: Some(NAME) };
        assert_eq!(by_host(&[NAME], opened), Err(Misdirected));
        assert_eq!(by_host(&["help.example.jp"], opened), Err(Misdirected));
    }

    /// Two names, of which the connection was opened for the first.
    fn site() -> [String; 2] {
        [NAME.to_owned(), "help.example.jp".to_owned()]
    }

    fn by_its_name(site: &[String]) -> OpenedFor<'_> {
        OpenedFor { site, name: Some(NAME) }
    }

    fn by_name(hosts: &[&str]) -> Result<(), HostRefusal> {
        by_host(hosts, by_its_name(&site()))
    }

    fn by_host(hosts: &[&str], opened: OpenedFor<'_>) -> Result<(), HostRefusal> {
        judge(None, &headers(hosts).get_all(HOST), opened).map(drop)
    }

    fn headers(hosts: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_str(host).unwrap());
        }
        headers
    }
}
