//! A list's way from the registry to the file: number and entries, signature, place.

use std::path::PathBuf;

use certs::Timestamp;

use super::shelf::{ListFile, ListLock, ShelfRefusal};
use crate::acts::{Publisher, Writer};
use crate::config::AuthorityFiles;
use crate::crl::{Term, Unlisted, publish};
use crate::issuance::{Output, OutputRefusal, Overwrite};
use crate::refusal::Refusal;
use crate::rows::ListOf;
use crate::sign::{Authority, SignRefusal};

/// A list that is published.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Published {
    pub(crate) number: u64,
    pub(crate) entries: usize,
    pub(crate) file: PathBuf,
    pub(crate) next_update: Timestamp,
}

/// The list that is to be signed, by whom, and where it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NextList<'a> {
    pub(crate) signer: &'a Authority,
    pub(crate) place: &'a ListFile,
    pub(crate) of: ListOf,
}

/// Signs the next list of this CA and puts it in its place. Where somebody else was quicker with a newer one, that one
/// stays: it has all that ours has.
pub(crate) async fn bring(
    writer: &Writer,
    by: Publisher<'_>,
    settings: &AuthorityFiles,
    next: NextList<'_>,
) -> Result<Published, BringRefusal> {
    let NextList { signer, place, of } = next;
    // No number is drawn for a list that there is no room for.
    let out = Output::at(&place.file, Overwrite::Replace)?;
    let floor = match place.listed() {
        Ok(published) => published.number,
        Err(Unlisted::Missing) => 0,
        Err(why @ (Unlisted::NotOurs | Unlisted::Unreadable(_))) => {
            tracing::warn!(file = %place.file.display(), %why, "the revocation list's file is unreadable or another CA's: it is replaced");
            0
        }
    };
    let drawn = writer.draw_list(by, of, floor).await?;
    let term = match of {
        ListOf::Issuing(_) => Term::issuing(by.at()),
        ListOf::Root(_) => Term::root(by.at()),
    };
    let list = publish(&drawn.entries, drawn.number, signer, term)?;
    let held = ListLock::beside(settings).await?;
    let newer = held.put(place, (out, &list, drawn.number))?;
    held.settle(settings)?;
    let file = place.file.clone();
    Ok(match newer {
        None => Published { number: drawn.number, entries: drawn.entries.len(), file, next_update: list.next_update },
        Some(newer) => {
            Published { number: newer.number, entries: newer.entries.len(), file, next_update: newer.next_update }
        }
    })
}

/// Why a list was not published.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BringRefusal {
    /// The registry.
    #[error(transparent)]
    Registry(#[from] Refusal),
    /// The place.
    #[error(transparent)]
    Shelf(#[from] ShelfRefusal),
    /// The CA.
    #[error(transparent)]
    Sign(#[from] SignRefusal),
}

impl From<OutputRefusal> for BringRefusal {
    fn from(why: OutputRefusal) -> Self {
        Self::Shelf(why.into())
    }
}
