//! A real Redis of a test's own, which can be stopped, hung, emptied and started again.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running redis-server on a Unix socket in `dir`.
#[derive(Debug)]
pub struct Redis {
    dir: PathBuf,
    options: Vec<String>,
    child: Option<Child>,
}

impl Redis {
    /// Starts one and waits until it answers.
    #[must_use]
    pub fn start(dir: &Path) -> Self {
        Self::start_with(dir, &[])
    }

    /// As [`Self::start`], with options as they stand on its command line.
    #[must_use]
    pub fn start_with(dir: &Path, options: &[&str]) -> Self {
        std::fs::create_dir_all(dir).unwrap();
        let options = options.iter().map(ToString::to_string).collect();
        let mut redis = Self { dir: dir.to_owned(), options, child: None };
        redis.start_again();
        redis
    }

    /// The URL for the gateway's configuration.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// Where it listens.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.dir.join("redis.sock")
    }

    /// Starts it again after [`Self::stop`], empty.
    pub fn start_again(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let _ = std::fs::remove_file(self.socket());
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
            .arg(self.socket())
            .args(&self.options)
            .current_dir(&self.dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        self.child = Some(child);
        let deadline = Instant::now() + Duration::from_secs(10);
        while UnixStream::connect(self.socket()).is_err() {
            assert!(Instant::now() < deadline, "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(5));
        }
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
        let mut connection = redis::Client::open(self.url()).unwrap().get_connection().unwrap();
        let mut words = command.split(' ');
        let mut asked = redis::cmd(words.next().unwrap());
        words.for_each(|word| {
            asked.arg(word);
        });
        let answer: redis::Value = asked.query(&mut connection).unwrap_or_else(|error| panic!("{command}: {error}"));
        redis::from_redis_value::<String>(answer.clone()).unwrap_or_else(|_| format!("{answer:?}"))
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
