//! Whatever bytes a peer shows as its certificate: a device or a named refusal, never a panic; and
//! what is read as a device's is one certificate, whole.
#![no_main]

use certs::profile::{Profile, Purpose, Subject};
use certs::{AuthorityCert, DeviceCert, Fingerprint};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|der: &[u8]| {
    if let Ok(read) = DeviceCert::read(der) {
        assert_eq!(read.fingerprint(), Fingerprint::of(der));
        assert!(read.validity().not_before <= read.validity().not_after);
        assert!(!read.serial().as_bytes().is_empty());
        // One more byte and it is no certificate any longer.
        assert!(DeviceCert::read(&[der, &[0]].concat()).is_err());
        // The lint list reads the same bytes, with more curiosity.
        let profile = Profile::built_in(Purpose::Device).expect("the built-in profile holds");
        let expected = certs::lint::Expected {
            profile: &profile,
            subject: &Subject::Device(read.device()),
            public_key: &[],
            issuer: None,
        };
        assert!(certs::lint::inspect(der, &expected).is_err());
    }
    let _ = AuthorityCert::read(der);
    let _ = certs::lint::verify(der, None);
});
