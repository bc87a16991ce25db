//! A real PostgreSQL of this test run's own, in a temporary folder, gone when the run ends.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Debian's programs, and whoever else has them on the path.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin:/usr/lib/postgresql/16/bin:/usr/lib/postgresql/17/bin";

struct Server {
    port: u16,
    folder: PathBuf,
    /// Keeps the server, and waits on its input; when the run ends, that closes.
    _shell: Child,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(1);

/// The URL of a new, empty database.
pub(crate) fn database() -> String {
    let server = SERVER.get_or_init(start);
    let name = format!("registry_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    statement(&format!("postgres://postgres@127.0.0.1:{}/postgres", server.port), &format!("CREATE DATABASE {name}"));
    format!("postgres://postgres@127.0.0.1:{}/{name}", server.port)
}

/// A certificate beside the server: `ca.pem` signed the server's own, which names it `localhost`;
/// `stranger.pem` signed nothing of it.
pub(crate) fn certificate(name: &str) -> PathBuf {
    SERVER.get_or_init(start).folder.join(name)
}

/// Runs SQL behind the writer's back.
pub(crate) fn statement(url: &str, sql: &str) -> String {
    let output = psql(url, sql);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Runs SQL that must be refused; in which words.
pub(crate) fn refused(url: &str, sql: &str) -> String {
    let output = psql(url, sql);
    assert!(!output.status.success(), "{sql} was done");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn psql(url: &str, sql: &str) -> std::process::Output {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Command::new("psql")
        .env("PATH", format!("{PROGRAMS}:{}", path.to_string_lossy()))
        .args([url, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql])
        .output()
        .expect("psql is needed for this test")
}

fn start() -> Server {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = std::env::temp_dir().join(format!("ca-tools-postgres-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if root {
        let id = Command::new("id").args(["-u", "postgres"]).output().unwrap().stdout;
        let id: u32 = String::from_utf8(id).unwrap().trim().parse().expect("a user postgres");
        chown(&folder, Some(id), None).unwrap();
    }
    let mut shell = Command::new("sh")
        .args(["-c", &script(&folder, port, if root { "runuser -u postgres --" } else { "" })])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(shell.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n", "PostgreSQL did not start in {}", folder.display());
    Server { port, folder, _shell: shell }
}

fn script(folder: &Path, port: u16, user: &str) -> String {
    let data = folder.join("data");
    let (folder, data) = (folder.display(), data.display());
    format!(
        "trap '' INT TERM; export PATH={PROGRAMS}:$PATH; cd {folder} || exit 1; \
         key='-newkey ec -pkeyopt ec_paramgen_curve:P-256'; \
         {user} initdb -D {data} -U postgres -A trust -E UTF8 --locale=C >log 2>&1 || exit 1; \
         for ca in ca stranger; do \
           {user} openssl req -x509 $key -noenc -keyout $ca.key -out $ca.pem -subj /CN=$ca -days 2 >>log 2>&1 || exit 1; \
         done; \
         {user} openssl req $key -noenc -keyout server.key -out server.csr -subj /CN=server >>log 2>&1 || exit 1; \
         echo subjectAltName=DNS:localhost >names; \
         {user} openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -days 2 -extfile names -out server.pem >>log 2>&1 || exit 1; \
         {user} pg_ctl -D {data} -w -l {folder}/server.log \
           -o \"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c max_connections=200 \
               -c ssl=on -c ssl_cert_file={folder}/server.pem -c ssl_key_file={folder}/server.key\" start >>log 2>&1 || exit 1; \
         echo ready; cat >/dev/null; {user} pg_ctl -D {data} -m immediate stop >>log 2>&1; cd /; rm -rf {folder}"
    )
}
