//! The gateway as a process of its own, which can be killed, or run short of disk.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use crate::{House, Opening, SOON, until};

/// A running gateway, beside the one in the test's own process; with log and state of its own.
#[derive(Debug)]
pub struct Program {
    dir: PathBuf,
    child: Child,
    addresses: Vec<SocketAddr>,
    /// What it has said before it listened.
    before: Vec<String>,
    said: Receiver<String>,
}

impl Program {
    /// Starts the program at `path` in this house and waits until its doors are open.
    #[must_use]
    pub fn start(house: &House, path: &str) -> Self {
        Self::start_with(house, path, &[])
    }

    /// As [`Self::start`], with more arguments.
    #[must_use]
    pub fn start_with(house: &House, path: &str, arguments: &[&str]) -> Self {
        Self::started(house, Command::new(path), arguments)
    }

    /// As [`Self::start`]; no file it writes grows past so many octets: then writing fails, as on a full disk.
    #[must_use]
    pub fn start_short(house: &House, path: &str, octets: u64) -> Self {
        // The shell ignores the signal of the limit, and so does what it becomes: writes fail instead.
        let mut command = Command::new("prlimit");
        command.arg(format!("--fsize={octets}:unlimited"));
        command.args(["bash", "-c", "trap '' XFSZ; exec \"$0\" \"$@\"", path]);
        Self::started(house, command, &[])
    }

    /// As [`Self::start`]; it may open so many descriptors and no more.
    #[must_use]
    pub fn start_narrow(house: &House, path: &str, descriptors: usize) -> Self {
        let mut command = Command::new("prlimit");
        command.arg(format!("--nofile={descriptors}:{descriptors}")).arg(path);
        Self::started(house, command, &[])
    }

    fn started(house: &House, mut command: Command, arguments: &[&str]) -> Self {
        let dir = house.dir.join("program");
        std::fs::create_dir_all(&dir).unwrap();
        let mut configuration = house.configuration.clone();
        for name in ["access.log", "checkpoints.log", "gateway.state"] {
            let (from, to) = (house.dir.join(name), dir.join(name));
            configuration = configuration.replace(&*from.to_string_lossy(), &to.to_string_lossy());
        }
        let file = dir.join("gateway.toml");
        std::fs::write(&file, configuration).unwrap();
        let mut child = command
            .args(["run", "--config"])
            .arg(&file)
            .args(arguments)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, said) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _nobody_listens = sender.send(line);
            }
        });
        let mut before = Vec::new();
        let addresses = loop {
            let line = said.recv_timeout(SOON).expect("it listens");
            let addresses = line.split_once("listening").and_then(|_| line.split_once("addresses")?.1.split_once('['));
            let found = addresses.and_then(|(_, rest)| rest.split_once(']')).map(|(addresses, _)| {
                addresses.split(", ").map(|address| address.parse().unwrap()).collect::<Vec<SocketAddr>>()
            });
            before.push(line);
            if let Some(addresses) = found {
                break addresses;
            }
        };
        Self { dir, child, addresses, before, said }
    }

    /// Waits until it says that it is ready.
    pub async fn ready(&self) {
        let operations = *self.addresses.last().unwrap();
        until("the program is ready", async || crate::operations(operations, "/readyz").await.0 == 200).await;
    }

    /// The next line on its standard error stream for which `wanted` holds.
    ///
    /// # Panics
    /// It was not said in time.
    #[must_use]
    pub fn says(&self, wanted: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + SOON;
        let mut others = Vec::new();
        loop {
            match self.said.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) if wanted(&line) => return line,
                Ok(line) => others.push(line),
                Err(error) => panic!("it was not said ({error}), but {others:#?}"),
            }
        }
    }

    /// As [`Self::end`]; everything it said.
    #[must_use]
    pub fn end_and_tell(mut self) -> Vec<String> {
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success());
        std::mem::take(&mut self.before).into_iter().chain(self.said.iter()).collect()
    }

    /// How to come to its service site.
    #[must_use]
    pub fn opening(&self, opening: Opening) -> Opening {
        Opening { address: self.addresses[0], ..opening }
    }

    /// Its operations listener.
    #[must_use]
    pub fn ops_address(&self) -> SocketAddr {
        *self.addresses.last().unwrap()
    }

    /// Tells it to read its configuration again (SIGHUP).
    pub fn hang_up(&self) {
        self.signal("HUP");
    }

    /// The most memory it has held so far, in octets (`VmHWM`).
    #[must_use]
    pub fn most_memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
    }

    /// Its access log.
    #[must_use]
    pub fn access_log(&self) -> PathBuf {
        self.dir.join("access.log")
    }

    /// `kill -9`.
    pub fn kill(&self) {
        self.signal("KILL");
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Gives it all the disk there is.
    pub fn free_disk(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("prlimit").args(["--fsize=unlimited", "--pid", &id]).status().unwrap().success());
    }

    /// SIGTERM, and waits until it has ended in order.
    pub fn end(mut self) {
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success());
    }

    /// What `gateway log verify` says of its log: whether it is sound, and the words.
    #[must_use]
    pub fn verify(house: &House, path: &str) -> (bool, String) {
        let dir = house.dir.join("program");
        let output = Command::new(Path::new(path))
            .args(["log", "verify"])
            .arg(dir.join("access.log"))
            .arg("--checkpoints")
            .arg(dir.join("checkpoints.log"))
            .output()
            .unwrap();
        let words = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&words).into_owned())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
