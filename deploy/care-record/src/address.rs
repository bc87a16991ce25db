//! Where does the service listen: `127.0.0.1:9000` or `unix:/run/care-record.sock`?

use std::{fmt, net::SocketAddr, path::PathBuf, str::FromStr};

/// A place to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `IP:PORT`; port 0 takes a free one.
    Tcp(SocketAddr),
    /// `unix:PATH`.
    Unix(PathBuf),
}

/// The text names no place to listen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither IP:PORT (127.0.0.1:9000) nor unix:PATH (unix:/run/care-record.sock)")]
pub struct NotAnAddress(String);

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        match text.strip_prefix("unix:") {
            Some("") => Err(NotAnAddress(text.to_owned())),
            Some(path) => Ok(Self::Unix(path.into())),
            None => text.parse().map(Self::Tcp).map_err(|_| NotAnAddress(text.to_owned())),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_ip_with_a_port_or_a_socket_path() {
        assert_eq!("127.0.0.1:9000".parse(), Ok(Address::Tcp(([127, 0, 0, 1], 9000).into())));
        assert_eq!("unix:/run/a.sock".parse(), Ok(Address::Unix("/run/a.sock".into())));
        for wrong in ["", "localhost", "localhost:9000", "unix:", "127.0.0.1"] {
            assert_eq!(wrong.parse::<Address>(), Err(NotAnAddress(wrong.to_owned())));
        }
    }
}
