//! Of which sessions does no line tell that they ended? All that live, and those whose end is being told.
//!
//! One set holds them, by the time at which to look again: for one that lives, when it may have been left alone for too long;
//! for one that has ended, when whoever ended it has had time enough to tell. A request touches none of it. Whichever
//! gateway looks first takes what is due, and no other is given it meanwhile; it leaves the set when its line stands.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use certs::Timestamp;

use super::commands::Redis;
use super::scripts;
use super::seen::EVERY;
use super::truth::StoreStanding;
use crate::session::ended::{LEASE, LivePage, SessionEnd, UntoldEnd};
use crate::session::failure::StoreSilent;
use crate::session::key::{SessionKey, Taken};
use crate::session::record::{KEPT_AFTER_END, SessionRecord};
use crate::session::verify::Lasting;

/// The set.
pub(super) const UNTOLD: &str = "l:untold";
/// Seconds after its opening at which a session is looked at first, and from then on at the latest: an idle time that was made
/// shorter counts by then.
pub(super) const FIRST_LOOK: i64 = 300;
/// Seconds by which the store may lag behind the last activity: a gateway tells of it so often, and is given time to.
const LAG: i64 = EVERY + 5;
/// Looked at in one step.
const AT_ONCE: usize = 200;
/// ToldEnds at once.
const BATCH: usize = 500;
/// More ends than this are not told while the store is away: it is asked for each.
const MOST_WAITING: usize = 200_000;

/// Ends whose line stands, of which the store has not heard yet.
#[derive(Debug, Default)]
pub(in crate::session) struct Untold(Mutex<ToldEnds>);

type ToldEnds = HashSet<SessionKey, BuildHasherDefault<Taken>>;

impl Untold {
    /// The line of this end stands.
    pub(in crate::session) fn done(&self, key: SessionKey) {
        let mut told = self.held();
        if told.len() < MOST_WAITING {
            told.insert(key);
        }
    }

    fn is_told(&self, key: &SessionKey) -> bool {
        self.held().contains(key)
    }

    fn held(&self) -> MutexGuard<'_, ToldEnds> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Redis {
    /// Takes ends that nobody has told of.
    pub(in crate::session) async fn due(
        &self,
        now: Timestamp,
        lasting: Lasting,
    ) -> Result<Vec<UntoldEnd>, StoreSilent> {
        let why = |end: SessionEnd| [end.code()];
        let due = |standing: StoreStanding| {
            let mut due = standing.call(&scripts::DUE);
            due.key(UNTOLD).arg(now.unix()).arg(lasting.idle).arg(lasting.absolute).arg(LAG);
            due.arg(standing.era.to_octets().as_slice());
            for end in [SessionEnd::Idle, SessionEnd::Absolute, SessionEnd::Forgotten] {
                due.arg(why(end).as_slice());
            }
            due.arg(AT_ONCE).arg(KEPT_AFTER_END).arg(now.plus(LEASE).unix()).arg(now.plus(FIRST_LOOK).unix());
            due
        };
        let found: Vec<(String, Vec<u8>)> = self.connections.work(due).await?;
        let mut ends = Vec::new();
        for (name, octets) in found {
            let Ok(key) = name.parse::<SessionKey>() else { continue };
            self.connections.changed(&key);
            if self.untold.is_told(&key) {
                continue;
            }
            // Of whichever era: that it was forgotten is what is told.
            let record = SessionRecord::decode(key, &octets).ok().map(|(record, _)| Arc::new(record));
            ends.push(UntoldEnd { key, record });
        }
        Ok(ends)
    }

    /// Tells the store whose ends were told.
    pub(in crate::session) async fn write_told(&self) {
        let told: Vec<SessionKey> = self.untold.held().iter().copied().collect();
        for batch in told.chunks(BATCH) {
            let tell = |standing: StoreStanding| {
                let mut tell = standing.call(&scripts::TOLD);
                tell.key(UNTOLD);
                batch.iter().for_each(|key| {
                    tell.arg(key.to_string());
                });
                tell
            };
            // Kept for the next time where the store is silent.
            let Ok(1_u64) = self.connections.work(tell).await else { return };
            let mut told = self.untold.held();
            batch.iter().for_each(|key| {
                told.remove(key);
            });
        }
    }

    /// Sessions that have not ended, some at a time.
    pub(in crate::session) async fn live_page(
        &self,
        page: LivePage,
    ) -> Result<(Vec<Arc<SessionRecord>>, Option<LivePage>), StoreSilent> {
        let look = |standing: StoreStanding| {
            let mut look = standing.call(&scripts::PAGE);
            look.key(UNTOLD).arg(page.0).arg(BATCH);
            look
        };
        let (next, live): (u64, Vec<(String, Vec<u8>)>) = self.connections.work(look).await?;
        let read = |(name, record): (String, Vec<u8>)| self.read(&name.parse().ok()?, &record, None);
        Ok((live.into_iter().filter_map(read).collect(), Some(LivePage(next)).filter(|next| *next != LivePage::FIRST)))
    }
}
