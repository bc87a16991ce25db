//! The last door: an authorised request goes to its backend, and nothing else does.

mod our_cookies;
pub mod reserved;
#[cfg(test)]
mod reserved_tests;
