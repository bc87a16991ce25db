//! Who went through, and what became of it? One line a request, whatever becomes of it; of requests without end that lead
//! nowhere, a few lines and a count.
//!
//! - [`OpenLine`] goes along with a request and cannot be lost: closed or dropped, it writes.
//! - [`AccessLog`] takes lines without making anybody wait and brings them to disk in groups,
//!   chained by SHA-256, with signed checkpoints in a second file.
//! - `retention` takes old files away and leaves their heads;
//! - `fold` says which lines become a count: what strangers and refused devices send must not fill the disk.
//! - [`command`] is what people use: `gateway log verify` and `gateway log show`;
//! - [`GatewayLog`] reads and verifies for a program that holds the lines against something else;
//! - [`GatewayLog::scan`] goes over years of lines once and shows those that are [`Wanted`], read.
//!
//! It knows neither gateway nor registry: a program that only verifies logs links this, not what faces the network.

mod checkpoint;
mod clock;
pub mod command;
mod escape;
mod facts;
mod fold;
mod journal;
mod line;
mod listener;
mod open_line;
mod reference;
mod retention;
mod scan;
mod seal;
#[cfg(test)]
mod test_support;
mod verify;
mod watch;
mod words;

pub use command::{Checked, GatewayLog, ReadLine, WrittenBy, written_by};
pub use facts::{ConnectionFacts, Facts, TlsFacts};
pub use fold::Folded;
pub use journal::{AccessLog, Left, LeftSession, LogRefusal, LogUnavailable, Settings};
pub use line::{Kind, Line, Outcome, SessionMark};
pub use listener::{Heard, Listener, Nobody, Told, Worth};
pub use open_line::{Meter, OpenLine};
pub use reference::{Reference, ReferenceRefusal, RequestId};
pub use retention::{EndRefusal, EndedFile, EndedHow, OldLines, RetentionPolicy, end_old, log_goes_on};
pub use scan::{ChainCheck, ChainLink, ForeignText, FoundLine, LogLine, Scanned, Wanted, whole_log};
pub use verify::request_id;
