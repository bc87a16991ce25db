//! A real mail server (aiosmtpd) that keeps what it is given.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Folder, blocking, free_port};

/// How the way to the server is closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Closed {
    /// Not at all.
    Clear,
    /// By STARTTLS, for who logs in.
    StartTls,
    /// By TLS from the beginning, for who logs in.
    Smtps,
    /// Open, and of before EHLO.
    Old,
    /// Open, and one connection at a time.
    Single,
}

/// The server; it can be away and come back at the same port. How addresses steer it, `mail.py` says.
#[derive(Debug)]
pub struct MailServer {
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    arguments: Vec<String>,
    program: Option<Child>,
    kept: Folder,
}

impl MailServer {
    /// One that is not there yet. Where its way is closed by TLS, `mail-ca.pem` comes to lie in this folder, and `other.pem`,
    /// which is another host's.
    #[must_use]
    pub fn away(closed: Closed, folder: &Path) -> Self {
        let word = match closed {
            Closed::Clear => "clear",
            Closed::StartTls => "starttls",
            Closed::Smtps => "smtps",
            Closed::Old => "old",
            Closed::Single => "single",
        };
        let mut arguments = vec![word.to_owned()];
        if matches!(closed, Closed::StartTls | Closed::Smtps) {
            certificates(folder);
            arguments.extend(["mail.pem", "mail.key"].map(|name| folder.join(name).display().to_string()));
            arguments.push("login".to_owned());
        }
        Self { port: free_port(), arguments, program: None, kept: Folder::new("sekisho-mail") }
    }

    /// It comes, at first or again.
    pub fn come(&mut self) {
        // Debian's own Python, for which the package is; another may come first in the search path.
        let mut program = Command::new("/usr/bin/python3")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("mail.py"))
            .arg(&*self.kept)
            .arg(self.port.to_string())
            .args(&self.arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n", "python3-aiosmtpd is needed for this test");
        self.program = Some(program);
    }

    /// It goes away.
    pub fn go(&mut self) {
        if let Some(mut program) = self.program.take() {
            let _ = program.kill();
            let _ = program.wait();
        }
    }

    /// Everything it was given, as it came.
    #[must_use]
    pub fn kept(&self) -> Vec<String> {
        self.files().into_iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    /// The files of everything it was given.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        letters_in(&self.kept)
    }

    /// Every address that was named to it, in order.
    #[must_use]
    pub fn named(&self) -> Vec<String> {
        let named = std::fs::read_to_string(self.kept.join(".named")).unwrap_or_default();
        named.lines().map(str::to_owned).collect()
    }

    /// Waits until it has been given so many.
    pub fn keeps(&self, count: usize) -> Vec<String> {
        blocking::until("letters at the server", || Some(self.kept()).filter(|kept| kept.len() >= count))
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.go();
    }
}

/// A message's header field as it stands.
#[must_use]
pub fn header<'a>(message: &'a str, name: &str) -> &'a str {
    let head = message.split("\r\n\r\n").next().unwrap();
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}

/// Files that are complete, in order.
#[must_use]
pub fn letters_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.')).collect();
    paths.sort();
    paths
}

/// A CA, a certificate of it for 127.0.0.1, and one for another host.
fn certificates(folder: &Path) {
    let openssl = |line: &str| {
        let output = Command::new("openssl").args(line.split(' ')).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc";
    openssl(&format!("req -x509 {key} -keyout mail-ca.key -out mail-ca.pem -subj /CN=ca -days 2"));
    for (name, host) in [("mail", "IP:127.0.0.1"), ("other", "DNS:other.example")] {
        openssl(&format!("req {key} -keyout {name}.key -out {name}.csr -subj /CN=mail"));
        std::fs::write(folder.join("names"), format!("subjectAltName={host}\n")).unwrap();
        let signed = "-CA mail-ca.pem -CAkey mail-ca.key -days 2 -extfile names";
        openssl(&format!("x509 -req -in {name}.csr {signed} -out {name}.pem"));
    }
}
