//! Where is it? One field that knows every number, code, name, telephone number and address of mail that we print anywhere.
//!
//! ```text
//! typed ──► sought ──► numbers: the one it is, however short
//!                 └──► shelves: all that holds it ──► ranked, the best first ──► one: its page; several: a list
//! ```
//! `index` holds what there is to be found, in memory: read once, then followed by the version that each row carries; of another
//! history it is read anew. `packed` is how it lies there, `shelf` what changed since, `numbers` how our numbers are read out, `found` what is shown.
//! Looking asks the registry for nothing but its version.

mod found;
mod index;
mod numbers;
mod packed;
mod shelf;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::ledger::Ledger;
use crate::refusal::Unavailable;

pub(crate) use found::{Hit, SearchResult};

use index::Index;

/// Finds things in a registry.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    ledger: Ledger,
    /// Held while it is read: two that look at once read it once.
    index: Arc<Mutex<Option<Arc<Index>>>>,
}

impl Search {
    pub(crate) fn of(ledger: Ledger) -> Self {
        Self { ledger, index: Arc::default() }
    }

    /// Reads what there is to be found, or what changed since.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn ready(&self) -> Result<(), Unavailable> {
        self.now().await.map(drop)
    }

    /// What this finds.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn find(&self, typed: &str) -> Result<SearchResult, Unavailable> {
        let (index, typed) = (self.now().await?, typed.chars().take(LONGEST).collect::<String>());
        let found = tokio::task::spawn_blocking(move || index.find(&typed)).await;
        found.map_err(|why| Unavailable::Other(why.to_string()))
    }

    async fn now(&self) -> Result<Arc<Index>, Unavailable> {
        let mut held = self.index.lock().await;
        let next = match &*held {
            Some(index) => index.follow(&self.ledger).await?,
            None => {
                let index = Index::load(&self.ledger).await?;
                let (things, octets) = index.size();
                tracing::info!(things, octets, "what can be found lies in memory");
                Some(index)
            }
        };
        if let Some(next) = next {
            *held = Some(Arc::new(next));
        }
        held.clone().ok_or_else(|| Unavailable::Other("nothing was read".to_owned()))
    }
}

/// Nothing that we print is longer.
const LONGEST: usize = 200;
