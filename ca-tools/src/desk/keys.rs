//! Which keys does the gateway sign with? Its JWKS (RFC 7517), read when a key is met that is not
//! known, so that either program may start first and keys may change under a running desk.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use hyper::{StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, JwkSet};
use tokio::sync::Mutex;

use super::assertion::AssertionRefusal;
use crate::config::KeySource;
use crate::whole;

/// However many unknown keys are named, the gateway is asked no more often than this.
const LEAST_GAP: Duration = Duration::from_millis(250);
/// A key the gateway no longer lists is forgotten after this.
const STALE: Duration = Duration::from_secs(300);
/// The gateway's operations listener is near; what takes longer is not there.
const DEADLINE: Duration = Duration::from_secs(2);
/// A set of two keys is under 1 KiB.
const LARGEST_SET: usize = 64 * 1024;

/// The gateway's keys by name.
#[derive(Debug)]
pub struct Keys {
    source: KeySource,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, Arc<DecodingKey>>,
    fetched: Option<Instant>,
    asked: Option<Instant>,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("keys", &self.keys.keys()).finish_non_exhaustive()
    }
}

impl Keys {
    /// Keys to be read from there; nothing is read yet.
    #[must_use]
    pub fn at(source: KeySource) -> Self {
        Self { source, known: Mutex::default() }
    }

    /// The key of this name.
    ///
    /// # Errors
    /// The gateway does not list it, or cannot be asked.
    pub(super) async fn named(&self, name: &str) -> Result<Arc<DecodingKey>, AssertionRefusal> {
        let mut known = self.known.lock().await;
        let fresh = known.fetched.is_some_and(|at| at.elapsed() < STALE);
        if let Some(key) = known.keys.get(name).filter(|_| fresh) {
            return Ok(Arc::clone(key));
        }
        if known.asked.is_none_or(|asked| asked.elapsed() >= LEAST_GAP) {
            known.asked = Some(Instant::now());
            match self.read().await {
                Ok(set) => {
                    known.keys = usable(&set);
                    known.fetched = Some(Instant::now());
                }
                Err(why) => {
                    tracing::warn!(source = ?self.source, why, "the gateway's keys cannot be read");
                    if !fresh {
                        known.keys.clear();
                    }
                }
            }
        }
        known.keys.get(name).map(Arc::clone).ok_or(AssertionRefusal::UnknownKey)
    }

    async fn read(&self) -> Result<JwkSet, String> {
        let bytes = match &self.source {
            KeySource::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(move || whole::octets(&path, whole::Of::Keys)).await;
                read.map_err(|why| why.to_string())?.map_err(|why| why.to_string())?
            }
            KeySource::Url(url) => {
                let url: Uri = url.parse().map_err(|why: hyper::http::uri::InvalidUri| why.to_string())?;
                match tokio::time::timeout(DEADLINE, fetch(url)).await {
                    Ok(fetched) => fetched?,
                    Err(_) => return Err("no answer in time".to_owned()),
                }
            }
        };
        serde_json::from_slice(&bytes).map_err(|why| why.to_string())
    }
}

async fn fetch(url: Uri) -> Result<Vec<u8>, String> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let answer = client.get(url).await.map_err(|why| why.to_string())?;
    if answer.status() != StatusCode::OK {
        return Err(format!("answered {}", answer.status()));
    }
    let body = axum::body::to_bytes(Body::new(answer.into_body()), LARGEST_SET).await;
    Ok(body.map_err(|why| why.to_string())?.to_vec())
}

/// The P-256 keys with a name; a set may hold what we do not use (RFC 7517 §5).
fn usable(set: &JwkSet) -> HashMap<String, Arc<DecodingKey>> {
    let p256 = set.keys.iter().filter(
        |key| matches!(&key.algorithm, AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256),
    );
    p256.filter_map(|key| Some((key.common.key_id.clone()?, Arc::new(DecodingKey::from_jwk(key).ok()?)))).collect()
}
