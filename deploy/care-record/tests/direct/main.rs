//! The service called directly, without a gateway in between: what it believes and what it answers.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

mod assertions;
mod bindings;
mod gateway;
mod pages;
mod probes;
mod programs;
