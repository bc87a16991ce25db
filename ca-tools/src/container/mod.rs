//! The files by which a key and its certificate reach a device.
//!
//! `fit` says which of them a system opens, `contents` is what goes in, `p12` the two dialects of PKCS#12, `algorithms` a second look at
//! what was written, `mobileconfig` Apple's profile, `signed` its CMS signature, `file_password`
//! what protects a file on its way.

mod algorithms;
mod contents;
mod file_password;
mod fit;
mod mobileconfig;
mod p12;
mod signed;

pub use contents::{ContainerRefusal, Contents};
pub use file_password::FilePassword;
pub(crate) use fit::{Container, Fit, fit};
pub use mobileconfig::mobileconfig;
pub use p12::{P12, p12};
pub use signed::ProfileSigner;

#[cfg(test)]
mod tests;
