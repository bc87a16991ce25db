//! A desk that takes reports: a real HTTP server on the desk's socket, which believes nothing that the gateway's keys did
//! not sign.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::{Ca, Credentials, House, now, operations, until};

/// How reports are received.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Manner {
    /// Taken: 204.
    Take,
    /// Not taken, with this status.
    Answer(StatusCode),
    /// Taken, but the connection breaks before the answer.
    Swallow,
    /// Nothing is ever answered.
    Hang,
}

/// The running server; gone when dropped.
#[derive(Debug)]
pub struct Receiver {
    state: Arc<Mutex<State>>,
    _serving: JoinSet<()>,
}

#[derive(Debug)]
struct State {
    manner: Manner,
    tries: Vec<Value>,
    taken: Vec<Value>,
    turned_away: usize,
}

impl State {
    fn new(manner: Manner) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self { manner, tries: Vec::new(), taken: Vec::new(), turned_away: 0 }))
    }
}

impl House {
    /// Begins to receive reports at the desk's socket.
    #[must_use]
    pub fn receive(&self, manner: Manner) -> Receiver {
        Receiver::at(&self.dir.join("desk.sock"), self.ops_address(), manner)
    }
}

impl Receiver {
    /// Begins to receive at `socket` what the gateway with this operations listener signs.
    #[must_use]
    pub fn at(socket: &Path, keys: SocketAddr, manner: Manner) -> Self {
        let _ = std::fs::remove_file(socket);
        let listener = UnixListener::bind(socket).unwrap();
        let state = State::new(manner);
        let received = Arc::clone(&state);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(serve(stream, Arc::clone(&received), keys));
            }
        });
        Self { state, _serving: serving }
    }

    /// As [`Self::at`], on another machine as it were: over TLS, from whoever shows a certificate of `clients` and nobody
    /// else.
    #[must_use]
    pub fn over_tls(listener: TcpListener, keys: SocketAddr, (own, clients): (&Credentials, &Ca)) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(clients.root_pem.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(own.chain.clone(), own.key.clone_key())
            .unwrap();
        let tls = TlsAcceptor::from(Arc::new(config));
        let state = State::new(Manner::Take);
        let received = Arc::clone(&state);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, state) = (tls.clone(), Arc::clone(&received));
                open.spawn(async move {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, state, keys).await;
                    } else {
                        state.lock().unwrap().turned_away += 1;
                    }
                });
            }
        });
        Self { state, _serving: serving }
    }

    /// How many handshakes did not come about.
    #[must_use]
    pub fn turned_away(&self) -> usize {
        self.state.lock().unwrap().turned_away
    }

    /// From now on like this.
    pub fn manner(&self, manner: Manner) {
        self.state.lock().unwrap().manner = manner;
    }

    /// Every batch that came, in order, repeats included.
    #[must_use]
    pub fn tries(&self) -> Vec<Value> {
        self.state.lock().unwrap().tries.clone()
    }

    /// Every batch that was taken, each once.
    #[must_use]
    pub fn taken(&self) -> Vec<Value> {
        self.state.lock().unwrap().taken.clone()
    }

    /// Everything taken in this list, in order.
    #[must_use]
    pub fn all(&self, list: &str) -> Vec<Value> {
        self.taken().iter().flat_map(|batch| batch[list].as_array().unwrap().clone()).collect()
    }

    /// Waits for something in this list for which `wanted` holds.
    pub async fn told(&self, list: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut found = None;
        until(&format!("it is told among {list}"), async || {
            found = self.all(list).into_iter().find(&wanted);
            found.is_some()
        })
        .await;
        found.unwrap()
    }

    /// Waits until a batch says that this version is applied.
    pub async fn applied(&self, version: u64) {
        let says = |batch: &Value| batch["applied"].as_u64().is_some_and(|applied| applied >= version);
        until(&format!("version {version} is told"), async || self.taken().iter().any(says)).await;
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, state: Arc<Mutex<State>>, keys: SocketAddr) {
    let answer = service_fn(move |request| receive(request, Arc::clone(&state), keys));
    // A broken connection is what some tests are about.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
}

async fn receive(
    request: Request<Incoming>,
    state: Arc<Mutex<State>>,
    keys: SocketAddr,
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let (head, body) = request.into_parts();
    assert_eq!((head.method.as_str(), head.uri.path()), ("POST", "/desk/reports"));
    assert_eq!(head.headers["content-type"], "application/json");
    assert!(!head.headers.contains_key("gateway-assertion"));
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    verify(&head.headers, &body, keys).await.unwrap_or_else(|why| panic!("{why}"));
    let batch: Value = serde_json::from_slice(&body).unwrap();
    let manner = {
        let mut state = state.lock().unwrap();
        state.tries.push(batch.clone());
        let place = |batch: &Value| (batch["boot"].clone(), batch["sequence"].clone());
        let takes = matches!(state.manner, Manner::Take | Manner::Swallow);
        if takes && !state.taken.iter().any(|known| place(known) == place(&batch)) {
            state.taken.push(batch);
        }
        state.manner
    };
    let status = match manner {
        Manner::Take => StatusCode::NO_CONTENT,
        Manner::Answer(status) => status,
        Manner::Swallow => return Err(std::io::Error::other("swallowed")),
        Manner::Hang => std::future::pending().await,
    };
    let mut answer = Response::new(Full::new(Bytes::new()));
    *answer.status_mut() = status;
    Ok(answer)
}

/// What the contract says of `Gateway-Report`.
async fn verify(headers: &HeaderMap, body: &[u8], keys: SocketAddr) -> Result<(), String> {
    let token = headers.get("gateway-report").ok_or("no Gateway-Report")?.to_str().map_err(|e| e.to_string())?;
    let (signed, signature) = token.rsplit_once('.').ok_or("no signature")?;
    let (header, claims) = signed.split_once('.').ok_or("no claims")?;
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|error| error.to_string());
    let read = |text: &str| -> Result<Value, String> {
        serde_json::from_slice(&decoded(text)?).map_err(|error| error.to_string())
    };
    let (header, claims) = (read(header)?, read(claims)?);
    let (_, jwks) = operations(keys, "/jwks.json").await;
    let jwks: Value = serde_json::from_str(&jwks).map_err(|error| error.to_string())?;
    let key = jwks["keys"].as_array().and_then(|keys| keys.iter().find(|key| key["kid"] == header["kid"]));
    let key = key.ok_or("an unknown key")?;
    let coordinate = |name: &str| decoded(key[name].as_str().unwrap_or_default());
    let point = [vec![4], coordinate("x")?, coordinate("y")?].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
        .verify(signed.as_bytes(), &decoded(signature)?)
        .map_err(|_| "the signature is wrong")?;
    let (iat, exp) = (claims["iat"].as_i64().unwrap_or(0), claims["exp"].as_i64().unwrap_or(0));
    let fresh = exp - iat <= 60 && (iat - now().unix()).abs() <= 5;
    let expected = serde_json::json!({
        "iss": crate::site::ISSUER, "aud": "desk-reports", "sub": "gw-test", "iat": iat, "exp": exp,
        "htb": URL_SAFE_NO_PAD.encode(digest(&SHA256, body)),
    });
    if header["alg"] == "ES256" && fresh && claims == expected { Ok(()) } else { Err(format!("{header} {claims}")) }
}
