//! What lies in this program's memory stays there: keys, passphrases and passwords are in no core file, and no other
//! program of the same user reads along.

use std::io;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// For this process, until it ends. A unit's `LimitCORE=0` says the same of the desk; this holds for commands too.
///
/// # Errors
/// The system says no.
pub fn keep_memory_to_ourselves() -> io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}
