//! From facts to a signed certificate.
//!
//! ```text
//! Order ──prepare──► Prepared ──recorded──► Recorded ──sign──► Issued
//!        linted          the registry knows        compared, linted again
//! ```
//! The CA's key is touched last, over bytes that a throw-away key has signed before and the lint
//! list has seen, once the registry holds their hash. `authority` is who signs, `draft` the one
//! writing of a certificate out of profile and facts, `make` what is made without a registry: the
//! CAs themselves and the house's own machines.

mod authority;
mod draft;
mod make;
mod prepare;
mod receipt;
mod record;
mod refusal;
mod seal;

#[cfg(test)]
pub(crate) mod test_support;
#[cfg(test)]
mod tests;

pub use authority::{Authority, certificate_pem, read_certificate_pem};
pub use draft::HolderKey;
pub use make::{Made, make_house_root, make_internal, make_issuing, make_root, make_signing, make_site};
pub use prepare::{Order, Prepared, prepare};
pub use receipt::IntentReceipt;
pub use record::Recorded;
pub use refusal::SignRefusal;
pub use seal::{Issued, sign};
