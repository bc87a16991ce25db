//! What a certificate of each purpose is to look like.
//!
//! A profile is data: `config` is what a TOML file says, `checked` what remains after every limit
//! was held against its rule, `term` when such a certificate ends, `purpose` and `subject` what no
//! file can change.

mod checked;
mod config;
mod keys;
mod mistake;
mod purpose;
mod subject;
mod term;

pub use checked::Profile;
pub use config::{KeepOutConfig, KeysConfig, ProfileConfig, RsaBits, SubjectConfig, ValidityConfig};
pub use keys::AcceptedKeys;
pub use mistake::ProfileMistake;
pub use purpose::{ExtendedUse, KeyUse, Purpose};
pub use subject::{Host, Subject, SubjectName, SubjectRefusal};
pub use term::{BACKDATED_SECONDS, ValidityRefusal};
