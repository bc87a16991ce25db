//! A reader under a user of its own, who may write neither file nor folder, reads with no writer running.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use registry::reader::{Reader, Source};
use sqlx::sqlite::SqliteJournalMode;

use crate::written::{Folder, Written, office};

/// The variable by which this program, run again as somebody else, learns what to read.
const PATH: &str = "REGISTRY_TO_READ_AS_ANOTHER_USER";

/// Debian's `nobody`.
const NOBODY: u32 = 65_534;

#[tokio::test]
async fn a_reader_that_may_not_write_reads_with_no_writer_running() {
    #[expect(clippy::disallowed_methods, reason = "not configuration: the way to the test's other process")]
    if let Ok(path) = std::env::var(PATH) {
        return read_as_somebody_else(&path).await;
    }
    for journal in [SqliteJournalMode::Wal, SqliteJournalMode::Delete] {
        let made = Written::file_with(&Folder::new(), "one", journal).await;
        made.change(&office("1272201234")).await;
        let place = Folder::new();
        // Copied while it is open, so that the log of a writer that ended without closing is there too.
        for name in ["registry.db", "registry.db-wal", "registry.db-shm"] {
            if made.folder.join(name).exists() {
                fs::copy(made.folder.join(name), place.join(name)).unwrap();
                fs::set_permissions(place.join(name), Permissions::from_mode(0o444)).unwrap();
            }
        }
        fs::set_permissions(&*place, Permissions::from_mode(0o555)).unwrap();
        // Somebody else may have no way to where this program was built.
        let open = Folder::new();
        let program = open.join("reader");
        fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
        for reached in [&*open, &program] {
            fs::set_permissions(reached, Permissions::from_mode(0o755)).unwrap();
        }
        let mut again = Command::new(&program);
        again
            .args(["--exact", "other_user::a_reader_that_may_not_write_reads_with_no_writer_running", "--nocapture"])
            .env(PATH, place.join("registry.db"))
            .current_dir("/");
        if is_root() {
            again.uid(NOBODY).gid(NOBODY);
        }
        let output = again.output().unwrap();
        fs::set_permissions(&*place, Permissions::from_mode(0o755)).unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && said.contains("read version 1"), "{said}{:?}", output.stderr);
    }
}

async fn read_as_somebody_else(path: &str) {
    assert!(fs::write(Path::new(path).with_extension("probe"), "").is_err(), "the folder can be written");
    let source: Source = format!("sqlite:{path}").parse().unwrap();
    let mut reader = Reader::open(&source).await.unwrap();
    println!("read version {}", reader.whole(0).await.unwrap().0.version());
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0)
}
