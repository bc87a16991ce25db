//! A house made with the built program, and one who types commands in it.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use ca_tools::acts::Writer;
use ca_tools::database::Place;
use ca_tools::journal::Files;
use ca_tools::mail::Seal;
use serde_json::Value as Json;

use super::registry_at::Held;

/// A folder with a CA and a registry in it, removed at the end.
pub(crate) struct House {
    pub(crate) folder: PathBuf,
    registry: Place,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl House {
    /// On SQLite.
    pub(crate) fn new() -> Self {
        let folder = folder();
        let registry = Place::File(folder.join("ca/registry.db"));
        Self::made(folder, registry, &[])
    }

    /// On PostgreSQL.
    pub(crate) fn on_postgres() -> Self {
        let url = super::postgres::database();
        Self::made(folder(), Place::Server(url.clone()), &["--registry", &url])
    }

    pub(crate) fn both() -> [Self; 2] {
        [Self::new(), Self::on_postgres()]
    }

    fn made(folder: PathBuf, registry: Place, options: &[&str]) -> Self {
        let house = Self { folder, registry };
        house.secret("pass", "correct horse battery staple\n");
        let told = house.run(&[&["init", "--dir", "ca", "--passphrase-file", "pass"], options].concat());
        assert_eq!(told.code, 0, "{told:?}");
        house
    }

    /// Runs a command line as it is.
    pub(crate) fn run(&self, arguments: &[&str]) -> Told {
        Told::of(self.command(arguments).output().unwrap())
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ca-tools"));
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    /// Runs a command as the operator `setup`, in JSON, answering yes.
    pub(crate) fn tell(&self, line: &str) -> Told {
        let mut arguments = vec!["--config", "ca/ca.toml", "--operator", "setup", "--json", "--yes"];
        arguments.extend(line.split_whitespace());
        self.run(&arguments)
    }

    /// As [`Self::tell`], as another operator.
    pub(crate) fn tell_as(&self, operator: &str, line: &str) -> Told {
        let mut arguments = vec!["--config", "ca/ca.toml", "--operator", operator, "--json", "--yes"];
        arguments.extend(line.split_whitespace());
        self.run(&arguments)
    }

    /// As [`Self::tell`], so many days from now: its clock is moved by Debian's faketime.
    pub(crate) fn later(&self, days: u32, line: &str) -> Told {
        let mut arguments = vec!["--config", "ca/ca.toml", "--operator", "setup", "--json", "--yes"];
        arguments.extend(line.split_whitespace());
        self.run_later(days, &arguments)
    }

    /// Runs a command line as it is, so many days from now.
    pub(crate) fn run_later(&self, days: u32, arguments: &[&str]) -> Told {
        let moved = format!("+{days}d");
        let mut command = Command::new("faketime");
        command.args(["-f", &moved, env!("CARGO_BIN_EXE_ca-tools")]).args(arguments);
        // Waiting goes by the other clock, which stays as it is.
        command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").current_dir(&self.folder).stdin(Stdio::null());
        Told::of(command.output().unwrap_or_else(|why| panic!("faketime is needed for this test: {why}")))
    }

    /// The same, which must be done.
    pub(crate) fn done(&self, line: &str) -> Json {
        let told = self.tell(line);
        assert_eq!(told.code, 0, "{line}\n{told:?}");
        told.json()
    }

    /// An office, its person `k.sato`, an approved device; `DEV-000001`.
    pub(crate) fn furnished() -> Self {
        Self::new().furnish()
    }

    pub(crate) fn furnish(self) -> Self {
        self.done("office register 1272200001 --name ひだまり --application A-1");
        self.done("user add --office 1272200001 --name 佐藤 --profession 看護師 --id k.sato --application A-2");
        self.device();
        self
    }

    /// One more approved device.
    pub(crate) fn device(&self) -> String {
        let applied = self.done(
            "device apply --office 1272200001 --label タブレット --os windows --ownership office --application A-3",
        );
        let device = applied["device"].as_str().unwrap().to_owned();
        self.done(&format!("device inspect {device} --result pass"));
        self.done(&format!("device approve {device}"));
        device
    }

    pub(crate) async fn writer(&self) -> Writer {
        let journal = Files::in_folder(&self.folder.join("ca"));
        Writer::open(&self.registry, &journal).await.unwrap().sealing(self.seal())
    }

    /// With the key of this house's letters.
    pub(crate) fn seal(&self) -> Seal {
        Seal::in_directory(&self.folder.join("ca"))
    }

    /// Another one on the same kind of database.
    pub(crate) fn alike(&self) -> Self {
        match self.registry {
            Place::File(_) => Self::new(),
            Place::Server(_) => Self::on_postgres(),
        }
    }

    /// The URL of its PostgreSQL.
    pub(crate) fn url(&self) -> String {
        self.registry.to_string()
    }

    /// Holds the registry as another program would that is in the middle of a change.
    pub(crate) async fn hold(&self) -> Held {
        Held::hold(&self.registry).await
    }

    /// Runs SQL behind the writer's back.
    pub(crate) fn meddle(&self, sql: &str) {
        match &self.registry {
            Place::Server(url) => drop(super::postgres::statement(url, sql)),
            Place::File(path) => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
                    sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
                });
            }
        }
    }

    /// Asks the registry behind the writer's back: the first column, a row a line.
    pub(crate) fn ask(&self, sql: &str) -> String {
        match &self.registry {
            Place::Server(url) => super::postgres::statement(url, sql),
            Place::File(path) => std::thread::scope(|scope| {
                // A test may be waiting in a runtime of its own.
                let asked = scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    runtime.block_on(async {
                        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                        let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
                        let question = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()));
                        let rows: Vec<String> = question.fetch_all(&mut connection).await.unwrap();
                        rows.join("\n")
                    })
                });
                asked.join().unwrap()
            }),
        }
    }

    /// The registry is gone.
    pub(crate) fn forget(&self) {
        match &self.registry {
            Place::Server(url) => {
                drop(super::postgres::statement(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public"));
            }
            Place::File(path) => {
                for suffix in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
                }
            }
        }
    }

    pub(crate) fn put_back(&self, file: &str) {
        self.forget();
        self.done(&format!("restore {file} --why 試験"));
    }

    /// Takes the CA's files and the backup `whole` of another house.
    pub(crate) fn take_over(&self, other: &Self) {
        let authority = ["root.pem", "issuing.pem", "issuing.key", "signing.pem", "signing.key"];
        let lists = ["root.crl", "root.crl.pem", "issuing.crl", "issuing.crl.pem", "all.crl.pem"];
        let names = authority.into_iter().chain(lists).chain(["journal.key", "journal.pub", "journal.log"]);
        for name in names.map(|name| format!("ca/{name}")).chain(["whole".to_owned()]) {
            std::fs::copy(other.folder.join(&name), self.folder.join(&name)).unwrap();
        }
    }

    /// A file of mode 0600.
    pub(crate) fn secret(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Told {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|why| panic!("{why}: {self:?}"))
    }
}

pub(crate) fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("ca-tools-house-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl House {
    /// Files of this house that hold a private key in clear, but for the journal's, which signs with nobody there.
    pub(crate) fn keys_in_sight(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.file_name().is_some_and(|name| name != "journal.key")
                    && let Ok(text) = std::fs::read(&path)
                    && String::from_utf8_lossy(&text).contains("BEGIN PRIVATE KEY")
                {
                    found.push(path.display().to_string());
                }
            }
        }
        found
    }

    /// base64url SHA-256 of the certificate in `DEVICE.pem` (RFC 8705 `x5t#S256`).
    pub(crate) fn thumbprint(&self, device: &str) -> String {
        use base64::Engine;
        self.program("openssl", &format!("x509 -in {device}.pem -outform DER -out {device}.der"));
        let der = std::fs::read(self.folder.join(format!("{device}.der"))).unwrap();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &der);
        base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(digest)
    }

    /// Runs a program that nobody here wrote, which must succeed; what it printed.
    pub(crate) fn program(&self, name: &str, line: &str) -> String {
        let output = Command::new(name)
            .args(line.split(' '))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|why| panic!("{name} is needed for this test: {why}"));
        let told = Told::of(output);
        assert_eq!(told.code, 0, "{name} {line}: {told:?}");
        told.out
    }
}

impl House {
    /// The one value of a question asked behind the writer's back.
    pub(crate) fn answer(&self, sql: &str) -> String {
        match &self.registry {
            Place::Server(url) => super::postgres::statement(url, sql),
            Place::File(path) => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
                    let text = format!("SELECT CAST(({sql}) AS TEXT)");
                    sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(&mut connection).await.unwrap()
                })
            }
        }
    }
}

impl House {
    /// [`Self::answer`] from inside a running runtime.
    pub(crate) fn answer_apart(&self, sql: &str) -> String {
        std::thread::scope(|scope| scope.spawn(|| self.answer(sql)).join().unwrap())
    }
}
