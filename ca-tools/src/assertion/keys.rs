//! Which keys does the gateway sign with? Its JWKS (RFC 7517), read when a key is met that is not
//! known, so that either program may start first and keys may change under a running desk.
//!
//! A request that names a known key waits for nobody: only those that need the set read wait for it, and one reading
//! serves all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, JwkSet};

use super::key_set;
use super::token::AssertionRefusal;
use crate::config::KeySource;

/// However many unknown keys are named, the gateway is asked no more often than this.
const LEAST_GAP: Duration = Duration::from_millis(250);
/// A key the gateway no longer lists is forgotten after this.
const STALE: Duration = Duration::from_secs(300);

/// The gateway's keys by name.
#[derive(Debug)]
pub struct Keys {
    source: KeySource,
    known: Mutex<Known>,
    /// Held while the set is read.
    reading: tokio::sync::Mutex<()>,
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

impl Known {
    fn is_fresh(&self) -> bool {
        self.fetched.is_some_and(|at| at.elapsed() < STALE)
    }
}

impl Keys {
    /// Keys to be read from there; nothing is read yet.
    #[must_use]
    pub fn at(source: KeySource) -> Self {
        Self { source, known: Mutex::default(), reading: tokio::sync::Mutex::default() }
    }

    /// The key of this name.
    ///
    /// # Errors
    /// The gateway does not list it, or cannot be asked.
    pub(crate) async fn named(&self, name: &str) -> Result<Arc<DecodingKey>, AssertionRefusal> {
        let came = Instant::now();
        if let Some(key) = self.fresh(name) {
            return Ok(key);
        }
        let alone = self.reading.lock().await;
        if self.may_ask(came) {
            let read = key_set::read(&self.source).await;
            self.take(read);
        }
        drop(alone);
        self.fresh(name).ok_or(AssertionRefusal::UnknownKey)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        // What it holds is replaced whole: half of it is never seen.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh(&self, name: &str) -> Option<Arc<DecodingKey>> {
        let known = self.known();
        known.keys.get(name).filter(|_| known.is_fresh()).map(Arc::clone)
    }

    /// Whether the set is to be read for one who came then: not where a reading has ended since.
    fn may_ask(&self, came: Instant) -> bool {
        let mut known = self.known();
        let may = known.asked.is_none_or(|asked| asked < came && asked.elapsed() >= LEAST_GAP);
        if may {
            known.asked = Some(Instant::now());
        }
        may
    }

    fn take(&self, read: Result<JwkSet, String>) {
        let mut known = self.known();
        known.asked = Some(Instant::now());
        match read {
            Ok(set) => {
                known.keys = usable(&set);
                known.fetched = Some(Instant::now());
            }
            Err(why) => {
                tracing::warn!(source = ?self.source, why, "the gateway's keys cannot be read");
                if !known.is_fresh() {
                    known.keys.clear();
                }
            }
        }
    }
}

/// The P-256 keys with a name; a set may hold what we do not use (RFC 7517 §5).
fn usable(set: &JwkSet) -> HashMap<String, Arc<DecodingKey>> {
    let p256 = set.keys.iter().filter(
        |key| matches!(&key.algorithm, AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256),
    );
    p256.filter_map(|key| Some((key.common.key_id.clone()?, Arc::new(DecodingKey::from_jwk(key).ok()?)))).collect()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const SET: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"one",
        "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

    #[tokio::test]
    async fn whoever_names_a_known_key_waits_for_no_gateway_and_one_reading_serves_all_others() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let keys = Arc::new(Keys::at(KeySource::Url(url)));
        let first = tokio::spawn({
            let keys = Arc::clone(&keys);
            async move { keys.named("one").await.is_ok() }
        });
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_buf(&mut Vec::new()).await.unwrap();
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{SET}", SET.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
        assert!(first.await.unwrap());

        // The gap between two questions to the gateway.
        tokio::time::sleep(LEAST_GAP).await;
        let strangers: Vec<_> = (0..50)
            .map(|number| {
                let keys = Arc::clone(&keys);
                tokio::spawn(async move { keys.named(&format!("unknown {number}")).await.is_ok() })
            })
            .collect();
        // It takes the connection and says nothing.
        let (_silent, _) = listener.accept().await.unwrap();
        let known = tokio::time::timeout(Duration::from_secs(1), keys.named("one")).await;
        assert!(known.is_ok_and(|found| found.is_ok()), "a known key waited for the gateway");
        for stranger in strangers {
            assert!(!stranger.await.unwrap());
        }
        let again = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(again.is_err(), "fifty strangers are one question");
    }
}
