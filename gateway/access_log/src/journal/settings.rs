//! What is the log told, and why does it refuse to begin?

use std::path::PathBuf;

/// Where the log lies and how it is kept.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The lines; rotated to `FILE.000001`, `FILE.000002`, …
    pub file: PathBuf,
    /// The signed checkpoints; the key that verifies them is written to `CHECKPOINTS.pub`.
    pub checkpoints: PathBuf,
    /// The key that signs checkpoints: P-256, PKCS#8, PEM.
    pub key_pem_path: PathBuf,
    /// A file of at least this many bytes is rotated.
    pub rotate_bytes: u64,
    /// Stands in every line.
    pub gateway_name: String,
    /// Lines that wait for the disk may take this many bytes before no request is let in.
    pub max_waiting_bytes: usize,
    /// Bytes of the disk that are kept for known devices; by default 1 GiB, or a twentieth of a smaller disk.
    pub reserve_bytes: Option<u64>,
}

/// Why the log does not begin. Each message says what to do.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum LogRefusal {
    #[error(
        "line {seq} does not match the signed checkpoint in {checkpoints}: it was changed after it was written. Move {file} and {checkpoints} aside, keep them as evidence, and start again for a new chain"
    )]
    Changed { file: PathBuf, checkpoints: PathBuf, seq: u64 },
    #[error(
        "{checkpoints} vouches for line {vouched}, but {file} ends at line {last}: its end was cut off, or it was put back from an older copy. Put the newest copy back; or move both files aside, keep them as evidence, and start again for a new chain"
    )]
    CutOff { file: PathBuf, checkpoints: PathBuf, vouched: u64, last: u64 },
    #[error("{path} is being written by another process (it holds {path}.lock); two gateways need two files", path = path.display())]
    InUse { path: PathBuf },
    #[error("{doing} {path}: {error}", path = path.display())]
    Io { doing: &'static str, path: PathBuf, error: std::io::Error },
    #[error("key {path}: {why}", path = path.display())]
    Key { path: PathBuf, why: String },
    #[error("{path} belongs to gateway {owner:?}, this one is {name:?}: give each gateway a file of its own", path = path.display())]
    OtherGateway { path: PathBuf, owner: String, name: String },
    #[error("the end of {path} is not a chain that can be continued: {why}. Move the file and the checkpoints aside, keep them as evidence, and start again for a new chain", path = path.display())]
    Tail { path: PathBuf, why: String },
}

impl LogRefusal {
    pub(super) fn io(doing: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io { doing, path, error }
    }
}
