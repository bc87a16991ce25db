//! A PostgreSQL of our own: made for this run, on a Unix socket, gone with the process.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// Makes a cluster, runs it until its input ends (also if the test is killed), and clears away.
/// PostgreSQL refuses root, so root runs it as `postgres`.
const SCRIPT: &str = r#"
set -e
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
PATH="$bin:$PATH"
dir=$(mktemp -d /tmp/registry-postgres.XXXXXX)
cd "$dir"
initdb -D data -U postgres -A trust --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null
postgres -D data -k "$dir" -c listen_addresses= -c fsync=off -c max_connections=200 >log 2>&1 &
until pg_isready -q -h "$dir"; do sleep 0.05; done
echo "$dir"
cat >/dev/null
pg_ctl -D data -m immediate -s stop || true
cd /
rm -rf "$dir"
"#;

/// The socket's folder.
pub(crate) fn socket() -> &'static PathBuf {
    static RUNNING: OnceLock<(Child, PathBuf)> = OnceLock::new();
    let (_, socket) = RUNNING.get_or_init(start);
    socket
}

fn start() -> (Child, PathBuf) {
    let root = String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap().trim() == "0";
    let mut command = if root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    let mut child = command
        .args(["-c", SCRIPT])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("PostgreSQL is needed: apt-get install postgresql");
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.trim().is_empty(), "PostgreSQL did not start");
    (child, PathBuf::from(line.trim()))
}
