//! Opens connections to a site: from this loopback address, with that certificate or none.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::environment::{Environment, told};

/// Who does not get in within this time has been kept out: a person would have gone.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// Small, so that what is not read waits in the gateway and not in the kernel.
const RECEIVE_BUFFER: u32 = 4 << 10;

/// Whose certificate is shown; each has its variables in `quickstart.env`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Certificate {
    /// The honest device's.
    Honest,
    /// The attacker's.
    Attacker,
    /// The device whose revocation is timed.
    Third,
    /// None.
    Nobody,
}

impl Certificate {
    /// The variables of the certificate and of its key.
    pub(crate) fn variables(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Honest => Some(("DEVICE_CERT", "DEVICE_KEY")),
            Self::Attacker => Some(("OTHER_DEVICE_CERT", "OTHER_DEVICE_KEY")),
            Self::Third => Some(("OPERATOR_CERT", "OPERATOR_KEY")),
            Self::Nobody => None,
        }
    }
}

/// What is spoken behind TLS.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Speech {
    H1,
    H2,
}

/// Opens connections to one site as one party.
#[derive(Clone, Debug)]
pub(crate) struct Dialer {
    address: SocketAddr,
    authority: String,
    name: ServerName<'static>,
    source: Ipv4Addr,
    h1: Arc<ClientConfig>,
    h2: Arc<ClientConfig>,
}

impl Dialer {
    /// For the site of this variable (`SITE_URL`, `HELP_URL`).
    pub(crate) fn of(env: &Environment, site: &str, certificate: Certificate, source: Ipv4Addr) -> io::Result<Self> {
        let (address, authority) = env.site(site)?;
        let host = authority.rsplit_once(':').map_or(authority.as_str(), |(host, _)| host).to_owned();
        let configured = |speech: &[u8]| -> io::Result<Arc<ClientConfig>> {
            let mut config = client(env, certificate)?;
            config.alpn_protocols = vec![speech.to_vec()];
            Ok(Arc::new(config))
        };
        let name = ServerName::try_from(host).map_err(io::Error::other)?;
        Ok(Self { address, authority, name, source, h1: configured(b"http/1.1")?, h2: configured(b"h2")? })
    }

    /// The same party at another address.
    pub(crate) fn from(&self, source: Ipv4Addr) -> Self {
        Self { source, ..self.clone() }
    }

    /// `host:port`.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// A connection without TLS yet.
    pub(crate) async fn tcp(&self) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((self.source, 0).into())?;
        self.connect(socket).await
    }

    /// A connection with TLS.
    pub(crate) async fn tls(&self, speech: Speech) -> io::Result<TlsStream<TcpStream>> {
        let tcp = self.tcp().await?;
        self.over(tcp, speech).await
    }

    /// One that leaves little room for what is not read.
    pub(crate) async fn tight(&self) -> io::Result<TlsStream<TcpStream>> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
        socket.bind((self.source, 0).into())?;
        let tcp = self.connect(socket).await?;
        self.over(tcp, Speech::H2).await
    }

    /// The first message of a handshake, to be sent by itself.
    pub(crate) fn client_hello(&self) -> io::Result<Vec<u8>> {
        let mut connection =
            ClientConnection::new(Arc::clone(&self.h2), self.name.clone()).map_err(io::Error::other)?;
        let mut hello = Vec::new();
        connection.write_tls(&mut hello)?;
        Ok(hello)
    }

    async fn connect(&self, socket: TcpSocket) -> io::Result<TcpStream> {
        let tcp = timeout(PATIENCE, socket.connect(self.address)).await??;
        tcp.set_nodelay(true)?;
        Ok(tcp)
    }

    async fn over(&self, tcp: TcpStream, speech: Speech) -> io::Result<TlsStream<TcpStream>> {
        let config = match speech {
            Speech::H1 => &self.h1,
            Speech::H2 => &self.h2,
        };
        timeout(PATIENCE, TlsConnector::from(Arc::clone(config)).connect(self.name.clone(), tcp)).await?
    }
}

fn client(env: &Environment, certificate: Certificate) -> io::Result<ClientConfig> {
    let read = |variable: &str| -> io::Result<Vec<CertificateDer<'static>>> {
        let certificates = CertificateDer::pem_file_iter(env.path(variable)?).map_err(io::Error::other)?;
        certificates.collect::<Result<_, _>>().map_err(|error| told(format!("{variable}: {error}")))
    };
    let mut roots = RootCertStore::empty();
    for root in read("SERVER_CA")? {
        roots.add(root).map_err(io::Error::other)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(io::Error::other)?
        .with_root_certificates(roots);
    match certificate.variables() {
        Some((certificate, key)) => {
            let secret = PrivateKeyDer::from_pem_file(env.path(key)?).map_err(io::Error::other)?;
            builder.with_client_auth_cert(read(certificate)?, secret).map_err(io::Error::other)
        }
        None => Ok(builder.with_no_client_auth()),
    }
}
