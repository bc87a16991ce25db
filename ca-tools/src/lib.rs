//! The only holder of the CA key and the only writer of the registry.

pub mod container;
pub mod crl;
pub mod key;
pub mod sign;

#[cfg(test)]
mod program;
