//! The desk's events and the gateways' lines are one story: what has one of them and not the other?
//!
//! Both carry the number of the request. `asked` reads the events from the chain, `line` says which lines must have one,
//! `awaited` holds the events until their lines have passed, `told` the copies of lines that the desk was told. The lines themselves are read once and not kept, so
//! that ten million of them take no more room than ten.

mod asked;
mod awaited;
mod found;
mod line;
mod passing;
mod told;

use std::path::PathBuf;

use access_log::GatewayLog;
use certs::Timestamp;

use super::whole::Trouble;
use crate::acts::Writer;
use crate::refusal::Unavailable;
use asked::Asked;
use awaited::AwaitedEvents;
use found::{not_given, unseen, verified, without_event};
use line::Span;
use passing::Passing;
use told::ToldCopies;

/// What is to be held against the registry.
#[derive(Clone, Debug, Default)]
pub struct AccessLogs {
    /// Access logs of all gateways, rotated ones too.
    pub files: Vec<PathBuf>,
    /// Their checkpoints.
    pub checkpoints: Vec<PathBuf>,
    /// Only events from this second on.
    pub since: Option<Timestamp>,
    /// Only events up to this second.
    pub until: Option<Timestamp>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Joined {
    /// Lines that were read.
    pub lines: u64,
    /// Events that a request asked for.
    pub events: u64,
    /// Lines that must have an event.
    pub owing: u64,
    /// Copies of lines that were compared.
    pub told: u64,
    /// What is wrong.
    pub troubles: Vec<Trouble>,
    /// What is not wrong, and somebody should know.
    pub notices: Vec<Trouble>,
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum NotJoined {
    /// A file cannot be read, or is no log.
    #[error("{0}")]
    File(String),
    /// The registry does not answer.
    #[error(transparent)]
    Registry(#[from] Unavailable),
}

/// Holds both against each other.
///
/// # Errors
/// A file cannot be read, or the registry does not answer.
pub async fn join(writer: &Writer, logs: &AccessLogs, now: Timestamp) -> Result<Joined, NotJoined> {
    let ledger = writer.ledger();
    let sorted = GatewayLog::sort(&logs.files, &logs.checkpoints).map_err(NotJoined::File)?;
    let mut joined = Joined::default();
    let wanted = wanted(logs);
    let asked = Asked::read(&ledger, wanted).await?;
    // Before events said by which request they were asked, none could be found.
    let (said_since, read) = (asked.since.unwrap_or(i64::MAX), asked.last());
    let waiting = AwaitedEvents::of(asked.events);
    let mut passing = Passing::of(waiting, Span { from: wanted.from.max(said_since), ..wanted });
    joined.events = passing.waiting.len() as u64;
    let mut begins = i64::MIN;
    for log in sorted {
        let gateway = log.gateway.clone();
        passing.told = ToldCopies::of(&ledger, &gateway).await?;
        passing.gateway.clone_from(&gateway);
        joined.told += passing.told.len() as u64;
        passing.begins = None;
        // A disk is waited for, and nothing else waits with it.
        let read = tokio::task::spawn_blocking(move || {
            let checked = log.read(&mut |line| passing.see(line));
            (passing, checked)
        });
        let (passed, checked) = read.await.map_err(|why| NotJoined::File(why.to_string()))?;
        passing = passed;
        let checked = checked.map_err(NotJoined::File)?;
        joined.lines += checked.lines;
        verified(&gateway, &checked, &mut joined);
        passing.close(checked.span.map_or(u64::MAX, |(first, _)| first));
        // A chain from its first line on leaves nothing before it out.
        if checked.span.is_none_or(|(first, _)| first > 1) {
            begins = begins.max(passing.begins.unwrap_or(i64::MAX));
        }
    }
    joined.owing = passing.owing;
    unseen(&passing, (begins, now), &mut joined);
    let later = Asked::come_since(read, &ledger).await?;
    without_event(passing, &later, &mut joined);
    not_given(&ledger, logs, &mut joined).await?;
    Ok(joined)
}

/// The time that was asked for.
fn wanted(logs: &AccessLogs) -> Span {
    Span { from: logs.since.map_or(i64::MIN, Timestamp::unix), until: logs.until.map_or(i64::MAX, Timestamp::unix) }
}
