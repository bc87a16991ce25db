//! Proof that the registry holds the intent to sign.

use certs::Serial;

/// What the registry's writer gives once the intent is committed: for one certificate, used up by
/// [`super::Prepared::recorded`]. Only the writer makes one, as a test says.
#[must_use]
#[derive(Debug)]
pub struct IntentReceipt {
    serial: Serial,
    to_be_signed: String,
}

impl IntentReceipt {
    /// The intent to sign a certificate of this serial, whose `TBSCertificate` has this SHA-256 (64
    /// hex digits), is committed.
    pub(crate) fn of_committed(serial: Serial, to_be_signed: &str) -> Self {
        Self { serial, to_be_signed: to_be_signed.to_owned() }
    }

    pub(super) fn is_for(&self, serial: Serial, to_be_signed: &str) -> bool {
        self.serial == serial && self.to_be_signed == to_be_signed
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else {
                found.push(path);
            }
        }
    }

    #[test]
    fn only_the_writer_of_the_registry_gives_receipts() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = Vec::new();
        sources(&folder, &mut files);
        // Spelled in two parts, so that this line does not find itself.
        let maker = concat!("IntentReceipt::", "of_committed");
        let makers = files.iter().filter(|file| std::fs::read_to_string(file).unwrap().contains(maker));
        let names = makers.map(|file| file.strip_prefix(&folder).unwrap().to_string_lossy().into_owned());
        let known = ["acts/many.rs", "acts/written.rs", "sign/test_support.rs"];
        let strangers: Vec<String> = names.filter(|name| !known.contains(&name.as_str())).collect();
        assert_eq!(strangers, [""; 0]);
    }
}
