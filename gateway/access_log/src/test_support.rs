//! For tests only: a directory for a log, with a key, gone with the test.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use certs::DeviceNo;

use super::journal::rotated;
use super::seal::{Chain, Seal};
use super::{AccessLog, Kind, Line, SessionMark, Settings};

/// What a person did, on their device: it stands, however many there are.
pub(super) fn request() -> Line<'static> {
    let (device, session) = (DeviceNo::new(1).ok(), Some(SessionMark([1; 4])));
    Line { source: Some("192.0.2.1"), device, session, ..Line::of(Kind::Request, SystemTime::now()) }
}

/// A directory with a key and room for a log, gone with the test.
pub(super) struct Place {
    pub(super) directory: PathBuf,
    pub(super) file: PathBuf,
    pub(super) checkpoints: PathBuf,
    pub(super) key: PathBuf,
    rotate_bytes: u64,
}

static PLACES: AtomicU32 = AtomicU32::new(0);

/// How the log in this directory is kept.
pub(super) fn settings_in(directory: &Path) -> Settings {
    Settings {
        file: directory.join("access.log"),
        checkpoints: directory.join("checkpoints.log"),
        key_pem_path: directory.join("log.pem"),
        rotate_bytes: 1 << 30,
        gateway_name: "gw-1".to_owned(),
        max_waiting_bytes: 64 << 20,
        reserve_bytes: Some(0),
    }
}

impl Place {
    pub(super) fn new() -> Self {
        Self::rotating(1 << 30)
    }

    pub(super) fn rotating(rotate_bytes: u64) -> Self {
        let number = PLACES.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("access-log-{}-{number}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let Settings { file, checkpoints, key_pem_path: key, .. } = settings_in(&directory);
        fs::write(&key, made_up_key()).unwrap();
        Self { directory, file, checkpoints, key, rotate_bytes }
    }

    pub(super) fn settings(&self) -> Settings {
        Settings { rotate_bytes: self.rotate_bytes, ..settings_in(&self.directory) }
    }

    pub(super) fn open(&self) -> AccessLog {
        AccessLog::open(self.settings()).unwrap()
    }

    /// Every line of every file, read as JSON after its place in the chain was checked.
    pub(super) fn chain(&self) -> Vec<serde_json::Value> {
        let files = rotated(&self.file).unwrap().into_iter().map(|(_, path)| path).chain([self.file.clone()]);
        let mut chain = Chain::NEW;
        let mut lines = Vec::new();
        for line in
            files.flat_map(|path| fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
        {
            let seal = Seal::read(line.as_bytes()).unwrap();
            assert!(chain.continues_with(seal), "{line}");
            chain = chain.after(line.as_bytes());
            lines.push(serde_json::from_str(&line).unwrap());
        }
        lines
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What cannot be removed lies under /tmp.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// Waits until it holds, at most 10 s.
pub(super) async fn until(holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "not within 10 s");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// A key as `openssl genpkey` writes it.
pub(super) fn made_up_key() -> String {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
    use base64::Engine;
    let random = aws_lc_rs::rand::SystemRandom::new();
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let text = base64::prelude::BASE64_STANDARD.encode(der.as_ref());
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}
