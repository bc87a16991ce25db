//! Is the chain of audit events whole, and if not, where does it break first?

use crate::language::Text;
use crate::ledger::Recorded;
use crate::writer::{Unavailable, Writer, before_the_first};

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
    let mut link = Link { version: 0, hash: before_the_first(&writer.id().await?) };
    loop {
        let events = writer.events_after(link.version, AT_A_TIME).await?;
        if events.is_empty() {
            break;
        }
        for recorded in &events {
            link = match link.next(recorded) {
                Ok(next) => next,
                Err(broken) => return Ok(Walk { events: link.version.unsigned_abs(), broken: Some(broken) }),
            };
        }
    }
    let events = link.version.unsigned_abs();
    // Read last: a change made during the walk only raises it, and is then itself looked at.
    let version = writer.version().await?;
    let tail = writer.events_after(link.version, 1).await?;
    let broken = (version > link.version && tail.is_empty() || version < link.version)
        .then_some(Broken { version: link.version + 1, why: Fault::CutOff });
    Ok(Walk { events, broken })
}

/// The end of the chain as far as it was walked.
#[derive(Clone, Debug)]
struct Link {
    version: i64,
    hash: String,
}

impl Link {
    fn next(&self, recorded: &Recorded) -> Result<Self, Broken> {
        let event = &recorded.event;
        let why = if event.version != self.version + 1 {
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
