//! Which keys does the gateway sign with? Its JWKS (RFC 7517), fetched when a key is met that is not known yet.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{StatusCode, Uri};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, JwkSet},
};

use crate::assertion::AssertionRefusal;

/// However many unknown keys are named, the gateway is asked no more often than this.
const LEAST_GAP: Duration = Duration::from_millis(250);
/// A key the gateway no longer lists is forgotten after this.
const STALE: Duration = Duration::from_secs(300);
/// The gateway's ops listener is near; what takes longer is not there.
const DEADLINE: Duration = Duration::from_secs(2);
/// A set of two keys is under 1 KiB.
const LARGEST_SET: usize = 64 * 1024;
/// Present, next, and room to spare.
const MOST_KEYS: usize = 16;

/// The gateway's keys by name.
#[derive(Debug)]
pub struct Keys {
    url: Uri,
    known: Mutex<Known>,
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, Arc<DecodingKey>>,
    fetched: Option<Instant>,
    asked: Option<Instant>,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("keys", &self.keys.keys()).field("fetched", &self.fetched).finish_non_exhaustive()
    }
}

/// The address cannot be one of a JWKS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("JWKS address `{0}`: only http://HOST:PORT/PATH is fetched (the gateway's operations listener)")]
pub struct NotAJwksAddress(String);

/// Why a set was not taken.
#[derive(Debug, thiserror::Error)]
enum FetchRefusal {
    #[error("answered {0}")]
    Answer(StatusCode),
    #[error("{0}")]
    Transport(String),
    #[error("is no key set: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("did not answer within {} s", DEADLINE.as_secs())]
    Silent,
}

impl Keys {
    /// Keys to be fetched from `url`; nothing is fetched yet.
    ///
    /// # Errors
    /// Not an `http://` address.
    pub fn at(url: &str) -> Result<Self, NotAJwksAddress> {
        let address: Uri = url.parse().map_err(|_| NotAJwksAddress(url.to_owned()))?;
        if address.scheme_str() != Some("http") || address.host().is_none() {
            return Err(NotAJwksAddress(url.to_owned()));
        }
        Ok(Self { url: address, known: Mutex::default(), fetching: tokio::sync::Mutex::default() })
    }

    /// The key of this name, asking the gateway when it is not known.
    ///
    /// # Errors
    /// [`AssertionRefusal::UnknownKey`]: the gateway does not list it, or cannot be asked.
    pub async fn named(&self, name: &str) -> Result<Arc<DecodingKey>, AssertionRefusal> {
        if let Some(key) = self.fresh(name) {
            return Ok(key);
        }
        let _one_at_a_time = self.fetching.lock().await;
        if let Some(key) = self.fresh(name) {
            return Ok(key);
        }
        if self.may_ask() {
            match tokio::time::timeout(DEADLINE, fetch(&self.url)).await.unwrap_or(Err(FetchRefusal::Silent)) {
                Ok(keys) => self.learn(keys),
                Err(refusal) => tracing::warn!(url = %self.url, "the gateway's keys: {refusal}"),
            }
        }
        self.fresh(name).ok_or(AssertionRefusal::UnknownKey)
    }

    fn fresh(&self, name: &str) -> Option<Arc<DecodingKey>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.fetched.filter(|fetched| fetched.elapsed() < STALE)?;
        known.keys.get(name).cloned()
    }

    fn may_ask(&self) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.asked.is_some_and(|asked| asked.elapsed() < LEAST_GAP) {
            return false;
        }
        known.asked = Some(Instant::now());
        true
    }

    fn learn(&self, keys: HashMap<String, Arc<DecodingKey>>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.keys = keys;
        known.fetched = Some(Instant::now());
    }
}

async fn fetch(url: &Uri) -> Result<HashMap<String, Arc<DecodingKey>>, FetchRefusal> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let answer = client.get(url.clone()).await.map_err(|error| FetchRefusal::Transport(error.to_string()))?;
    if answer.status() != StatusCode::OK {
        return Err(FetchRefusal::Answer(answer.status()));
    }
    let body = Limited::new(answer.into_body(), LARGEST_SET).collect().await;
    let body = body.map_err(|error| FetchRefusal::Transport(error.to_string()))?.to_bytes();
    Ok(usable(&serde_json::from_slice(&body)?))
}

/// The P-256 keys with a name; others are left out, not an error: a set may hold what we do not use (RFC 7517 §5).
fn usable(set: &JwkSet) -> HashMap<String, Arc<DecodingKey>> {
    let p256 = set.keys.iter().filter(
        |key| matches!(&key.algorithm, AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256),
    );
    let named = p256.filter_map(|key| Some((key.common.key_id.clone()?, DecodingKey::from_jwk(key).ok()?)));
    named.map(|(name, key)| (name, Arc::new(key))).take(MOST_KEYS).collect()
}
