//! What a certificate says: the vocabulary every other crate speaks.
//!
//! No keys are held here, nothing is signed, nothing waits. `device_no`, `serial`, `fingerprint`
//! and `timestamp` are the words; the rest reads certificates and requests with them.
//! [`DeviceCert`] is what the gateway reads of a leaf, [`AuthorityCert`] of a CA, [`DeviceRequest`] what is taken from a request,
//! [`profile`] what we give, [`lint`] what must hold of everything we sign.

mod authority_cert;
mod device_cert;
mod device_no;
mod fingerprint;
mod issuer_name;
mod key_kind;
mod key_print;
mod last_second;
pub mod lint;
pub mod profile;
mod request;
mod serial;
mod shape;
mod timestamp;
mod weak_rsa;

pub use authority_cert::AuthorityCert;
pub use device_cert::{CertificateRefusal, DeviceCert};
pub use device_no::{DeviceNo, DeviceNoRefusal};
pub use fingerprint::{Fingerprint, FingerprintRefusal};
pub use issuer_name::issuer_name;
pub use key_kind::{KeyKind, KeyRefusal};
pub use key_print::KeyPrint;
pub use last_second::last_second;
pub use request::{DeviceRequest, RequestRefusal};
pub use serial::{Serial, SerialRefusal};
pub use timestamp::{Timestamp, Validity};
