//! May the assertion that was made for the request before go with this one, too?
//!
//! Making one is a signature. It goes with the decision it was made under, so that it is used again only while session, facts
//! and policies are the same ones.

use std::sync::{Arc, Mutex, PoisonError};

use certs::Timestamp;
use http::HeaderValue;

use super::assertion::Keys;
use crate::refusal::Refusal;

/// The last assertion that was made under one decision.
#[derive(Debug, Default)]
pub struct AssertionCache(Mutex<Option<CachedAssertion>>);

/// An assertion that was made under this decision.
#[derive(Debug)]
struct CachedAssertion {
    at: Timestamp,
    by: Arc<Keys>,
    audience: String,
    value: HeaderValue,
}

/// Seconds for which an assertion may be used again.
const REUSED: i64 = 30;

impl AssertionCache {
    /// The assertion made under this decision at most 30 s ago with these keys for this audience, or a new one.
    ///
    /// # Errors
    /// What `make` says.
    pub(super) fn get_or_make(
        &self,
        now: Timestamp,
        keys: &Arc<Keys>,
        audience: &str,
        make: impl FnOnce() -> Result<HeaderValue, Refusal>,
    ) -> Result<HeaderValue, Refusal> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = kept.as_ref() {
            let fresh = made.at <= now && now <= made.at.plus(REUSED);
            if fresh && Arc::ptr_eq(&made.by, keys) && made.audience == audience {
                return Ok(made.value.clone());
            }
        }
        let value = make()?;
        *kept = Some(CachedAssertion {
            at: now,
            by: Arc::clone(keys),
            audience: audience.to_owned(),
            value: value.clone(),
        });
        Ok(value)
    }
}
