//! What is wrong, where, and what does it mean?

use std::fmt;

/// A line of a file, counted from 1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Place {
    /// Which of the files.
    pub(crate) file: usize,
    /// Which line in it; 0 for the file as a whole.
    pub(crate) line: u64,
}

/// Something that the gateway did not write like this.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Finding {
    /// In a log file, or for [`Fault::Checkpoint`] in a checkpoint file.
    pub(crate) place: Place,
    pub(crate) fault: Fault,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    /// This line is not as it was written.
    Changed { seq: u64 },
    /// A line of the checkpoint file is none, and why.
    Checkpoint { why: String },
    /// Lines up to `last` are here, but more were written.
    CutOff { last: u64, known: u64 },
    /// Before this line, these are missing.
    Dropped { from: u64, to: u64 },
    /// This line was not written by the gateway, or is a copy of another.
    Inserted,
    /// This line belongs to another place.
    Moved { seq: u64 },
    /// Another chain begins.
    NewChain,
    /// From `after` on, the lines were changed and the chain was made anew.
    Rewritten { after: u64, seq: u64 },
    /// The last line of the file is not whole.
    Torn { bytes: u64 },
    /// This request was running long, and its end is not in the log.
    Unended { request_id: String, seq: u64 },
    /// Neither number nor hash can be read.
    Unreadable,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { seq } => {
                write!(f, "changed: line {seq} of the chain is not as it was written (its hash is another)")
            }
            Self::Checkpoint { why } => write!(f, "bad checkpoint: {why}"),
            Self::CutOff { last, known } => {
                write!(f, "cut off: the log ends with line {last} of the chain, but line {known} was written")
            }
            Self::Dropped { from, to } if from == to => {
                write!(f, "dropped: line {from} of the chain is missing before this one")
            }
            Self::Dropped { from, to } => {
                write!(f, "dropped: lines {from} to {to} of the chain are missing before this one (a file left out?)")
            }
            Self::Inserted => {
                f.write_str("inserted: the chain does not lead through this line; the gateway did not write it here")
            }
            Self::Moved { seq } => {
                write!(f, "moved: line {seq} of the chain stands at another place than it was written")
            }
            Self::NewChain => {
                f.write_str("another chain begins here: what was before was taken away, or two logs were put together")
            }
            Self::Rewritten { after, seq } => write!(
                f,
                "rewritten: line {seq} of the chain is not the one that was signed; lines after {after} were changed and the chain was made anew"
            ),
            Self::Torn { bytes } => {
                write!(f, "cut off within a line: {bytes} bytes without a line break at the end of the file")
            }
            Self::Unended { request_id, seq } => write!(
                f,
                "without an end: request {request_id} was running (line {seq} of the chain), and the gateway stopped in order without the line of its end"
            ),
            Self::Unreadable => {
                f.write_str("changed or inserted: not a line of an access log, it has no number and hash")
            }
        }
    }
}
