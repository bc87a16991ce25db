//! A certificate's way from the order to the hand: the steps in the order in which they must come.
//!
//! `issuers` knows the CAs' files, `issuing_ca` opens the key of the one that signs, `issue` walks the
//! steps, `many` walks them with many at once, `hand_out` makes the key and packs it with its certificate, `output` brings files to their place, `house_keys` are no device's,
//! `request` says why a device's own request is not taken, `lists` brings the lists of revoked certificates to their place.

mod hand_out;
mod house_keys;
mod issue;
mod issuers;
mod issuing_ca;
pub(crate) mod lists;
mod many;
mod output;
mod request;

pub(crate) use hand_out::{HandOut, HandOutRefusal};
pub(crate) use issue::{IssueRefusal, IssueRequest, Occasion, issue, sign_on};
pub(crate) use issuers::{IssuerFiles, IssuerName, IssuerNameRefusal, gateway_line};
pub(crate) use issuing_ca::{CaRefusal, IssuingCa, authority, certificate, profile_of};
pub(crate) use many::{Pair, issue_many};
pub(crate) use output::{Output, OutputRefusal, Overwrite};
pub(crate) use request::request_refused;
