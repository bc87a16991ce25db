//! How much may strangers make us do, without one of them being able to take it from the others?
//!
//! Whoever asks pays: their source, and the mailbox that they confirmed; never the office that they name, and never a mailbox
//! that they only typed. There is no amount of the whole city that runs out: where strangers together have had much of a
//! day's, each of them has less, and nobody nothing. An office of the registry has its own, which no stranger can use up.
//!
//! Kept in memory and bounded there: what a restart forgets is a day's count.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use certs::Timestamp;
use registry::OfficeNo;

use super::super::meter::{Meter, Rate};
use super::super::source::{Party, Source};
use crate::application::{Kind, Mailbox};

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;
/// Parties remembered of each count.
const REMEMBERED: usize = 20_000;

/// Forms looked at. A person who corrects one sends it some ten times.
const JUDGED: Rate = Rate { most: 300, window: HOUR };
/// Links asked for by one source: an office of people behind one address.
const ASKED: Rate = Rate { most: 20, window: HOUR };
const ASKED_DAILY: Rate = Rate { most: 60, window: DAY };
/// The same, while strangers together ask for much.
const ASKED_CROWDED: Rate = Rate { most: 2, window: HOUR };
/// So many links asked for by strangers are much: the city has some hundred offices.
const ASKED_BY_ALL: Rate = Rate { most: 1_000, window: DAY };
/// Letters with one link to one mailbox. A link is good for a day: whoever has had three need not have a fourth.
const LETTERS: Rate = Rate { most: 3, window: 3 * HOUR };
/// Forms kept, of one source of strangers and of one sender.
const KEPT: Rate = Rate { most: 20, window: HOUR };
const KEPT_OF_ONE: Rate = Rate { most: 60, window: DAY };
/// The same, while much is kept of strangers together: a year of it must not use up the year's numbers.
const KEPT_CROWDED: Rate = Rate { most: 5, window: HOUR };
const KEPT_OF_ONE_CROWDED: Rate = Rate { most: 3, window: DAY };
const KEPT_OF_ALL: Rate = Rate { most: 200, window: DAY };

/// Counts of what was done, by whom.
#[derive(Clone, Debug)]
pub(crate) struct Limits(Arc<Mutex<Meters>>);

/// Whose form it is.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Sender {
    /// An office that is registered: its link went to where the registry says.
    Office(OfficeNo),
    /// Somebody who confirmed this mailbox, and nothing else is known of them.
    Stranger(Mailbox),
}

/// What a letter with a link is for. Each has its own count, so that no link that somebody else asked for takes the place of
/// one that is needed.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Addressee {
    /// Where it goes.
    pub(crate) mailbox: Mailbox,
    /// For which office; `None` for one that registers first.
    pub(crate) office: Option<OfficeNo>,
    /// Which form it opens; empty where it opens none.
    pub(crate) opens: &'static str,
}

/// Too often; after so many seconds it may be tried again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TooOften(pub(crate) i64);

#[derive(Debug)]
struct Meters {
    judged: Meter<Party>,
    judged_of: Meter<Sender>,
    asked: Meter<Party>,
    asked_daily: Meter<Party>,
    asked_crowded: Meter<Party>,
    asked_by_all: Meter<()>,
    asked_of_offices: Meter<Party>,
    letters: Meter<Addressee>,
    kept: Meter<Party>,
    kept_crowded: Meter<Party>,
    kept_of: Meter<Sender>,
    kept_of_crowded: Meter<Sender>,
    kept_of_all: Meter<()>,
}

impl Default for Limits {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Meters {
            judged: Meter::new(JUDGED, REMEMBERED),
            judged_of: Meter::new(JUDGED, REMEMBERED),
            asked: Meter::new(ASKED, REMEMBERED),
            asked_daily: Meter::new(ASKED_DAILY, REMEMBERED),
            asked_crowded: Meter::new(ASKED_CROWDED, REMEMBERED),
            asked_by_all: Meter::new(ASKED_BY_ALL, 1),
            asked_of_offices: Meter::new(ASKED, REMEMBERED),
            letters: Meter::new(LETTERS, REMEMBERED),
            kept: Meter::new(KEPT, REMEMBERED),
            kept_crowded: Meter::new(KEPT_CROWDED, REMEMBERED),
            kept_of: Meter::new(KEPT_OF_ONE, REMEMBERED),
            kept_of_crowded: Meter::new(KEPT_OF_ONE_CROWDED, REMEMBERED),
            kept_of_all: Meter::new(KEPT_OF_ALL, 1),
        })))
    }
}

/// Unless one of these has to be waited for.
fn unless(waits: &[Option<i64>]) -> Result<(), TooOften> {
    waits.iter().flatten().max().map_or(Ok(()), |seconds| Err(TooOften(*seconds)))
}

impl Limits {
    /// This source sends something that is looked at.
    ///
    /// # Errors
    /// [`TooOften`]; what is refused is not counted, here and below.
    pub(crate) fn look(&self, source: &Source, now: Timestamp) -> Result<(), TooOften> {
        let (mut counts, each) = (self.lock(), source.each());
        unless(&[counts.judged.wait(each, now)])?;
        counts.judged.count(each, now);
        Ok(())
    }

    /// A stranger asks for a link to an address that they typed.
    ///
    /// # Errors
    /// [`TooOften`].
    pub(crate) fn ask(&self, source: &Source, now: Timestamp) -> Result<(), TooOften> {
        let (mut counts, each) = (self.lock(), source.each());
        unless(&[counts.asked.wait(each, now), counts.asked_daily.wait(each, now)])?;
        if counts.asked_by_all.wait(&[()], now).is_some() {
            unless(&[counts.asked_crowded.wait(each, now)])?;
        }
        counts.asked.count(each, now);
        counts.asked_daily.count(each, now);
        counts.asked_crowded.count(each, now);
        counts.asked_by_all.count(&[()], now);
        Ok(())
    }

    /// Somebody asks for a link to an office of the registry, if it is one.
    ///
    /// # Errors
    /// [`TooOften`].
    pub(crate) fn ask_of_office(&self, source: &Source, now: Timestamp) -> Result<(), TooOften> {
        let (mut counts, each) = (self.lock(), source.each());
        unless(&[counts.asked_of_offices.wait(each, now)])?;
        counts.asked_of_offices.count(each, now);
        Ok(())
    }

    /// A letter goes out, whoever asked for it.
    ///
    /// # Errors
    /// [`TooOften`]: what came there lately serves as well.
    pub(crate) fn write_to(&self, addressee: Addressee, now: Timestamp) -> Result<(), TooOften> {
        let (mut counts, one) = (self.lock(), [addressee]);
        unless(&[counts.letters.wait(&one, now)])?;
        counts.letters.count(&one, now);
        Ok(())
    }

    /// A form is looked at whose sender is known.
    ///
    /// # Errors
    /// [`TooOften`].
    pub(crate) fn judge(&self, sender: &Sender, source: &Source, now: Timestamp) -> Result<(), TooOften> {
        let (mut counts, one) = (self.lock(), std::slice::from_ref(sender));
        // A bad neighbour behind the same address costs an office nothing: its link says who it is.
        let each = match sender {
            Sender::Office(_) => &[],
            Sender::Stranger(_) => source.each(),
        };
        unless(&[counts.judged_of.wait(one, now), counts.judged.wait(each, now)])?;
        counts.judged_of.count(one, now);
        counts.judged.count(each, now);
        Ok(())
    }

    /// A form is kept.
    ///
    /// # Errors
    /// [`TooOften`].
    pub(crate) fn keep(&self, sender: &Sender, source: &Source, now: Timestamp) -> Result<(), TooOften> {
        let (mut counts, one, each) = (self.lock(), std::slice::from_ref(sender), source.each());
        unless(&[counts.kept_of.wait(one, now)])?;
        match sender {
            Sender::Office(_) => {}
            Sender::Stranger(_) => {
                unless(&[counts.kept.wait(each, now)])?;
                if counts.kept_of_all.wait(&[()], now).is_some() {
                    unless(&[counts.kept_crowded.wait(each, now), counts.kept_of_crowded.wait(one, now)])?;
                }
                counts.kept.count(each, now);
                counts.kept_crowded.count(each, now);
                counts.kept_of_crowded.count(one, now);
                counts.kept_of_all.count(&[()], now);
            }
        }
        counts.kept_of.count(one, now);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Meters> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Addressee {
    /// Of a link that opens this form.
    pub(crate) fn of(address: &str, office: Option<&OfficeNo>, opens: Option<Kind>) -> Self {
        Self { mailbox: Mailbox::of(address), office: office.cloned(), opens: opens.map_or("", Kind::as_str) }
    }
}
