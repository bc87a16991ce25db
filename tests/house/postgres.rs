//! A real PostgreSQL of a test's own, on a Unix socket in its directory.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A running cluster.
#[derive(Debug)]
pub struct Postgres {
    dir: PathBuf,
}

impl Postgres {
    /// Makes a cluster in `dir` and starts it.
    #[must_use]
    pub fn start(dir: &Path) -> Self {
        let dir = dir.join("postgres");
        std::fs::create_dir(&dir).unwrap();
        let postgres = Self { dir };
        if is_root() {
            run(Command::new("chmod").arg("755").arg(postgres.dir.parent().unwrap()));
            run(Command::new("chown").arg("postgres").arg(&postgres.dir));
        }
        let data = postgres.dir.join("data");
        run(as_postgres(&tool("initdb")).args(["--auth=trust", "--no-sync", "-U", "sekisho", "-D"]).arg(&data));
        postgres.start_again();
        run(as_postgres(&tool("createdb")).args(["-U", "sekisho", "-h"]).arg(&postgres.dir).arg("registry"));
        postgres
    }

    /// Starts it, at first or after [`Self::stop`], with all it had.
    pub fn start_again(&self) {
        let options = format!("-F -k {} -c listen_addresses=''", self.dir.display());
        run(as_postgres(&tool("pg_ctl"))
            .args(["-w", "-s", "-o", &options, "-D"])
            .arg(self.dir.join("data"))
            .arg("-l")
            .arg(self.dir.join("log"))
            .arg("start"));
    }

    /// Ends it at once, as a crash would.
    pub fn stop(&self) {
        run(as_postgres(&tool("pg_ctl")).args(["-m", "immediate", "-s", "-D"]).arg(self.dir.join("data")).arg("stop"));
    }

    /// A backup of its database, as an operator makes one.
    #[must_use]
    pub fn dump(&self) -> Vec<u8> {
        let output = Command::new(tool("pg_dump"))
            .args(["--no-owner", "-U", "sekisho", "-h"])
            .arg(&self.dir)
            .arg("registry")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Puts a backup in the place of what is there, at once.
    pub fn put_back(&self, dump: &[u8]) {
        let mut psql = Command::new(tool("psql"));
        psql.args(["-q", "-1", "-v", "ON_ERROR_STOP=1", "-U", "sekisho", "-h"]).arg(&self.dir).arg("registry");
        let mut psql = psql.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut told = psql.stdin.take().unwrap();
        told.write_all(b"DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n").unwrap();
        told.write_all(dump).unwrap();
        drop(told);
        assert!(psql.wait().unwrap().success(), "the backup was not put back");
    }

    /// The URL of its database.
    #[must_use]
    pub fn url(&self) -> String {
        let host = self.dir.display().to_string().replace('/', "%2F");
        format!("postgres://sekisho@{host}/registry")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = as_postgres(&tool("pg_ctl"));
        let _ = stop.args(["-m", "immediate", "-s", "-D"]).arg(self.dir.join("data")).arg("stop").status();
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

/// Debian keeps the server's programs by version, off the path.
fn tool(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("postgresql is installed");
    let newest = versions.map(|entry| entry.unwrap().path()).max().expect("postgresql is installed");
    newest.join("bin").join(name)
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: &Path) -> Command {
    let mut command = if is_root() { Command::new("runuser") } else { Command::new(program) };
    if is_root() {
        command.args(["-u", "postgres", "--"]).arg(program);
    }
    // That user may have no way to where we are.
    command.current_dir("/");
    command
}

fn run(command: &mut Command) {
    let output = command.current_dir("/").output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
