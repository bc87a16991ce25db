//! What the desk does for the lists by itself: after each change that touches one, daily, and in half a list's life.
//!
//! It looks at the registry once a second, so that whatever takes something back (a telephone code, a gateway's report, a
//! command that had no key at hand) is on the list within seconds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use certs::AuthorityCert;
use tokio::sync::watch;

use super::bring::{BringRefusal, NextList, bring};
use super::shelf::{ListFile, ListLock, is_settled};
use crate::acts::{Publisher, Writer};
use crate::clock::now;
use crate::config::AuthorityFiles;
use crate::crl::due;
use crate::issuance::{CaRefusal, IssuerFiles, authority};
use crate::key::Passphrase;
use crate::refusal::{Refusal, Unavailable};
use crate::rows::ListOf;

/// How soon a change is seen.
const GLANCE: Duration = Duration::from_secs(1);
/// How soon what failed is tried again: each try draws a number.
const AFTER_A_FAULT: Duration = Duration::from_secs(60);
/// How often all is looked at: what the clock changes (the end of an overlap, a list's age) is no change of the registry.
const WHOLE: Duration = Duration::from_secs(600);

/// Keeps the lists of the issuing CAs.
#[derive(Debug)]
pub(crate) struct Keeper {
    writer: Writer,
    settings: AuthorityFiles,
    passphrase: Arc<Passphrase>,
    /// Up to which version all is on the lists.
    seen: i64,
    whole: Option<Instant>,
}

impl Keeper {
    pub(crate) fn new(writer: Writer, settings: AuthorityFiles, passphrase: Arc<Passphrase>) -> Self {
        Self { writer, settings, passphrase, seen: 0, whole: None }
    }

    /// Keeps them until the sender of `ended` is gone.
    pub(crate) async fn keep(mut self, mut ended: watch::Receiver<()>) {
        loop {
            let pause = match self.look().await {
                Ok(()) => GLANCE,
                Err(why) => {
                    tracing::error!(%why, "a revocation list is not published");
                    AFTER_A_FAULT
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = ended.changed() => return,
            }
        }
    }

    async fn look(&mut self) -> Result<(), KeepRefusal> {
        let (version, touched) = self.writer.ledger().lists_touched_since(self.seen).await?;
        let whole = self.whole.is_none_or(|at| at.elapsed() >= WHOLE);
        if touched || whole {
            self.whole = None;
            let mut all = Ok(());
            for issuer in self.writer.ledger().issuers().await? {
                // One whose key or files are not there keeps no other from being published.
                let brought = self.bring_if_due(&issuer).await;
                if let Err(why) = &brought {
                    tracing::error!(%why, issuer = %issuer.fingerprint(), "a revocation list is not published");
                }
                all = all.and(brought);
            }
            if !is_settled(&self.settings).map_err(BringRefusal::from)? {
                let held = ListLock::beside(&self.settings).await.map_err(BringRefusal::from)?;
                held.settle(&self.settings).map_err(BringRefusal::from)?;
            }
            all?;
            self.whole = Some(Instant::now());
        }
        self.seen = version;
        Ok(())
    }

    async fn bring_if_due(&self, issuer: &AuthorityCert) -> Result<(), KeepRefusal> {
        let of = ListOf::Issuing(issuer.fingerprint());
        let (files, signer) = IssuerFiles::find(&self.settings, &issuer.fingerprint())?;
        let place = ListFile { file: files.crl.clone(), signer: signer.clone() };
        let entries = self.writer.ledger().withdrawn(of, now()).await?;
        let Some(why) = due(place.listed().as_ref(), &entries, now()) else { return Ok(()) };
        let opens = Arc::clone(&self.passphrase);
        let opened = tokio::task::spawn_blocking(move || authority(signer, &files.certificate, (&files.key, &opens)));
        let signer = opened.await.map_err(|_| KeepRefusal::Stopped)??;
        let by = Publisher::Desk(now());
        let list = bring(&self.writer, by, &self.settings, NextList { signer: &signer, place: &place, of }).await?;
        let (number, entries) = (list.number, list.entries);
        tracing::info!(list = %place.file.display(), number, entries, ?why, "a revocation list is published");
        Ok(())
    }
}

/// Why the lists are not what they should be.
#[derive(Debug, thiserror::Error)]
enum KeepRefusal {
    #[error(transparent)]
    Bring(#[from] BringRefusal),
    #[error(transparent)]
    Registry(#[from] Refusal),
    #[error("the work was stopped")]
    Stopped,
    #[error(transparent)]
    Ca(#[from] CaRefusal),
}

impl From<Unavailable> for KeepRefusal {
    fn from(why: Unavailable) -> Self {
        Self::Registry(why.into())
    }
}
