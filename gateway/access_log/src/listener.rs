//! Who else is told of lines, once they are on disk?

use std::collections::BTreeMap;
use std::time::SystemTime;

use certs::DeviceNo;

use super::line::{Kind, Line, Outcome};

/// Hears of lines that are a refusal of a known device or a login, and of checkpoints. Called by the writer, which waits
/// for nobody: a listener keeps what it hears and returns at once.
pub trait Listener: std::fmt::Debug + Send + Sync {
    /// A line.
    fn line(&self, heard: Heard<'_>);
    /// So many refusals, by reason, of whoever showed no device of ours: how many, and nothing of whom.
    fn strangers(&self, counted: &BTreeMap<Box<str>, u64>);
    /// A signed checkpoint, with its line break.
    fn checkpoint(&self, checkpoint: &[u8]);
    /// A second or less has passed since it was called last, or since the beginning.
    fn second(&self);
    /// Nothing comes after this.
    fn end(&self);
}

/// Nobody is.
#[derive(Clone, Copy, Debug)]
pub struct Nobody;

impl Listener for Nobody {
    fn line(&self, _: Heard<'_>) {}
    fn strangers(&self, _: &BTreeMap<Box<str>, u64>) {}
    fn checkpoint(&self, _: &[u8]) {}
    fn second(&self) {}
    fn end(&self) {}
}

/// A line that listeners hear of.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// What it is worth, and whom it is about.
    pub told: &'a Told,
    /// Its number in the chain.
    pub seq: u64,
    /// Sealed, without its line break.
    pub line: &'a [u8],
}

/// What a listener can tell of a line without reading it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Told {
    /// Which kind of fact.
    pub worth: Worth,
    /// Whose.
    pub device: DeviceNo,
    /// Why it was refused, or what was done.
    pub what: Box<str>,
    /// How many it stands for: one, unless it is a folded line.
    pub count: u64,
    /// When the first of them was.
    pub since: SystemTime,
    /// And the last.
    pub until: SystemTime,
}

/// What a told line is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Worth {
    /// A login, well or not.
    Login,
    /// Anything else that was refused.
    Refusal,
}

/// Why a stranger was refused, and how often, where this line says so. Of them no line is told, and no sample: whoever has no
/// certificate costs nothing to make another of, and could fill what a listener keeps. A count by reason has no more entries than
/// there are reasons.
pub(super) fn refused_stranger<'a>(line: &Line<'a>) -> Option<(&'a str, u64)> {
    let of = line.folded.map_or(line.kind, |folded| folded.of);
    let refused = line.device.is_none() && of == Kind::Request && line.outcome == Some(Outcome::Refused);
    let reason = line.reason.filter(|_| refused)?;
    Some((reason, line.folded.map_or(1, |folded| folded.count)))
}

/// What listeners hear of a line: a login, or a refusal of a device that is known. What strangers are refused they hear as a count
/// by reason. Their pages say a `KW-` code that tells as much; the desk asks the caller for it.
pub(super) fn told(line: &Line<'_>) -> Option<Told> {
    let device = line.device?;
    let of = line.folded.map_or(line.kind, |folded| folded.of);
    let refused = line.outcome == Some(Outcome::Refused);
    let worth = match of {
        Kind::Login | Kind::IdConcurrentUse => Worth::Login,
        Kind::Request if refused => Worth::Refusal,
        Kind::Connection
        | Kind::Folded
        | Kind::Gap
        | Kind::Handshake
        | Kind::Logout
        | Kind::Open
        | Kind::Request
        | Kind::SessionEnd
        | Kind::Start
        | Kind::Stop => return None,
    };
    let what = line.reason.unwrap_or(of.as_str()).into();
    let once = (1, line.time, line.time);
    let (count, since, until) = line.folded.map_or(once, |folded| (folded.count, folded.since, folded.until));
    Some(Told { worth, device, what, count, since, until })
}
