//! A real Redis of a test's own, which can be absent, stopped, hung, emptied and started again.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Folder, blocking};

/// A redis-server on a Unix socket in a folder of its own.
#[derive(Debug)]
pub struct Redis {
    options: Vec<String>,
    child: Option<Child>,
    folder: Folder,
}

impl Redis {
    /// One that forgets everything when it stops; returns when it answers.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// As [`Self::start`], with options as they stand on its command line.
    #[must_use]
    pub fn start_with(options: &[&str]) -> Self {
        let mut redis = Self::absent();
        redis.options.extend(options.iter().map(ToString::to_string));
        redis.start_again();
        redis
    }

    /// As [`Self::start_with`]; what was written survives it, since the append-only file is written before an answer is.
    #[must_use]
    pub fn keeping(options: &[&str]) -> Self {
        Self::start_with(&[&["--appendonly", "yes"], options].concat())
    }

    /// Not started yet.
    #[must_use]
    pub fn absent() -> Self {
        Self { options: Vec::new(), child: None, folder: Folder::new("sekisho-redis") }
    }

    /// The URL for a gateway's configuration.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// Where it listens.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.folder.join("redis.sock")
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts it, at first or after [`Self::stop`]; returns when it answers.
    ///
    /// # Panics
    /// It runs already, or does not start.
    pub fn start_again(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let socket = self.socket();
        let _ = std::fs::remove_file(&socket);
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
            .arg(&socket)
            .arg("--dir")
            .arg(&*self.folder)
            .args(&self.options)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        self.child = Some(child);
        blocking::until("redis-server answers", || UnixStream::connect(&socket));
    }

    /// Ends it at once.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Stops it in mid-air: it keeps its connections and answers nothing.
    pub fn hang(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        self.signal("CONT");
    }

    /// Forgets everything.
    pub fn empty(&self) {
        assert_eq!(self.told("FLUSHALL"), "OK");
    }

    /// Tells it a command, beside the gateway, and returns what it says.
    pub fn told(&self, command: &str) -> String {
        let mut connection = self.client().get_connection().unwrap();
        let mut words = command.split(' ');
        let mut asked = redis::cmd(words.next().unwrap());
        words.for_each(|word| {
            asked.arg(word);
        });
        let answer: redis::Value = asked.query(&mut connection).unwrap_or_else(|error| panic!("{command}: {error}"));
        redis::from_redis_value::<String>(answer.clone()).unwrap_or_else(|_| format!("{answer:?}"))
    }

    /// A connection beside the gateway's.
    pub async fn connection(&self) -> redis::aio::MultiplexedConnection {
        self.client().get_multiplexed_async_connection().await.unwrap()
    }

    fn client(&self) -> redis::Client {
        redis::Client::open(self.url()).unwrap()
    }

    fn signal(&self, name: &str) {
        let id = self.child.as_ref().expect("it runs").id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}
