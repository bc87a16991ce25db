//! In which language the commands speak: Japanese, or English by `--lang en`. Pages and commands share the kit's words for it.

pub use pages::{Language, Text};
