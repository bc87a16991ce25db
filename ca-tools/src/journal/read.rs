//! A walk along the whole journal: does each line follow from the one before?
//!
//! The last line's signature stands for all before it, since each names the octets of the one before: who changes a line
//! must change all that follow, and cannot sign the last. Only where it does not hold is the first bad one looked for.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;

use serde_json::value::RawValue;

use super::event::Event;
use super::line::{BEFORE_THE_FIRST, LineKind, Said, chained, digest};
use crate::config::JournalFiles;
use crate::refusal::JournalRefusal;
use registry::JournalKey as PublicKey;

/// A journal being read.
#[derive(Debug)]
pub(crate) struct Reader {
    lines: BufReader<File>,
    key: PublicKey,
    path: PathBuf,
    chain: String,
    number: u64,
    last: Option<String>,
    /// Where the registry stood after the last change.
    head: Option<(i64, String)>,
}

/// What a journal holds, in order.
#[derive(Debug)]
pub(crate) enum Walked {
    /// It begins at this head of this registry, with these rows.
    Open { registry: String, version: i64, hash: String, rows: Vec<Box<RawValue>> },
    /// A change; whether it is said that it was committed. One of which the contrary is said is left out.
    Change { event: Event, hash: String, rows: Vec<Box<RawValue>>, done: bool },
}

impl Reader {
    /// Opens a journal; `None` where there is none.
    pub(crate) fn open(files: &JournalFiles, key: PublicKey) -> Result<Option<Self>, JournalRefusal> {
        let path = files.journal.clone();
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(JournalRefusal::Unreadable(path, why.to_string())),
        };
        let (lines, chain) = (BufReader::new(file), BEFORE_THE_FIRST.to_owned());
        Ok(Some(Self { lines, key, path, chain, number: 0, last: None, head: None }))
    }

    /// Lines that were read.
    pub(crate) fn lines(&self) -> u64 {
        self.number
    }

    /// The next of what it holds; `None` at its end, whose signature holds.
    pub(crate) fn next(&mut self) -> Result<Option<Walked>, JournalRefusal> {
        loop {
            let Some(said) = self.line()? else { return self.signed().map(|()| None) };
            match said.kind {
                LineKind::Open => return self.opened(said).map(Some),
                LineKind::Change => {
                    if let Some(change) = self.changed(said)? {
                        return Ok(Some(change));
                    }
                }
                LineKind::Done | LineKind::Void => return Err(self.broken("it speaks of a change that is not there")),
            }
        }
    }

    fn opened(&mut self, said: Said) -> Result<Walked, JournalRefusal> {
        let (Some(registry), None) = (said.registry, &self.head) else {
            return Err(self.broken("a journal begins in its first line"));
        };
        self.head = Some((said.version, said.hash.clone()));
        Ok(Walked::Open { registry, version: said.version, hash: said.hash, rows: said.rows })
    }

    fn changed(&mut self, said: Said) -> Result<Option<Walked>, JournalRefusal> {
        let (Some(event), Some(before)) = (said.event, self.head.clone()) else {
            return Err(self.broken("a change without an event, or before the beginning"));
        };
        let follows = event.version == before.0 + 1 && event.prev == before.1;
        let agrees = event.version == said.version && event.hash() == said.hash;
        if !follows || !agrees || event.changed.as_deref() != Some(digest(&said.rows).as_str()) {
            return Err(self.broken("its event, its rows and the change before do not belong together"));
        }
        let after = (said.version, said.hash);
        let next = self.line()?;
        let stands = |next: &Said, head: &(i64, String)| (next.version, &next.hash) == (head.0, &head.1);
        let done = match next {
            None => false,
            Some(next) if next.kind == LineKind::Done && stands(&next, &after) => true,
            Some(next) if next.kind == LineKind::Void && stands(&next, &before) => return Ok(None),
            Some(_) => return Err(self.broken("it does not say what became of the change before")),
        };
        self.head = Some(after.clone());
        Ok(Some(Walked::Change { event, hash: after.1, rows: said.rows, done }))
    }

    /// The next line, chained to the one before; what was only begun at the end is no line.
    fn line(&mut self) -> Result<Option<Said>, JournalRefusal> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line);
        read.map_err(|why| JournalRefusal::Unreadable(self.path.clone(), why.to_string()))?;
        if line.pop() != Some('\n') {
            return Ok(None);
        }
        self.number += 1;
        let Some((said, ..)) = Said::read(&line) else { return Err(self.broken("it is no line of a journal")) };
        if said.prev != self.chain {
            return Err(self.broken("it is not chained to the line before"));
        }
        self.chain = chained(&line);
        self.last = Some(line);
        Ok(Some(said))
    }

    fn signed(&self) -> Result<(), JournalRefusal> {
        let Some(last) = &self.last else { return Err(JournalRefusal::Missing(self.path.clone())) };
        if Said::verified(last, &self.key).is_some() {
            return Ok(());
        }
        let file =
            File::open(&self.path).map_err(|why| JournalRefusal::Unreadable(self.path.clone(), why.to_string()))?;
        let mut lines = BufReader::new(file).lines().map_while(Result::ok);
        let first = lines.position(|line| Said::verified(&line, &self.key).is_none());
        let number = first.map_or(self.number, |at| at as u64 + 1);
        Err(JournalRefusal::Broken(self.path.clone(), number, "it is not signed by this house's key"))
    }

    /// What was read last has a row that is none.
    pub(crate) fn no_row(&self) -> JournalRefusal {
        self.broken("it has a row of no table")
    }

    fn broken(&self, why: &'static str) -> JournalRefusal {
        JournalRefusal::Broken(self.path.clone(), self.number, why)
    }
}
