//! Which system is a device registered with? What a browser says of itself, `pages` reads.

use pages::System;
use registry::Os;

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
