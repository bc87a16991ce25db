//! What the house stands on fails, hangs, lies or comes back: in doubt it refuses, and it mends itself.

mod backend;
mod history;
mod killed;
mod registry;
mod store;
mod truth;
