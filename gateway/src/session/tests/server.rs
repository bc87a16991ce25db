//! A real redis-server of our own, on a Unix socket in a directory of its own; it ends with the test.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

static COUNT: AtomicUsize = AtomicUsize::new(0);

pub(crate) struct RedisServer {
    pub(crate) directory: PathBuf,
    options: Vec<String>,
    process: Option<Child>,
}

impl RedisServer {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// With options as they stand on its command line.
    pub(crate) fn start_with(options: &[&str]) -> Self {
        let mut server = Self::absent();
        server.options.extend(options.iter().map(ToString::to_string));
        server.run();
        server
    }

    /// Not started yet.
    pub(crate) fn absent() -> Self {
        let name = format!("sekisho-redis-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(&directory).unwrap();
        Self { directory, options: Vec::new(), process: None }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket())
    }

    pub(crate) fn socket(&self) -> String {
        self.directory.join("redis.sock").display().to_string()
    }

    /// What was written survives the process: the append-only file is written before an answer is.
    pub(crate) fn run(&mut self) {
        let socket = self.socket();
        let directory = self.directory.display().to_string();
        let log = fs::OpenOptions::new().create(true).append(true).open(self.directory.join("log")).unwrap();
        let process = Command::new("redis-server")
            .args(["--port", "0", "--unixsocket", &socket, "--dir", &directory, "--save", "", "--appendonly", "yes"])
            .args(&self.options)
            .stdout(Stdio::from(log))
            .spawn()
            .expect("redis-server is installed");
        self.process = Some(process);
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// SIGSTOP: connections stay, nothing answers.
    pub(crate) fn hang(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let process = self.process.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &process]).status().unwrap().success());
    }

    /// Tells it a command, beside the gateway; returns what it says.
    pub(crate) async fn told(&self, command: &str) -> String {
        let mut words = command.split(' ');
        let mut asked = redis::cmd(words.next().unwrap());
        words.for_each(|word| {
            asked.arg(word);
        });
        let answer: redis::Value = asked.query_async(&mut self.connection().await).await.unwrap();
        format!("{answer:?}")
    }

    /// A connection beside the gateway's.
    pub(crate) async fn connection(&self) -> redis::aio::MultiplexedConnection {
        redis::Client::open(self.url()).unwrap().get_multiplexed_async_connection().await.unwrap()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.directory);
    }
}
