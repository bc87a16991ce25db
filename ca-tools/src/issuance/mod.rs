//! A certificate's way from the order to the hand: the steps in the order in which they must come.
//!
//! `issuers` knows the CAs' files, `vault` opens the key of the one that signs, `issue` walks the
//! steps, `many` walks them with many at once, `output` brings files to their place, `house_keys` are no device's,
//! `request` says why a device's own request is not taken.

mod house_keys;
mod issue;
mod issuers;
mod many;
mod output;
mod request;
mod vault;

pub(crate) use issue::{IssueRefusal, Occasion, Wanted, issue, sign_on};
pub(crate) use issuers::{IssuerFiles, IssuerName, IssuerNameRefusal, gateway_line};
pub(crate) use many::{Pair, issue_many};
pub(crate) use output::{Output, OutputRefusal, Overwrite};
pub(crate) use request::request_refused;
pub(crate) use vault::{Vault, VaultRefusal, authority, certificate, files, profile_of};
