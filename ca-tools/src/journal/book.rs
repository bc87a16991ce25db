//! The journal opened for one more change, under a lock, and only where its end fits the registry.
//!
//! The lock is taken after the registry's own: who holds both changes, who waits for the first does not hold the second.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::value::RawValue;

use super::event::Event;
use super::key::JournalKey;
use super::line::{BEFORE_THE_FIRST, LineKind, Said, chained};
use super::tail::tail;
use crate::config::JournalFiles;
use crate::folder::sync_folder_of;
use crate::lock::{NotLocked, exclusively};
use crate::refusal::JournalRefusal;

/// How long another program is waited for.
const WAIT: Duration = Duration::from_secs(5);

/// A journal whose end fits the registry, held for one change.
#[derive(Debug)]
pub(crate) struct Book {
    file: File,
    key: JournalKey,
    /// Where the last whole line ends.
    end: u64,
    /// SHA-256 of that line.
    chain: String,
    /// What is still to be said of the change before.
    owed: Option<Said>,
}

impl Book {
    /// Opens the journal of a registry that stands at this head; `None` where there is none.
    pub(crate) async fn open(files: &JournalFiles, head: (i64, &str)) -> Result<Option<Self>, JournalRefusal> {
        let path = &files.journal;
        let unreadable = |why: io::Error| JournalRefusal::Unreadable(path.clone(), why.to_string());
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(unreadable(why)),
        };
        lock(&file).await?;
        let found = tail(&file).map_err(unreadable)?;
        let Some(line) = found.line else { return Ok(None) };
        let key = JournalKey::read(files)?;
        let last = Said::verified(&line, key.public()).ok_or_else(|| JournalRefusal::Forged(path.clone()))?;
        let chain = chained(&line);
        let owed = owed(&last, head, path)?.map(|kind| Said::standing(kind, head, &chain));
        Ok(Some(Self { file, key, end: found.end, chain, owed }))
    }

    /// Begins a journal at this head, with all rows that there are; with it the house's key, where there is none.
    pub(crate) async fn begin(
        files: &JournalFiles,
        (registry, head, at): (&str, (i64, &str), i64),
        rows: Vec<Box<RawValue>>,
    ) -> Result<Self, JournalRefusal> {
        let neither = !files.key.exists() && !files.public.exists();
        let key = if neither { JournalKey::make(files)? } else { JournalKey::read(files)? };
        // A program may have died between the two.
        key.publish(files)?;
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&files.journal);
        let file = file.map_err(|why| unwritable(&why))?;
        lock(&file).await?;
        let mut said = Said::standing(LineKind::Open, head, BEFORE_THE_FIRST);
        (said.registry, said.at, said.rows) = (Some(registry.to_owned()), Some(at), rows);
        let line = said.signed(&key)?;
        let mut book = Self { file, key, end: 0, chain: BEFORE_THE_FIRST.to_owned(), owed: None };
        book.write(&line)?;
        book.chain = chained(&line);
        book.file.sync_all().map_err(|why| unwritable(&why))?;
        sync_folder_of(&files.journal).map_err(|why| unwritable(&why))?;
        Ok(book)
    }

    /// Puts a journal that does not go on aside, under a name that says when; nothing of it is lost.
    pub(crate) fn put_aside(files: &JournalFiles, at: i64) -> Result<Option<PathBuf>, JournalRefusal> {
        let mut name = files.journal.file_name().unwrap_or_default().to_owned();
        name.push(format!(".until-{at}"));
        let aside = files.journal.with_file_name(name);
        if aside.exists() {
            return Err(JournalRefusal::Unwritable(format!("{}", aside.display())));
        }
        match std::fs::rename(&files.journal, &aside) {
            Ok(()) => Ok(Some(aside)),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(why) => Err(unwritable(&why)),
        }
    }

    /// Takes that back, where what was to follow came to nothing: the journal of before stands in its place again.
    pub(crate) fn put_back(files: &JournalFiles, aside: Option<&Path>) {
        let Some(aside) = aside else { return };
        if let Err(why) = std::fs::rename(aside, &files.journal) {
            tracing::error!(%why, kept_as = %aside.display(), "the journal of before could not be put back in its place");
        }
    }

    /// Enters a change that is about to be committed: on disk when this returns.
    pub(crate) fn enter(mut self, event: Event, rows: Vec<Box<RawValue>>) -> Result<Entered, JournalRefusal> {
        let mut text = String::new();
        if let Some(owed) = self.owed.take() {
            text = owed.signed(&self.key)?;
            self.chain = chained(&text);
        }
        let (before, hash) = ((event.version - 1, event.prev.clone()), event.hash());
        let mut said = Said::standing(LineKind::Change, (event.version, &hash), &self.chain);
        (said.event, said.rows) = (Some(event), rows);
        let line = said.signed(&self.key)?;
        text.push_str(&line);
        self.write(&text)?;
        self.file.sync_data().map_err(|why| {
            // What is not on disk is not there: the next change finds the end as it was.
            let _ = self.file.set_len(self.end - text.len() as u64);
            unwritable(&why)
        })?;
        self.chain = chained(&line);
        Ok(Entered { after: (said.version, hash), before, book: self })
    }

    fn write(&mut self, text: &str) -> Result<(), JournalRefusal> {
        // A line that a program which died had only begun goes.
        let written = self.file.set_len(self.end).and_then(|()| self.file.write_all_at(text.as_bytes(), self.end));
        if let Err(why) = written {
            let _ = self.file.set_len(self.end);
            return Err(unwritable(&why));
        }
        self.end += text.len() as u64;
        Ok(())
    }

    fn say(&mut self, kind: LineKind, (version, hash): (i64, &str)) {
        let line = Said::standing(kind, (version, hash), &self.chain).signed(&self.key);
        // Where it cannot be said now, the next change says it: it looks at the registry.
        if let Err(why) = line.and_then(|line| self.write(&line)) {
            tracing::debug!(%why, "what became of a change is said with the next one");
        }
    }
}

/// A change that stands in the journal and is not committed yet.
#[must_use]
#[derive(Debug)]
pub(crate) struct Entered {
    book: Book,
    before: (i64, String),
    after: (i64, String),
}

impl Entered {
    /// It was committed.
    pub(crate) fn done(mut self) {
        self.book.say(LineKind::Done, (self.after.0, &self.after.1));
    }

    /// It was not, for certain.
    pub(crate) fn void(mut self) {
        self.book.say(LineKind::Void, (self.before.0, &self.before.1));
    }
}

/// Does this last line fit a registry that stands at this head, and what is still to be said of it?
fn owed(last: &Said, (version, hash): (i64, &str), path: &Path) -> Result<Option<LineKind>, JournalRefusal> {
    let before = last.event.as_ref().map(|event| (event.version - 1, event.prev.as_str()));
    if (last.version, last.hash.as_str()) == (version, hash) {
        return Ok(before.map(|_| LineKind::Done));
    }
    if before == Some((version, hash)) {
        return Ok(Some(LineKind::Void));
    }
    let path = path.to_owned();
    Err(match last.version.cmp(&version) {
        std::cmp::Ordering::Less => JournalRefusal::EndsEarly(path, last.version, version),
        std::cmp::Ordering::Equal => JournalRefusal::OtherHistory(path, version),
        std::cmp::Ordering::Greater => JournalRefusal::RegistryWentBack(path, last.version, version),
    })
}

async fn lock(file: &File) -> Result<(), JournalRefusal> {
    exclusively(file, WAIT).await.map_err(|why| match why {
        NotLocked::Busy => JournalRefusal::Locked,
        NotLocked::Failed(why) => unwritable(&why),
    })
}

fn unwritable(why: &io::Error) -> JournalRefusal {
    if matches!(why.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
        JournalRefusal::DiskFull
    } else {
        JournalRefusal::Unwritable(why.to_string())
    }
}
