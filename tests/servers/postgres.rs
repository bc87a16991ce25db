//! A real PostgreSQL, a test's own or one that all tests of a run share, gone when the run ends.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::free_port;

/// A running cluster.
#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    /// Where it listens by TLS; `None` on its socket alone.
    port: Option<u16>,
    next: AtomicU32,
    keeper: Child,
    /// Closed, it ends.
    kept: Option<ChildStdin>,
}

impl Postgres {
    /// One of a test's own, on a Unix socket.
    #[must_use]
    pub fn start() -> Self {
        Self::started(None)
    }

    /// The one that all tests of this run share, on a Unix socket.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// The one that all tests of this run share, on a port of 127.0.0.1, with and without TLS.
    pub fn shared_by_tls() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| Self::started(Some(free_port())))
    }

    fn started(port: Option<u16>) -> Self {
        let script = include_str!("postgres.sh");
        let mut command = as_postgres(Path::new("sh"));
        command.args(["-c", script]).env("BIN", programs()).env_remove("PORT");
        if let Some(port) = port {
            command.env("PORT", port.to_string());
        }
        let mut keeper = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.trim().is_empty(), "PostgreSQL did not start");
        let kept = keeper.stdin.take();
        Self { folder: line.trim().into(), port, next: AtomicU32::new(1), keeper, kept }
    }

    /// The folder of its socket and its certificates.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A certificate beside one that listens by TLS: `ca.pem` signed its own, which names it `localhost`; `stranger.pem`
    /// signed nothing of it.
    #[must_use]
    pub fn certificate(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The URL of this database of its.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let host = match self.port {
            Some(port) => format!("127.0.0.1:{port}"),
            None => self.folder.display().to_string().replace('/', "%2F"),
        };
        format!("postgres://postgres@{host}/{database}")
    }

    /// The URL of a new, empty database.
    #[must_use]
    pub fn database(&self) -> String {
        let name = format!("registry_{}", self.next.fetch_add(1, Ordering::Relaxed));
        statement(&self.url("postgres"), &format!("CREATE DATABASE {name}"));
        self.url(&name)
    }

    /// Starts it after [`Self::stop`], with all it had.
    pub fn start_again(&self) {
        self.control(&["-w", "-l", "server.log", "start"]);
    }

    /// Ends it at once, as a crash would.
    pub fn stop(&self) {
        self.control(&["-m", "immediate", "stop"]);
    }

    fn control(&self, arguments: &[&str]) {
        let mut command = as_postgres(&programs().join("pg_ctl"));
        let output = command.args(["-s", "-D", "data"]).args(arguments).current_dir(&self.folder).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.kept.take());
        let _ = self.keeper.wait();
    }
}

/// Runs SQL beside whoever works on the database; what it printed.
pub fn statement(url: &str, sql: &str) -> String {
    let output = psql(url, sql);
    assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Runs SQL that must be refused; in which words.
pub fn refused(url: &str, sql: &str) -> String {
    let output = psql(url, sql);
    assert!(!output.status.success(), "{sql} was done");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn psql(url: &str, sql: &str) -> Output {
    let mut command = Command::new(programs().join("psql"));
    command.args([url, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql]).output().expect("psql is installed")
}

/// A backup of a database, as an operator makes one.
#[must_use]
pub fn dump(url: &str) -> Vec<u8> {
    let output = Command::new(programs().join("pg_dump")).args(["--no-owner", url]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Puts a backup in the place of what is there, at once.
pub fn put_back(url: &str, dump: &[u8]) {
    let mut psql = Command::new(programs().join("psql"));
    psql.args(["-q", "-1", "-v", "ON_ERROR_STOP=1", url]);
    let mut psql = psql.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut told = psql.stdin.take().unwrap();
    told.write_all(b"DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n").unwrap();
    told.write_all(dump).unwrap();
    drop(told);
    assert!(psql.wait().unwrap().success(), "the backup was not put back");
}

/// Debian keeps the server's programs by version, off the path; the newest are taken.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("postgresql is installed");
    let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest = versions.map(|entry| entry.unwrap().path()).max_by_key(number).expect("postgresql is installed");
    newest.join("bin")
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: &Path) -> Command {
    let root = std::fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    let mut command = if root { Command::new("runuser") } else { Command::new(program) };
    if root {
        command.args(["-u", "postgres", "--"]).arg(program);
    }
    // That user may have no way to where we are.
    command.current_dir("/");
    command
}
