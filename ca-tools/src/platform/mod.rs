//! Which system and browser does somebody come with, and which container can it take?
//!
//! `agent` reads what the browser says of itself, `fit` says which of our files it opens (ca-tools/README.md#certificate-files).

mod agent;
mod fit;

pub(crate) use agent::{Agent, Browser, Family};
pub(crate) use fit::{Container, Fit, fit};
