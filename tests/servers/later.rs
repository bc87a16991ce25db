//! A program whose clock is ahead.

use std::path::PathBuf;
use std::process::Command;

/// The clock of this program is so many days ahead.
pub fn moved(command: &mut Command, days: u32) -> &mut Command {
    // The library itself: the program `faketime` makes a semaphore named by its number first, and does nothing where one was left
    // behind that had the same number and was killed.
    command.env("LD_PRELOAD", moved_clock()).env("FAKETIME", format!("+{days}d"));
    // Waiting goes by the other clock, which stays as it is.
    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
}

/// Debian's library that moves a program's clock.
fn moved_clock() -> PathBuf {
    let libraries =
        std::fs::read_dir("/usr/lib").unwrap().flatten().map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    let found = libraries.into_iter().find(|library| library.is_file());
    found.expect("faketime is needed for this test")
}
