//! A key and its certificate into the container that a device takes.

use super::certificate::Format;
use super::counter::Counter;
use super::stop::Stop;
use crate::issuance::Vault;
use crate::key::PrivateKey;
use crate::password::MadeUp;
use crate::sign::Issued;

/// A file and what opens it.
pub(super) struct Packed {
    pub(super) file: Vec<u8>,
    pub(super) password: MadeUp,
}

pub(super) fn pack(
    _counter: &Counter,
    _vault: &Vault,
    _what: (&PrivateKey, &Issued),
    _format: Format,
) -> Result<Packed, Stop> {
    Ok(Packed { file: Vec::new(), password: MadeUp::password()? })
}
