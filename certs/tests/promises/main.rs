//! What the crate promises to those who read certificates and requests with it.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod device_cert;
mod lint;
mod made;
mod profile;
mod request;
mod validity;
