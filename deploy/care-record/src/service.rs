//! The whole service as one router: the door around everything, pages and probes inside.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use axum::{Router, middleware};

use crate::{
    assertion::verify::Expected,
    door,
    keys::{Keys, NotAJwksAddress},
    notebook::{Notebook, pages, posts::RoomAtStart},
    probes,
};

/// What the service is told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the gateway's keys are: `http://…/jwks.json`.
    pub jwks_url: String,
    /// The gateway's `iss`.
    pub issuer: String,
    /// Our own name in `aud`.
    pub audience: String,
    /// What is written in the rooms at the start.
    pub rooms: Vec<RoomAtStart>,
}

/// The service: its keys, its notebook, and how many requests came.
#[derive(Debug)]
pub struct Service {
    pub(crate) keys: Keys,
    pub(crate) expected: Expected,
    pub(crate) notebook: Notebook,
    pub(crate) entered: AtomicU64,
    pub(crate) refused: AtomicU64,
}

impl Service {
    /// A service that has not fetched any key yet.
    ///
    /// # Errors
    /// The JWKS address is none.
    pub fn new(settings: Settings) -> Result<Arc<Self>, NotAJwksAddress> {
        Ok(Arc::new(Self {
            keys: Keys::at(&settings.jwks_url)?,
            expected: Expected { issuer: settings.issuer, audience: settings.audience },
            notebook: Notebook::with(settings.rooms),
            entered: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }))
    }

    /// What answers requests.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .merge(pages::routes())
            .merge(probes::routes())
            .fallback(pages::absent)
            .layer(middleware::from_fn_with_state(Arc::clone(self), door::verified))
            .with_state(Arc::clone(self))
    }

    /// How many requests came with an assertion that was believed.
    #[must_use]
    pub fn entered(&self) -> u64 {
        self.entered.load(Relaxed)
    }

    /// How many requests were answered with 401.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }
}
