//! What is known of a connection while its requests are served.

use std::sync::Arc;

use access_log::ConnectionFacts;
use certs::Serial;
use http::HeaderValue;
use ipnet::IpNet;
use prometheus_client::metrics::counter::Counter;

use crate::device::{self, Known};
use crate::gateway::Gateway;
use crate::live::Connection;
use crate::refusal::Refusal;
use crate::tls::Peer;

/// One connection, with TLS done.
#[derive(Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub struct ConnectionContext {
    pub gateway: Arc<Gateway>,
    /// Index in the configuration.
    pub site: usize,
    /// The name the connection was opened for.
    pub sni: Option<Box<str>>,
    /// The client's address, for `X-Forwarded-For`.
    pub source: HeaderValue,
    /// The network of that address, for what is reported of it.
    pub network: IpNet,
    /// Counts this site's requests that passed.
    pub passed: Counter,
    pub facts: Arc<ConnectionFacts>,
    /// The CAs by which its certificate was judged.
    pub trust_mark: Box<[u8]>,
    /// The leaf's DER, kept only where a route sends it on.
    pub certificate: Option<Box<[u8]>>,
    pub connection: Arc<Connection>,
}

impl ConnectionContext {
    /// The device that stands there, if the registry knows it: in service or not.
    pub(super) fn known(&self) -> Option<Known> {
        let Some(Peer::Claims(claim)) = self.connection.peer() else { return None };
        device::known(claim, &*self.gateway.feed.newest()?)
    }

    /// The serial it shows, of our CA.
    pub(super) fn serial(&self) -> Option<Serial> {
        match self.connection.peer() {
            Some(Peer::Claims(claim)) => Some(claim.serial()),
            Some(Peer::Foreign(_) | Peer::Nobody) | None => None,
        }
    }

    /// Whether there is room for this one's lines: for a stranger's less than for a known device's.
    ///
    /// # Errors
    /// [`Refusal::LogUnavailable`].
    pub(super) fn log_ready(&self) -> Result<(), Refusal> {
        let log = &self.gateway.log;
        match log.ready_for_strangers() {
            Err(_) if self.known().is_some() => log.ready().map_err(|_| Refusal::LogUnavailable),
            other => other.map_err(|_| Refusal::LogUnavailable),
        }
    }
}
