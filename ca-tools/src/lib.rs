//! The only holder of the CA key and the only writer of the registry.

pub mod key;

#[cfg(test)]
mod program;
