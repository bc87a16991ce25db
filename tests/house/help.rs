//! How a test talks to the help site.

use std::net::SocketAddr;

use crate::{House, Opening};

impl House {
    /// The help site's address.
    #[must_use]
    pub fn help_address(&self) -> SocketAddr {
        self.gateway.addresses()[1]
    }

    /// How to open a connection to the help site over HTTP/1.1.
    #[must_use]
    pub fn help_opening(&self) -> Opening {
        Opening { address: self.help_address(), sni: None, ..self.opening(None) }
    }

    /// `127.0.0.1:port` of the help site.
    #[must_use]
    pub fn help_host(&self) -> String {
        self.help_address().to_string()
    }
}
