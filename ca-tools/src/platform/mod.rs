//! Which system is a device registered with, and which container can it take?
//!
//! What a browser says of itself, `pages` reads; `fit` says which of our files a system opens (DOMAIN §C.1).

mod fit;

use pages::System;
use registry::Os;

pub(crate) use fit::{Container, Fit, fit};

/// The system of a device that is registered with this word.
pub(crate) fn system(os: Os) -> System {
    match os {
        Os::Windows => System::Windows,
        Os::Macos => System::Macos,
        Os::Linux => System::Linux,
        Os::Android => System::Android,
        Os::Ios => System::Ios,
    }
}
