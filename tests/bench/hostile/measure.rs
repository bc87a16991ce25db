//! What does the machine say of the gateway: memory, descriptors, processor, log, registry, its own figures?

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::environment::Environment;

/// Between two looks at a process.
const LOOK: Duration = Duration::from_millis(100);

/// What one span of time cost.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Cost {
    pub(crate) seconds: f64,
    /// The gateway's memory, at most, in MiB.
    pub(crate) memory_mib: f64,
    /// Descriptors open at most, in the gateway and in the stand-in service.
    pub(crate) gateway_descriptors: u64,
    pub(crate) service_descriptors: u64,
    /// Of one core.
    pub(crate) gateway_processor: f64,
    pub(crate) log_octets_per_second: f64,
    pub(crate) registry_octets_per_second: f64,
    /// New lines of the access log, by outcome.
    pub(crate) lines: BTreeMap<String, u64>,
    /// By how much the gateway's counters grew.
    pub(crate) counters: BTreeMap<String, f64>,
    /// Processes that wanted a core, at the end, over the last minute.
    pub(crate) load: f64,
}

/// Where things stood when a span began.
#[derive(Debug)]
pub(crate) struct Span {
    env: Environment,
    begun: Instant,
    gateway: u32,
    log: HashMap<u64, u64>,
    registry: u64,
    processor: f64,
    counters: Option<BTreeMap<String, f64>>,
    peaks: Arc<Peaks>,
    looking: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Peaks {
    memory: AtomicU64,
    gateway_descriptors: AtomicU64,
    service_descriptors: AtomicU64,
}

impl Drop for Span {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

impl Span {
    /// Begins.
    pub(crate) async fn begin(env: &Environment) -> io::Result<Self> {
        let (gateway, service) = (env.process("gateway")?, env.process("care-record")?);
        let peaks = Arc::new(Peaks::default());
        // The kernel's own high-water mark falls to what is used now (proc(5)); it sees what falls between two looks.
        let _ = fs::write(format!("/proc/{gateway}/clear_refs"), "5");
        Ok(Self {
            log: log_files(env)?.into_iter().map(|file| (file.inode, file.length)).collect(),
            registry: registry_octets(env),
            processor: processor_seconds(gateway),
            counters: counters(env).await.ok(),
            looking: tokio::spawn(look(gateway, service, Arc::clone(&peaks))),
            env: env.clone(),
            begun: Instant::now(),
            gateway,
            peaks,
        })
    }

    /// What it cost since.
    pub(crate) async fn end(self) -> io::Result<Cost> {
        let seconds = self.begun.elapsed().as_secs_f64();
        let high_water = kibibytes(self.gateway, "VmHWM:");
        let log = log_files(&self.env)?;
        let grown = |file: &LogFile| file.length.saturating_sub(self.log.get(&file.inode).copied().unwrap_or_default());
        let log_octets: u64 = log.iter().map(grown).sum();
        let mut lines = BTreeMap::new();
        for file in &log {
            count_lines(file, self.log.get(&file.inode).copied().unwrap_or_default(), &mut lines)?;
        }
        let counters = match (&self.counters, counters(&self.env).await) {
            (Some(before), Ok(after)) => grown_counters(before, &after),
            (None, _) | (_, Err(_)) => BTreeMap::new(),
        };
        Ok(Cost {
            seconds,
            memory_mib: approximate(high_water.max(self.peaks.memory.load(Relaxed))) / 1024.0,
            gateway_descriptors: self.peaks.gateway_descriptors.load(Relaxed),
            service_descriptors: self.peaks.service_descriptors.load(Relaxed),
            gateway_processor: (processor_seconds(self.gateway) - self.processor) / seconds,
            log_octets_per_second: approximate(log_octets) / seconds,
            registry_octets_per_second: approximate(registry_octets(&self.env).saturating_sub(self.registry)) / seconds,
            lines,
            counters,
            load: load(),
        })
    }
}

async fn look(gateway: u32, service: u32, peaks: Arc<Peaks>) {
    loop {
        peaks.memory.fetch_max(kibibytes(gateway, "VmRSS:"), Relaxed);
        peaks.gateway_descriptors.fetch_max(descriptors(gateway), Relaxed);
        peaks.service_descriptors.fetch_max(descriptors(service), Relaxed);
        tokio::time::sleep(LOOK).await;
    }
}

fn kibibytes(process: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// The number of open descriptors; since Linux 6.2 it is the directory's size, and counting needs no walk.
fn descriptors(process: u32) -> u64 {
    let directory = format!("/proc/{process}/fd");
    let size = fs::metadata(&directory).map_or(0, |directory| directory.len());
    if size > 0 { size } else { fs::read_dir(directory).map_or(0, |entries| entries.count() as u64) }
}

/// User and system time: fields 14 and 15 of stat, whose second may hold blanks (proc(5)); a hundred ticks a second.
fn processor_seconds(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    rest.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|load| load.parse().ok()).unwrap_or_default()
}

fn registry_octets(env: &Environment) -> u64 {
    let Some(file) = env.registry_file() else { return 0 };
    let octets = |suffix: &str| fs::metadata(format!("{}{suffix}", file.display())).map_or(0, |file| file.len());
    octets("") + octets("-wal")
}

/// One file of the access log: the one that is written, or a full one beside it.
#[derive(Debug)]
struct LogFile {
    path: PathBuf,
    inode: u64,
    length: u64,
}

fn log_files(env: &Environment) -> io::Result<Vec<LogFile>> {
    let log = env.path("ACCESS_LOG")?;
    let name = log.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut files = Vec::new();
    for entry in fs::read_dir(log.parent().unwrap_or(&log))? {
        let entry = entry?;
        let meta = entry.metadata()?;
        if entry.file_name().to_string_lossy().starts_with(&name) {
            files.push(LogFile { path: entry.path(), inode: meta.ino(), length: meta.len() });
        }
    }
    Ok(files)
}

fn count_lines(file: &LogFile, from: u64, lines: &mut BTreeMap<String, u64>) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(1 << 20, fs::File::open(&file.path)?);
    reader.seek(SeekFrom::Start(from))?;
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        let named = text.split_once("\"outcome\":\"").and_then(|(_, rest)| rest.split_once('"'));
        let outcome = named.map_or("none", |(outcome, _)| outcome);
        *lines.entry(outcome.to_owned()).or_default() += 1;
        line.clear();
    }
    Ok(())
}

/// How long the access log is now.
pub(crate) fn log_length(env: &Environment) -> io::Result<u64> {
    Ok(fs::metadata(env.path("ACCESS_LOG")?)?.len())
}

/// How many lines since then tell of something from this source that was not let through.
pub(crate) fn unwelcome_since(env: &Environment, length: u64, source: &str) -> io::Result<usize> {
    let mut file = fs::File::open(env.path("ACCESS_LOG")?)?;
    file.seek(SeekFrom::Start(length))?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let from = format!("\"source\":\"{source}");
    let unwelcome = ["aborted", "malformed", "refused"].map(|outcome| format!("\"outcome\":\"{outcome}\""));
    let tells = |line: &&str| line.contains(&from) && unwelcome.iter().any(|outcome| line.contains(outcome));
    Ok(text.lines().filter(tells).count())
}

/// The gateway's figures, as its operations listener tells them.
async fn counters(env: &Environment) -> io::Result<BTreeMap<String, f64>> {
    let (address, authority) = env.site("OPS_URL")?;
    let asking = async {
        let stream = TcpStream::connect(address).await?;
        let (mut send, driver) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        tokio::spawn(driver);
        let request = Request::get("/metrics").header("host", authority).body(Full::<Bytes>::default());
        let answer = send.send_request(request.map_err(io::Error::other)?).await.map_err(io::Error::other)?;
        let body = answer.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
        let text = String::from_utf8_lossy(&body).into_owned();
        let figures = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(' '));
        Ok(figures.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect())
    };
    timeout(Duration::from_secs(5), asking).await?
}

/// Those that count events, by how much they grew.
fn grown_counters(before: &BTreeMap<String, f64>, after: &BTreeMap<String, f64>) -> BTreeMap<String, f64> {
    let counts = |name: &str| ["_total", "_bucket", "_count", "_sum"].iter().any(|end| name.contains(end));
    let grown = after.iter().map(|(name, now)| (name.clone(), now - before.get(name).copied().unwrap_or_default()));
    grown.filter(|(name, grown)| counts(name) && *grown > 0.0).collect()
}

/// For figures that are shown with three digits.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
pub(crate) fn approximate(number: u64) -> f64 {
    number as f64
}
