//! Every change once more, beside the registry: a file of lines that is only ever added to.
//!
//! ```text
//! {"kind":"open","registry":"…","version":0,"hash":"…","at":…,"rows":[…],"prev":"00…","sig":"…"}
//! {"kind":"change","version":1,"hash":"…","event":{…},"rows":["…",…],"prev":"…","sig":"…"}
//! {"kind":"done","version":1,"hash":"…","prev":"…","sig":"…"}
//! ```
//! A change's line is on disk before the registry commits it, so that nothing is answered which is not here. `done` says
//! that it was committed; where a program died in between, the next change looks at the registry and writes `done` or
//! `void`: nobody has to mend anything by hand. Each line names the SHA-256 of the line before it and is signed by the
//! house's journal key, which no writer of the database holds in the database: who writes rows behind the writer's back,
//! or cuts off the end of either, is found out by holding one against the other.
//!
//! `key` signs, `line` is one line, `event` what it says of a change, `book` adds lines under
//! a lock, `tail` finds the last one, `read` walks them all, `refusal` says why not.

mod book;
mod event;
mod key;
mod line;
mod read;
mod tail;

pub use crate::refusal::JournalRefusal;
pub(crate) use book::{Book, Entered};
pub use event::{Event, before_the_first};
pub(crate) use key::{JournalKey, published};
pub(crate) use line::digest;
pub(crate) use read::{Reader, Walked};
