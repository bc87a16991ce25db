//! What is known of a connection while its requests are served.

use std::sync::Arc;

use http::HeaderValue;
use ipnet::IpNet;
use prometheus_client::metrics::counter::Counter;

use crate::access_log::ConnectionFacts;
use crate::house::House;
use crate::tls::live::Connection;

/// One connection, with TLS done.
#[derive(Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Door {
    pub house: Arc<House>,
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
