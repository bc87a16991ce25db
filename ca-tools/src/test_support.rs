//! Programs that nobody here wrote, asked in tests what they make of our files.
//!
//! A program that is missing fails the test: a skipped one would look like a passed one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder of its own, removed at the end.
pub(crate) struct Folder(servers::Folder);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(servers::Folder::new("ca-tools"))
    }

    /// Where a file of this name is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs `program` here and gives all it printed, or that it failed.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<String, String> {
        self.run_with_input(program, arguments, "")
    }

    pub(crate) fn run_with_input(&self, program: &str, arguments: &[&str], input: &str) -> Result<String, String> {
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
        // A program that does not read its input is none the worse for it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        if output.status.success() { Ok(printed) } else { Err(printed) }
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}
