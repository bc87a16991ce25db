//! What a certificate says: the vocabulary every other crate speaks.
//!
//! No keys are held here, nothing is signed, nothing waits. `device_no`, `serial`, `fingerprint`
//! and `timestamp` are the words; the rest reads certificates and requests with them.

mod device_no;
mod fingerprint;
mod serial;
mod timestamp;

pub use device_no::{DeviceNo, DeviceNoRefusal};
pub use fingerprint::{Fingerprint, FingerprintRefusal};
pub use serial::{Serial, SerialRefusal};
pub use timestamp::{Timestamp, Validity};
