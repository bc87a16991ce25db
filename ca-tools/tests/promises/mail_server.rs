//! A real mail server (aiosmtpd) that keeps what it is given, and a desk that sends to it.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::house::{House, folder};

/// How the way to the server is closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Closed {
    Clear,
    StartTls,
    Smtps,
    /// Open, and of before EHLO.
    Old,
    /// Open, and one connection at a time.
    Single,
}

/// The server; it can be away and come back at the same port.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    kept: PathBuf,
    arguments: Vec<String>,
    program: Option<Child>,
}

impl MailServer {
    /// One that is not there yet.
    pub(crate) fn away(closed: Closed, house: &House) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let word = match closed {
            Closed::Clear => "clear",
            Closed::StartTls => "starttls",
            Closed::Smtps => "smtps",
            Closed::Old => "old",
            Closed::Single => "single",
        };
        let mut arguments = vec![word.to_owned()];
        if matches!(closed, Closed::StartTls | Closed::Smtps) {
            certificates(house);
            arguments.extend(["mail.pem", "mail.key"].map(|name| house.folder.join(name).display().to_string()));
            arguments.push("login".to_owned());
        }
        Self { port, kept: folder(), arguments, program: None }
    }

    pub(crate) fn come(&mut self) {
        // Debian's own Python, for which the package is; another may come first in the search path.
        let mut program = Command::new("/usr/bin/python3")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promises/mail_server.py"))
            .arg(&self.kept)
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

    pub(crate) fn go(&mut self) {
        if let Some(mut program) = self.program.take() {
            let _ = program.kill();
            let _ = program.wait();
        }
    }

    /// Everything it was given, as it came.
    pub(crate) fn kept(&self) -> Vec<String> {
        letters_in(&self.kept).into_iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    /// The files of everything it was given.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        letters_in(&self.kept)
    }

    /// Every address that was named to it, in order.
    pub(crate) fn named(&self) -> Vec<String> {
        let named = std::fs::read_to_string(self.kept.join(".named")).unwrap_or_default();
        named.lines().map(str::to_owned).collect()
    }

    /// Waits until it has been given so many.
    pub(crate) fn keeps(&self, count: usize) -> Vec<String> {
        until("letters at the server", || Some(self.kept()).filter(|kept| kept.len() >= count))
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.go();
        let _ = std::fs::remove_dir_all(&self.kept);
    }
}

/// A message's header field as it stands.
pub(crate) fn header<'a>(message: &'a str, name: &str) -> &'a str {
    let head = message.split("\r\n\r\n").next().unwrap();
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}

/// Files that are complete, in order.
pub(crate) fn letters_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.')).collect();
    paths.sort();
    paths
}

/// Waits for what must come; a minute is far more than it takes.
pub(crate) fn until<T>(what: &str, found: impl FnMut() -> Option<T>) -> T {
    within(Duration::from_secs(60), what, found)
}

/// Waits for what must come in this time.
pub(crate) fn within<T>(time: Duration, what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + time;
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A CA, a certificate of it for 127.0.0.1, and one for another host.
fn certificates(house: &House) {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc";
    house.program("openssl", &format!("req -x509 {key} -keyout mail-ca.key -out mail-ca.pem -subj /CN=ca -days 2"));
    for (name, host) in [("mail", "IP:127.0.0.1"), ("other", "DNS:other.example")] {
        house.program("openssl", &format!("req {key} -keyout {name}.key -out {name}.csr -subj /CN=mail"));
        std::fs::write(house.folder.join("names"), format!("subjectAltName={host}\n")).unwrap();
        house.program(
            "openssl",
            &format!(
                "x509 -req -in {name}.csr -CA mail-ca.pem -CAkey mail-ca.key -days 2 -extfile names -out {name}.pem"
            ),
        );
    }
}

/// A desk that is open; killed at the end.
pub(crate) struct Serving {
    program: Child,
}

impl House {
    /// Adds a section to the configuration.
    pub(crate) fn configure(&self, section: &str) {
        let path = self.folder.join("ca/ca.toml");
        let before = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, format!("{before}\n{section}\n")).unwrap();
    }

    /// Lets the desk send through this server.
    pub(crate) fn send_through(&self, server: &MailServer, closed: Closed) {
        let login = "user = \"kashiwani\"\npassword_file = \"../mail-password\"\nca = \"../mail-ca.pem\"";
        self.secret("mail-password", "mail password\n");
        let port = server.port;
        self.configure(&match closed {
            Closed::Clear | Closed::Old | Closed::Single => {
                format!("[mail]\nsmtp = \"smtp://127.0.0.1:{port}?tls=none\"")
            }
            Closed::StartTls => format!("[mail]\nsmtp = \"smtp://127.0.0.1:{port}\"\n{login}"),
            Closed::Smtps => format!("[mail]\nsmtp = \"smtps://127.0.0.1:{port}\"\n{login}"),
        });
    }

    /// Opens a desk at this socket.
    pub(crate) fn serve(&self, socket: &str) -> Serving {
        let config = std::fs::read_to_string(self.folder.join("ca/ca.toml")).unwrap();
        if !config.contains("\n[desk]\n") {
            std::fs::write(self.folder.join("jwks.json"), "{\"keys\":[]}").unwrap();
            self.configure("[desk]\njwks_file = \"../jwks.json\"\nissuer = \"https://gate\"");
        }
        let program = self.command(&["--config", "ca/ca.toml", "serve", "--socket", socket]).spawn().unwrap();
        let serving = Serving { program };
        let at = self.folder.join(socket);
        until("the desk to open", || std::os::unix::net::UnixStream::connect(&at).ok());
        serving
    }
}

impl Serving {
    /// Kills it as a power cut would.
    pub(crate) fn kill(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}
