//! The lists of revoked certificates on their way to readers: `shelf` is where they lie, `bring` walks the way from the
//! registry to the file, `keeper` walks it for the desk. What a list says is decided in [`crate::crl`].

mod bring;
mod keeper;
mod shelf;

pub(crate) use bring::{BringRefusal, NextList, Published, bring};
pub(crate) use keeper::Keeper;
pub(crate) use shelf::{ListFile, ListLock, ShelfRefusal, is_settled};
