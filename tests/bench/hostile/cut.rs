//! How long does a third device stay connected once it is suspended?
//!
//! Timed from three points: the start of the command, as the operator feels it; the commit of the change, seen as a new
//! count in the registry's WAL index (its header's `iChange`, https://sqlite.org/walformat.html §2.1); and, in the gateway's
//! own words, from its learning of the change (`gateway_cut_seconds`). The desk writes to the registry too, so under an attack
//! that keeps it writing the commit seen may be an earlier one, and the time is then too long, never too short.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::dial::{Dialer, Speech};
use crate::environment::{Environment, told};

/// A device that is still connected after this was not cut.
const LONGEST: Duration = Duration::from_secs(10);
/// Between two looks at the WAL index.
const LOOK: Duration = Duration::from_micros(300);

/// One suspension, in milliseconds.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Cut {
    /// From the start of the command to the socket's end; none: not within ten seconds.
    pub(crate) from_command: Option<f64>,
    /// From the commit to the socket's end.
    pub(crate) from_commit: Option<f64>,
    /// Until the command had ended, with or without the gateway's word that it is done.
    pub(crate) receipt: f64,
    /// The third device could not connect in the first place.
    pub(crate) kept_out: bool,
}

/// Suspends the third device while it is connected, times its end, and puts it into service again.
pub(crate) async fn time(env: &Environment, third: &Dialer) -> io::Result<Cut> {
    let Ok(mut connection) = connected(third).await else {
        return Ok(Cut { kept_out: true, ..Cut::default() });
    };
    let ended = tokio::spawn(async move {
        let mut octets = [0; 1024];
        while matches!(connection.read(&mut octets).await, Ok(1..)) {}
        Instant::now()
    });
    let over = Arc::new(AtomicBool::new(false));
    let index = env.registry_file().map(|file| PathBuf::from(format!("{}-shm", file.display())));
    let commit = index.map(|index| {
        let over = Arc::clone(&over);
        std::thread::spawn(move || first_change(&index, &over))
    });
    let begun = Instant::now();
    let suspended = standing(env, "suspend").await;
    let receipt = milliseconds(begun.elapsed());
    let ended = timeout(LONGEST, ended).await.ok().and_then(Result::ok);
    over.store(true, Relaxed);
    let commit = commit.and_then(|watching| watching.join().ok()).flatten();
    standing(env, "resume").await?;
    suspended?;
    let since = |begun: Instant| ended.map(|ended| milliseconds(ended.saturating_duration_since(begun)));
    Ok(Cut { from_command: since(begun), from_commit: commit.and_then(since), receipt, kept_out: false })
}

/// A connection on which one request was answered.
async fn connected(third: &Dialer) -> io::Result<tokio_rustls::client::TlsStream<tokio::net::TcpStream>> {
    let mut connection = third.tls(Speech::H1).await?;
    let request = format!("GET /.gateway/check HTTP/1.1\r\nhost: {}\r\n\r\n", third.authority());
    connection.write_all(request.as_bytes()).await?;
    let mut octets = [0; 4096];
    let answered = timeout(LONGEST, connection.read(&mut octets)).await??;
    // The rest of the page.
    tokio::time::sleep(Duration::from_millis(100)).await;
    if answered == 0 { Err(told("ended before it answered")) } else { Ok(connection) }
}

/// Suspends or resumes the third device.
async fn standing(env: &Environment, what: &str) -> io::Result<()> {
    of_device(env, what, &third_device(env)?).await
}

/// Suspends or resumes this device, with the command that the quickstart names.
pub(crate) async fn of_device(env: &Environment, what: &str, device: &str) -> io::Result<()> {
    let mut words = env.value("CA_TOOLS")?.split_whitespace();
    let program = words.next().ok_or_else(|| told("CA_TOOLS is empty"))?;
    let mut command = tokio::process::Command::new(program);
    command.args(words).args(["device", what, device]).stdin(Stdio::null()).kill_on_drop(true);
    let ended = timeout(Duration::from_secs(60), command.output()).await??;
    if ended.status.success() {
        return Ok(());
    }
    Err(told(format!("device {what} {device}: {}", String::from_utf8_lossy(&ended.stderr).trim())))
}

/// The files of a device's certificate are called as the device is.
fn third_device(env: &Environment) -> io::Result<String> {
    let file = env.path("OPERATOR_CERT")?;
    let device = file.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
    device.ok_or_else(|| told(format!("{}: names no device", file.display())))
}

/// When the registry was changed the first time after this was called.
fn first_change(index: &Path, over: &AtomicBool) -> Option<Instant> {
    let file = File::open(index).ok()?;
    let count = || {
        let mut octets = [0; 4];
        file.read_exact_at(&mut octets, CHANGES_AT).ok().map(|()| octets)
    };
    let before = count()?;
    while !over.load(Relaxed) {
        if count().is_some_and(|now| now != before) {
            return Some(Instant::now());
        }
        std::thread::sleep(LOOK);
    }
    None
}

/// `iChange`, behind the version and four octets of nothing.
const CHANGES_AT: u64 = 8;

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
