//! Where is it? One field that knows every number, code, name, telephone number and address of mail that we print anywhere.
//!
//! ```text
//! typed ──► sought ──► numbers: the one it is, however short
//!                 └──► shelves: all that holds it ──► ranked, the best first ──► one: its page; several: a list
//! ```
//! `index` holds what there is to be found, in memory: read once, then followed by the version that each row carries; of another
//! history it is read anew. `packed` is how it lies there, `shelf` what changed since, `numbers` how our numbers are read out, `found` what is shown.
//! Looking asks the registry for nothing but its version.
//!
//! What lies in memory is read and followed in a task of its own, and is whole at every moment. Who looks waits for what changed, and
//! not for long: then the last whole one answers, which is of the same history.

mod found;
mod index;
mod numbers;
mod packed;
mod shelf;

#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::ledger::Ledger;
use crate::refusal::Unavailable;

pub(crate) use found::{Hit, SearchResult};

use index::{Behind, Index};

/// Finds things in a registry.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    ledger: Ledger,
    /// The last whole one.
    whole: Arc<RwLock<Option<Arc<Index>>>>,
    /// Held while the next one is read: two that look at once read it once.
    reading: Arc<Mutex<()>>,
}

/// Nothing that we print is longer.
const LONGEST: usize = 200;
/// Who looks waits so long for what changed.
const AWHILE: Duration = Duration::from_millis(20);

impl Search {
    pub(crate) fn of(ledger: Ledger) -> Self {
        Self { ledger, whole: Arc::default(), reading: Arc::default() }
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

    /// What there is to be found as it is now; where that takes a while, as it was at the last look.
    async fn now(&self) -> Result<Arc<Index>, Unavailable> {
        let Some(whole) = self.whole() else { return ended(self.catch_up()).await };
        match whole.behind(&self.ledger).await? {
            Behind::Nothing => Ok(whole),
            Behind::Changes(_) => match tokio::time::timeout(AWHILE, ended(self.catch_up())).await {
                Ok(caught_up) => caught_up,
                // It goes on, and the next look meets it.
                Err(_) => Ok(whole),
            },
            Behind::TooMany => {
                drop(self.catch_up());
                Ok(whole)
            }
            Behind::AnotherHistory => ended(self.catch_up()).await,
        }
    }

    fn whole(&self) -> Option<Arc<Index>> {
        self.whole.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads what is not in memory yet; to its end, whether or not somebody waits for it.
    fn catch_up(&self) -> JoinHandle<Result<Arc<Index>, Unavailable>> {
        let search = self.clone();
        tokio::spawn(async move {
            let _reading = search.reading.lock().await;
            let next = match search.whole() {
                Some(whole) => match whole.behind(&search.ledger).await? {
                    // Somebody else read it, while this waited.
                    Behind::Nothing => return Ok(whole),
                    Behind::Changes(now) => whole.follow(&search.ledger, now).await?,
                    Behind::TooMany | Behind::AnotherHistory => search.load().await?,
                },
                None => search.load().await?,
            };
            let next = Arc::new(next);
            *search.whole.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&next));
            Ok(next)
        })
    }

    async fn load(&self) -> Result<Index, Unavailable> {
        let index = Index::load(&self.ledger).await?;
        let (things, octets) = index.size();
        tracing::info!(things, octets, "what can be found lies in memory");
        Ok(index)
    }
}

async fn ended(reading: JoinHandle<Result<Arc<Index>, Unavailable>>) -> Result<Arc<Index>, Unavailable> {
    reading.await.map_err(|why| Unavailable::Other(why.to_string()))?
}
