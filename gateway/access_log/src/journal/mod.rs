//! The lines on their way to disk: a handle that nobody waits for, and a writer behind it.

mod append_file;
mod disk;
#[cfg(test)]
mod folded_tests;
mod left_open;
mod left_session;
#[cfg(test)]
mod outages_tests;
mod past;
mod settings;
#[cfg(test)]
mod tests;
mod waiting;
mod writer;

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;

use super::checkpoint::{LogKey, PublicLogKey};
use super::escape::quoted;
use super::facts::ConnectionFacts;
use super::fold::Stands;
use super::line::{Kind, Line};
use super::listener::{Listener, Nobody};
use super::open_line::OpenLine;
use super::reference::RequestId;
use super::watch::Watch;
use append_file::AppendFile;
pub(super) use append_file::rotated;
use disk::Reserve;
pub use left_session::{Left, LeftSession};
use past::{Ended, Past};
pub use settings::{LogRefusal, Settings};
pub(super) use waiting::Awaited;
pub use waiting::LogUnavailable;
use waiting::Shared;
use writer::{Hand, Writer};

/// The access log of this gateway. A handle: copies write to the same log; with the last of them,
/// or [`AccessLog::close`], it ends.
#[derive(Clone, Debug)]
pub struct AccessLog(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    shared: Arc<Shared>,
    left: Left,
}

/// How long an end in order may take.
const FAREWELL: Duration = Duration::from_secs(5);

impl AccessLog {
    /// Continues the log at its place, or begins it. From here on a thread of its own writes.
    ///
    /// # Errors
    /// Files that cannot be opened, are in use, or do not end in a chain that can be continued.
    pub fn open(settings: Settings) -> Result<Self, LogRefusal> {
        Self::heard_by(settings, Arc::new(Nobody))
    }

    /// As [`Self::open`], and `listener` hears of what it is told.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn heard_by(settings: Settings, listener: Arc<dyn Listener>) -> Result<Self, LogRefusal> {
        let Settings { file, checkpoints, key_pem_path, rotate_bytes, gateway_name, max_waiting_bytes, reserve_bytes } =
            settings;
        let key = read_key(&key_pem_path)?;
        let mut log = AppendFile::open(&file)?;
        let mut checkpoints = AppendFile::open(&checkpoints)?;
        let keys = publish(&key, checkpoints.path())?;
        let past = past::resume(&mut log, &mut checkpoints, &keys, &gateway_name)?;

        let mut gateway = Vec::new();
        quoted(&mut gateway, gateway_name.as_bytes());
        let shared = Arc::new(Shared::new(gateway, (max_waiting_bytes, Reserve::of(reserve_bytes))));
        shared.reserve.measure(log.space());
        shared.append(&Line { reason: Some(&past.told()), ..Line::of(Kind::Start, SystemTime::now()) });
        let mut left = Left::default();
        if past.ended == Ended::Suddenly {
            let (requests, sessions) = left_open::find(&file).map_err(LogRefusal::io("cannot read", &file))?;
            for request in requests {
                shared.append_alone(&request.line(SystemTime::now()));
            }
            left = sessions;
        }
        let hand = Hand::new(past.chain.next);
        let writer = Writer {
            shared: Arc::clone(&shared),
            key,
            log,
            checkpoints,
            chain: past.chain,
            rotate_bytes,
            hand,
            listener,
        };
        std::thread::Builder::new()
            .name("access-log".to_owned())
            .spawn(move || writer.run())
            .map_err(LogRefusal::io("cannot start a thread to write", &file))?;
        Ok(Self(Arc::new(Handle { shared, left })))
    }

    /// May a request be let in? Cheap enough to ask for each.
    ///
    /// # Errors
    /// Its line could not be written now.
    pub fn ready(&self) -> Result<(), LogUnavailable> {
        self.0.shared.ready()
    }

    /// As [`Self::ready`], for whoever shows no known device: they are refused before the log is full.
    ///
    /// # Errors
    /// As [`Self::ready`], and where what is left of the disk or of its queue is kept for devices.
    pub fn ready_for_strangers(&self) -> Result<(), LogUnavailable> {
        self.0.shared.ready_for_strangers()
    }

    /// A request begins. It ends when what this returns is closed or dropped.
    pub fn begin(&self, id: RequestId, connection: &Arc<ConnectionFacts>) -> OpenLine {
        OpenLine::begin(self, id, connection)
    }

    /// Takes a line; the writer brings it to disk with others. Never waits for the disk. Where whoever is at fault leaves
    /// more than a few a second, it is counted in a folded line instead.
    pub fn append(&self, line: &Line<'_>) {
        self.0.shared.append(line);
    }

    /// As [`Self::append`], and says which it was.
    pub(super) fn append_or_count(&self, line: &Line<'_>) -> Stands {
        self.0.shared.append(line)
    }

    /// As [`Self::append`], and it stands.
    pub(super) fn append_alone(&self, line: &Line<'_>) {
        self.0.shared.append_alone(line);
    }

    /// Takes a line and returns when it is on disk, or at once where it was counted.
    ///
    /// # Errors
    /// It is not there within 2 s. It is not lost: it is written when that is possible again.
    pub async fn written(&self, line: &Line<'_>) -> Result<(), LogUnavailable> {
        let awaited = self.append_awaited(line);
        awaited.on_disk().await
    }

    pub(super) fn append_awaited(&self, line: &Line<'_>) -> Awaited {
        self.0.shared.append_awaited(line)
    }

    pub(super) fn append_alone_awaited(&self, line: &Line<'_>) -> Awaited {
        self.0.shared.append_alone_awaited(line)
    }

    /// Goes on in new files where the old ones have been moved away (on SIGHUP).
    pub fn reopen(&self) {
        self.0.shared.wish(|waiting| waiting.reopen = true);
    }

    /// What the log said of sessions where it broke off; nothing after an end in order.
    #[must_use]
    pub fn left(&self) -> &Left {
        &self.0.left
    }

    /// How often a try to write has failed since the start, for the metrics.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.0.shared.failures()
    }

    /// How many lines became a count since the start, for the metrics.
    #[must_use]
    pub fn folded(&self) -> u64 {
        self.0.shared.folded()
    }

    /// Writes what is there, a `stop` line and a last checkpoint. Lines that come later are not kept.
    ///
    /// # Errors
    /// That could not be done in time.
    pub async fn close(&self) -> Result<(), LogUnavailable> {
        let (sender, receiver) = oneshot::channel();
        self.0.shared.wish(|waiting| waiting.close.get_or_insert_default().push(sender));
        match tokio::time::timeout(FAREWELL, receiver).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(LogUnavailable::Closed),
            Err(_) => Err(LogUnavailable::Slow),
        }
    }

    pub(super) fn watch(&self) -> &Watch {
        &self.0.shared.watch
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.wish(|waiting| {
            waiting.close.get_or_insert_default();
        });
    }
}

impl Past {
    /// What the `start` line says.
    fn told(&self) -> String {
        let how = match self.ended {
            Ended::Never => "a new chain begins".to_owned(),
            Ended::InOrder => format!("continues after line {}", self.chain.next - 1),
            Ended::Suddenly => format!("continues after line {}, which was not the end in order", self.chain.next - 1),
        };
        match self.torn {
            0 => how,
            torn => format!("{how}; {torn} bytes of a torn line were cut off"),
        }
    }
}

pub(super) fn read_key(path: &Path) -> Result<LogKey, LogRefusal> {
    let pem = fs::read(path).map_err(LogRefusal::io("cannot read the key", path))?;
    LogKey::from_pem(&pem).map_err(|why| LogRefusal::Key { path: path.to_owned(), why: why.to_string() })
}

/// Where the keys that verify a checkpoint file stand.
pub(super) fn public_keys_beside(checkpoints: &Path) -> PathBuf {
    let mut path = checkpoints.as_os_str().to_owned();
    path.push(".pub");
    path.into()
}

/// Adds our public key to those beside the checkpoints, and returns them all.
fn publish(key: &LogKey, checkpoints: &Path) -> Result<Vec<PublicLogKey>, LogRefusal> {
    let path = public_keys_beside(checkpoints);
    let mut keys = match fs::read(&path) {
        Ok(pem) => PublicLogKey::all_from_pem(&pem)
            .map_err(|why| LogRefusal::Key { path: path.clone(), why: why.to_string() })?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(LogRefusal::io("cannot read", &path)(error)),
    };
    if !keys.contains(key.public()) {
        fs::OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o644)
            .open(&path)
            .and_then(|mut file| file.write_all(key.public().to_pem().as_bytes()).and_then(|()| file.sync_all()))
            .map_err(LogRefusal::io("cannot write the public key to", &path))?;
        keys.push(key.public().clone());
    }
    Ok(keys)
}
