//! Whatever file somebody hands in as a request: a key of an accepted kind or a named refusal,
//! never a panic.
#![no_main]

use std::sync::LazyLock;

use certs::profile::{AcceptedKeys, Profile, Purpose};
use certs::{DeviceRequest, KeyKind};
use libfuzzer_sys::fuzz_target;

static ACCEPTED: LazyLock<AcceptedKeys> = LazyLock::new(|| {
    Profile::built_in(Purpose::Device).expect("the built-in profile holds").accepted_keys().clone()
});

fuzz_target!(|request: &[u8]| {
    if let Ok(taken) = DeviceRequest::read(request, &ACCEPTED) {
        assert!(ACCEPTED.admit(taken.key()).is_ok());
        assert!(!taken.public_key().is_empty());
        let KeyKind::Rsa { bits } = taken.key() else { return };
        assert!((3072..=8192).contains(&bits));
    }
});
