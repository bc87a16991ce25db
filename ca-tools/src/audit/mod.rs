//! Is what was done still told as it was done?
//!
//! Here: is the chain of audit events whole, and if not, where does it break first? `whole` holds chain, rows and journal
//! against each other; `against` the rows, `subjects` the index of what events are about.

mod against;
mod join;
mod subjects;
mod table;
mod whole;

use std::collections::HashMap;

use registry::RestoreRecord;

use crate::acts::Writer;
use crate::journal::{before_the_first, published};
use crate::language::Text;
use crate::ledger::Recorded;
use crate::refusal::Unavailable;
use crate::rows;
use crate::rows::registry::Restoration;

pub use join::{AccessLogs, Joined, NotJoined, join};
pub(crate) use table::{HEADS, Table, cells};
pub use whole::{Trouble, Whole, whole};

/// What a walk along the chain found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Walk {
    /// Events that were looked at.
    pub events: u64,
    /// The first that does not hold.
    pub broken: Option<Broken>,
}

/// The first event that does not hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Broken {
    /// Its version.
    pub version: i64,
    /// What is wrong there.
    pub why: Fault,
}

/// How a chain can break.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// The event says something else than when it was written.
    Changed,
    /// An event is not there.
    Missing,
    /// The event before is not the one it was chained to.
    Unlinked,
    /// The registry's version is not the last event's: events were cut off at the end.
    CutOff,
}

impl Fault {
    /// For people.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Changed => Text::new("内容が書き換えられています", "its content was changed"),
            Self::Missing => Text::new("記録がありません", "it is missing"),
            Self::Unlinked => Text::new("直前の記録とつながりません", "it is not chained to the one before"),
            Self::CutOff => Text::new("末尾の記録がありません", "events were cut off at the end"),
        }
    }
}

/// Walks the whole chain, a thousand events at a time.
///
/// # Errors
/// The registry does not answer.
pub async fn verify(writer: &Writer) -> Result<Walk, Unavailable> {
    const AT_A_TIME: u32 = 1_000;
    let id = writer.ledger().id().await?;
    let mut link = Link { version: 0, hash: before_the_first(&id) };
    let gaps = gaps(writer, &id).await?;
    let mut walked = 0;
    loop {
        let events = writer.ledger().events_after(link.version, AT_A_TIME).await?;
        if events.is_empty() {
            break;
        }
        for recorded in &events {
            link = match link.next(recorded, &gaps) {
                Ok(next) => next,
                Err(broken) => return Ok(Walk { events: walked, broken: Some(broken) }),
            };
            walked += 1;
        }
    }
    // Read last: a change made during the walk only raises it, and is then itself looked at.
    let version = writer.ledger().version().await?;
    let tail = writer.ledger().events_after(link.version, 1).await?;
    let broken = (version > link.version && tail.is_empty() || version < link.version)
        .then_some(Broken { version: link.version + 1, why: Fault::CutOff });
    Ok(Walk { events: walked, broken })
}

/// Where a restore without a journal goes on from: the version of its event, and the head before. Only what the house's
/// key signed makes a gap that is none.
async fn gaps(writer: &Writer, id: &str) -> Result<HashMap<i64, (i64, String)>, Unavailable> {
    let rows = rows::registry::restorations(&mut writer.read().await?).await?;
    let key = if rows.is_empty() { None } else { published(writer.journal()).ok() };
    let mut gaps = HashMap::new();
    for row in rows {
        let Restoration { record, signature, version } = row;
        let signed = key.as_ref().is_some_and(|key| key.signed(record.as_bytes(), &signature));
        let said = RestoreRecord::read(&record).filter(|said| signed && said.registry == id);
        if let Some(said) = said {
            gaps.insert(version, (said.from.version.cast_signed(), said.from.hash));
        }
    }
    Ok(gaps)
}

/// The end of the chain as far as it was walked.
#[derive(Clone, Debug)]
struct Link {
    version: i64,
    hash: String,
}

impl Link {
    fn next(&self, recorded: &Recorded, gaps: &HashMap<i64, (i64, String)>) -> Result<Self, Broken> {
        let event = &recorded.event;
        let here = (self.version, self.hash.clone());
        let why = if event.version != self.version + 1 && gaps.get(&event.version) != Some(&here) {
            return Err(Broken { version: self.version + 1, why: Fault::Missing });
        } else if event.prev != self.hash {
            Fault::Unlinked
        } else if event.hash() != recorded.hash {
            Fault::Changed
        } else {
            return Ok(Self { version: event.version, hash: recorded.hash.clone() });
        };
        Err(Broken { version: event.version, why })
    }
}
