//! How long does a third device stay connected once it is suspended?
//!
//! Timed from two points: the start of the command, as the operator feels it, and the commit of the change. The commit is
//! seen from outside: a new count in the registry's WAL index (its header's `iChange`,
//! <https://sqlite.org/walformat.html> §2.1) once the command has written its pages. The desk writes to the registry too; a
//! commit of its own does not count. From its learning of the change the gateway counts itself (`gateway_cut_seconds`).

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use crate::dial::{Dialer, Speech};
use crate::environment::{Environment, told};

/// A device that is still connected after this was not cut.
const LONGEST: Duration = Duration::from_secs(10);
/// A device that was put into service again is refused no longer than this.
const FORGOTTEN: Duration = Duration::from_secs(3);
/// Between two looks at the WAL index.
const LOOK: Duration = Duration::from_micros(300);
/// How often a command is tried that only puts things back.
const TRIES: usize = 5;

/// One suspension, in milliseconds.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Cut {
    /// From the start of the command to the socket's end; none: not within ten seconds.
    pub(crate) from_command: Option<f64>,
    /// From the commit to the socket's end; none also where the commit was not seen.
    pub(crate) from_commit: Option<f64>,
    /// Until the command had ended, with or without the gateway's word that it is done.
    pub(crate) receipt: f64,
    /// The third device could not connect in the first place, or was disconnected before it was suspended.
    pub(crate) kept_out: bool,
    /// The command did not suspend it, in its own words.
    pub(crate) not_done: Option<String>,
}

/// Suspends the third device while it is connected, times its end, and puts it into service again.
pub(crate) async fn time(env: &Environment, connection: io::Result<Connected>) -> io::Result<Cut> {
    let Ok(Connected(mut connection)) = connection else {
        return Ok(Cut { kept_out: true, ..Cut::default() });
    };
    let ended = tokio::spawn(async move {
        let mut octets = [0; 1024];
        while matches!(connection.read(&mut octets).await, Ok(1..)) {}
        Instant::now()
    });
    let over = Arc::new(AtomicBool::new(false));
    let begun = Instant::now();
    let suspending = command(env, "suspend", &third_device(env)?)?.spawn()?;
    let commit = Watch::of(env, suspending.id()).map(|watch| {
        let over = Arc::clone(&over);
        std::thread::spawn(move || watch.commit(&over))
    });
    let suspended = done(suspending).await;
    let receipt = milliseconds(begun.elapsed());
    let ended = timeout(LONGEST, ended).await.ok().and_then(Result::ok);
    over.store(true, Relaxed);
    let commit = commit.and_then(|watching| watching.join().ok()).flatten();
    match &suspended {
        Ok(()) => resumed(env).await?,
        // Whether it is suspended now nobody can say.
        Err(_) => drop(of_device(env, "resume", &third_device(env)?).await),
    }
    if ended.is_some_and(|ended| ended < begun) {
        return Ok(Cut { kept_out: true, ..Cut::default() });
    }
    let since = |begun: Instant| ended.map(|ended| milliseconds(ended.saturating_duration_since(begun)));
    let not_done = suspended.err().map(|error| error.to_string());
    Ok(Cut { from_command: since(begun), from_commit: commit.and_then(since), receipt, kept_out: false, not_done })
}

/// A connection on which one request was answered as it should be. One that was never let in need not be cut.
#[derive(Debug)]
pub(crate) struct Connected(TlsStream<TcpStream>);

impl Connected {
    /// Opens one, once a suspension that was lifted is forgotten.
    pub(crate) async fn open(third: &Dialer) -> io::Result<Self> {
        let begun = Instant::now();
        loop {
            let mut connection = third.tls(Speech::H1).await?;
            let request = format!("GET /.gateway/check HTTP/1.1\r\nhost: {}\r\n\r\n", third.authority());
            connection.write_all(request.as_bytes()).await?;
            let mut octets = [0; 4096];
            let answered = timeout(LONGEST, connection.read(&mut octets)).await??;
            // The rest of the page.
            tokio::time::sleep(Duration::from_millis(100)).await;
            let answer = &octets[..answered];
            if answer.starts_with(b"HTTP/1.1 200") {
                return Ok(Self(connection));
            }
            if !answer.starts_with(b"HTTP/1.1 403") || begun.elapsed() > FORGOTTEN {
                return Err(told("was not let in"));
            }
        }
    }
}

/// The third device is in service again, or nothing more can be measured.
async fn resumed(env: &Environment) -> io::Result<()> {
    let device = third_device(env)?;
    for _ in 1..TRIES {
        if of_device(env, "resume", &device).await.is_ok() {
            return Ok(());
        }
    }
    of_device(env, "resume", &device).await
}

/// Suspends or resumes this device.
pub(crate) async fn of_device(env: &Environment, what: &str, device: &str) -> io::Result<()> {
    done(command(env, what, device)?.spawn()?).await
}

/// The command that the quickstart names.
fn command(env: &Environment, what: &str, device: &str) -> io::Result<Command> {
    let mut words = env.value("CA_TOOLS")?.split_whitespace();
    let mut command = Command::new(words.next().ok_or_else(|| told("CA_TOOLS is empty"))?);
    command.args(words).args(["device", what, device]).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(command)
}

async fn done(command: Child) -> io::Result<()> {
    let ended = timeout(Duration::from_secs(60), command.wait_with_output()).await??;
    if ended.status.success() {
        return Ok(());
    }
    Err(told(format!("ca-tools: {}", String::from_utf8_lossy(&ended.stderr).trim())))
}

/// The files of a device's certificate are called as the device is.
fn third_device(env: &Environment) -> io::Result<String> {
    let file = env.path("OPERATOR_CERT")?;
    let device = file.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
    device.ok_or_else(|| told(format!("{}: names no device", file.display())))
}

/// Looks for the commit of one process.
struct Watch {
    index: File,
    writer: PathBuf,
}

impl Watch {
    /// None where the registry is no SQLite file, or the process is gone already.
    fn of(env: &Environment, process: Option<u32>) -> Option<Self> {
        let index = File::open(format!("{}-shm", env.registry_file()?.display())).ok()?;
        Some(Self { index, writer: PathBuf::from(format!("/proc/{}/io", process?)) })
    }

    /// When it was. Pages are written first and counted after, and one process at a time may do so.
    fn commit(&self, over: &AtomicBool) -> Option<Instant> {
        let mut before = self.count()?;
        while !over.load(Relaxed) {
            if self.written() < PAGE {
                before = self.count()?;
            } else if self.count()? != before {
                return Some(Instant::now());
            }
            std::thread::sleep(LOOK);
        }
        None
    }

    fn count(&self) -> Option<[u8; 4]> {
        let mut octets = [0; 4];
        self.index.read_exact_at(&mut octets, CHANGES_AT).ok().map(|()| octets)
    }

    /// Octets that the process has handed to the kernel (proc(5), `wchar`); a process that is gone has written all.
    fn written(&self) -> u64 {
        let Ok(text) = std::fs::read_to_string(&self.writer) else { return u64::MAX };
        let line = text.lines().find_map(|line| line.strip_prefix("wchar: "));
        line.and_then(|octets| octets.trim().parse().ok()).unwrap_or(u64::MAX)
    }
}

/// No words of a command are as long as a page.
const PAGE: u64 = 4096;
/// `iChange`, behind the version and four octets of nothing.
const CHANGES_AT: u64 = 8;

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
