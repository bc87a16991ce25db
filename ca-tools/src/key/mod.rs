//! Private keys: made, kept and opened here.
//!
//! `private_key` is a key in memory, which never prints and is wiped when dropped; `passphrase`
//! what opens it; `sealed` a key as text, encrypted or plain; `file` that text on disk; `octets` a key of random octets;
//! `memory` keeps what is open in this process.

mod file;
mod memory;
mod octets;
mod passphrase;
mod private_key;
mod sealed;

pub use file::{KeyFileRefusal, read_secret, write_secret};
pub use memory::keep_memory_to_ourselves;
pub(crate) use octets::{drawn_octets, found_octets, never_written};
pub use passphrase::{Passphrase, PassphraseRefusal};
pub use private_key::{KeyFault, PrivateKey};
pub use sealed::{KeyTextRefusal, open, plain, read_plain, seal};
