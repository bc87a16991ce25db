//! Which system and browser does somebody come with? `agent` reads what the browser says of itself.

mod agent;

pub(crate) use agent::{Agent, Browser, Family};
