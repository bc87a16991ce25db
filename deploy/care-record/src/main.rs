//! `care-record --listen ADDRESS --jwks-url URL --issuer ISS --audience AUD`: the stand-in, as a program.

use std::{fs::File, io::BufReader, path::PathBuf, process::ExitCode, sync::Arc};

use care_record::{
    Address, Service, Settings,
    notebook::posts::RoomAtStart,
    serve::{Listener, serve},
};
use clap::Parser;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;

/// A stand-in for the care-record service, for demonstrations and tests. Posts live in memory.
#[derive(Debug, Parser)]
struct Options {
    /// Where to listen: IP:PORT (port 0 takes a free one) or unix:PATH
    #[arg(long, value_name = "ADDRESS")]
    listen: Address,
    /// Where the gateway's keys are, e.g. `http://127.0.0.1:8445/jwks.json`
    #[arg(long, value_name = "URL")]
    jwks_url: String,
    /// The gateway's name in `iss`
    #[arg(long)]
    issuer: String,
    /// Our own name in `aud`
    #[arg(long)]
    audience: String,
    /// JSON list of rooms and what is written in them at the start
    #[arg(long, value_name = "FILE")]
    rooms: Option<PathBuf>,
    /// Certificate chain, to serve over TLS
    #[arg(long, value_name = "PEM", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its key
    #[arg(long, value_name = "PEM", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(mistake) => {
            tracing::error!("{mistake}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), String> {
    let rooms = options.rooms.as_ref().map(rooms).transpose()?.unwrap_or_default();
    let tls = match (&options.tls_cert, &options.tls_key) {
        (Some(certificate), Some(key)) => Some(tls(certificate, key)?),
        (Some(_), None) | (None, Some(_) | None) => None,
    };
    let settings = Settings { jwks_url: options.jwks_url, issuer: options.issuer, audience: options.audience, rooms };
    let service = Service::new(settings).map_err(|mistake| mistake.to_string())?;
    let listen = &options.listen;
    let listener = Listener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let address = listener.address().map_err(|error| format!("listening on {listen}: {error}"))?;
    let mut terminated = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupted = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    tracing::info!(%address, "listening");
    let stop = async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    };
    serve(listener, service.router(), tls, stop).await;
    if let Address::Unix(path) = address {
        let _gone_already = std::fs::remove_file(path);
    }
    Ok(())
}

fn rooms(path: &PathBuf) -> Result<Vec<RoomAtStart>, String> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_reader(BufReader::new(file)).map_err(|error| format!("{}: {error}", path.display()))
}

fn tls(certificate: &PathBuf, key: &PathBuf) -> Result<TlsAcceptor, String> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| format!("{}: {error}", certificate.display()))?;
    let key_der = PrivateKeyDer::from_pem_file(key).map_err(|error| format!("{}: {error}", key.display()))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, key_der)
        .map_err(|error| format!("{} with {}: {error}", certificate.display(), key.display()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
